package drain

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	clienttesting "k8s.io/client-go/testing"
)

// TestChangedSincePlanned lets somebody else act between the Plan and its first step.
func TestChangedSincePlanned(t *testing.T) {
	all := map[string]scene{}
	for _, s := range scenes() {
		all[s.name] = s
	}
	podOn := func(w *world) {
		w.must(w.client.Tracker().Add(pod("late", "node-0", "c")))
	}
	for _, tc := range []struct {
		name, scene string
		act         func(w *world)
		status      Status
		message     string
	}{
		{"a Pod starts", "release", podOn, StatusBlocked, "claim shop/c is used by Pod late"},
		{"a Pod starts", "reclaim", podOn, StatusBlocked, "volume v may be in use"},
		{"the volume goes", "release", func(w *world) { w.must(w.client.Tracker().Delete(pvs(), "", "v")) }, StatusBlocked, "volume v has been deleted by somebody else"},
		{"the volume is made anew", "reclaim", func(w *world) {
			w.must(w.client.Tracker().Update(pvs(), volume("v", func(v *corev1.PersistentVolume) { v.UID = "other" }), ""))
		}, StatusBlocked, "volume v has been deleted and made anew"},
		{"the claim is deleted with policy Delete", "release", func(w *world) { w.must(w.client.Tracker().Delete(pvcs(), ns, "c")) }, StatusBlocked, "claim shop/c has been deleted by somebody else"},
		{"the volume is reclaimed by somebody else", "reclaim", func(w *world) { w.must(w.client.Tracker().Update(pvs(), volume("v"), "")) }, StatusDone, ""},
		{"the volume is bound by somebody else", "reclaim", func(w *world) { w.must(w.client.Tracker().Update(pvs(), volume("v", has("x", "x-uid")), "")) }, StatusDone, ""},
		{"the volume is given to somebody else", "reattach", func(w *world) { w.must(w.client.Tracker().Update(pvs(), volume("v", has("x", "x-uid")), "")) }, StatusBlocked, "volume v was given to claim shop/x"},
		{"the claim is made by somebody else", "reattach", func(w *world) { w.must(w.client.Tracker().Add(claim("c", withUID("sts-uid")))) }, StatusDone, ""},
	} {
		t.Run(tc.scene+", "+tc.name, func(t *testing.T) {
			w := newWorld(t, all[tc.scene].objects...)
			plan := planOf(t, all[tc.scene].request, w.everything())
			tc.act(w)
			result := w.run(t.Context(), t, plan)
			if result.Status != tc.status || !strings.Contains(result.Message, tc.message) {
				t.Errorf("%s: %s; want %s: %s", result.Status, result.Message, tc.status, tc.message)
			}
			if tc.status == StatusBlocked && w.writes > 0 {
				t.Errorf("%d writes although it is blocked", w.writes)
			}
		})
	}
}

func TestMissingRights(t *testing.T) {
	for _, s := range scenes() {
		plan := planOf(t, s.request, newWorld(t, s.objects...).everything())
		for _, step := range plan.Steps {
			for _, need := range Needs(step.Action) {
				right := need.Verb + " " + need.Resource
				w := newWorld(t, s.objects...)
				w.denied = []string{right}
				result := w.run(t.Context(), t, plan)
				if result.Status != StatusBlocked || !strings.Contains(result.Message, right) || w.writes > 0 {
					t.Errorf("%s without %s: %s %q, %d writes", s.name, right, result.Status, result.Message, w.writes)
				}
			}
		}
	}
}

// TestReservationIsNeededAgain lets the claim, for which a volume is kept to no purpose, lose its own volume before the
// reservation is freed: a move is under way, and needs it.
func TestReservationIsNeededAgain(t *testing.T) {
	reserved := volume("v", has("c", ""), phase(corev1.VolumeAvailable))
	w := newWorld(t, reserved, claim("c", boundTo("w")), volume("w", has("c", "c-uid")))
	plan := planOf(t, reclaiming(ReclaimRequest{Volumes: []string{"v"}, KeepData: true}), w.everything())
	w.must(w.client.Tracker().Delete(pvcs(), ns, "c"))
	result := w.run(t.Context(), t, plan)
	if want := "volume v is kept for claim shop/c, which has no other volume by now"; result.Status != StatusBlocked || result.Message != want || w.writes > 0 {
		t.Errorf("%s: %s, %d writes; want blocked: %s", result.Status, result.Message, w.writes, want)
	}
}

// TestSavesAgain lets the claim change after it was saved: it is deleted only once the volume has it as it then was.
func TestSavesAgain(t *testing.T) {
	for n := range 10 {
		s := scenes()[0]
		w := newWorld(t, s.objects...)
		w.before = func(i int, _ clienttesting.Action) {
			if c := w.claim("c"); i == n && c != nil && c.DeletionTimestamp == nil {
				c.Labels, c.ResourceVersion = map[string]string{"tier": "gold"}, "21"
				w.must(w.client.Tracker().Update(pvcs(), c, ns))
			}
		}
		if result := w.command(t.Context(), t, s.request); result.Status != StatusDone {
			t.Fatalf("%s: %s", result.Status, result.Message)
		}
		c, err := SavedClaim(w.volume("v"))
		if err != nil || c.Labels["tier"] != "gold" {
			t.Errorf("changed before request %d (%s), the claim was saved with labels %v, error %v", n, w.calls[n], c.Labels, err)
		}
	}
}

// TestTimeout holds that a wait ends, and says for what and how it stood.
func TestTimeout(t *testing.T) {
	w := newWorld(t, volume("v", has("c", "c-uid")), claim("c", boundTo("v"), func(c *corev1.PersistentVolumeClaim) { c.Finalizers = append(c.Finalizers, "x/hold") }))
	plan := planOf(t, releasing(ReleaseRequest{Targets: pvc("c")}), w.everything())
	w.before = func(_ int, a clienttesting.Action) {
		if c := w.claim("c"); c == nil && !isWrite(a) {
			at := metav1.NewTime(now())
			held := claim("c", boundTo("v"), func(c *corev1.PersistentVolumeClaim) { c.DeletionTimestamp = &at; c.Finalizers = []string{"x/hold"} })
			w.must(w.client.Tracker().Add(held))
		}
	}
	result := w.run(t.Context(), t, plan)
	want := "gave up after 1m0s (--timeout): wait until v is Released; last seen: claim shop/c is being deleted and has finalizer x/hold"
	if result.Status != StatusFailed || result.Message != want {
		t.Errorf("%s: %s\nwant: %s", result.Status, result.Message, want)
	}
	statuses := []StepStatus{result.Steps[0].Status, result.Steps[1].Status, result.Steps[2].Status}
	if diff := cmp.Diff([]StepStatus{StepDone, StepDone, StepFailed}, statuses); diff != "" {
		t.Error(diff)
	}
}

// TestIndependentTargets lets one of two volumes fail: the other is reclaimed all the same.
func TestIndependentTargets(t *testing.T) {
	w := newWorld(t, volume("a", has("a", "a-uid"), phase(released)), volume("b", has("b", "b-uid"), phase(released)))
	plan := planOf(t, reclaiming(ReclaimRequest{Volumes: []string{"a", "b"}, KeepData: true}), w.everything())
	w.must(w.client.Tracker().Delete(pvs(), "", "a"))
	result := w.run(t.Context(), t, plan)
	var statuses []StepStatus
	for _, s := range result.Steps {
		statuses = append(statuses, s.Status)
	}
	if diff := cmp.Diff([]StepStatus{StepFailed, StepNotStarted, StepDone, StepDone}, statuses); diff != "" || result.Status != StatusFailed {
		t.Errorf("%s %s", result.Status, diff)
	}
	if b := w.volume("b"); b.Spec.ClaimRef != nil {
		t.Errorf("b still has %v", b.Spec.ClaimRef)
	}
}

// TestOutage lets a server fail more writes in a row than a step may see undone by others: what counts is the time limit.
func TestOutage(t *testing.T) {
	for _, s := range scenes() {
		t.Run(s.name, func(t *testing.T) {
			w := newWorld(t, s.objects...)
			failed := 0
			w.fault = func(_ int, action clienttesting.Action) (error, bool) {
				if !isWrite(action) || failed > maxWrites {
					return nil, false
				}
				failed++
				return apierrors.NewServiceUnavailable("starting"), false
			}
			if result := w.command(t.Context(), t, s.request); result.Status != StatusDone || failed <= maxWrites {
				t.Errorf("after %d failures: %s: %s", failed, result.Status, result.Message)
			}
		})
	}
}

// TestGivesUpOnRefusals names what the server says about a write that it never takes.
func TestGivesUpOnRefusals(t *testing.T) {
	s := scenes()[3]
	w := newWorld(t, s.objects...)
	w.fault = func(_ int, action clienttesting.Action) (error, bool) {
		if action.GetVerb() != "create" {
			return nil, false
		}
		return apierrors.NewInvalid(schema.GroupKind{Kind: kindClaim}, "c", nil), false
	}
	result := w.command(t.Context(), t, s.request)
	want := "create claim shop/c as it was saved, unless somebody else has was tried 6 times and did not last: the server says: creating claim shop/c: PersistentVolumeClaim \"c\" is invalid"
	if result.Status != StatusFailed || result.Message != want {
		t.Errorf("%s: %s, want %s", result.Status, result.Message, want)
	}
}
