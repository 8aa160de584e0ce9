package pending

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
)

// nodeLook is what one Node looks like from a distance: how its volumes do, and what else is in the way.
type nodeLook struct {
	volumes []claimLook
	other   []fact.Fact
	// volumesDo and otherFits tell whether nothing is wrong on either side.
	volumesDo, otherFits bool
}

// claimLook is how a claim does on a Node.
type claimLook struct {
	// claim is its name, empty if the Pod has no other.
	claim string
	facts []fact.Fact
}

// rank puts the Nodes first where least is wrong.
func (l nodeLook) rank() int {
	switch {
	case l.volumesDo && l.otherFits:
		return 0
	case l.volumesDo:
		return 1
	case l.otherFits:
		return 2
	}
	return 3
}

// key is the same for Nodes that look alike.
func (l nodeLook) key(a alikeness) string {
	var b strings.Builder
	fmt.Fprintln(&b, l.volumesDo, l.otherFits)
	for _, c := range l.volumes {
		b.WriteString(c.claim + ":\n")
		for _, f := range c.facts {
			b.WriteString(a.key(f) + "\n")
		}
	}
	b.WriteString(":\n")
	for _, f := range l.other {
		b.WriteString(a.key(f) + "\n")
	}
	return b.String()
}

// merged is one look for Nodes that look alike.
func merged(looks []nodeLook) nodeLook {
	all := looks[0]
	all.other = eachCollected(looks, func(l nodeLook) []fact.Fact { return l.other })
	all.volumes = slices.Clone(all.volumes)
	for i := range all.volumes {
		all.volumes[i].facts = eachCollected(looks, func(l nodeLook) []fact.Fact { return l.volumes[i].facts })
	}
	return all
}

func eachCollected(looks []nodeLook, part func(nodeLook) []fact.Fact) []fact.Fact {
	var out []fact.Fact
	for i := range part(looks[0]) {
		alike := make([]fact.Fact, 0, len(looks))
		for _, l := range looks {
			alike = append(alike, part(l)[i])
		}
		out = append(out, collected(alike))
	}
	return out
}

// nodes writes one row for all Nodes that look alike.
func (p *writer) nodes(r pending.PodReport) {
	if len(r.Nodes) == 0 {
		return
	}
	groups, left := alikeNodes(r)
	hasVolumes := false
	for _, g := range groups {
		hasVolumes = hasVolumes || len(g.look.volumes) > 0
	}
	headings := []string{"NODES", volumesHeading(r), "APART FROM VOLUMES"}
	if !hasVolumes {
		headings = []string{"NODES", otherHeading(r)}
	}
	rows := make([]output.Row, 0, len(groups))
	for _, g := range groups {
		cells := []output.Cell{{Text: shortNames(g.names)}}
		if hasVolumes {
			cells = append(cells, output.Cell{Text: p.volumesCell(g.look), Style: verdictStyle(g.look.volumesDo)})
		}
		rows = append(rows, output.Row{Cells: append(cells, p.otherCell(g.look))})
	}
	p.Table(0, headings, rows)
	if left.nodes > 0 {
		p.Prose(output.Dim, 0, 2, fmt.Sprintf("and %s that fail in %d other ways: --node NAME shows one, -o json all", phrase.Count(left.nodes, "node"), left.ways))
	}
}

func (p *writer) volumesCell(l nodeLook) string {
	var parts []string
	for _, c := range l.volumes {
		text := p.said(c.facts)
		if c.claim != "" {
			text = c.claim + ": " + text
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "; ")
}

// otherCell is green only where the Pod fits: that nothing else is wrong with a Node does not help it.
func (p *writer) otherCell(l nodeLook) output.Cell {
	if l.otherFits {
		return output.Cell{Text: "ok", Style: verdictStyle(l.volumesDo)}
	}
	return output.Cell{Text: p.said(l.other)}
}

func verdictStyle(fine bool) output.Style {
	if fine {
		return output.Good
	}
	return output.None
}

func volumesHeading(r pending.PodReport) string {
	for _, c := range r.Claims {
		if c.BoundVolume == "" {
			return "VOLUMES"
		}
	}
	return "DATA"
}

func otherHeading(r pending.PodReport) string {
	if len(r.Claims) == 0 {
		return "REASONS"
	}
	return "OTHERWISE"
}

// withVerdicts are the claims whose volumes were looked at: some Node has a verdict on one for them.
func withVerdicts(r pending.PodReport) map[string]bool {
	claims := map[string]bool{}
	for _, n := range r.Nodes {
		for _, v := range n.Volumes {
			claims[v.Claim] = true
		}
	}
	return claims
}

// look is what a Node looks like. Where it has no volume for a claim with verdicts on others, that is said.
func look(r pending.PodReport, n pending.NodeReport, verdicts map[string]bool) nodeLook {
	l := nodeLook{volumesDo: true}
	for _, c := range r.Claims {
		facts, does := onNode(c, n)
		l.volumesDo = l.volumesDo && does
		if len(facts) == 0 && verdicts[c.Name] {
			facts = append(facts, fact.New(cellNone))
		}
		if len(facts) == 0 {
			continue
		}
		of := claimLook{facts: facts}
		if len(r.Claims) > 1 {
			of.claim = c.Name
		}
		l.volumes = append(l.volumes, of)
	}
	l.other = otherReasons(r, n, l.volumesDo)
	l.otherFits = len(l.other) == 0
	return l
}

// otherReasons are those besides volumes, each once. The plugin that looks at volumes has its own column; it is heard here
// when that column has nothing against the Node, or when it did not look but failed. Plugins fail on every Node when a claim
// is not there, which is no news about the Node.
func otherReasons(r pending.PodReport, n pending.NodeReport, volumesDo bool) []fact.Fact {
	var facts []fact.Fact
	for _, reason := range n.Reasons {
		failed := reason.Code == "Error"
		switch {
		case failed && lacksClaim(r), slices.ContainsFunc(facts, reason.Reason.Equal):
		case reason.Plugin != inspect.PluginVolumeBinding || volumesDo || failed:
			facts = append(facts, reason.Reason)
		}
	}
	return facts
}

// lacksClaim reports whether a claim of the Pod's is not there or not its own.
func lacksClaim(r pending.PodReport) bool {
	return slices.ContainsFunc(r.Claims, func(c pending.ClaimReport) bool {
		return c.Code == inspect.ClaimNotFound || c.Code == inspect.EphemeralClaimNotCreated || c.Code == inspect.EphemeralClaimNotOwned
	})
}
