package recover

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/planner"
	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// member is a set of three with one member on n1, and a place for it to go.
func (s *scene) member() {
	s.t.Helper()
	s.set("db", []string{"n0", "n1", "n2"}, live.Ordered)
	s.free("n3-free")
}

// TestRefused takes each sign of life for what it is: nothing is written.
func TestRefused(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		lose func(s *scene)
		args []string
		on   func(s *scene) func(*live.Request) live.Action
		says string
	}{
		"ready":     {func(*scene) {}, []string{"--fenced"}, nil, "is Ready (although its lease was not renewed within"},
		"not-ready": {(*scene).unready, []string{"--fenced"}, nil, "is NotReady"},
		"unfenced":  {(*scene).dies, nil, nil, "nobody has confirmed that it is powered off"},
		"too-soon":  {(*scene).dies, []string{"--fenced", "--unreachable-for=1h"}, nil, "may come back: wait until it has been unreachable for 60m"},
		"lease":     {(*scene).dies, []string{"--fenced"}, (*scene).renewing, "lease renewed within"},
		"namesake":  {(*scene).replaced, []string{"--fenced"}, nil, "if another machine has taken the name, its disks may be new and empty"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, "refused-"+name, "n0", "n1", "n2", "n3")
			s.member()
			tc.lose(s)
			r := s.run(s.command([]string{"n1"}, tc.args...), func(r *live.Run) {
				if tc.on != nil {
					r.On = tc.on(s)
				}
			})
			says := tc.says
			if name == "ready" {
				says = "is Ready" // one check is enough
			}
			if r.Exit != 3 || len(r.Writes()) > 0 || !strings.Contains(strings.Join(strings.Fields(r.Err), " "), says) {
				t.Errorf("want exit 3, %q and no writes: %s", says, r)
			}
			s.unchanged()
		})
	}
}

// unchanged checks that the member's claim and volume are as they were.
func (s *scene) unchanged() {
	s.t.Helper()
	c := s.WaitClaim("data-db-1", controlplane.ClaimPhase(corev1.ClaimBound))
	if c.Spec.VolumeName != s.VolumeName("n1-data-db-1") || c.DeletionTimestamp != nil {
		s.t.Errorf("%s: the claim is bound to %s, being deleted since %v", s.Name, c.Spec.VolumeName, c.DeletionTimestamp)
	}
}

func (s *scene) unready() {
	s.t.Helper()
	s.patchNode("n1", map[string]any{"metadata": map[string]any{"annotations": map[string]any{controlplane.UnreadyAnnotation: "container runtime is down"}}})
	s.waitNode(s.node("n1"), controlplane.NodeNotReady)
}

// renewing renews the lease of n1 between the two looks.
func (s *scene) renewing() func(*live.Request) live.Action {
	looks := 0
	return func(r *live.Request) live.Action {
		if r.Verb != "list" || r.Resource != "leases" {
			return live.Action{}
		}
		if looks++; looks != 2 {
			return live.Action{}
		}
		return live.Action{Before: func() {
			if err := s.renew(); err != nil {
				s.t.Errorf("%s: %v", s.Name, err)
			}
		}}
	}
}

// replaced puts another machine in the place of n1.
func (s *scene) replaced() {
	s.t.Helper()
	s.vanish("n1")
	n := controlplane.NewNode(s.node("n1"))
	metav1.SetMetaDataLabel(&n.ObjectMeta, ownNodes, s.Name)
	if err := cluster.AddNodes(s.Context(), n); err != nil {
		s.Fail(err)
	}
}

// TestNamesake recovers from a machine whose name another has taken, and leaves the volumes of that one alone.
func TestNamesake(t *testing.T) {
	t.Parallel()
	s := open(t, "namesake", "n0", "n1", "n2", "n3")
	s.member()
	s.replaced()
	s.held("data-fresh-0", "n1")
	s.StatefulSet("fresh", 1)
	s.WaitStatefulSet("fresh")
	held := &invariants{scene: s, recreated: true}
	r := s.run(s.command([]string{"n1"}, "--recreated"), func(r *live.Run) { r.Rules = held.rules() })
	if r.Exit != 0 {
		t.Fatal(r)
	}
	s.asPlanned(r)
	s.WaitStatefulSet("db")
	s.WaitStatefulSet("fresh")
	if c := s.WaitClaim("data-fresh-0", controlplane.ClaimPhase(corev1.ClaimBound)); c.Spec.VolumeName != s.VolumeName("n1-data-fresh-0") {
		t.Errorf("the new machine's claim was moved to %s", c.Spec.VolumeName)
	}
}

// TestOutOfService takes the taint for the word of somebody who has switched the node off.
func TestOutOfService(t *testing.T) {
	t.Parallel()
	s := open(t, "service", "n0", "n1", "n2", "n3")
	s.member()
	s.die("n1")
	n, err := cluster.Client().CoreV1().Nodes().Get(s.Context(), s.node("n1"), metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	taints := slices.Concat(n.Spec.Taints, []corev1.Taint{{Key: corev1.TaintNodeOutOfService, Value: "nodeshutdown", Effect: corev1.TaintEffectNoExecute}})
	s.patchNode("n1", map[string]any{"spec": map[string]any{"taints": taints}})
	r := s.run(s.command([]string{"n1"}))
	if r.Exit != 0 || !strings.Contains(r.Err, "out of service (taint") {
		t.Fatal(r)
	}
	s.asPlanned(r)
	s.WaitStatefulSet("db")
}

func accepting(claims ...string) func(*scene) []string {
	return func(s *scene) []string { return s.accept(claims...) }
}

// TestBlocked holds what blocks although the node is gone, and what overrides it.
func TestBlocked(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		set      func(s *scene)
		says     string
		override func(s *scene) []string
		// pending says that the member waits in the end.
		pending bool
	}{
		"last-copy": {func(s *scene) {
			s.set("db", []string{"n1"})
			s.free("n3-free")
		}, "no other ready member holds", accepting("data-db-0"), false},
		"quorum": {func(s *scene) {
			s.set("db", []string{"n0", "n1", "n1"})
			s.free("n2-free", "n3-free")
		}, "fewer than a majority", accepting("data-db-1", "data-db-2"), false},
		"nowhere": {func(s *scene) { s.set("db", []string{"n0", "n1", "n2"}) }, "fits nowhere", func(*scene) []string { return []string{"--allow-pending"} }, true},
		"too-small": {func(s *scene) {
			s.set("db", []string{"n0", "n1", "n2"})
			s.Volume("n3-small", s.node("n3"), sized("1Gi"))
		}, "fits nowhere", func(*scene) []string { return []string{"--allow-pending"} }, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, "blocked-"+name, "n0", "n1", "n2", "n3")
			tc.set(s)
			s.vanish("n1")
			if r := s.run(s.command([]string{"n1"})); r.Exit != 3 || len(r.Writes()) > 0 || !strings.Contains(r.Err, tc.says) {
				t.Fatalf("want exit 3, %q and no writes: %s", tc.says, r)
			}
			held := &invariants{scene: s, pending: tc.pending}
			r := s.run(s.command([]string{"n1"}, tc.override(s)...), func(r *live.Run) { r.Rules = held.rules() })
			if r.Exit != 0 {
				t.Fatal(r)
			}
			if tc.pending {
				s.WaitPod("db-1", controlplane.PodPending)
				s.free("n3-more")
			} else {
				s.asPlanned(r)
			}
			s.WaitStatefulSet("db")
		})
	}
}

// TestSuspects lists the nodes that look dead, and changes nothing.
func TestSuspects(t *testing.T) {
	t.Parallel()
	s := open(t, "suspects", "n0", "n1", "n2", "n3")
	s.set("db", []string{"n0", "n1", "n2"})
	s.vanish("n1")
	s.die("n2")
	r := s.Run(live.Run{Args: []string{"recover", "-o", "json"}})
	if r.Exit != 0 || len(r.Writes()) > 0 {
		t.Fatal(r)
	}
	var list planner.SuspectList
	if err := json.Unmarshal([]byte(r.Out), &list); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, item := range list.Items {
		if short, ours := strings.CutPrefix(item.Node, s.Name+"-"); ours {
			got[short] = fmt.Sprintf("%s %d %v", item.State, item.Volumes, item.Stuck)
		}
	}
	want := map[string]string{"n1": fmt.Sprintf("missing 1 [%s/db-1]", s.Name), "n2": fmt.Sprintf("Unknown 1 [%s/db-2]", s.Name)}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if r := s.Run(live.Run{Args: []string{"recover"}}); r.Exit != 0 || !strings.Contains(r.Out, s.node("n2")+" ") {
		t.Error(r)
	}
}

// TestOutage has a control plane of its own, since all of its nodes fall silent at once: here the node lifecycle controller notices
// that leases are no longer renewed, and by itself.
func TestOutage(t *testing.T) {
	t.Parallel()
	o := options()
	o.ByHand, o.GracePeriod = false, 40*time.Second
	own, err := live.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := own.Stop(); err != nil {
			t.Error(err)
		}
	})
	s := own.Scene(t, "outage")
	for i := range 3 {
		s.Volume(fmt.Sprint(i), fmt.Sprintf("node-%d", i))
	}
	s.StatefulSet("db", 3)
	s.WaitStatefulSet("db")
	nodes := []string{"node-0", "node-1", "node-2", "node-3"}
	if err := own.Kill(s.Context(), nodes...); err != nil {
		t.Fatal(err)
	}
	for _, node := range nodes {
		if _, err := controlplane.WaitFor(s.Context(), own.Client().CoreV1().Nodes(), node, controlplane.NodeUnknown); err != nil {
			t.Fatal(err)
		}
	}
	r := s.Run(live.Run{Args: []string{"recover", "node-1", "--fenced", "--unreachable-for=1s", "--yes"}})
	if r.Exit != 3 || len(r.Writes()) > 0 || !strings.Contains(r.Err, "4 of 4 nodes are down at once") {
		t.Error(r)
	}
	if err := own.Revive(s.Context(), nodes...); err != nil {
		t.Fatal(err)
	}
	for _, node := range nodes {
		if _, err := controlplane.WaitFor(s.Context(), own.Client().CoreV1().Nodes(), node, controlplane.NodeReady); err != nil {
			t.Fatal(err)
		}
	}
	s.WaitStatefulSet("db")
}
