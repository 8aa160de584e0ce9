package handback

import (
	"encoding/json"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// TestPeerFails takes Ready from another member once the Plan is made: the one that gets its earlier volume back is not taken down before
// that one is back.
func TestPeerFails(t *testing.T) {
	t.Parallel()
	p := pathNamed(t, "reattach-replace-one")
	a := suite.Lay(t, p)
	s := a.Scene
	process := s.Start(a.Command(func(r *live.Request) live.Action {
		if r.Write != 1 {
			return live.Action{}
		}
		return live.Action{Before: func() { unready(s, "db-0", "yes") }}
	}))
	process.Says("db-0 is not Ready, and StatefulSet/db recreates its Pods in order")
	if pod := s.WaitPod("db-1", controlplane.PodReady); pod.Spec.NodeName != s.VolumeName("n1") {
		t.Errorf("db-1 is on %s", pod.Spec.NodeName)
	}
	unready(s, "db-0", nil)
	if r := process.Wait(); r.Exit != 0 {
		t.Fatal(r)
	}
	a.Settle()
	a.Check(t)
}

// unready lets a Pod say that it is not Ready, or, with nil, that it is again, and waits until it does.
func unready(s *live.Scene, name string, why any) {
	text, err := json.Marshal(map[string]any{"metadata": map[string]any{"annotations": map[string]any{controlplane.UnreadyAnnotation: why}}})
	if err != nil {
		s.Fail(err)
	}
	patch(s, "pods", name, string(text))
	s.WaitPod(name, func(p *corev1.Pod) (bool, string) {
		ready, state := controlplane.PodReady(p)
		return ready == (why == nil), state
	})
}
