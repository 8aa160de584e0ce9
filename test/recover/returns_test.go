package recover

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// comesBack lets n1 show a sign of life after a write, and lets the plugin go on then.
func (s *scene) comesBack(after int, sign func() error) func(*live.Request) live.Action {
	return func(r *live.Request) live.Action {
		if r.Write != after {
			return live.Action{}
		}
		return live.Action{After: func() {
			if err := sign(); err != nil {
				s.t.Errorf("%s: bringing n1 back: %v", s.Name, err)
			}
		}}
	}
}

// renew renews the lease of n1. Its Node stays Unknown.
func (s *scene) renew() error { return cluster.Renew(s.Context(), s.node("n1")) }

// revive returns when n1 is Ready. Its lease has not moved.
func (s *scene) revive() error {
	ctx := s.Context()
	if err := cluster.Cluster.Revive(ctx, s.node("n1")); err != nil {
		return err
	}
	_, err := controlplane.WaitFor(ctx, cluster.Client().CoreV1().Nodes(), s.node("n1"), controlplane.NodeReady)
	return err
}

// TestReturns brings a node back after each write of recover. Nothing is deleted from then on. What has been begun before the
// claim went ends with the member back on its data; what has been begun after that ends with the member elsewhere. One sign of life
// is enough: that the lease moves, or that the Node is Ready.
func TestReturns(t *testing.T) {
	t.Parallel()
	type end struct {
		exit int
		// a and b are where the members are in the end.
		a, b string
	}
	// Two members of two sets, one after the other. The writes: cordon; then for each keep, force-delete, reserve, delete the
	// claim, and an event after each of them.
	for after, want := range map[int]end{
		1: {1, "n1", "n1"}, 2: {1, "n1", "n1"}, 4: {1, "n1", "n1"}, 6: {1, "n1", "n1"}, 7: {1, "n1", "n1"},
		8: {1, "n0", "n1"}, 9: {1, "n0", "n1"}, 10: {1, "n0", "n1"}, 12: {1, "n0", "n1"}, 15: {1, "n0", "n1"}, 16: {0, "n0", "n3"}, 17: {0, "n0", "n3"},
	} {
		t.Run(fmt.Sprint(after), func(t *testing.T) {
			t.Parallel()
			s := open(t, "returns", "n0", "n1", "n2", "n3")
			s.set("a", []string{"n2", "n1", "n2"})
			s.set("b", []string{"n2", "n1", "n2"})
			s.free("n0-free", "n3-free")
			s.die("n1")
			sign, says := s.revive, "is reachable again"
			if after%2 == 0 {
				sign, says = s.renew, "renews its lease again"
			}
			r := s.run(s.command([]string{"n1"}, "--fenced", "--concurrency=1"), func(r *live.Run) { r.On = s.comesBack(after, sign) })
			var claims []string
			for _, w := range r.Writes() {
				if w.Write > after && w.Verb == "delete" {
					claims = append(claims, w.String())
				}
			}
			if r.Exit != want.exit || len(claims) > 0 {
				t.Errorf("want exit %d, and nothing deleted after write %d: %v: %s", want.exit, after, claims, r)
			}
			if want.exit == 1 && !strings.Contains(r.Err, "kubectl uncordon "+s.node("n1")) {
				t.Errorf("it does not say how to go back: %s", r)
			}
			if want.exit == 1 && !strings.Contains(r.Err, says) {
				t.Errorf("it does not say %q: %s", says, r)
			}
			if err := cluster.Revive(s.Context(), s.node("n1")); err != nil {
				t.Fatal(err)
			}
			s.waitNode(s.node("n1"), controlplane.NodeReady)
			s.uncordon("n1")
			s.WaitStatefulSet("a")
			s.WaitStatefulSet("b")
			for member, node := range map[string]string{"a-1": want.a, "b-1": want.b} {
				if p := s.WaitPod(member, controlplane.PodReady); p.Spec.NodeName != s.node(node) {
					t.Errorf("%s is on %s, want %s: %s", member, p.Spec.NodeName, s.node(node), r)
				}
			}
		})
	}
}

// TestReturnsAfterCrash brings a node back when recover was killed right after it deleted a claim that no controller recreates. Run
// again, it says how to give the data back.
func TestReturnsAfterCrash(t *testing.T) {
	t.Parallel()
	s := open(t, "crash", "n0", "n1", "n2")
	s.deployment()
	s.die("n1")
	line := s.command([]string{"n1"}, append(s.accept("files"), "--fenced")...)
	r := s.run(line, func(r *live.Run) {
		r.On = func(r *live.Request) live.Action {
			return live.Action{Kill: r.Verb == "delete" && !r.DryRun && r.Resource == "persistentvolumeclaims"}
		}
	})
	if !slices.ContainsFunc(r.Writes(), func(w live.Request) bool { return w.Verb == "delete" && w.Resource == "persistentvolumeclaims" }) {
		t.Fatal(r)
	}
	if err := s.revive(); err != nil {
		t.Fatal(err)
	}
	s.waitNode(s.node("n1"), controlplane.NodeReady)
	how := "reattach " + s.VolumeName("n1-files")
	if r := s.run(line); r.Exit != 3 || len(r.Writes()) > 0 || !strings.Contains(strings.Join(strings.Fields(r.Err), " "), how) {
		t.Fatalf("want exit 3 and %q: %s", how, r)
	}
	s.uncordon("n1")
	if r := s.Run(live.Run{Args: []string{"reattach", s.VolumeName("n1-files"), "--replace", "--yes"}}); r.Exit != 0 {
		t.Fatal(r)
	}
	s.WaitDeployment("web")
	s.UsedOn("files", s.node("n1"))
}

// TestReattach goes back to the old disk when the node has returned.
func TestReattach(t *testing.T) {
	t.Parallel()
	s := open(t, "reattach", "n0", "n1", "n2", "n3")
	s.member()
	s.die("n1")
	s.recovered([]string{"n1"})
	if err := s.revive(); err != nil {
		t.Fatal(err)
	}
	s.waitNode(s.node("n1"), controlplane.NodeReady)
	s.uncordon("n1")
	r := s.Run(live.Run{Args: []string{"reattach", s.VolumeName("n1-data-db-1"), "--replace", "--yes"}})
	if r.Exit != 0 {
		t.Fatal(r)
	}
	s.WaitPod("db-1", func(p *corev1.Pod) (bool, string) {
		met, state := controlplane.PodReady(p)
		return met && p.Spec.NodeName == s.node("n1"), state
	})
	s.unchanged()
}
