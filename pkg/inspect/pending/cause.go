package pending

import (
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"

	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// cause is the root cause.
func (q *inquiry) cause() Cause {
	feasible := q.verdict.Feasible()
	switch {
	case q.bypassesScheduler():
		return Cause{CauseNodeNameUnbound, fact.New("NodeNameBypassesScheduler", "about", q.about, "node", q.pod.Spec.NodeName, "claim", q.firstDelayed())}
	case len(q.pod.Spec.SchedulingGates) > 0:
		return Cause{CauseGated, fact.New("SchedulingGated", "about", q.about, "gates", q.gates(), "otherwise", q.otherwise(feasible))}
	case len(feasible) > 0:
		return q.schedulableCause(feasible)
	case q.otherScheduler():
		return Cause{CauseOtherScheduler, fact.New("SchedulerNotSimulated", "about", q.about, "scheduler", q.pod.Spec.SchedulerName, "otherwise", q.otherwise(feasible))}
	case len(q.verdict.Nodes) == 0:
		return Cause{CauseNoNodes, q.noNodes()}
	}
	if why, ok := q.devicesUndecided(); ok {
		return Cause{CauseNotVolumes, fact.New("FitUndecided", "about", q.about, "why", why)}
	}
	if f, ok := q.claimCause(); ok {
		return Cause{CauseCode(f.code), fact.New("ClaimFitsNoNode", "about", q.about, "why", f.reason)}
	}
	if len(q.verdict.PreFilter) > 0 {
		r := q.verdict.PreFilter[0]
		return Cause{CauseNotVolumes, fact.New("PluginRefusesAllNodes", "about", q.about, "plugin", r.Plugin, "reasons", r.Reasons)}
	}
	return q.nodesCause()
}

func (q *inquiry) noNodes() fact.Fact {
	if gap, ok := q.ix.Gap(inspect.Nodes); ok {
		return fact.New("NodesUnknown", "about", q.about, "why", gap.Fact())
	}
	return fact.New("NoNodes", "about", q.about)
}

func (q *inquiry) otherScheduler() bool {
	name := q.pod.Spec.SchedulerName
	return name != "" && name != DefaultScheduler
}

func (q *inquiry) gates() []string {
	names := make([]string, 0, len(q.pod.Spec.SchedulingGates))
	for _, g := range q.pod.Spec.SchedulingGates {
		names = append(names, g.Name)
	}
	return names
}

// otherwise says what the filters make of a Pod that something else holds back.
func (q *inquiry) otherwise(feasible []string) fact.Fact {
	if len(feasible) > 0 {
		return fact.New("OtherwiseFits", "nodes", some(feasible), "count", len(feasible))
	}
	if why, ok := q.devicesUndecided(); ok {
		return fact.New("OtherwiseUndecided", "why", why)
	}
	if f, ok := q.claimCause(); ok {
		return fact.New("OtherwiseRefusedToo", "why", f.reason)
	}
	return fact.New("OtherwiseRefused")
}

func (q *inquiry) schedulableCause(feasible []string) Cause {
	for i, f := range q.findings {
		if f.code == inspect.AwaitingProvisioner && hasSelectedNode(q.uses[i].claim) {
			return Cause{CauseCode(inspect.AwaitingProvisioner), fact.New("BeingPlaced", "about", q.about, "why", f.reason)}
		}
	}
	nodes, n := some(feasible), len(feasible)
	switch {
	case q.otherScheduler():
		return Cause{CauseOtherScheduler, fact.New("FitsByDefaultFilters", "about", q.about, "scheduler", q.pod.Spec.SchedulerName, "nodes", nodes, "count", n)}
	case q.pod.Name == "":
		return Cause{CauseSchedulable, fact.New("ClaimAwaitsPod", "about", q.about, "nodes", nodes, "count", n)}
	}
	return Cause{CauseSchedulable, fact.New("PodFits", "about", q.about, "nodes", nodes, "count", n)}
}

// claimCause is the claim that stands in the way. One that stops the scheduler before any Node comes first, whatever
// is wrong with the others: they are not even looked at. Of several alike, it is the first by code, else by the order
// of the Pod's volumes.
func (q *inquiry) claimCause() (claimFinding, bool) {
	best := -1
	for i, f := range q.findings {
		if f.code != inspect.ClaimOk && (best < 0 || f.before(q.findings[best])) {
			best = i
		}
	}
	if best < 0 {
		return claimFinding{}, false
	}
	return q.findings[best], true
}

// before reports whether a finding stands in the way before another does.
func (f claimFinding) before(o claimFinding) bool {
	if f.stops != o.stops {
		return f.stops
	}
	order := inspect.ClaimCodes()
	return slices.Index(order, f.code) < slices.Index(order, o.code)
}

func (q *inquiry) firstDelayed() string {
	for _, u := range q.uses {
		if u.claim != nil && !inspect.FullyBound(u.claim) && q.ix.Delayed(u.claim) {
			return u.name
		}
	}
	return ""
}

// maxTold is how many names or Facts of a kind are told at most, where there may be one for every Node: the rest is counted.
const maxTold = 5

// some are the first names of a long list. Their number is told beside them.
func some(names []string) []string { return names[:min(len(names), maxTold)] }
