package planner

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inventory"
)

// TestDataThatIsAwaitedByAnotherVolume: a disk with data that its claim waits for, by another volume, is opened to nobody unless that is accepted.
func TestDataThatIsAwaitedByAnotherVolume(t *testing.T) {
	const hour = time.Hour
	restored := Claim("own", WithUID("new"), BoundTo("mine"), func(c *corev1.PersistentVolumeClaim) { c.Status.Phase = corev1.ClaimLost })
	lost := Claim("own", WithUID("new"), BoundTo("vanished"), func(c *corev1.PersistentVolumeClaim) { c.Status.Phase = corev1.ClaimLost })
	for name, tc := range map[string]struct {
		claim        *corev1.PersistentVolumeClaim
		timed, waits bool
	}{
		"Pending, which asks for another class":   {Claim("own", WithUID("new"), WantsClass("slow")), true, true},
		"Lost, naming a volume that is not there": {lost, true, true},
		"restored":                        {restored, true, true},
		"restored, left at no known time": {restored, false, true},
		"bound elsewhere":                 {Claim("own", WithUID("new"), BoundTo("elsewhere")), true, false},
	} {
		t.Run(name, func(t *testing.T) {
			twin := func(name, claim string, ago time.Duration) *corev1.PersistentVolume {
				v := Volume(name, at("/mnt/one"), Has(claim, claim+"-old"), Phase(Released))
				v.Status.LastPhaseTransitionTime = nil
				if tc.timed {
					since := Ago(ago)
					v.Status.LastPhaseTransitionTime = &metav1.Time{Time: since.Time}
				}
				return v
			}
			s := Snapshot(t, Node("node-0"), StorageClass("slow"), twin("mine", "own", hour), twin("other", "ledger", 9*hour), tc.claim,
				Volume("elsewhere", Has("own", "new")))
			ask := func(r drain.ReclaimRequest) *drain.Plan { r.KeepData = true; return planOf(t, reclaiming(r), s) }
			named := ask(drain.ReclaimRequest{Volumes: []string{"other"}})
			if got := named.Verdict == drain.Blocked; got != tc.waits {
				t.Errorf("blocked %v, want %v: %s", got, tc.waits, told(named))
			}
			if tc.waits && (named.Blockers[0].Code != drain.BlockedForeignData || !strings.Contains(told(named), "mine") || !strings.Contains(told(named), "shop/own")) {
				t.Errorf("blocked without naming both: %s", told(named))
			}
			if accepted := ask(drain.ReclaimRequest{Volumes: []string{"other"}, AcceptForeignData: []string{"other"}}); accepted.Verdict != drain.Ready {
				t.Errorf("accepted, it is %s: %s", accepted.Verdict, told(accepted))
			}
			for _, step := range ask(drain.ReclaimRequest{Selection: &inventory.VolumeFilter{}}).Steps {
				if tc.waits && step.Action == drain.OpenVolume && step.Object.Name == "other" && ask(drain.ReclaimRequest{Selection: &inventory.VolumeFilter{}}).Verdict == drain.Ready {
					t.Error("of a selection, the disk is opened while its claim waits")
				}
			}
		})
	}
}

// TestUnknownOrderOfTwoClaims: nobody is told to get his own data back from a disk that another claim may have had since.
func TestUnknownOrderOfTwoClaims(t *testing.T) {
	left := func(name, claim string) *corev1.PersistentVolume {
		v := Volume(name, at("/mnt/one"), Has(claim, claim+"-old"), Phase(Released))
		v.Status.LastPhaseTransitionTime = nil
		return v
	}
	s := Snapshot(t, Node("node-0"), left("mine", "own"), left("other", "ledger"), Claim("own", WithUID("new")))
	back := func(accepted ...string) map[string]request {
		return map[string]request{
			"reclaim":  reclaiming(drain.ReclaimRequest{Volumes: []string{"mine"}, KeepData: true, AcceptForeignData: accepted}),
			"reattach": reattaching(drain.ReattachRequest{Volume: "mine", AcceptForeignData: accepted}),
		}
	}
	for name, request := range back() {
		plan := planOf(t, request, s)
		if plan.Verdict != drain.Blocked || plan.Blockers[0].Code != drain.BlockedForeignData || !strings.Contains(told(plan), "shop/ledger") || !strings.Contains(told(plan), "other") {
			t.Errorf("%s is %s: %s", name, plan.Verdict, told(plan))
		}
	}
	for name, request := range back("mine") {
		if plan := planOf(t, request, s); plan.Verdict != drain.Ready || len(plan.Losses) == 0 {
			t.Errorf("%s, accepted, is %s: %s", name, plan.Verdict, told(plan))
		}
	}
}
