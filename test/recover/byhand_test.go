package recover

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// tally is how a scene stands when all has settled.
type tally struct {
	// ready are Pods, pending those that wait, gone those that nobody has the manifest of.
	ready, pending, gone int
	// claims are those that are gone without a manifest, kept the volumes of the dead node that hold their data for sure.
	claims, kept int
}

// accident is a node that takes with it: a member of a set whose members keep apart and whose next one has no Pod just then, a
// Deployment's Pod with a claim of its own, and a Pod of nobody's.
func accident(t *testing.T, name string) *scene {
	t.Helper()
	s := open(t, name, "n0", "n1", "n2", "n3")
	s.set("db", []string{"n1", "n2", "n0"}, live.Ordered, live.Apart, s.rather("n2"))
	s.deployment()
	s.held("tool", "n1")
	s.Claim("tool")
	s.Pod("tool", "tool")
	s.WaitPod("tool", controlplane.PodReady)
	s.free("n2-free", "n3-free", "n3-more")
	s.die("n1")
	s.loseSibling()
	return s
}

// rather lets Pods prefer a node.
func (s *scene) rather(node string) func(*appsv1.StatefulSet) {
	return func(set *appsv1.StatefulSet) {
		set.Spec.Template.Spec.Affinity.NodeAffinity = &corev1.NodeAffinity{PreferredDuringSchedulingIgnoredDuringExecution: []corev1.PreferredSchedulingTerm{{
			Weight: 100, Preference: corev1.NodeSelectorTerm{MatchExpressions: []corev1.NodeSelectorRequirement{{
				Key: corev1.LabelHostname, Operator: corev1.NodeSelectorOpIn, Values: []string{s.node(node)}}}}}}}
	}
}

// TestAgainstDeletingClaims handles the same accident by deleting the claims, all at once, and then the Pods, and by recover. The
// numbers are those of docs/recover.md.
func TestAgainstDeletingClaims(t *testing.T) {
	t.Parallel()
	claims := []string{"data-db-0", "files", "tool"}
	results := map[string]tally{}
	var mu sync.Mutex
	note := func(s *scene, of string) {
		counted := s.tally(claims)
		mu.Lock()
		defer mu.Unlock()
		results[of] = counted
	}
	t.Run("both", func(t *testing.T) {
		t.Run("by hand", func(t *testing.T) {
			t.Parallel()
			s := accident(t, "by-hand")
			for _, c := range claims {
				if err := cluster.Client().CoreV1().PersistentVolumeClaims(s.Name).Delete(s.Context(), c, metav1.DeleteOptions{}); err != nil {
					t.Fatal(err)
				}
			}
			s.dropPodsOf("n1")
			s.WaitPod("db-0", controlplane.PodReady)
			s.WaitPod("db-1", controlplane.PodPending)
			for _, c := range claims[1:] {
				s.WaitClaim(c, controlplane.Gone[*corev1.PersistentVolumeClaim](""))
			}
			note(s, "by hand")
		})
		t.Run("recover", func(t *testing.T) {
			t.Parallel()
			s := accident(t, "recover")
			r := s.run(s.command([]string{"n1"}, append(s.accept(claims...), "--fenced")...))
			if r.Exit != 0 || !strings.Contains(r.Err, "deleted-pod") {
				t.Fatal(r)
			}
			s.WaitStatefulSet("db")
			s.WaitDeployment("web")
			note(s, "recover")
		})
	})
	want := map[string]tally{
		"by hand": {ready: 2, pending: 2, gone: 1, claims: 2, kept: 0},
		"recover": {ready: 4, pending: 0, gone: 0, claims: 0, kept: 3},
	}
	if diff := gocmp.Diff(want, results, gocmp.AllowUnexported(tally{})); diff != "" {
		t.Errorf("tally (-want +got):\n%s", diff)
	}
	data, err := os.ReadFile("../../docs/recover.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range tableOf(results["by hand"], results["recover"]) {
		if !strings.Contains(string(data), line) {
			t.Errorf("docs/recover.md lacks the line %s", line)
		}
	}
}

// tableOf is the table of docs/recover.md.
func tableOf(byHand, recovered tally) []string {
	row := func(what string, a, b int) string { return fmt.Sprintf("| %s | %d | %d |", what, a, b) }
	return []string{
		row("Pods that are Ready, of 4 with a controller", byHand.ready, recovered.ready),
		row("Pods that wait for ever", byHand.pending, recovered.pending),
		row("manifests of Pods lost", byHand.gone, recovered.gone),
		row("claims gone, and their manifests lost", byHand.claims, recovered.claims),
		row("volumes of the node that are Released and kept, of 3", byHand.kept, recovered.kept),
	}
}

// dropPodsOf deletes the Pods of a node without their kubelet.
func (s *scene) dropPodsOf(node string) {
	s.t.Helper()
	pods, err := cluster.Client().CoreV1().Pods(s.Name).List(s.Context(), metav1.ListOptions{FieldSelector: "spec.nodeName=" + s.node(node)})
	if err != nil {
		s.Fail(err)
	}
	for _, p := range pods.Items {
		err := cluster.Client().CoreV1().Pods(s.Name).Delete(s.Context(), p.Name, metav1.DeleteOptions{GracePeriodSeconds: ptr.To(int64(0))})
		if err != nil && !apierrors.IsNotFound(err) {
			s.Fail(err)
		}
	}
}

func (s *scene) tally(claims []string) tally {
	s.t.Helper()
	var out tally
	ctx, c := s.Context(), cluster.Client().CoreV1()
	pods, err := c.Pods(s.Name).List(ctx, metav1.ListOptions{})
	if err != nil {
		s.Fail(err)
	}
	for i := range pods.Items {
		p := &pods.Items[i]
		if p.Name == "bystander-0" {
			continue
		}
		if met, _ := controlplane.PodReady(p); met {
			out.ready++
		} else if p.Spec.NodeName == "" {
			out.pending++
		}
	}
	volumes, err := c.PersistentVolumes().List(ctx, metav1.ListOptions{LabelSelector: ownNodes + "=" + s.Name})
	if err != nil {
		s.Fail(err)
	}
	savedPod := false
	for _, v := range volumes.Items {
		savedPod = savedPod || v.Annotations["localpv.dev/deleted-pod"] != ""
		if homeOf(&v) == s.node("n1") && v.Status.Phase == corev1.VolumeReleased && v.Spec.PersistentVolumeReclaimPolicy == corev1.PersistentVolumeReclaimRetain {
			out.kept++
		}
	}
	if _, err := c.Pods(s.Name).Get(ctx, "tool", metav1.GetOptions{}); apierrors.IsNotFound(err) && !savedPod {
		out.gone++
	}
	for _, claim := range claims {
		if _, err := c.PersistentVolumeClaims(s.Name).Get(ctx, claim, metav1.GetOptions{}); apierrors.IsNotFound(err) && !s.saved(volumes, claim) {
			out.claims++
		}
	}
	return out
}

// saved reports whether the manifest of a claim is on a volume.
func (s *scene) saved(volumes *corev1.PersistentVolumeList, claim string) bool {
	for _, v := range volumes.Items {
		if strings.Contains(v.Annotations["localpv.dev/released-claim"], `"name":"`+claim+`"`) {
			return true
		}
	}
	return false
}
