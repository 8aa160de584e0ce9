package pending

import (
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"

	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// Bounds on the search for fixes: how many candidates are tried by themselves and in pairs, how many Nodes one
// candidate is tried on when it is about any Node, how many alike are offered, and how many fixes are reported.
const (
	maxSingles   = 60
	maxPairs     = 40
	maxAnyNodes  = 32
	maxAlike     = 3
	maxFixesTold = 12
)

// candidate is a change that may help. It becomes a Fix when the judge says that the Pod then fits.
type candidate struct {
	fix    Fix
	change inspect.Change
	// pod is the Pod as it would be; nil: as it is.
	pod *corev1.Pod
	// nodes is where it may help; nil: on every Node.
	nodes []string
	// node is the one Node, and claim the one claim, that it is about; empty: none in particular.
	node  string
	claim string
	// fixFor is the fix for the Nodes that the Pod then fits, where it differs from Node to Node.
	fixFor func(nodes []string) Fix
}

// setting is the Change that puts objects in place.
func setting(objects ...runtime.Object) inspect.Change { return inspect.Change{Set: objects} }

// fixes finds the changes that make the Pod schedulable, least risky first. Each is tried on the Snapshot; where
// none helps by itself, pairs are tried.
func (q *inquiry) fixes(ctx context.Context) ([]Fix, error) {
	if len(q.pod.Spec.SchedulingGates) > 0 || len(q.verdict.Nodes) == 0 {
		return []Fix{}, nil
	}
	candidates := q.candidates()
	proved, err := q.prove(ctx, candidates, maxSingles)
	if err != nil {
		return nil, err
	}
	if len(proved) == 0 {
		if proved, err = q.prove(ctx, pairs(candidates), maxPairs); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(proved, func(a, b Fix) int {
		return cmp.Or(cmp.Compare(riskRank(a.Risk), riskRank(b.Risk)), cmp.Compare(len(a.Titles), len(b.Titles)))
	})
	return proved[:min(len(proved), maxFixesTold)], nil
}

func (q *inquiry) candidates() []candidate {
	if q.bypassesScheduler() {
		return q.harmless(q.withoutNodeName())
	}
	var out []candidate
	for i, u := range q.uses {
		out = append(out, q.claimCandidates(u, q.findings[i])...)
	}
	return q.harmless(append(out, q.nodeCandidates()...))
}

// harmless leaves out what deletes an object or gives up data, where it could not be read what there is and who uses it: a
// claim whose volume cannot be seen may be fine.
func (q *inquiry) harmless(cs []candidate) []candidate {
	blind := slices.ContainsFunc([]inspect.Kind{inspect.PersistentVolumes, inspect.PersistentVolumeClaims, inspect.Pods}, func(kind inspect.Kind) bool {
		_, gap := q.ix.Gap(kind)
		return gap
	})
	if !blind {
		return cs
	}
	return slices.DeleteFunc(cs, func(c candidate) bool { return riskRank(c.fix.Risk) > riskRank(RiskLow) })
}

// prove asks the judge about each candidate and keeps those that help, with the Nodes that the Pod then fits.
func (q *inquiry) prove(ctx context.Context, candidates []candidate, limit int) ([]Fix, error) {
	proved := []Fix{}
	seen := map[string]bool{}
	for _, c := range candidates {
		if limit == 0 {
			break
		}
		if seen[c.fix.ID] {
			continue
		}
		seen[c.fix.ID] = true
		limit--
		pod := q.pod
		if c.pod != nil {
			pod = c.pod
		}
		nodes := c.nodes
		if nodes == nil && c.node != "" {
			nodes = []string{c.node}
		}
		v, err := q.judge.Verdict(ctx, pod, c.change, nodes)
		if err != nil {
			return nil, fmt.Errorf("trying the fix %s: %w", c.fix.ID, err)
		}
		if feasible := v.Feasible(); len(feasible) > 0 {
			proved = append(proved, c.on(feasible).named(feasible))
		}
	}
	return proved, nil
}

// pairs combines candidates that can help together: about the same Node or one of them about none, and not two
// ways to change the same thing.
func pairs(cs []candidate) []candidate {
	var out []candidate
	for i, a := range cs {
		for _, b := range cs[i+1:] {
			if !combine(a, b) {
				continue
			}
			out = append(out, together(a, b))
		}
	}
	return out
}

func combine(a, b candidate) bool {
	switch {
	case a.fix.Manifest != "" && b.fix.Manifest != "":
		return false // --print-fix prints one manifest
	case a.pod != nil && b.pod != nil:
		return false
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

func kindOfFix(c candidate) string {
	kind, _, _ := strings.Cut(c.fix.ID, "-")
	return kind
}

func together(a, b candidate) candidate {
	c := candidate{change: a.change.Then(b.change), pod: a.pod, node: cmp.Or(a.node, b.node), nodes: a.nodes}
	if c.pod == nil {
		c.pod = b.pod
	}
	if c.nodes == nil || a.node != "" {
		c.nodes = b.nodes
	}
	if c.node != "" {
		c.nodes = []string{c.node}
	}
	c.fix = joined(a.fix, b.fix)
	if a.fixFor != nil || b.fixFor != nil {
		c.fixFor = func(nodes []string) Fix { return joined(a.on(nodes), b.on(nodes)) }
	}
	return c
}

// on is the fix for the Nodes that the Pod then fits.
func (c candidate) on(nodes []string) Fix {
	if c.fixFor != nil {
		return c.fixFor(nodes)
	}
	return c.fix
}

// joined is both fixes, as one.
func joined(a, b Fix) Fix {
	f := Fix{
		ID:       a.ID + "+" + b.ID,
		Titles:   slices.Concat(a.Titles, b.Titles),
		Commands: distinctly(a.Commands, b.Commands, fact.Command.Equal),
		Risk:     a.Risk,
		Notes:    distinctly(a.Notes, b.Notes, fact.Fact.Equal),
		Manifest: a.Manifest + b.Manifest,
	}
	if riskRank(b.Risk) > riskRank(a.Risk) {
		f.Risk = b.Risk
	}
	return f
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

func riskRank(r Risk) int { return slices.Index([]Risk{RiskNone, RiskLow, RiskRecreate, RiskData}, r) }

// otherwiseFit are the Nodes that nothing but VolumeBinding refuses.
func (q *inquiry) otherwiseFit() []string {
	var out []string
	for _, n := range q.verdict.Nodes {
		if otherwiseFits(n) {
			out = append(out, n.Node)
		}
	}
	return out
}

// slug makes a name fit for an ID.
func slug(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '/' || r == '.' || r == '_' || r == ':' || r == '=' {
			return '-'
		}
		return r
	}, s)
}

// printFixFlag prints the manifest of a fix. A candidate's commands have it without the ID of the fix, which is not known
// before it is proved: it may become one of a pair.
const printFixFlag = "--print-fix"

// printFix is the command that prints the manifest of a fix, once it is named.
func (q *inquiry) printFix() fact.Command { return q.again().With(printFixFlag) }

// again is the command that explains the same Pod or claim.
func (q *inquiry) again() fact.Command {
	return fact.Plugin("why-pending", q.argument()).In(q.pod.Namespace)
}

// named is the fix as it is reported: with its ID in the command that prints its manifest, and the Nodes that it helps on.
func (f Fix) named(nodes []string) Fix {
	commands := make([]fact.Command, 0, len(f.Commands))
	for _, c := range f.Commands {
		if slices.Equal(c.Flags, []string{printFixFlag}) {
			c = c.With(f.ID)
		}
		commands = append(commands, c)
	}
	f.Commands, f.Nodes = commands, nodes
	return f
}

// argument names on the command line what is explained.
func (q *inquiry) argument() string {
	if q.pod.Name == "" {
		return "pvc/" + q.uses[0].name
	}
	return q.pod.Name
}
