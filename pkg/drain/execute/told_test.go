package execute

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	authenticationv1 "k8s.io/api/authentication/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clienttesting "k8s.io/client-go/testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestEventsSayWhoChangedWhat looks at the Kubernetes Events of a command.
func TestEventsSayWhoChangedWhat(t *testing.T) {
	for name, tc := range map[string]struct {
		user  string
		words func(fact.Fact) string
		want  []string
	}{
		"in words": {"alice", said, []string{
			"LocalPVKept v: TITLE (kubectl localpv release, by alice)", "LocalPVReleased shop/c: TITLE (kubectl localpv release, by alice)"}},
		"by somebody": {"", said, []string{
			"LocalPVKept v: TITLE (kubectl localpv release, by an unknown user)", "LocalPVReleased shop/c: TITLE (kubectl localpv release, by an unknown user)"}},
		"without words": {"alice", nil, []string{
			"LocalPVKept EventMessage(object=v, title=TITLE, user=alice, verb=release)", "LocalPVReleased EventMessage(object=shop/c, title=TITLE, user=alice, verb=release)"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := scenes()[0]
			w := NewWorld(t, s.objects...)
			var events []*corev1.Event
			w.Client.PrependReactor("create", "events", func(a clienttesting.Action) (bool, runtime.Object, error) {
				create, _ := a.(clienttesting.CreateActionImpl)
				e, _ := create.Object.(*corev1.Event)
				events = append(events, e)
				return true, e, nil
			})
			w.Client.PrependReactor("create", "selfsubjectreviews", func(clienttesting.Action) (bool, runtime.Object, error) {
				return true, &authenticationv1.SelfSubjectReview{Status: authenticationv1.SelfSubjectReviewStatus{UserInfo: authenticationv1.UserInfo{Username: tc.user}}}, nil
			})
			plan := planned(t, s.request, w.Everything())
			for i := range plan.Steps {
				plan.Steps[i].Title = fact.New("Error", "text", "TITLE")
			}
			if _, err := (&Executor{Client: w.Client, Clock: NewInstantClock(), Words: tc.words}).Run(t.Context(), plan); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, e := range events {
				got = append(got, e.Reason+" "+strings.ReplaceAll(e.Message, "Error(text=TITLE)", "TITLE"))
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
		})
	}
}

// TestResumeCommandIsOffered to those who have stopped it, or met with a failure.
func TestResumeCommandIsOffered(t *testing.T) {
	w := NewWorld(t, released("b")...)
	again := fact.Plugin("reclaim", "a", "b").With("--keep-data")
	e := &Executor{Client: w.Client, Clock: NewInstantClock(), ResumeCommand: again}
	result, err := e.Run(t.Context(), openAll([]drain.Stage{{Targets: []int{0, 1}, Parallel: 1, OnFailure: drain.FinishTargets}}, "a", "b"))
	if err != nil || len(result.Next) != 1 || result.Next[0].Command == nil || !result.Next[0].Command.Equal(again) {
		t.Errorf("%v, %+v", err, result)
	}
}

// TestNodeReturns lets the kubelet of the dead node renew its lease before each request of a recovery: from then on nothing is
// deleted, but for what was checked right before.
func TestNodeReturns(t *testing.T) {
	s := moves(t)[0]
	calls := uninterrupted(t, s).Calls
	last := 0
	for i, call := range calls {
		if strings.HasPrefix(call, "delete") {
			last = i
		}
	}
	for n := range calls {
		w := NewWorld(t, s.objects...)
		w.Before = func(i int, a clienttesting.Action) {
			if i == n {
				lease := Lease("n1", "n1-lease-8")
				w.Must(w.Client.Tracker().Update(coordinationv1.SchemeGroupVersion.WithResource("leases"), lease, lease.Namespace))
			}
			if i > n+2 && a.GetVerb() == "delete" {
				t.Errorf("before request %d (%s) the node returned, and request %d deletes", n, calls[n], i)
			}
		}
		result := command(t.Context(), t, w, s.request)
		if n >= last-1 {
			continue
		}
		if result.Reason.Code != "LeaseRenewedAgain" || result.Status != drain.StatusFailed && w.Writes > 0 {
			t.Errorf("before request %d (%s): %s %s", n, calls[n], result.Status, said(result.Reason))
		}
		var next []string
		for _, f := range result.Next {
			next = append(next, string(f.Fact.Code))
		}
		want := []string{"ReturnedNodeCordoned", "CheckReturnedNode"}
		if slices.Contains(w.Calls, "patch persistentvolumes n3-free") {
			want = slices.Insert(want, 1, "VolumeStillReserved")
		}
		if w.Writes > 0 && !slices.Equal(next, want) {
			t.Errorf("before request %d (%s): what is next is %v, not %v", n, calls[n], next, want)
		}
	}
}
