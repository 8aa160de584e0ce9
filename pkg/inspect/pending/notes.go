package pending

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// notes are what limits the answer.
func notes(e evidence.Evidence, found []claimFinding) []fact.Fact {
	var out []fact.Fact
	if !e.Invalid.IsZero() {
		out = append(out, e.Invalid)
	}
	out = append(out, e.Ties...)
	out = append(out, astrayNotes(e)...)
	out = append(out, movedNotes(e)...)
	out = append(out, unusedNotes(e, found)...)
	out = append(out, homeNotes(e)...)
	out = append(out, diskNotes(e)...)
	out = append(out, ownNotes(e, found)...)
	out = append(out, homelessNotes(e, found)...)
	out = append(out, machineNotes(e)...)
	out = append(out, replaceNotes(e.Question)...)
	out = append(out, doubtNotes(e)...)
	out = append(out, gapNotes(e)...)
	if otherScheduler(e.Pod) {
		out = append(out, fact.New("AnotherSchedulerInCharge", "scheduler", e.Pod.Spec.SchedulerName))
	}
	if e.Pod.DeletionTimestamp != nil {
		out = append(out, fact.New("PodBeingDeleted"))
	}
	return out
}

// gapNotes tell of the kinds that could not be read, those with the same reason at once.
func gapNotes(e evidence.Evidence) []fact.Fact {
	kinds := map[string][]string{}
	var gaps []inspect.Gap
	for _, kind := range restsOn(e) {
		gap, ok := e.Index.Gap(kind)
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
func restsOn(e evidence.Evidence) []inspect.Kind {
	kinds := []inspect.Kind{inspect.Nodes, inspect.Pods, inspect.PersistentVolumes, inspect.PersistentVolumeClaims, inspect.StorageClasses, inspect.Namespaces}
	provisioned := slices.ContainsFunc(e.Uses, func(u evidence.ClaimUse) bool { return provisionedClass(e.Index, u) != nil })
	if provisioned || slices.ContainsFunc(e.Uses, func(u evidence.ClaimUse) bool { return onCSIVolume(e, u) }) {
		kinds = append(kinds, inspect.CSINodes) // how many volumes a driver can attach, and which Nodes are its hosts
	}
	if provisioned {
		kinds = append(kinds, inspect.CSIDrivers, inspect.CSIStorageCapacities)
	}
	if len(e.Pod.Spec.ResourceClaims) > 0 {
		kinds = append(kinds, deviceKinds()...)
	}
	if reportedInEvents(e.Pod) {
		kinds = append(kinds, inspect.Events)
	}
	return kinds
}

// onCSIVolume tells a claim that has a volume of a CSI driver, or is named by one.
func onCSIVolume(e evidence.Evidence, u evidence.ClaimUse) bool {
	ofDriver := func(v *corev1.PersistentVolume) bool { return v.Spec.CSI != nil }
	if u.Claim != nil && inspect.FullyBound(u.Claim) {
		v := e.Index.Volume(u.Claim.Spec.VolumeName)
		return v != nil && ofDriver(v)
	}
	return slices.ContainsFunc(e.Index.Naming(e.Pod.Namespace, u.Name), ofDriver)
}
