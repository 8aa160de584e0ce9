package handback

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// refusal is a scene in which a command must not do anything.
type refusal struct {
	name string
	set  func(s *live.Scene)
	args func(s *live.Scene) []string
	says []string
}

// TestRefusals wants exit code 3, the reason and what to do, and not a single write.
func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, r := range append(releaseRefusals(), append(reclaimRefusals(), reattachRefusals()...)...) {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			s := cluster.Scene(t, "refusal")
			r.set(s)
			before := s.State()
			run := s.Run(live.Run{Args: append(r.args(s), "--yes")})
			text := strings.ReplaceAll(strings.Join(strings.Fields(run.Err), " "), s.Name, "scene")
			if run.Exit != 3 || len(run.Writes()) > 0 || run.Out != "" {
				t.Errorf("%s", run)
			}
			for _, words := range r.says {
				if !strings.Contains(text, words) {
					t.Errorf("it does not say %q: %s", words, run)
				}
			}
			if change := live.Change(before, s.State()); change != "" {
				t.Errorf("it changed something:\n%s", change)
			}
		})
	}
}

func releaseRefusals() []refusal {
	release := line("release", "pvc/data")
	return []refusal{
		{"release in use", func(s *live.Scene) {
			boundData(s)
			s.Pod("web", "data")
			s.WaitPod("web", controlplane.PodReady)
		}, release, []string{"claim scene/data is used by Pod web (Running on node-0); stop it first: save the manifest, of which there is no other copy (kubectl get pod web -n scene -o yaml > web.yaml), then kubectl delete pod web -n scene"}},
		{"release after a Pod has ended", func(s *live.Scene) {
			boundData(s)
			s.Pod("web", "data")
			s.WaitPod("web", controlplane.PodReady)
			patch(s, "pods", "web", `{"status":{"phase":"Succeeded"}}`, "status")
		}, release, []string{"used by Pod web (Succeeded on node-0)", "a Pod that has ended holds its claim until it is deleted: save the manifest, of which there is no other copy (kubectl get pod web -n scene -o yaml > web.yaml), then kubectl delete pod web -n scene"}},
		{"release of a running member", func(s *live.Scene) {
			s.Volume("a", "node-0")
			s.StatefulSet("db", 1)
			s.WaitStatefulSet("db")
		}, line("release", "pvc/data-db-0"), []string{"db-0 (Running on node-0, StatefulSet/db); scale StatefulSet/db down first"}},
		{"release of an ephemeral claim", func(s *live.Scene) {
			s.Volume("a", "node-0")
			pod := s.NewPod("web")
			pod.Spec.Volumes = []corev1.Volume{{Name: "scratch", VolumeSource: corev1.VolumeSource{Ephemeral: &corev1.EphemeralVolumeSource{
				VolumeClaimTemplate: &corev1.PersistentVolumeClaimTemplate{Spec: s.NewClaim("").Spec},
			}}}}
			if _, err := cluster.Client().CoreV1().Pods(s.Name).Create(s.Context(), pod, metav1.CreateOptions{}); err != nil {
				s.Fail(err)
			}
			s.WaitPod("web", controlplane.PodReady)
			s.WaitClaim("web-scratch", controlplane.ClaimPhase(corev1.ClaimBound))
		}, line("release", "pvc/web-scratch"), []string{"generic ephemeral volume", "it goes with Pod web; the data on scene-a, which has policy Delete, goes with it: to keep it, first kubectl patch pv scene-a"}},
		{"release of an unbound claim", func(s *live.Scene) {
			s.Claim("data")
			s.WaitClaim("data", controlplane.ClaimPhase(corev1.ClaimPending))
		}, release, []string{"claim scene/data is Pending and has no volume to release"}},
		{"release of a lost claim", func(s *live.Scene) {
			boundData(s)
			eraseVolume(s, "a")
			s.WaitClaim("data", controlplane.ClaimPhase(corev1.ClaimLost))
		}, release, []string{"claim scene/data is Lost: its volume scene-a does not exist"}},
		{"release of a volume whose claim has another", func(s *live.Scene) {
			boundData(s)
			c := s.WaitClaim("data", controlplane.ClaimPhase(corev1.ClaimBound))
			s.Volume("b", "node-1", s.Provisioned("node-1"), func(v *corev1.PersistentVolume) { // else the controller unbinds it at once
				v.Spec.ClaimRef = &corev1.ObjectReference{APIVersion: "v1", Kind: "PersistentVolumeClaim", Namespace: s.Name, Name: "data", UID: c.UID}
			})
			s.WaitVolume("b", controlplane.VolumePhase(corev1.VolumeReleased))
		}, onVolume("b", "release", "pv/%s"), []string{"volume scene-b names claim scene/data, but that claim is bound to volume scene-a", "to release scene-a, name the claim: kubectl localpv release pvc/data -n scene"}},
		{"release of what is too large to save", func(s *live.Scene) {
			s.Volume("a", "node-0")
			s.BoundClaim("data", "a", noise)
		}, release, []string{"the manifest of claim scene/data is too large to be saved on volume scene-a"}},
		{"release of a volume that is being deleted", func(s *live.Scene) {
			boundData(s)
			deleteVolume(s, "a")
		}, release, []string{"volume scene-a is being deleted: once claim scene/data is gone, the volume object would go too"}},
		{"release and clean what nobody cleans", boundData, line("release", "pvc/data", "--clean"),
			[]string{"no external provisioner owns volume scene-a, so nothing would clean it; leave out --clean"}},
		{"release and clean what is away", func(s *live.Scene) {
			s.Volume("a", "node-2", s.Provisioned("node-2"))
			s.BoundClaim("data", "a")
		}, line("release", "pvc/data", "--clean"), []string{"cannot be shown: it is not known to run: no ready Pod of it was seen on node-2; leave out --clean"}},
	}
}

func reclaimRefusals() []refusal {
	reclaim := onVolume("a", "reclaim", "%s", "--keep-data")
	return []refusal{
		{"reclaim without a word on the data", func(s *live.Scene) { released(s, "a", "data", retained) }, onVolume("a", "reclaim", "%s"),
			[]string{"the disk is not erased, so the next user can read it", "--keep-data"}},
		{"reclaim of a bound volume", boundData, reclaim, []string{"volume scene-a is Bound to claim scene/data (for", "not Released: to release it first: kubectl localpv release pv/scene-a"}},
		{"reclaim of what a provisioner cleans", func(s *live.Scene) {
			s.Volume("a", "node-2", s.Provisioned("node-2"))
			s.BoundClaim("data", "a")
			deleteClaim(s, "data")
			s.WaitVolume("a", controlplane.VolumePhase(corev1.VolumeReleased))
		}, reclaim, []string{"has policy Delete, and provisioner local-volume-provisioner-node-2-", "it is not known to run", "--wait waits for that"}},
		{"reclaim and wait for nobody", func(s *live.Scene) { released(s, "a", "data", retained) }, onVolume("a", "reclaim", "%s", "--wait"),
			[]string{"nothing is going to clean volume scene-a: it has policy Retain and no external provisioner owns it; leave out --wait"}},
		{"reclaim for a claim that asks for more", func(s *live.Scene) {
			released(s, "a", "data", retained)
			s.Claim("heir", func(c *corev1.PersistentVolumeClaim) {
				c.Spec.Resources.Requests[corev1.ResourceStorage] = resource.MustParse("20Gi")
			})
		}, onVolume("a", "reclaim", "%s", "--keep-data", "--for", "heir"), []string{"claim scene/heir cannot be bound to scene-a"}},
		{"reclaim of what is kept for another", func(s *live.Scene) {
			s.Volume("a", "node-0", func(v *corev1.PersistentVolume) {
				v.Spec.ClaimRef = &corev1.ObjectReference{APIVersion: "v1", Kind: "PersistentVolumeClaim", Namespace: s.Name, Name: "other"}
			})
			s.WaitVolume("a", controlplane.VolumePhase(corev1.VolumeAvailable))
		}, reclaim, []string{"volume scene-a is Available and reserved for claim scene/other"}},
		{"reclaim of a volume that is being deleted", func(s *live.Scene) {
			released(s, "a", "data", retained, func(v *corev1.PersistentVolume) { v.Finalizers = []string{"backup.example.com/hold"} })
			deleteVolume(s, "a")
			s.WaitVolume("a", func(v *corev1.PersistentVolume) (bool, string) {
				return !slices.Contains(v.Finalizers, "kubernetes.io/pv-protection"), fmt.Sprint(v.Finalizers)
			})
		}, reclaim, []string{"volume scene-a is being deleted"}},
		{"reclaim under a Pod", func(s *live.Scene) { // whose claim lost its protection
			boundData(s)
			patch(s, "persistentvolumes", s.VolumeName("a"), `{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}`)
			s.Pod("web", "data")
			s.WaitPod("web", controlplane.PodReady)
			c := s.WaitClaim("data", controlplane.ClaimPhase(corev1.ClaimBound))
			if err := cluster.Client().CoreV1().PersistentVolumeClaims(s.Name).Delete(s.Context(), "data", metav1.DeleteOptions{}); err != nil {
				s.Fail(err)
			}
			patch(s, "persistentvolumeclaims", "data", `{"metadata":{"finalizers":null}}`)
			s.Forget(c.UID)
			s.WaitVolume("a", controlplane.VolumePhase(corev1.VolumeReleased))
		}, reclaim, []string{"volume scene-a may still be in use although its claim is gone", "Pod web (Running on node-0)"}},
	}
}

func reattachRefusals() []refusal {
	reattach := onVolume("a", "reattach", "%s")
	return []refusal{
		{"reattach without a manifest", func(s *live.Scene) { released(s, "a", "data", retained) }, reattach,
			[]string{"no readable manifest of it is saved on scene-a, and no StatefulSet recreates it"}},
		{"reattach to a claim that has another volume", func(s *live.Scene) {
			replaced(s)
			s.Deployment("web", "data")
			s.WaitDeployment("web")
		}, reattach, []string{"claim scene/data exists and is bound to scene-b: --replace evicts its Pods and deletes the claim, and keeps scene-b", "which of the two volumes holds the newer data is not known"}},
		{"reattach and replace under a bare Pod", func(s *live.Scene) {
			replaced(s)
			s.Pod("web", "data")
			s.WaitPod("web", controlplane.PodReady)
		}, onVolume("a", "reattach", "%s", "--replace"), []string{"Pod scene/web uses claim scene/data, and no controller recreates it"}},
		{"reattach of what is on no node", func(s *live.Scene) {
			s.Volume("a", "node-of-the-past")
			s.BoundClaim("data", "a")
			release(s, "pvc/data")
		}, reattach, []string{"the data of scene-a is on node-of-the-past, which does not exist, so no Pod could use it"}},
		{"reattach of what another has", func(s *live.Scene) {
			boundData(s)
			s.Claim("other")
		}, onVolume("a", "reattach", "%s", "--claim", "other"), []string{"volume scene-a is Bound and belongs to claim scene/data, so it cannot be given to scene/other"}},
	}
}

// boundData is a claim with a volume, on node-0.
func boundData(s *live.Scene) {
	s.Volume("a", "node-0")
	s.BoundClaim("data", "a")
}

// replaced is a claim that was released from a, and recreated with b.
func replaced(s *live.Scene) {
	boundData(s)
	release(s, "pvc/data")
	s.Volume("b", "node-1")
	s.BoundClaim("data", "b")
}

func deleteVolume(s *live.Scene, short string) {
	if err := cluster.Client().CoreV1().PersistentVolumes().Delete(s.Context(), s.VolumeName(short), metav1.DeleteOptions{}); err != nil {
		s.Fail(err)
	}
}

// eraseVolume deletes a volume and what protects it.
func eraseVolume(s *live.Scene, short string) {
	deleteVolume(s, short)
	patch(s, "persistentvolumes", s.VolumeName(short), `{"metadata":{"finalizers":null}}`)
}

func patch(s *live.Scene, kind, name, text string, subresources ...string) {
	core, data := cluster.Client().CoreV1(), []byte(text)
	var err error
	switch kind {
	case "pods":
		_, err = core.Pods(s.Name).Patch(s.Context(), name, types.MergePatchType, data, metav1.PatchOptions{}, subresources...)
	case "persistentvolumeclaims":
		_, err = core.PersistentVolumeClaims(s.Name).Patch(s.Context(), name, types.MergePatchType, data, metav1.PatchOptions{})
	default:
		_, err = core.PersistentVolumes().Patch(s.Context(), name, types.MergePatchType, data, metav1.PatchOptions{})
	}
	if err != nil {
		s.Fail(err)
	}
}

// noise gives a claim annotations that no compression makes small enough.
func noise(c *corev1.PersistentVolumeClaim) {
	random := rand.New(rand.NewPCG(1, 2))
	text := make([]byte, 250<<10)
	for i := range text {
		text[i] = byte(' ' + random.IntN(90))
	}
	c.Annotations = map[string]string{"example.com/noise": string(text)}
}
