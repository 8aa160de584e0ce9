package fix

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// Find returns the changes that make the Pod fit a Node, least risky first, and the near misses of its claims, in their order, that lie
// where the Pod could nearly go. Neither is nil. Codes are what was found of each claim, in the order of the Uses. The only errors are the
// Judge's.
func Find(ctx context.Context, judge inspect.Judge, e evidence.Evidence, codes []inspect.ClaimCode) ([]Fix, []match.NearMiss, error) {
	near := findNear(e)
	held := withheld(e)
	judge = withheldJudge{judge, held}
	fixes, err := best(ctx, judge, newLandings(e, held), candidates(e, codes, near), func(c candidate) bool { return givesSharedDisk(e, c) })
	if err != nil {
		return nil, nil, err
	}
	return fixes, near.ofAll(e.Uses), nil
}

// candidates are the changes that may help, in the order in which they are tried. There are none where something other than
// the filters holds the Pod back.
func candidates(e evidence.Evidence, codes []inspect.ClaimCode, near nearby) []candidate {
	switch {
	case len(e.Pod.Spec.SchedulingGates) > 0 || len(e.Verdict.Nodes) == 0:
		return nil
	case e.BypassesScheduler():
		return harmless(e.Index, withoutNodeName(e))
	}
	out := ownVolumes(e)
	for i := range e.Uses {
		out = append(out, claimCandidates(e, codes, i, near)...)
	}
	return harmless(e.Index, append(out, nodeCandidates(e)...))
}

// harmless leaves out what deletes an object or gives up data, where it could not be read what there is and who uses it: a
// claim whose volume cannot be seen may be fine.
func harmless(ix *inspect.Index, cs []candidate) []candidate {
	blind := slices.ContainsFunc([]inspect.Kind{inspect.PersistentVolumes, inspect.PersistentVolumeClaims, inspect.Pods}, func(kind inspect.Kind) bool {
		_, gap := ix.Gap(kind)
		return gap
	})
	if !blind {
		return cs
	}
	return slices.DeleteFunc(cs, func(c candidate) bool { return c.fix.Risk.rank() > RiskLow.rank() })
}

// best are the candidates that make the Pod schedulable, least risky first. Each is tried on the Snapshot; where none
// helps by itself that can be done and gives away nobody's data, pairs are tried. None is offered that is refused.
func best(ctx context.Context, judge inspect.Judge, lands landings, all []candidate, refused func(candidate) bool) ([]Fix, error) {
	all = slices.DeleteFunc(all, refused)
	proved, err := prove(ctx, judge, lands, all, maxSingles)
	if err != nil {
		return nil, err
	}
	doable := func(f Fix) bool { return len(f.Commands) > 0 } // that a node comes back is nothing to do
	keeping := func(f Fix) bool { return doable(f) && f.exposes() == 0 }
	if !slices.ContainsFunc(proved, keeping) {
		rest := slices.DeleteFunc(slices.Clone(all), func(c candidate) bool {
			return slices.ContainsFunc(proved, func(f Fix) bool { return f.ID == c.fix.ID && f.exposes() == 0 })
		})
		further, err := prove(ctx, judge, lands, slices.DeleteFunc(pairs(rest), refused), maxPairs)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(proved, doable) { // what gives away the data of others can be done by itself
			further = slices.DeleteFunc(further, func(f Fix) bool { return !keeping(f) })
		}
		proved = append(proved, further...)
	}
	slices.SortStableFunc(proved, func(a, b Fix) int {
		return cmp.Or(cmp.Compare(a.Risk.rank(), b.Risk.rank()), cmp.Compare(a.exposes(), b.exposes()), cmp.Compare(len(a.Titles), len(b.Titles)))
	})
	return proved[:min(len(proved), maxFixesTold)], nil
}

// prove asks the judge about each candidate and keeps those that help, with the Nodes that the Pod then fits.
func prove(ctx context.Context, judge inspect.Judge, lands landings, all []candidate, limit int) ([]Fix, error) {
	e := lands.e
	proved := []Fix{}
	seen := map[string]bool{}
	for _, c := range all {
		if len(seen) == limit {
			break
		}
		if seen[c.fix.ID] {
			continue
		}
		seen[c.fix.ID] = true
		feasible, err := helpsOn(ctx, judge, e.Pod, c)
		if err != nil {
			return nil, fmt.Errorf("trying the fix %s: %w", c.fix.ID, err)
		}
		if feasible = withData(e, c, feasible); len(feasible) > 0 {
			gets, nodes := asRecoverDoes(c, lands.of(c, feasible), feasible)
			proved = append(proved, landed(leaving(e, c, c.on(nodes), nodes), gets, nodes).named(nodes))
		}
	}
	return proved, nil
}

// helpsOn are the Nodes that the Pod fits with a candidate.
func helpsOn(ctx context.Context, judge inspect.Judge, pod *corev1.Pod, c candidate) ([]string, error) {
	if c.pod != nil {
		pod = c.pod
	}
	nodes := c.nodes
	if nodes == nil && c.node != "" {
		nodes = []string{c.node}
	}
	v, err := judge.Verdict(ctx, pod, c.change, nodes)
	if err != nil {
		return nil, err
	}
	return v.Feasible(), nil
}
