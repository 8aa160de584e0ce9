package pending

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// causeOf is the root cause.
func causeOf(e evidence.Evidence, found []claimFinding) Cause {
	feasible := e.Verdict.Feasible()
	switch {
	case e.BypassesScheduler():
		return Cause{CauseNodeNameUnbound, fact.New("NodeNameBypassesScheduler", "about", e.About, "node", e.Pod.Spec.NodeName, "claim", firstDelayed(e))}
	case len(e.Pod.Spec.SchedulingGates) > 0:
		return Cause{CauseGated, fact.New("SchedulingGated", "about", e.About, "gates", gateNames(e.Pod), "otherwise", otherwise(e, found, feasible))}
	case len(feasible) > 0:
		return schedulableCause(e, found, feasible)
	case otherScheduler(e.Pod):
		return Cause{CauseOtherScheduler, fact.New("SchedulerNotSimulated", "about", e.About, "scheduler", e.Pod.Spec.SchedulerName, "otherwise", otherwise(e, found, feasible))}
	case len(e.Verdict.Nodes) == 0:
		return Cause{CauseNoNodes, noNodes(e)}
	}
	if why, ok := devicesUndecided(e); ok {
		return Cause{CauseNotVolumes, fact.New("FitUndecided", "about", e.About, "why", why)}
	}
	if f, ok := claimCause(found); ok {
		return Cause{CauseCode(f.code), fact.New("ClaimFitsNoNode", "about", e.About, "why", f.reason)}
	}
	if len(e.Verdict.PreFilter) > 0 {
		r := e.Verdict.PreFilter[0]
		return Cause{CauseNotVolumes, fact.New("PluginRefusesAllNodes", "about", e.About, "plugin", r.Plugin, "reasons", r.Reasons)}
	}
	return nodesCause(e)
}

// noNodes says why there are no Nodes to ask.
func noNodes(e evidence.Evidence) fact.Fact {
	if gap, ok := e.Index.Gap(inspect.Nodes); ok {
		return fact.New("NodesUnknown", "about", e.About, "why", gap.Fact())
	}
	return fact.New("NoNodes", "about", e.About)
}

// gateNames are the scheduling gates of a Pod.
func gateNames(pod *corev1.Pod) []string {
	names := make([]string, 0, len(pod.Spec.SchedulingGates))
	for _, g := range pod.Spec.SchedulingGates {
		names = append(names, g.Name)
	}
	return names
}

// otherwise says what the filters make of a Pod that something else holds back.
func otherwise(e evidence.Evidence, found []claimFinding, feasible []string) fact.Fact {
	if len(feasible) > 0 {
		return fact.New("OtherwiseFits", "nodes", some(feasible), "count", len(feasible))
	}
	if why, ok := devicesUndecided(e); ok {
		return fact.New("OtherwiseUndecided", "why", why)
	}
	if f, ok := claimCause(found); ok {
		return fact.New("OtherwiseRefusedToo", "why", f.reason)
	}
	return fact.New("OtherwiseRefused")
}

// schedulableCause is for a Pod that fits a Node.
func schedulableCause(e evidence.Evidence, found []claimFinding, feasible []string) Cause {
	for i, f := range found {
		if f.code == inspect.AwaitingProvisioner && e.Uses[i].HandedOver() {
			return Cause{CauseCode(inspect.AwaitingProvisioner), fact.New("BeingPlaced", "about", e.About, "why", f.reason)}
		}
	}
	nodes, n := some(feasible), len(feasible)
	switch {
	case otherScheduler(e.Pod):
		return Cause{CauseOtherScheduler, fact.New("FitsByDefaultFilters", "about", e.About, "scheduler", e.Pod.Spec.SchedulerName, "nodes", nodes, "count", n)}
	case e.Pod.Name == "":
		return Cause{CauseSchedulable, fact.New("ClaimAwaitsPod", "about", e.About, "nodes", nodes, "count", n)}
	}
	if left := leftOnes(e, feasible); len(left) > 0 {
		mayBe := ""
		if mayStartWithIt(e, feasible) {
			mayBe = "yes"
		}
		return Cause{CauseSchedulable, fact.New("PodFitsWithoutItsData", "about", e.About, "nodes", nodes, "count", n, "left", left, "may", mayBe)}
	}
	if cause, never := neverBound(e); never {
		return cause
	}
	if risks := diskNotes(e); len(risks) > 0 {
		return Cause{CauseSchedulable, fact.New("PodFitsAtRisk", "about", e.About, "nodes", nodes, "count", n)}
	}
	return Cause{CauseSchedulable, fact.New("PodFits", "about", e.About, "nodes", nodes, "count", n)}
}

// neverBound is the cause that the volumes which are reserved for a claim lack its access modes: the scheduler does not look at that, and the volume
// controller never binds the two (controller/volume/persistentvolume: checkVolumeSatisfyClaim).
func neverBound(e evidence.Evidence) (Cause, bool) {
	for _, u := range e.Uses {
		volumes := given(e, u)
		if u.Matcher == nil || len(volumes) == 0 {
			continue
		}
		never := func(v *corev1.PersistentVolume) bool {
			return u.Matcher.Reserves(v) && slices.Contains(u.Matcher.Binds(v).Fails, inspect.AccessModesMismatch)
		}
		if !slices.ContainsFunc(volumes, func(v *corev1.PersistentVolume) bool { return !never(v) }) {
			why := u.Matcher.Binds(volumes[0]).FactOf(inspect.AccessModesMismatch)
			return Cause{CauseCode(inspect.NoMatchingVolume), fact.New("ReservedNeverBinds", "about", e.About, "claim", u.Name, "volume", volumes[0].Name, "why", why)}, true
		}
	}
	return Cause{}, false
}

// claimCause is the claim that stands in the way. One that stops the scheduler before any Node comes first, whatever
// is wrong with the others: they are not even looked at. Of several alike, it is the first by code, else by the order
// of the Pod's volumes.
func claimCause(found []claimFinding) (claimFinding, bool) {
	best := -1
	for i, f := range found {
		if f.code != inspect.ClaimOk && (best < 0 || f.before(found[best])) {
			best = i
		}
	}
	if best < 0 {
		return claimFinding{}, false
	}
	return found[best], true
}

// firstDelayed is the first claim that waits for the Pod to be placed.
func firstDelayed(e evidence.Evidence) string {
	for _, u := range e.Uses {
		if u.Unbound() && e.Index.Delayed(u.Claim) {
			return u.Name
		}
	}
	return ""
}
