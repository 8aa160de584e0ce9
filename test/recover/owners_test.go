package recover

import (
	"slices"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// TestOwners recovers members of every kind of owner: all Pods are Ready in the end, where the Plan said, nothing is lost, and
// nothing else is touched.
func TestOwners(t *testing.T) {
	t.Parallel()
	for _, p := range slices.Concat(setPaths(), otherPaths()) {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			a := suite.Lay(t, p)
			r := a.Run(nil)
			if r.Exit != 0 {
				t.Fatal(r)
			}
			a.Scene.asPlanned(r)
			a.Settle()
			a.Twice(t)
		})
	}
}

func claimsDie(set *appsv1.StatefulSet) {
	set.Spec.PersistentVolumeClaimRetentionPolicy = &appsv1.StatefulSetPersistentVolumeClaimRetentionPolicy{
		WhenDeleted: appsv1.DeletePersistentVolumeClaimRetentionPolicyType, WhenScaled: appsv1.DeletePersistentVolumeClaimRetentionPolicyType,
	}
}

// with adds a claim template.
func (s *scene) with(template string) func(*appsv1.StatefulSet) {
	return func(set *appsv1.StatefulSet) {
		set.Spec.VolumeClaimTemplates = append(set.Spec.VolumeClaimTemplates, corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Name: template}, Spec: s.NewClaim("").Spec})
	}
}

func (s *scene) dies() { s.t.Helper(); s.die("n1") }

func (s *scene) gone() { s.t.Helper(); s.vanish("n1") }

func ready(sets ...string) func(*scene) {
	return func(s *scene) {
		s.t.Helper()
		for _, set := range sets {
			s.WaitStatefulSet(set)
		}
	}
}

// setPaths are those of StatefulSets.
func setPaths() []path {
	three := func(change ...func(*appsv1.StatefulSet)) func(*scene) {
		return func(s *scene) {
			s.set("db", []string{"n0", "n1", "n2"}, change...)
			s.free("n0-free", "n2-free", "n3-free")
		}
	}
	return []path{
		{Name: "ordered", Lay: then(three(live.Ordered), (*scene).dies), Args: recovering(), Settle: ready("db")},
		{Name: "parallel", Lay: then(three(), (*scene).dies), Args: recovering(), Settle: ready("db")},
		{Name: "terminating", Lay: then(three(), (*scene).dies, func(s *scene) {
			s.WaitPod("db-1", controlplane.PodTerminating)
		}), Args: recovering(), Settle: ready("db")},
		{Name: "gone", Lay: then(three(live.Ordered), (*scene).gone), Args: recovering(), Settle: ready("db")},
		{Name: "claims that die with the set", Lay: then(three(claimsDie), (*scene).gone), Args: recovering(), Settle: ready("db")},
		{Name: "two templates", Lay: func(s *scene) {
			s.set("db", []string{"n0", "n1", "n2"}, live.Ordered, s.with("wal"))
			s.free("n3-a", "n3-b")
			s.gone()
		}, Args: recovering(), Settle: ready("db")},
		{Name: "two members of one", Lay: func(s *scene) {
			s.set("db", []string{"n1", "n1", "n2"}, live.Ordered)
			s.free("n0-free", "n3-free")
			s.gone()
		}, Args: recovering("data-db-0", "data-db-1"), Settle: ready("db")},
		{Name: "two sets", Lay: func(s *scene) {
			s.set("a", []string{"n0", "n1", "n2"}, live.Ordered)
			s.set("b", []string{"n1", "n2", "n0"})
			s.free("n0-free", "n2-free", "n3-free")
			s.dies()
		}, Args: recovering(), Settle: ready("a", "b")},
		{Name: "two nodes", Lay: func(s *scene) {
			s.set("a", []string{"n0", "n1", "n2", "n0", "n0"})
			s.set("b", []string{"n1", "n0", "n0"}, live.Ordered)
			s.free("n0-a", "n0-b", "n3-a", "n3-b")
			s.die("n1", "n2")
		}, Args: recoveringFrom([]string{"n1", "n2"}), Settle: ready("a", "b")},
		{Name: "three nodes", Lay: func(s *scene) {
			s.set("db", []string{"n0", "n1", "n2"}, live.Ordered)
			s.free("n3-a", "n3-b", "n3-c")
			s.vanish("n0", "n1", "n2")
		}, Args: recoveringFrom([]string{"n0", "n1", "n2"}, "data-db-0", "data-db-1", "data-db-2"), Settle: ready("db")},
		{Name: "claim deleted before", Lay: then(three(), (*scene).dies, func(s *scene) {
			if err := cluster.Client().CoreV1().PersistentVolumeClaims(s.Name).Delete(s.Context(), "data-db-1", metav1.DeleteOptions{}); err != nil {
				s.Fail(err)
			}
		}), Args: recovering(), Settle: ready("db")},
		{Name: "sibling without a pod", Lay: func(s *scene) { // where members must keep apart: db-1 is tied to n2, and has no Pod at the time
			s.set("db", []string{"n1", "n2", "n0"}, live.Ordered, live.Apart)
			s.free("n2-free", "n3-free")
			s.dies()
			s.loseSibling()
		}, Args: recovering("data-db-0"), Settle: ready("db")},
		{Name: "where another must go", Lay: func(s *scene) { // a could go anywhere, b only to the large volume
			s.set("a", []string{"n1"}, func(set *appsv1.StatefulSet) {
				set.Spec.VolumeClaimTemplates[0].Spec.Resources.Requests = storage("5Gi")
			})
			s.set("b", []string{"n1"})
			s.Volume("n0-large", s.node("n0"), sized("10Gi"))
			s.Volume("n2-small", s.node("n2"), sized("5Gi"))
			s.gone()
		}, Args: recovering("data-a-0", "data-b-0"), Settle: ready("a", "b")},
	}
}

// loseSibling deletes db-1 once db-0 is known not to be Ready, so that db-1 is not recreated before db-0 is back.
func (s *scene) loseSibling() {
	s.t.Helper()
	s.WaitPod("db-0", func(p *corev1.Pod) (bool, string) {
		met, state := controlplane.PodReady(p)
		return !met, state
	})
	s.deletePod("db-1")
}

func (s *scene) deletePod(name string) {
	s.t.Helper()
	p := s.WaitPod(name, func(p *corev1.Pod) (bool, string) { return p != nil, "it does not exist" })
	if err := cluster.Client().CoreV1().Pods(s.Name).Delete(s.Context(), name, metav1.DeleteOptions{}); err != nil {
		s.Fail(err)
	}
	s.WaitPod(name, controlplane.Gone[*corev1.Pod](p.UID))
}

// TestForgottenVolumes deletes the volume objects in the end, and only those of the node.
func TestForgottenVolumes(t *testing.T) {
	t.Parallel()
	s := open(t, "forget", "n0", "n1", "n2", "n3")
	s.set("db", []string{"n0", "n1", "n2"})
	s.free("n1-unused", "n3-free")
	s.vanish("n1")
	r := s.run(s.command([]string{"n1"}, "--forget-volumes"), func(r *live.Run) { r.Loses = true })
	if r.Exit != 0 {
		t.Fatal(r)
	}
	s.WaitStatefulSet("db")
	var left []string
	for _, v := range s.Volumes() {
		left = append(left, s.ShortName(v.Name))
	}
	if want := []string{"n0-data-db-0", "n2-data-db-2", "n3-data-bystander-0", "n3-free"}; !slices.Equal(left, want) {
		t.Errorf("volumes %v are left, want %v", left, want)
	}
}
