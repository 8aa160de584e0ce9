package pending

import (
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// notes are what limits the answer.
func notes(e *evidence, ties []fact.Fact) []fact.Fact {
	var out []fact.Fact
	if !e.invalid.IsZero() {
		out = append(out, e.invalid)
	}
	out = append(out, ties...)
	out = append(out, gapNotes(e)...)
	if otherScheduler(e.pod) {
		out = append(out, fact.New("AnotherSchedulerInCharge", "scheduler", e.pod.Spec.SchedulerName))
	}
	if e.pod.DeletionTimestamp != nil {
		out = append(out, fact.New("PodBeingDeleted"))
	}
	return out
}

// gapNotes tell of the kinds that could not be read, those with the same reason at once.
func gapNotes(e *evidence) []fact.Fact {
	kinds := map[string][]string{}
	var gaps []inspect.Gap
	for _, kind := range restsOn(e) {
		gap, ok := e.ix.Gap(kind)
		if !ok {
			continue
		}
		if kinds[gap.Reason] == nil {
			gaps = append(gaps, gap)
		}
		kinds[gap.Reason] = append(kinds[gap.Reason], string(kind))
	}
	var out []fact.Fact
	for _, gap := range gaps {
		out = append(out, fact.New("AnswerRestsOnRest", "kinds", kinds[gap.Reason], "why", gap.Fact()))
	}
	return out
}

// restsOn are the kinds that the answer depends on. What is unknown of other kinds changes nothing.
func restsOn(e *evidence) []inspect.Kind {
	kinds := []inspect.Kind{inspect.Nodes, inspect.Pods, inspect.PersistentVolumes, inspect.PersistentVolumeClaims, inspect.StorageClasses, inspect.Namespaces}
	provisioned := slices.ContainsFunc(e.uses, func(u claimUse) bool { return provisionedClass(e.ix, u) != nil })
	if provisioned || slices.ContainsFunc(e.uses, func(u claimUse) bool { return onCSIVolume(e.ix, u) }) {
		kinds = append(kinds, inspect.CSINodes) // how many volumes a driver can attach
	}
	if provisioned {
		kinds = append(kinds, inspect.CSIDrivers, inspect.CSIStorageCapacities)
	}
	if len(e.pod.Spec.ResourceClaims) > 0 {
		kinds = append(kinds, deviceKinds()...)
	}
	if reportedInEvents(e.pod) {
		kinds = append(kinds, inspect.Events)
	}
	return kinds
}

// onCSIVolume tells a claim that is bound to a volume of a CSI driver.
func onCSIVolume(ix *inspect.Index, u claimUse) bool {
	if u.claim == nil || !inspect.FullyBound(u.claim) {
		return false
	}
	v := ix.Volume(u.claim.Spec.VolumeName)
	return v != nil && v.Spec.CSI != nil
}
