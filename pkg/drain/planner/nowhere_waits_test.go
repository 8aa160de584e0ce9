package planner

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestAwaitedDataIsNotSuggested: a volume that somebody waits for is reclaimed for no other, whether a claim of its own name waits, a Pod, or a
// set that is to create one. An earlier run has deleted the claim of the member, so that the volume would be reserved for the next.
func TestAwaitedDataIsNotSuggested(t *testing.T) {
	world := func(more ...any) []any {
		w := With(Without(fullFleet(left3()), "PersistentVolumeClaim shop/data-db-1"), MemberPod(StatefulSet("db", 3), 1, ""),
			Volume("n1-data", On("n1"), Has("data-db-1", "data-db-1-uid"), Phase(Released), SavedFrom(Claim("data-db-1", BoundTo("n1-data"))), RecoveredFrom("n1")))
		return With(w, more...)
	}
	if text := told(recoverPlan(t, nil, world()...)); !strings.Contains(text, "n3-old (on n3) would do") {
		t.Fatalf("not suggested although nobody waits: %s", text)
	}
	set := left3(Has("data-web-0", "gone-uid"), Phase(Released))
	for name, more := range map[string][]any{
		"a claim":                  {Claim("gone", WithUID("new"))},
		"a claim of another class": {Claim("gone", WithUID("new"), WantsClass("slow")), StorageClass("slow")},
		"a Pod":                    {Consumer("old", "", "gone")},
		"a set":                    {set, StatefulSet("web", 1)},
	} {
		t.Run(name, func(t *testing.T) {
			plan := recoverPlan(t, nil, world(more...)...)
			if text := told(plan); plan.Verdict != drain.Blocked || strings.Contains(text, "would do") {
				t.Errorf("%s: %s", plan.Verdict, text)
			}
		})
	}
}

// TestDoubtfulDataIsNotOfferedBack: a volume with a member's earlier data is not offered to it if its disk may have another's, if somebody
// has or could get the disk by another volume, or if the disk may have gone with an earlier machine: reattach refuses all these.
func TestDoubtfulDataIsNotOfferedBack(t *testing.T) {
	const offered = "earlier data of shop/db-1 is on n3-old"
	own := left3(Has("data-db-1", "earlier-uid"), Phase(Released))
	twin := func(edits ...func(*corev1.PersistentVolume)) *corev1.PersistentVolume {
		return Volume("twin", append([]func(*corev1.PersistentVolume){On("n3"), at("/mnt/n3-old")}, edits...)...)
	}
	later := func(v *corev1.PersistentVolume) { v.Status.LastPhaseTransitionTime = ptr.To(Ago(time.Hour)) }
	for name, tc := range map[string]struct {
		world  []any
		offers bool
	}{
		"alone":                              {fullFleet(own), true},
		"a twin of another, order unknown":   {fullFleet(own, twin(Has("gone", "gone-uid"), Phase(Released), untimed)), false},
		"a twin of another, left later":      {fullFleet(own, twin(Has("gone", "gone-uid"), Phase(Released), later)), false},
		"a twin that somebody has":           {fullFleet(own, twin(Has("theirs", "theirs-uid")), Claim("theirs", BoundTo("twin"))), false},
		"a twin that is free":                {fullFleet(own, twin(func(v *corev1.PersistentVolume) { v.Spec.ClaimRef, v.Status.Phase = nil, corev1.VolumeAvailable })), false},
		"made for an earlier machine":        {fullFleet(own, Node("n3", BornAgo(time.Hour))), false},
		"made by a provisioner for another":  {fullFleet(left3(Has("data-db-1", "earlier-uid"), Phase(Released), Provisioned("local-volume-provisioner-n3-earlier-uid"))), false},
		"made by a provisioner for the Node": {fullFleet(left3(Has("data-db-1", "earlier-uid"), Phase(Released), Provisioned("local-volume-provisioner-n3-n3-uid"))), true},
	} {
		t.Run(name, func(t *testing.T) {
			plan := recoverPlan(t, nil, tc.world...)
			if text := told(plan); strings.Contains(text, offered) != tc.offers {
				t.Error(text)
			}
		})
	}
}
