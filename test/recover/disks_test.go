package recover

import (
	"fmt"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
)

// TestDisksOfOthers: first the only free volume is, under another name, the disk of a Pod that runs; then there is one with the data of
// another claim; then one that was wiped. The member runs on that one, and never anywhere else.
func TestDisksOfOthers(t *testing.T) {
	s := openFour(t, "disks")
	s.set("db", []string{"n0", "n1", "n2"})
	s.held("data-other-0", "n3")
	s.StatefulSet("other", 1)
	s.WaitStatefulSet("other")
	used := s.GetVolume("n3-data-other-0")
	s.Volume("n3-twin", s.node("n3"), func(v *corev1.PersistentVolume) { v.Spec.Local.Path = used.Spec.Local.Path + "/" })
	s.gone()

	args := append(s.command([]string{"n1"}), "--fenced")
	s.refused(args, "are the same disk", s.Name+"/other-0 uses it", "n3-data-other-0", "n3-twin")
	s.Holds(s.Volume("n3-old", s.node("n3"), func(v *corev1.PersistentVolume) {
		v.Annotations = map[string]string{retain.AnnDataOf: `{"namespace":"` + s.Name + `","name":"data-db-2","uid":"gone"}`}
	}), "data-db-2")
	s.refused(args, "holds the data of claim "+s.Name+"/data-db-2", "--accept-foreign-data "+s.VolumeName("n3-old"))
	s.refused(append(args, "--allow-pending"), "holds the data of claim "+s.Name+"/data-db-2")
	s.wiped(s.Volume("n3-wiped", s.node("n3")))

	if r := s.run(append(args, "--dry-run")); !strings.Contains(r.Out+r.Err, "db-1 starts EMPTY") {
		t.Errorf("a member that gets a wiped volume does not start empty: %s", r)
	}
	s.recovered([]string{"n1"})
	s.WaitStatefulSet("db")
	s.UsedOn("data-db-1", s.node("n3"))
	for _, free := range []string{"n3-twin", "n3-old"} {
		s.WaitVolume(free, controlplane.VolumePhase(corev1.VolumeAvailable))
	}
}

// refused runs a command that has to be refused before it changes anything, and to say all of this.
func (s *scene) refused(args []string, says ...string) {
	s.t.Helper()
	r := s.run(args)
	if r.Exit != 3 {
		s.Fail(r)
	}
	for _, text := range says {
		if !strings.Contains(r.Err, text) {
			s.t.Errorf("it does not say %q: %s", text, r.Err)
		}
	}
}

// wiped records that a volume was wiped since it was created: an earlier record would be a copy.
func (s *scene) wiped(v *corev1.PersistentVolume) {
	s.t.Helper()
	at := v.CreationTimestamp.UTC().Format(time.RFC3339)
	patch := fmt.Sprintf(`{"metadata":{"annotations":{%q:%q}}}`, retain.AnnWiped, `{"at":"`+at+`","method":"files","verified":true}`)
	if _, err := cluster.Client().CoreV1().PersistentVolumes().Patch(s.Context(), v.Name, types.MergePatchType, []byte(patch), metav1.PatchOptions{}); err != nil {
		s.Fail(err)
	}
}
