package pending

import (
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"

	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// note collects what limits the answer.
func (q *inquiry) note() {
	q.noteGaps()
	if name := q.pod.Spec.SchedulerName; name != "" && name != DefaultScheduler {
		q.notes = append(q.notes, fact.New("AnotherSchedulerInCharge", "scheduler", name))
	}
	if q.pod.DeletionTimestamp != nil {
		q.notes = append(q.notes, fact.New("PodBeingDeleted"))
	}
}

// noteGaps tells of the kinds that could not be read, those with the same reason at once.
func (q *inquiry) noteGaps() {
	kinds := map[string][]string{}
	var gaps []inspect.Gap
	for _, kind := range q.restsOn() {
		gap, ok := q.ix.Gap(kind)
		if !ok {
			continue
		}
		if kinds[gap.Reason] == nil {
			gaps = append(gaps, gap)
		}
		kinds[gap.Reason] = append(kinds[gap.Reason], string(kind))
	}
	for _, gap := range gaps {
		q.notes = append(q.notes, fact.New("AnswerRestsOnRest", "kinds", kinds[gap.Reason], "why", gap.Fact()))
	}
}

// restsOn are the kinds that the answer depends on. What is unknown of other kinds changes nothing.
func (q *inquiry) restsOn() []inspect.Kind {
	kinds := []inspect.Kind{inspect.Nodes, inspect.Pods, inspect.PersistentVolumes, inspect.PersistentVolumeClaims, inspect.StorageClasses, inspect.Namespaces}
	provisioned := slices.ContainsFunc(q.uses, func(u claimUse) bool { return q.provisionedClass(u) != nil })
	if provisioned || slices.ContainsFunc(q.uses, q.onCSIVolume) {
		kinds = append(kinds, inspect.CSINodes) // how many volumes a driver can attach
	}
	if provisioned {
		kinds = append(kinds, inspect.CSIDrivers, inspect.CSIStorageCapacities)
	}
	if len(q.pod.Spec.ResourceClaims) > 0 {
		kinds = append(kinds, deviceKinds()...)
	}
	if reportedInEvents(q.ix, q.pod) {
		kinds = append(kinds, inspect.Events)
	}
	return kinds
}

func (q *inquiry) onCSIVolume(u claimUse) bool {
	if u.claim == nil || !inspect.FullyBound(u.claim) {
		return false
	}
	v := q.ix.Volume(u.claim.Spec.VolumeName)
	return v != nil && v.Spec.CSI != nil
}

// pluginDevices is the name of the plugin that allocates devices to resource claims.
const pluginDevices = "DynamicResources"

// deviceKinds are what that plugin decides by.
func deviceKinds() []inspect.Kind {
	return []inspect.Kind{inspect.ResourceClaims, inspect.ResourceSlices, inspect.DeviceClasses}
}

// devicesUnknown says of which of the kinds that it decides by the DynamicResources plugin was told too little.
func devicesUnknown(ix *inspect.Index) (inspect.Kind, inspect.Gap, bool) {
	for _, kind := range deviceKinds() {
		if gap, ok := ix.Gap(kind); ok {
			return kind, gap, true
		}
	}
	return "", inspect.Gap{}, false
}

// devicesUndecided is about Nodes that nothing refuses but the DynamicResources plugin, which was told too little: whether
// the Pod fits there is not known. ok is false if that is not so of any Node.
func (q *inquiry) devicesUndecided() (f fact.Fact, ok bool) {
	kind, gap, ok := devicesUnknown(q.ix)
	if !ok || slices.ContainsFunc(q.verdict.PreFilter, notDevices) {
		return fact.Fact{}, false
	}
	var nodes []string
	for _, n := range q.verdict.Nodes {
		if !slices.ContainsFunc(n.Refusals, notDevices) {
			nodes = append(nodes, n.Node)
		}
	}
	if len(nodes) == 0 {
		return fact.Fact{}, false
	}
	return fact.New("DevicesUndecided", "nodes", some(nodes), "count", len(nodes), "kind", kind, "why", gap.Fact()), true
}

func notDevices(r inspect.Refusal) bool { return r.Plugin != pluginDevices }

// reportedInEvents reports whether what the scheduler found for a Pod would be in an event: no condition of the Pod has it.
func reportedInEvents(ix *inspect.Index, pod *corev1.Pod) bool {
	return pod.Name != "" && !slices.ContainsFunc(pod.Status.Conditions, func(c corev1.PodCondition) bool {
		return c.Type == corev1.PodScheduled || c.Reason == corev1.PodReasonSchedulingGated
	})
}

// schedulerUnknown says why it is not known what the scheduler found for a Pod, zero if it is.
func schedulerUnknown(ix *inspect.Index, pod *corev1.Pod) fact.Fact {
	if gap, ok := ix.Gap(inspect.Events); ok && reportedInEvents(ix, pod) {
		return gap.Fact()
	}
	return fact.Fact{}
}
