package recover

import (
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// recovery is a scene of which one owner's members are recovered.
type recovery struct {
	name string
	// set lays the scene out: n1 is about to be lost.
	set func(s *scene)
	// lose loses n1; the Node object is taken away unless this says otherwise.
	lose func(s *scene)
	// after happens before recover is called.
	after func(s *scene)
	// lost are the nodes that are recovered, n1 if there are none here.
	lost []string
	args func(s *scene) []string
	// settled waits for what follows, and checks.
	settled func(s *scene)
}

func (rc recovery) stage(t *testing.T) *scene {
	t.Helper()
	s := open(t, strings.ReplaceAll(rc.name, " ", "-"), "n0", "n1", "n2", "n3")
	rc.set(s)
	if rc.lose == nil {
		s.vanish(rc.nodes()...)
	} else {
		rc.lose(s)
	}
	if rc.after != nil {
		rc.after(s)
	}
	return s
}

func (rc recovery) nodes() []string {
	if rc.lost == nil {
		return []string{"n1"}
	}
	return rc.lost
}

func (rc recovery) more(s *scene) []string {
	if rc.args == nil {
		return nil
	}
	return rc.args(s)
}

// TestOwners recovers members of every kind of owner: all Pods are Ready in the end, where the Plan said, nothing is lost, and
// nothing else is touched.
func TestOwners(t *testing.T) {
	t.Parallel()
	for _, rc := range slices.Concat(setRecoveries(), otherRecoveries()) {
		t.Run(rc.name, func(t *testing.T) {
			t.Parallel()
			s := rc.stage(t)
			s.recovered(rc.nodes(), rc.more(s)...)
			if rc.settled != nil {
				rc.settled(s)
			}
			s.nothingLeft(rc.nodes(), rc.more(s)...)
		})
	}
}

// nothingLeft runs recover once more: it must find nothing to do.
func (s *scene) nothingLeft(nodes []string, more ...string) {
	s.t.Helper()
	r := s.run(s.command(nodes, append([]string{"--fenced"}, more...)...))
	if r.Exit != 0 || len(r.Writes()) > 0 {
		s.t.Errorf("%s: run once more, it should find nothing to do: %s", s.Name, r)
	}
}

func ordered(set *appsv1.StatefulSet) {
	set.Spec.PodManagementPolicy = appsv1.OrderedReadyPodManagement
}

func claimsDie(set *appsv1.StatefulSet) {
	set.Spec.PersistentVolumeClaimRetentionPolicy = &appsv1.StatefulSetPersistentVolumeClaimRetentionPolicy{
		WhenDeleted: appsv1.DeletePersistentVolumeClaimRetentionPolicyType, WhenScaled: appsv1.DeletePersistentVolumeClaimRetentionPolicyType,
	}
}

// apart keeps members on nodes of their own.
func apart(set *appsv1.StatefulSet) {
	set.Spec.Template.Spec.Affinity = &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{{
		TopologyKey: corev1.LabelHostname, LabelSelector: set.Spec.Selector,
	}}}}
}

// with adds a claim template.
func (s *scene) with(template string) func(*appsv1.StatefulSet) {
	return func(set *appsv1.StatefulSet) {
		set.Spec.VolumeClaimTemplates = append(set.Spec.VolumeClaimTemplates, corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Name: template}, Spec: s.NewClaim("").Spec})
	}
}

func (s *scene) dies() { s.t.Helper(); s.die("n1") }

func ready(sets ...string) func(*scene) {
	return func(s *scene) {
		s.t.Helper()
		for _, set := range sets {
			s.WaitStatefulSet(set)
		}
	}
}

func accepting(claims ...string) func(*scene) []string {
	return func(s *scene) []string { return s.accept(claims...) }
}

// setRecoveries are those of StatefulSets.
func setRecoveries() []recovery {
	three := func(change ...func(*appsv1.StatefulSet)) func(*scene) {
		return func(s *scene) {
			s.set("db", []string{"n0", "n1", "n2"}, change...)
			s.free("n0-free", "n2-free", "n3-free")
		}
	}
	return []recovery{
		{name: "ordered", set: three(ordered), lose: (*scene).dies, settled: ready("db")},
		{name: "parallel", set: three(), lose: (*scene).dies, settled: ready("db")},
		{name: "terminating", set: three(), lose: (*scene).dies, after: func(s *scene) { s.WaitPod("db-1", controlplane.PodTerminating) }, settled: ready("db")},
		{name: "gone", set: three(ordered), settled: ready("db")},
		{name: "claims that die with the set", set: three(claimsDie), settled: ready("db")},
		{name: "two templates", set: func(s *scene) {
			s.set("db", []string{"n0", "n1", "n2"}, ordered, s.with("wal"))
			s.free("n3-a", "n3-b")
		}, settled: ready("db")},
		{name: "two members of one", set: func(s *scene) {
			s.set("db", []string{"n1", "n1", "n2"}, ordered)
			s.free("n0-free", "n3-free")
		}, args: accepting("data-db-0", "data-db-1"), settled: ready("db")},
		{name: "two sets", set: func(s *scene) {
			s.set("a", []string{"n0", "n1", "n2"}, ordered)
			s.set("b", []string{"n1", "n2", "n0"})
			s.free("n0-free", "n2-free", "n3-free")
		}, lose: (*scene).dies, settled: ready("a", "b")},
		{name: "two nodes", lost: []string{"n1", "n2"}, set: func(s *scene) {
			s.set("a", []string{"n0", "n1", "n2", "n0", "n0"})
			s.set("b", []string{"n1", "n0", "n0"}, ordered)
			s.free("n0-a", "n0-b", "n3-a", "n3-b")
		}, lose: func(s *scene) { s.die("n1", "n2") }, settled: ready("a", "b")},
		{name: "three nodes", lost: []string{"n0", "n1", "n2"}, set: func(s *scene) {
			s.set("db", []string{"n0", "n1", "n2"}, ordered)
			s.free("n3-a", "n3-b", "n3-c")
		}, args: accepting("data-db-0", "data-db-1", "data-db-2"), settled: ready("db")},
		{name: "claim deleted before", set: three(), lose: (*scene).dies, after: func(s *scene) {
			if err := lab.Client().CoreV1().PersistentVolumeClaims(s.Name).Delete(s.Context(), "data-db-1", metav1.DeleteOptions{}); err != nil {
				s.Fail(err)
			}
		}, settled: ready("db")},
		{name: "sibling without a pod", set: func(s *scene) { // where members must keep apart: db-1 is tied to n2, and has no Pod at the time
			s.set("db", []string{"n1", "n2", "n0"}, ordered, apart)
			s.free("n2-free", "n3-free")
		}, lose: (*scene).dies, after: (*scene).loseSibling, args: accepting("data-db-0"), settled: ready("db")},
		{name: "where another must go", set: func(s *scene) { // a could go anywhere, b only to the large volume
			s.set("a", []string{"n1"}, func(set *appsv1.StatefulSet) {
				set.Spec.VolumeClaimTemplates[0].Spec.Resources.Requests = storage("5Gi")
			})
			s.set("b", []string{"n1"})
			s.Volume("n0-large", s.node("n0"), sized("10Gi"))
			s.Volume("n2-small", s.node("n2"), sized("5Gi"))
		}, args: accepting("data-a-0", "data-b-0"), settled: ready("a", "b")},
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
	if err := lab.Client().CoreV1().Pods(s.Name).Delete(s.Context(), name, metav1.DeleteOptions{}); err != nil {
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
	volumes, err := lab.Client().CoreV1().PersistentVolumes().List(s.Context(), metav1.ListOptions{LabelSelector: ownNodes + "=" + s.Name})
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, v := range volumes.Items {
		left = append(left, strings.TrimPrefix(v.Name, s.Name+"-"))
	}
	if want := []string{"n0-data-db-0", "n2-data-db-2", "n3-data-bystander-0", "n3-free"}; !slices.Equal(left, want) {
		t.Errorf("volumes %v are left, want %v", left, want)
	}
}
