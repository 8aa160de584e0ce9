package execute

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	clienttesting "k8s.io/client-go/testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestChangedSincePlanned lets somebody else act between the Plan and its first step.
func TestChangedSincePlanned(t *testing.T) {
	all := map[string]scene{}
	for _, s := range scenes() {
		all[s.name] = s
	}
	podOn := func(w *World) {
		w.Must(w.Client.Tracker().Add(Consumer("late", "node-0", "c")))
	}
	for _, tc := range []struct {
		name, scene string
		act         func(w *World)
		status      drain.Status
		message     string
	}{
		{"a Pod starts", "release", podOn, drain.StatusBlocked, "claim shop/c is used by Pod late"},
		{"a Pod starts", "reclaim", podOn, drain.StatusBlocked, "volume v may be in use"},
		{"the volume goes", "release", func(w *World) { w.Must(w.Client.Tracker().Delete(Pvs(), "", "v")) }, drain.StatusBlocked, "volume v has been deleted by somebody else"},
		{"the volume is recreated", "reclaim", func(w *World) {
			w.Must(w.Client.Tracker().Update(Pvs(), Volume("v", func(v *corev1.PersistentVolume) { v.UID = "other" }), ""))
		}, drain.StatusBlocked, "volume v has been deleted and recreated"},
		{"the claim is deleted with policy Delete", "release", func(w *World) { w.Must(w.Client.Tracker().Delete(Pvcs(), Ns, "c")) }, drain.StatusBlocked, "claim shop/c has been deleted by somebody else"},
		{"the volume is reclaimed by somebody else", "reclaim", func(w *World) { w.Must(w.Client.Tracker().Update(Pvs(), Volume("v"), "")) }, drain.StatusDone, ""},
		{"the volume is bound by somebody else", "reclaim", func(w *World) { w.Must(w.Client.Tracker().Update(Pvs(), Volume("v", Has("x", "x-uid")), "")) }, drain.StatusDone, ""},
		{"the volume is given to somebody else", "reattach", func(w *World) { w.Must(w.Client.Tracker().Update(Pvs(), Volume("v", Has("x", "x-uid")), "")) }, drain.StatusBlocked, "volume v was given to claim shop/x"},
		{"the claim is made by somebody else", "reattach", func(w *World) { w.Must(w.Client.Tracker().Add(Claim("c", WithUID("sts-uid")))) }, drain.StatusDone, ""},
	} {
		t.Run(tc.scene+", "+tc.name, func(t *testing.T) {
			w := NewWorld(t, all[tc.scene].objects...)
			plan := planned(t, all[tc.scene].request, w.Everything())
			tc.act(w)
			result := carryOut(t.Context(), t, w, plan)
			if result.Status != tc.status || !strings.Contains(said(result.Reason), tc.message) {
				t.Errorf("%s: %s; want %s: %s", result.Status, said(result.Reason), tc.status, tc.message)
			}
			if tc.status == drain.StatusBlocked && w.Writes > 0 {
				t.Errorf("%d writes although it is blocked", w.Writes)
			}
		})
	}
}

func TestMissingPermissions(t *testing.T) {
	for _, s := range scenes() {
		plan := planned(t, s.request, NewWorld(t, s.objects...).Everything())
		for _, step := range plan.Steps {
			for _, need := range Needs(plan, step) {
				permission := need.Verb + " " + need.Resource
				w := NewWorld(t, s.objects...)
				w.Denied = []string{permission}
				result := carryOut(t.Context(), t, w, plan)
				if result.Status != drain.StatusBlocked || !strings.Contains(said(result.Reason), permission) || w.Writes > 0 {
					t.Errorf("%s without %s: %s %q, %d writes", s.name, permission, result.Status, said(result.Reason), w.Writes)
				}
			}
		}
	}
}

// TestReservationIsNeededAgain lets the claim, for which a volume is reserved to no purpose, lose its own volume before the
// reservation is freed: a move is under way, and needs it.
func TestReservationIsNeededAgain(t *testing.T) {
	reserved := Volume("v", Has("c", ""), Phase(corev1.VolumeAvailable))
	w := NewWorld(t, reserved, Claim("c", BoundTo("w")), Volume("w", Has("c", "c-uid")))
	plan := planned(t, toReclaim(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true}), w.Everything())
	w.Must(w.Client.Tracker().Delete(Pvcs(), Ns, "c"))
	result := carryOut(t.Context(), t, w, plan)
	if want := "volume v is reserved for claim shop/c, which has no other volume now"; result.Status != drain.StatusBlocked || said(result.Reason) != want || w.Writes > 0 {
		t.Errorf("%s: %s, %d writes; want blocked: %s", result.Status, said(result.Reason), w.Writes, want)
	}
}

// TestSavesAgain lets the claim change after it was saved: it is deleted only once the volume has it as it then was.
func TestSavesAgain(t *testing.T) {
	for n := range 10 {
		s := scenes()[0]
		w := NewWorld(t, s.objects...)
		w.Before = func(i int, _ clienttesting.Action) {
			if c := w.Claim("c"); i == n && c != nil && c.DeletionTimestamp == nil {
				c.Labels, c.ResourceVersion = map[string]string{"tier": "gold"}, "21"
				w.Must(w.Client.Tracker().Update(Pvcs(), c, Ns))
			}
		}
		if result := command(t.Context(), t, w, s.request); result.Status != drain.StatusDone {
			t.Fatalf("%s: %s", result.Status, said(result.Reason))
		}
		c, err := retain.RecordedClaim(w.Volume("v"))
		if err != nil || c.Labels["tier"] != "gold" {
			t.Errorf("changed before request %d (%s), the claim was saved with labels %v, error %v", n, w.Calls[n], c.Labels, err)
		}
	}
}

// TestTimeout holds that a wait ends, and says for what and how it stood.
func TestTimeout(t *testing.T) {
	w := NewWorld(t, Volume("v", Has("c", "c-uid")), Claim("c", BoundTo("v"), func(c *corev1.PersistentVolumeClaim) { c.Finalizers = append(c.Finalizers, "x/hold") }))
	plan := planned(t, toRelease(drain.ReleaseRequest{Targets: Pvc("c")}), w.Everything())
	w.Before = func(_ int, a clienttesting.Action) {
		if c := w.Claim("c"); c == nil && !IsWrite(a) {
			at := metav1.NewTime(Now())
			held := Claim("c", BoundTo("v"), func(c *corev1.PersistentVolumeClaim) { c.DeletionTimestamp = &at; c.Finalizers = []string{"x/hold"} })
			w.Must(w.Client.Tracker().Add(held))
		}
	}
	result := carryOut(t.Context(), t, w, plan)
	want := "gave up after 1m0s (--timeout); last seen: claim shop/c is being deleted and has finalizer x/hold"
	if whole := "wait until v is Released: " + want; result.Status != drain.StatusFailed || said(result.Reason) != whole {
		t.Errorf("%s: %s\nwant: %s", result.Status, said(result.Reason), whole)
	}
	if got := said(result.Steps[2].Reason); got != want {
		t.Errorf("the step ended with %s\nwant: %s", got, want)
	}
	statuses := []drain.StepStatus{result.Steps[0].Status, result.Steps[1].Status, result.Steps[2].Status}
	if diff := cmp.Diff([]drain.StepStatus{drain.StepDone, drain.StepDone, drain.StepFailed}, statuses); diff != "" {
		t.Error(diff)
	}
}

// TestIndependentTargets lets one of two volumes fail: the other is reclaimed all the same.
func TestIndependentTargets(t *testing.T) {
	w := NewWorld(t, Volume("a", Has("a", "a-uid"), Phase(Released)), Volume("b", Has("b", "b-uid"), Phase(Released)))
	plan := planned(t, toReclaim(drain.ReclaimRequest{Volumes: []string{"a", "b"}, KeepData: true}), w.Everything())
	w.Must(w.Client.Tracker().Delete(Pvs(), "", "a"))
	result := carryOut(t.Context(), t, w, plan)
	var statuses []drain.StepStatus
	for _, s := range result.Steps {
		statuses = append(statuses, s.Status)
	}
	if diff := cmp.Diff([]drain.StepStatus{drain.StepFailed, drain.StepNotStarted, drain.StepDone, drain.StepDone}, statuses); diff != "" || result.Status != drain.StatusFailed {
		t.Errorf("%s %s", result.Status, diff)
	}
	if b := w.Volume("b"); b.Spec.ClaimRef != nil {
		t.Errorf("b still has %v", b.Spec.ClaimRef)
	}
}

// TestOutage lets a server fail more writes in a row than a step may see undone by others: what counts is the time limit.
func TestOutage(t *testing.T) {
	for _, s := range scenes() {
		t.Run(s.name, func(t *testing.T) {
			w := NewWorld(t, s.objects...)
			failed := 0
			w.Fault = func(_ int, action clienttesting.Action) (error, bool) {
				if !IsWrite(action) || failed > maxWrites {
					return nil, false
				}
				failed++
				return apierrors.NewServiceUnavailable("starting"), false
			}
			if result := command(t.Context(), t, w, s.request); result.Status != drain.StatusDone || failed <= maxWrites {
				t.Errorf("after %d failures: %s: %s", failed, result.Status, said(result.Reason))
			}
		})
	}
}

// TestGivesUpOnConflicts names what the server says about a write whose guard never holds.
func TestGivesUpOnConflicts(t *testing.T) {
	s := scenes()[3]
	w := NewWorld(t, s.objects...)
	w.Fault = func(_ int, action clienttesting.Action) (error, bool) {
		if action.GetVerb() != "create" {
			return nil, false
		}
		return apierrors.NewConflict(schema.GroupResource{Resource: "persistentvolumeclaims"}, "c", errors.New("changed")), false
	}
	result := command(t.Context(), t, w, s.request)
	want := "tried 6 times, and it did not last: the server says: creating claim shop/c: Operation cannot be fulfilled on persistentvolumeclaims \"c\": changed"
	if whole := said(result.Steps[1].Title) + ": " + want; result.Status != drain.StatusFailed || said(result.Reason) != whole {
		t.Errorf("%s: %s, want %s", result.Status, said(result.Reason), whole)
	}
	if got := said(result.Steps[1].Reason); got != want {
		t.Errorf("the step ended with %s, want %s", got, want)
	}
}

// TestGivesUpOnFailures names what failed last, and does not say that it goes on.
func TestGivesUpOnFailures(t *testing.T) {
	s := scenes()[0]
	w := NewWorld(t, s.objects...)
	w.Fault = func(_ int, action clienttesting.Action) (error, bool) {
		if !IsWrite(action) {
			return nil, false
		}
		return apierrors.NewServiceUnavailable("starting"), false
	}
	result := command(t.Context(), t, w, s.request)
	want := "gave up after 1m0s (--timeout): a request failed (starting)"
	if got := said(result.Steps[0].Reason); result.Status != drain.StatusFailed || got != want {
		t.Errorf("%s: %s, want %s", result.Status, got, want)
	}
	if whole := said(result.Steps[0].Title) + ": " + want; said(result.Reason) != whole {
		t.Errorf("%s, want %s", said(result.Reason), whole)
	}
}
