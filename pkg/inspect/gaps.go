package inspect

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// note collects what limits the answer.
func (q *inquiry) note() {
	for _, kind := range q.restsOn() {
		if gap, ok := q.ix.Gap(kind); ok {
			q.notes = append(q.notes, fmt.Sprintf("%s: %s; the answer rests on what could be read", kind, gap))
		}
	}
	if name := q.pod.Spec.SchedulerName; name != "" && name != DefaultScheduler {
		q.notes = append(q.notes, fmt.Sprintf("scheduler %s is in charge of this Pod; what is said of nodes is what the default scheduler's filters say", name))
	}
	if q.pod.DeletionTimestamp != nil {
		q.notes = append(q.notes, "the Pod is being deleted")
	}
}

// restsOn are the kinds that the answer depends on. What is unknown of other kinds changes nothing.
func (q *inquiry) restsOn() []Kind {
	kinds := []Kind{Nodes, Pods, PersistentVolumes, PersistentVolumeClaims, StorageClasses, Namespaces}
	provisioned := slices.ContainsFunc(q.uses, func(u claimUse) bool { return q.provisionedClass(u) != nil })
	if provisioned || slices.ContainsFunc(q.uses, q.onCSIVolume) {
		kinds = append(kinds, CSINodes) // how many volumes a driver can attach
	}
	if provisioned {
		kinds = append(kinds, CSIDrivers, CSIStorageCapacities)
	}
	if len(q.pod.Spec.ResourceClaims) > 0 {
		kinds = append(kinds, deviceKinds()...)
	}
	if q.ix.wordInEvents(q.pod) {
		kinds = append(kinds, Events)
	}
	return kinds
}

func (q *inquiry) onCSIVolume(u claimUse) bool {
	if u.claim == nil || !FullyBound(u.claim) {
		return false
	}
	v := q.ix.Volume(u.claim.Spec.VolumeName)
	return v != nil && v.Spec.CSI != nil
}

// pluginDevices is the name of the plugin that allocates devices to resource claims.
const pluginDevices = "DynamicResources"

// deviceKinds are what that plugin decides by.
func deviceKinds() []Kind { return []Kind{ResourceClaims, ResourceSlices, DeviceClasses} }

// devicesUnknown says of which of the kinds that it decides by the DynamicResources plugin was told too little.
func (ix *Index) devicesUnknown() (Kind, Gap, bool) {
	for _, kind := range deviceKinds() {
		if gap, ok := ix.Gap(kind); ok {
			return kind, gap, true
		}
	}
	return "", Gap{}, false
}

// devicesText is about Nodes that nothing refuses but the DynamicResources plugin, which was told too little: whether
// the Pod fits there is not known. ok is false if that is not so of any Node.
func (q *inquiry) devicesText() (text string, ok bool) {
	kind, gap, ok := q.ix.devicesUnknown()
	if !ok || slices.ContainsFunc(q.verdict.PreFilter, notDevices) {
		return "", false
	}
	var nodes []string
	for _, n := range q.verdict.Nodes {
		if !slices.ContainsFunc(n.Refusals, notDevices) {
			nodes = append(nodes, n.Node)
		}
	}
	if len(nodes) == 0 {
		return "", false
	}
	return fmt.Sprintf("may fit %s, and volumes are not the reason if it does not: whether there are devices for it cannot be told, because the %s are %s",
		listed(nodes), kind, gap), true
}

func notDevices(r Refusal) bool { return r.Plugin != pluginDevices }

// wordInEvents reports whether the scheduler's word on a Pod would be in an event: it has no condition that says it.
func (ix *Index) wordInEvents(pod *corev1.Pod) bool {
	return pod.Name != "" && !slices.ContainsFunc(pod.Status.Conditions, func(c corev1.PodCondition) bool {
		return c.Type == corev1.PodScheduled || c.Reason == corev1.PodReasonSchedulingGated
	})
}

// schedulerUnknown says why the scheduler's word on a Pod is not known, empty if it is.
func (ix *Index) schedulerUnknown(pod *corev1.Pod) string {
	if gap, ok := ix.Gap(Events); ok && ix.wordInEvents(pod) {
		return gap.String()
	}
	return ""
}
