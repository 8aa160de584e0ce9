package drain

import (
	"encoding/json"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// TestPeerFails takes Ready from another member once the Plan is made: no member is evicted before that one is back.
func TestPeerFails(t *testing.T) {
	t.Parallel()
	s := open(t, "peer")
	database(s, []string{old, "a", "b"})
	free(s, "c")
	p := s.Start(live.Run{Args: []string{"drain", s.VolumeName(old), "--move-claims", "--yes"}, Rules: rules(s, false, false), On: func(r *live.Request) live.Action {
		if r.Write != 1 {
			return live.Action{}
		}
		return live.Action{Before: func() { unready(s, "db-1", "yes") }}
	}})
	p.Says("1 other member of StatefulSet/db is Ready now, and 2 must be")
	if pod := s.WaitPod("db-0", controlplane.PodReady); pod.Spec.NodeName != s.VolumeName(old) {
		t.Errorf("db-0 is on %s", pod.Spec.NodeName)
	}
	unready(s, "db-1", nil)
	if r := p.Wait(); r.Exit != 0 {
		t.Fatal(r)
	}
	s.WaitStatefulSet("db")
	s.UsedOn("data-db-0", s.VolumeName("c"))
}

// unready lets a Pod say that it is not Ready, or, with nil, that it is again, and waits until it does.
func unready(s *live.Scene, name string, why any) {
	patch, err := json.Marshal(map[string]any{"metadata": map[string]any{"annotations": map[string]any{controlplane.UnreadyAnnotation: why}}})
	if err != nil {
		s.Fail(err)
	}
	if _, err := cluster.Client().CoreV1().Pods(s.Name).Patch(s.Context(), name, types.MergePatchType, patch, metav1.PatchOptions{}); err != nil {
		s.Fail(err)
	}
	s.WaitPod(name, func(p *corev1.Pod) (bool, string) {
		ready, state := controlplane.PodReady(p)
		return ready == (why == nil), state
	})
}
