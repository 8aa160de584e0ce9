package execute

import (
	"errors"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	clienttesting "k8s.io/client-go/testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestNudgeMeetsTheScheduler deletes a Pod that the scheduler writes to all the while, and leaves one alone that it has
// given a node in between.
func TestNudgeMeetsTheScheduler(t *testing.T) {
	get, del := "get pods pg-1", "delete pods pg-1"
	conflict := apierrors.NewConflict(schema.GroupResource{Resource: "pods"}, "pg-1", errors.New("the scheduler was faster"))
	for name, test := range map[string]struct {
		// then is what the Pod is when the server has refused to delete it twice.
		then  func(*corev1.Pod)
		calls []string
		left  int
	}{
		"still without a node": {func(*corev1.Pod) {}, []string{get, del, get, del, get, del}, 0},
		"given a node":         {RunsOn("node-1"), []string{get, del, get, del, get}, 1},
		"being deleted":        {Deleting[*corev1.Pod], []string{get, del, get, del, get}, 1},
		"another one":          {func(p *corev1.Pod) { p.UID = "another" }, []string{get, del, get, del, get}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			waiting := Consumer("pg-1", "", "data", ControlledBy("Cluster", "pg"))
			w := NewWorld(t, waiting)
			w.Fault = func(n int, _ clienttesting.Action) (error, bool) {
				if !slices.Contains([]int{1, 3}, n) {
					return nil, false
				}
				if n == 3 {
					now := waiting.DeepCopy()
					test.then(now)
					w.Must(w.Client.Tracker().Update(Pods(), now, Ns))
				}
				return conflict, false
			}
			e := &Executor{Client: w.Client, Clock: NewInstantClock()}
			s := &stepRun{run: e.newRun(&drain.Plan{})}
			d, err := s.nudge([]*corev1.Pod{waiting}, fact.New("ClaimNotThereYet", "claim", "shop/data"))
			if err != nil || d.write == nil {
				t.Fatalf("it does not want to delete the Pod: %+v, %v", d, err)
			}
			if err := d.write(t.Context()); err != nil {
				t.Error(err)
			}
			if !slices.Equal(w.Calls, test.calls) {
				t.Errorf("it asked %q, not %q", w.Calls, test.calls)
			}
			if left := len(w.Everything().Pods); left != test.left {
				t.Errorf("%d Pods are left, not %d", left, test.left)
			}
			if s.nudgeDue() {
				t.Error("it would do so again at once")
			}
		})
	}
}
