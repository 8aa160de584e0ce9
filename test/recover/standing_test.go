package recover

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// once does something before a process makes its first write.
func once(do func()) func(*live.Request) live.Action {
	return func(r *live.Request) live.Action {
		if r.Write != 1 {
			return live.Action{}
		}
		return live.Action{Before: do}
	}
}

// TestPeersFail takes Ready from the other members once the Plan is made: the claim is not given up before they are back.
func TestPeersFail(t *testing.T) {
	t.Parallel()
	s := open(t, "peers", "n0", "n1", "n2", "n3")
	s.set("db", []string{"n0", "n1", "n2"}) // in any order, so that the replacement Pod is created though others are not Ready
	s.free("n3-free")
	s.die("n1")
	unready := func(value any) {
		for _, name := range []string{"db-0", "db-2"} {
			s.patchPod(name, map[string]any{controlplane.UnreadyAnnotation: value})
		}
	}
	p := s.Start(live.Run{Args: append(s.command([]string{"n1"}, "--fenced"), "--yes"), Rules: s.rules(), On: once(func() {
		unready("yes")
		for _, name := range []string{"db-0", "db-2"} {
			s.WaitPod(name, func(p *corev1.Pod) (bool, string) { ready, state := controlplane.PodReady(p); return !ready, state })
		}
	})})
	p.Says("0 other members of StatefulSet/db are Ready now, and 2 must be")
	if c := s.WaitClaim("data-db-1", controlplane.ClaimPhase(corev1.ClaimBound)); c.DeletionTimestamp != nil {
		t.Error("the claim is on its way out")
	}
	unready(nil)
	if r := p.Wait(); r.Exit != 0 {
		t.Fatal(r)
	}
	s.WaitStatefulSet("db")
	s.UsedOn("data-db-1", s.node("n3"))
}

// TestPlaceIsLost takes the place of a member away once the Plan is made: nothing is given up for it, and the same command
// finds another.
func TestPlaceIsLost(t *testing.T) {
	t.Parallel()
	s := open(t, "place", "n0", "n1", "n2", "n3", "n4")
	s.member()
	s.free("n4-free")
	s.die("n1")
	line := s.command([]string{"n1"}, "--fenced")
	var lost string
	r := s.run(line, func(r *live.Run) {
		r.On = func(req *live.Request) live.Action {
			if req.Verb != "patch" || req.Resource != "persistentvolumes" || !strings.HasSuffix(req.Name, "-free") {
				return live.Action{}
			}
			return live.Action{After: func() { // the place has been reserved
				lost = strings.TrimSuffix(strings.TrimPrefix(req.Name, s.Name+"-"), "-free")
				s.patchNode(lost, map[string]any{"spec": map[string]any{"unschedulable": true}})
			}}
		}
	})
	if r.Exit != 1 || !strings.Contains(strings.Join(strings.Fields(r.Err), " "), "where the member was to run, is cordoned now") {
		t.Fatalf("want a refusal: %s", r)
	}
	claim, err := cluster.Client().CoreV1().PersistentVolumeClaims(s.Name).Get(s.Context(), "data-db-1", metav1.GetOptions{})
	if err != nil || claim.DeletionTimestamp != nil || claim.Spec.VolumeName != s.VolumeName("n1-data-db-1") {
		t.Fatalf("the claim was given up: %v", err)
	}
	if r := s.run(line); r.Exit != 0 {
		t.Fatal(r)
	}
	s.WaitStatefulSet("db")
	s.UsedOn("data-db-1", s.node(map[string]string{"n3": "n4", "n4": "n3"}[lost]))
}

// TestTaintIsTakenAway takes the taint that says that a node is off away once the Plan is made.
func TestTaintIsTakenAway(t *testing.T) {
	t.Parallel()
	s := open(t, "untainted", "n0", "n1", "n2", "n3")
	s.member()
	s.die("n1")
	taint := map[string]any{"key": corev1.TaintNodeOutOfService, "value": "nodeshutdown", "effect": "NoExecute"}
	unreachable := []any{map[string]any{"key": corev1.TaintNodeUnreachable, "effect": "NoSchedule"}, map[string]any{"key": corev1.TaintNodeUnreachable, "effect": "NoExecute"}}
	s.patchNode("n1", map[string]any{"spec": map[string]any{"taints": append(unreachable, taint)}})
	r := s.run(s.command([]string{"n1"}), func(r *live.Run) {
		r.On = once(func() { s.patchNode("n1", map[string]any{"spec": map[string]any{"taints": unreachable}}) })
	})
	if r.Exit != 1 || !strings.Contains(strings.Join(strings.Fields(r.Err), " "), "has been removed") {
		t.Fatalf("want a refusal: %s", r)
	}
	for _, w := range r.Writes() {
		if w.Verb == "delete" {
			t.Errorf("it deleted something: %s", w.String())
		}
	}
}
