package inspect

import (
	"fmt"
	"slices"
	"strings"
)

// cause is the root cause in one sentence.
func (q *inquiry) cause() Cause {
	say := func(code CauseCode, format string, args ...any) Cause {
		return Cause{Code: code, Message: q.subject + " " + fmt.Sprintf(format, args...) + "."}
	}
	feasible := q.verdict.Feasible()
	switch {
	case q.bypassesScheduler():
		return say(CauseNodeNameUnbound, "names its node (%s) itself, so the scheduler never sees it and nobody binds its claim %s, which waits for the scheduler",
			q.pod.Spec.NodeName, q.firstDelayed())
	case len(q.pod.Spec.SchedulingGates) > 0:
		return say(CauseGated, "is held back by %s; %s", q.gatesText(), q.withoutThat(feasible))
	case len(feasible) > 0:
		return q.schedulableCause(say, feasible)
	case q.otherScheduler():
		return say(CauseOtherScheduler, "is in the hands of scheduler %s, which is not simulated; %s", q.pod.Spec.SchedulerName, q.withoutThat(feasible))
	case len(q.verdict.Nodes) == 0:
		return say(CauseNoNodes, "fits no node: %s", q.noNodes())
	}
	if unknown, ok := q.devicesText(); ok {
		return say(CauseNotVolumes, "%s", unknown)
	}
	if code, message, ok := q.claimCause(); ok {
		return say(CauseCode(code), "fits no node: %s", message)
	}
	if len(q.verdict.PreFilter) > 0 {
		r := q.verdict.PreFilter[0]
		return say(CauseNotVolumes, "fits no node, and volumes are not the reason: %s (%s)", strings.Join(r.Reasons, ", "), r.Plugin)
	}
	return q.nodesCause(say)
}

func (q *inquiry) noNodes() string {
	if gap, ok := q.ix.Gap(Nodes); ok {
		return "which nodes there are is " + gap.String()
	}
	return "the cluster has no nodes"
}

func (q *inquiry) otherScheduler() bool {
	name := q.pod.Spec.SchedulerName
	return name != "" && name != DefaultScheduler
}

func (q *inquiry) gatesText() string {
	var names []string
	for _, g := range q.pod.Spec.SchedulingGates {
		names = append(names, g.Name)
	}
	if len(names) == 1 {
		return "the scheduling gate " + names[0]
	}
	return "the scheduling gates " + listed(names)
}

// withoutThat says what the filters make of a Pod that something else holds back.
func (q *inquiry) withoutThat(feasible []string) string {
	if len(feasible) > 0 {
		return "otherwise it would fit " + listed(feasible)
	}
	if unknown, ok := q.devicesText(); ok {
		return "otherwise it " + unknown
	}
	if _, message, ok := q.claimCause(); ok {
		return "otherwise it would fit no node either: " + message
	}
	return "otherwise it would fit no node either"
}

func (q *inquiry) schedulableCause(say func(CauseCode, string, ...any) Cause, feasible []string) Cause {
	for i, f := range q.findings {
		if f.code == AwaitingProvisioner && hasSelectedNode(q.uses[i].claim) {
			return say(CauseCode(AwaitingProvisioner), "is being placed: %s", f.message)
		}
	}
	if q.otherScheduler() {
		return say(CauseOtherScheduler, "is in the hands of scheduler %s, which is not simulated; by the default scheduler's filters it fits %s", q.pod.Spec.SchedulerName, listed(feasible))
	}
	if q.pod.Name == "" {
		return say(CauseSchedulable, "fits %s as things stand: the claim only waits for one", listed(feasible))
	}
	return say(CauseSchedulable, "fits %s as things stand: it only waits for the scheduler to try again", listed(feasible))
}

// claimCause is the claim that stands in the way. One that stops the scheduler before any Node comes first, whatever
// is wrong with the others: they are not even looked at. Of several alike, it is the first by code, else by the order
// of the Pod's volumes.
func (q *inquiry) claimCause() (ClaimCode, string, bool) {
	best := -1
	for i, f := range q.findings {
		if f.code != ClaimOk && (best < 0 || f.before(q.findings[best])) {
			best = i
		}
	}
	if best < 0 {
		return "", "", false
	}
	return q.findings[best].code, q.findings[best].message, true
}

// before reports whether a finding stands in the way before another does.
func (f claimFinding) before(o claimFinding) bool {
	if f.stops != o.stops {
		return f.stops
	}
	order := ClaimCodes()
	return slices.Index(order, f.code) < slices.Index(order, o.code)
}

// nodesCause is for claims that are fine, each by itself.
func (q *inquiry) nodesCause(say func(CauseCode, string, ...any) Cause) Cause {
	var withVolumes, without []string
	volumesWouldDo := false
	for _, n := range q.verdict.Nodes {
		if _, refused := n.Refused(PluginVolumeBinding); refused {
			without = append(without, n.Node)
			volumesWouldDo = volumesWouldDo || otherwiseFits(n)
		} else {
			withVolumes = append(withVolumes, n.Node)
		}
	}
	switch {
	case len(without) == 0:
		return say(CauseNotVolumes, "fits no node, and volumes are not the reason: %s", q.refusalsText())
	case len(withVolumes) == 0:
		return say(CauseCode(NoMatchingVolume), "fits no node: each of its claims has a volume somewhere, but no node has one for all of them")
	case !volumesWouldDo:
		return say(CauseNotVolumes, "fits no node, and volumes are not the reason: %s volumes for it and %s it for another reason (%s)",
			subject(withVolumes, "has", "have"), verb(withVolumes, "refuses", "refuse"), q.whyRefused(withVolumes))
	default:
		return say(CauseVolumesAndNodes, "fits no node: %s a volume for it and %s it for another reason (%s); the other %s no volume for it",
			subject(withVolumes, "has", "have"), verb(withVolumes, "refuses", "refuse"), q.whyRefused(withVolumes), hasHave(len(without)))
	}
}

// subject is a list of names with the form of the verb that goes with their number.
func subject(names []string, singular, plural string) string {
	return listed(names) + " " + verb(names, singular, plural)
}

func verb(names []string, singular, plural string) string {
	if len(names) == 1 {
		return singular
	}
	return plural
}

func hasHave(n int) string {
	if n == 1 {
		return "node has"
	}
	return fmt.Sprintf("%d nodes have", n)
}

// whyRefused says why Nodes refuse the Pod, by name where they differ: what is true of one must not be read as true
// of all. What most have in common comes first.
func (q *inquiry) whyRefused(nodes []string) string {
	on := map[string][]string{}
	var order []string
	for _, node := range nodes {
		why := q.whyNodeRefuses(node)
		if on[why] == nil {
			order = append(order, why)
		}
		on[why] = append(on[why], node)
	}
	if len(order) == 1 {
		return order[0]
	}
	slices.SortStableFunc(order, func(a, b string) int { return len(on[b]) - len(on[a]) })
	parts := make([]string, 0, len(order))
	for _, why := range order {
		parts = append(parts, listed(on[why])+": "+why)
	}
	if len(parts) > maxListed {
		parts = append(parts[:maxListed-1], fmt.Sprintf("%d more ways", len(order)-maxListed+1))
	}
	return strings.Join(parts, "; ")
}

func (q *inquiry) whyNodeRefuses(node string) string {
	nv, _ := q.nodeVerdict(node)
	var whys []string
	for _, r := range nv.Refusals {
		whys = append(whys, q.ix.refusalText(q.pod, q.ix.Node(node), r))
	}
	return strings.Join(whys, ", ")
}

// refusalsText counts the Nodes by their first refusal, most frequent first, as the scheduler counts.
func (q *inquiry) refusalsText() string {
	counts := map[string]int{}
	var order []string
	for _, n := range q.verdict.Nodes {
		if len(n.Refusals) == 0 {
			continue
		}
		text := q.ix.refusalText(q.pod, q.ix.Node(n.Node), n.Refusals[0])
		if counts[text] == 0 {
			order = append(order, text)
		}
		counts[text]++
	}
	slices.SortStableFunc(order, func(a, b string) int { return counts[b] - counts[a] })
	parts := make([]string, 0, len(order))
	for _, text := range order {
		parts = append(parts, fmt.Sprintf("%s: %s", count(counts[text], "node"), text))
	}
	return listed(parts)
}

func (q *inquiry) firstDelayed() string {
	for _, u := range q.uses {
		if u.claim != nil && !FullyBound(u.claim) && q.ix.delayed(u.claim) {
			return u.name
		}
	}
	return ""
}
