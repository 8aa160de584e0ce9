package execute

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	clienttesting "k8s.io/client-go/testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// leftBy is what a Result says of what it has left behind.
func leftBy(r *drain.Result) []string {
	var out []string
	for _, l := range r.Left {
		out = append(out, phrase.New(phrase.Connection{}).Next(l))
	}
	return out
}

// TestFailedCommandsSayWhatTheyLeft: the cordon, the reservation and the policy, each with the command that takes it back, and nothing of
// it once the claim is gone.
func TestFailedCommandsSayWhatTheyLeft(t *testing.T) {
	deleting := With(All(Crew(), Db()), Volume("n1-data", On("n1"), Has("data-db-1", "data-db-1-uid"), Deletes))
	cordon := "n1 was cordoned. To undo that: kubectl uncordon n1"
	reserved := "n3-free was reserved for claim shop/data-db-1. To undo that: kubectl localpv reclaim n3-free --unreserve"
	retained := `n1-data was given policy Retain, and had Delete. To undo that: kubectl patch pv n1-data -p '{"spec":{"persistentVolumeReclaimPolicy":"Delete"}}'`
	for name, tc := range map[string]struct {
		fails string
		want  []string
	}{
		"before anything":    {"patch nodes", nil},
		"at the policy":      {"patch persistentvolumes n1-data", []string{cordon}},
		"at the reservation": {"patch persistentvolumes n3-free", []string{cordon, retained}},
		"at the eviction":    {"create pods", []string{cordon, reserved, retained}},
		"at the claim":       {"delete persistentvolumeclaims", []string{cordon, reserved}},
		"at a look at Pods":  {"list pods", []string{cordon, retained}},
	} {
		t.Run(name, func(t *testing.T) {
			w := NewWorld(t, deleting...)
			w.Fault = func(_ int, a clienttesting.Action) (error, bool) {
				if strings.HasPrefix(describedCall(a), tc.fails) || strings.HasPrefix(strings.Join([]string{a.GetVerb(), a.GetResource().Resource, describedName(a)}, " "), tc.fails) {
					return apierrors.NewServiceUnavailable("starting"), false
				}
				return nil, false
			}
			result := command(t.Context(), t, w, toDrain(t, ToMove()))
			if result.Status != drain.StatusFailed {
				t.Fatalf("%s: %s", result.Status, said(result.Reason))
			}
			if diff := cmp.Diff(tc.want, leftBy(result)); diff != "" {
				t.Errorf("left (-want +got):\n%s", diff)
			}
		})
	}
}

// describedName is the name in a request.
func describedName(a clienttesting.Action) string {
	words := strings.Fields(describedCall(a))
	return words[len(words)-1]
}

// TestOtherNodesAreNotCalledCordoned: a Node that was recreated meanwhile is not the one that was cordoned.
func TestOtherNodesAreNotCalledCordoned(t *testing.T) {
	s := moves(t)[0]
	w := NewWorld(t, s.objects...)
	w.Before = func(_ int, a clienttesting.Action) {
		if a.GetVerb() == "get" && a.GetResource() == Pods() {
			again := Node("n1", Unreachable, func(n *corev1.Node) { n.UID = "another" })
			w.Must(w.Client.Tracker().Update(corev1.SchemeGroupVersion.WithResource("nodes"), again, ""))
		}
	}
	result := command(t.Context(), t, w, s.request)
	for _, n := range slices.Concat(result.Next, result.Left) {
		if n.Fact.Code == "ReturnedNodeCordoned" || n.Fact.Code == "NodeLeftCordoned" {
			t.Errorf("%s: %s says %s", result.Status, said(result.Reason), said(n.Fact))
		}
	}
}

// TestDrainNoticesThatItsNodeDied: a Pod that is being evicted from a node that becomes unreachable is not waited for.
func TestDrainNoticesThatItsNodeDied(t *testing.T) {
	w := NewWorld(t, All(Crew(), Db())...)
	w.Before = func(_ int, a clienttesting.Action) {
		if a.GetVerb() == "get" && a.GetResource() == Pods() {
			w.Must(w.Client.Tracker().Update(corev1.SchemeGroupVersion.WithResource("nodes"), Node("n1", Unreachable, Cordoned), ""))
		}
	}
	result := command(t.Context(), t, w, toDrain(t, ToMove()))
	want := "node n1 is unreachable now: an eviction there never ends. If it is dead: kubectl localpv recover n1"
	if got := said(result.Reason); result.Status != drain.StatusFailed || got != want {
		t.Errorf("%s: %s, want %s", result.Status, got, want)
	}
}

// TestForcedDeletionsAreGuarded: the Pod of a dead node is deleted in the version that was read: a kubelet that is back writes another.
func TestForcedDeletionsAreGuarded(t *testing.T) {
	s := moves(t)[0]
	w := NewWorld(t, s.objects...)
	guarded := 0
	w.Before = func(_ int, a clienttesting.Action) {
		if d, ok := a.(clienttesting.DeleteActionImpl); ok && d.GetResource() == Pods() {
			guarded++
			if p := d.DeleteOptions.Preconditions; p == nil || p.UID == nil || p.ResourceVersion == nil {
				t.Errorf("a Pod is deleted with %+v", p)
			}
		}
	}
	if result := command(t.Context(), t, w, s.request); result.Status != drain.StatusDone || guarded == 0 {
		t.Errorf("%s: %s, %d deletions of Pods", result.Status, said(result.Reason), guarded)
	}
}

// TestWordsOfTheClient: what client-go and the server say without telling what to do is put into words.
func TestWordsOfTheClient(t *testing.T) {
	for err, want := range map[error]string{
		apierrors.NewUnauthorized("Unauthorized"): "the server no longer accepts your credentials (401 Unauthorized): they have expired or were withdrawn; log in again",
		throttledError{}: "the server is overloaded and asks to wait longer than one request may take (429)",
	} {
		if got := said(tell(err)); got != want {
			t.Errorf("%v: %s, want %s", err, got, want)
		}
	}
	if !transient(throttledError{}) {
		t.Error("a request that was not made is not repeated")
	}
}

// throttledError is what client-go says of a Retry-After that is longer than a request may take.
type throttledError struct{}

func (throttledError) Error() string {
	return "client rate limiter Wait returned an error: rate: Wait(n=1) would exceed context deadline"
}
