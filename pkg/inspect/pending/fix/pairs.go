package fix

import (
	"cmp"
	"slices"
	"strings"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// pairs combines candidates that can help together: about the same Node or one of them about none, and not two
// ways to change the same thing.
func pairs(cs []candidate) []candidate {
	var out []candidate
	for i, a := range cs {
		for _, b := range cs[i+1:] {
			if !combine(a, b) {
				continue
			}
			out = append(out, paired(a, b))
		}
	}
	return out
}

// combine reports whether two candidates can be one.
func combine(a, b candidate) bool {
	switch {
	case a.fix.Manifest != "" && b.fix.Manifest != "":
		return false // --print-fix prints one manifest
	case a.pod != nil && b.pod != nil:
		return false
	case len(a.gives) > 0 && len(b.gives) > 0:
		return false // two ways to give back
	case a.claim != "" && a.claim == b.claim:
		return false
	case a.node != "" && b.node != "":
		return a.node == b.node && kindOfFix(a) != kindOfFix(b)
	case a.node != "" && b.nodes != nil:
		return slices.Contains(b.nodes, a.node)
	case b.node != "" && a.nodes != nil:
		return slices.Contains(a.nodes, b.node)
	}
	return true
}

// kindOfFix is the first word of a candidate's ID.
func kindOfFix(c candidate) string {
	kind, _, _ := strings.Cut(c.fix.ID, "-")
	return kind
}

// paired is both candidates, as one.
func paired(a, b candidate) candidate {
	c := candidate{change: a.change.Then(b.change), pod: a.pod, node: cmp.Or(a.node, b.node), nodes: a.nodes, gives: slices.Concat(a.gives, b.gives), opens: slices.Concat(a.opens, b.opens)}
	if c.pod == nil {
		c.pod = b.pod
	}
	if c.nodes == nil || a.node != "" {
		c.nodes = b.nodes
	}
	if c.node != "" {
		c.nodes = []string{c.node}
	}
	c.fix = accepting(joined(a.fix, b.fix), c.opens)
	if a.fixFor != nil || b.fixFor != nil {
		c.fixFor = func(nodes []string) Fix { return accepting(joined(a.on(nodes), b.on(nodes)), c.opens) }
	}
	return c
}

// joined is both fixes, as one.
func joined(a, b Fix) Fix {
	f := Fix{
		ID:       a.ID + "+" + b.ID,
		Titles:   slices.Concat(a.Titles, b.Titles),
		Commands: distinctly(a.Commands, b.Commands, fact.Command.Equal),
		Risk:     a.Risk,
		Notes:    distinctly(a.Notes, withoutAgain(a.Notes, b.Notes), fact.Fact.Equal),
		Manifest: a.Manifest + b.Manifest,
	}
	if b.Risk.rank() > a.Risk.rank() {
		f.Risk = b.Risk
	}
	return f
}

// withoutAgain are further notes that do not say once more that the Pod starts without data.
func withoutAgain(before, more []fact.Fact) []fact.Fact {
	said := slices.ContainsFunc(before, func(n fact.Fact) bool {
		return n.Code == "OldDataStays" || n.Code == "PodStartsEmpty" || n.Code == "OwnDataLeft" || n.Code == "VolumeStaysElsewhere"
	})
	if !said {
		return more
	}
	out := slices.Clone(more)
	for i, n := range out {
		switch n.Code {
		case "OldDataStays":
			out[i] = fact.New("OldDataStaysToo", "volume", n.Values["volume"])
		case "OwnDataLeft":
			out[i] = fact.New("OwnDataStaysToo", "claim", n.Values["claim"], "volumes", n.Values["volumes"])
		}
	}
	return out
}

// distinctly is the first list with what the second has besides.
func distinctly[T any](first, second []T, equal func(T, T) bool) []T {
	all := slices.Clone(first)
	for _, one := range second {
		if !slices.ContainsFunc(all, func(other T) bool { return equal(one, other) }) {
			all = append(all, one)
		}
	}
	return all
}
