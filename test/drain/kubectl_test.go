package drain

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// TestSamePodsAsKubectl asks the real kubectl drain and this one about a node with Pods of every kind: with the same
// flags, both would evict the same Pods, or both refuse, and over the same ones.
func TestSamePodsAsKubectl(t *testing.T) {
	t.Parallel()
	s := open(t, "kubectl")
	everyKind(s)
	var tried int
	for _, flags := range everyChoice("--ignore-daemonsets", "--delete-emptydir-data", "--force", "--pod-selector=app in (web,db)", "--pod-selector=app!=tool") {
		kubectl, kubectlRefuses := byKubectl(t, s, flags)
		for _, claims := range []string{"--keep-claims", "--move-claims"} {
			tried++
			ours, refused := byUs(t, s, append([]string{claims, "--allow-pending", "--accept-data-loss=" + s.Name + "/data-db-0", "--accept-data-loss=" + s.Name + "/tool"}[:1+3*map[string]int{"--move-claims": 1}[claims]], flags...))
			if diff := cmp.Diff(kubectlRefuses, refused); diff != "" {
				t.Errorf("%s %q: kubectl drain refuses over (-), and we over (+):\n%s", claims, flags, diff)
			}
			if len(kubectlRefuses) > 0 {
				continue // kubectl then names none that it would evict
			}
			if diff := cmp.Diff(kubectl, ours); diff != "" {
				t.Errorf("%s %q: kubectl drain evicts (-), and we evict (+):\n%s", claims, flags, diff)
			}
		}
	}
	if tried != 48 {
		t.Errorf("%d comparisons", tried)
	}
}

// everyKind puts a Pod of every kind that kubectl drain tells apart on the node, and some that it does not.
func everyKind(s *live.Scene) {
	database(s, []string{old, "a", "b"})
	runner(s, "web", 2)
	runner(s, "cache", 1, emptyDir)
	agent(s)
	tied(s, "tool", "tool", old)
	tool := s.NewPod("tool", "tool")
	tool.Labels = map[string]string{"app": "tool"}
	onOld(s, tool)
	onOld(s, s.NewPod("bare"))
	static := s.NewPod("static")
	static.Annotations = map[string]string{corev1.MirrorPodAnnotationKey: "x"}
	static.Spec.ServiceAccountName, static.Spec.AutomountServiceAccountToken = "", ptr.To(false)
	onOld(s, static)
	orphan := s.NewPod("orphan")
	orphan.OwnerReferences = []metav1.OwnerReference{{APIVersion: "example.com/v1", Kind: "Database", Name: "gone", UID: "10000000-2000-3000-4000-500000000000", Controller: ptr.To(true)}}
	onOld(s, orphan)
	ended := s.NewPod("ended")
	ended.Spec.Volumes = []corev1.Volume{{Name: "tmp", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}}
	onOld(s, ended)
	finish(s, "ended")
	waiting := s.NewPod("waiting") // on no node
	waiting.Spec.NodeSelector = map[string]string{corev1.LabelHostname: "nowhere"}
	create(s, waiting)
	s.WaitPod("waiting", controlplane.PodPending)
}

// finish lets a Pod end well.
func finish(s *live.Scene, name string) {
	pod := s.WaitPod(name, controlplane.PodReady)
	pod.Status.Phase = corev1.PodSucceeded
	if _, err := cluster.Client().CoreV1().Pods(s.Name).UpdateStatus(s.Context(), pod, metav1.UpdateOptions{}); err != nil {
		s.Fail(err)
	}
}

// everyChoice is every set of flags, at most one of them a selector.
func everyChoice(flags ...string) [][]string {
	var out [][]string
	for bits := range 1 << len(flags) {
		chosen := []string{}
		for i, flag := range flags {
			if bits&(1<<i) != 0 {
				chosen = append(chosen, flag)
			}
		}
		if strings.Count(strings.Join(chosen, " "), "--pod-selector") < 2 {
			out = append(out, chosen)
		}
	}
	return out
}

// byKubectl are the Pods that kubectl drain would evict, or those over which it refuses.
func byKubectl(t *testing.T, s *live.Scene, flags []string) (evicts, refuses []string) {
	t.Helper()
	ctx, cancel := context.WithCancel(s.Context())
	defer cancel()
	var out, errOut bytes.Buffer
	cmd := exec.CommandContext(ctx, filepath.Join(cluster.BinDir(), "kubectl"), append([]string{"drain", s.VolumeName(old), "--dry-run=client"}, flags...)...)
	cmd.Env = append(os.Environ(), "KUBECONFIG="+cluster.Kubeconfig())
	cmd.Stdout, cmd.Stderr = &out, &errOut
	err := cmd.Run()
	for _, m := range regexp.MustCompile(`(?m)^evicting pod (\S+) \(dry run\)$`).FindAllStringSubmatch(out.String(), -1) {
		evicts = append(evicts, m[1])
	}
	if err != nil {
		text := errOut.String()
		for _, m := range regexp.MustCompile(`cannot delete [^:]*: ([^\n]*)`).FindAllStringSubmatch(text[strings.LastIndex(text, "error:")+1:], -1) {
			refuses = append(refuses, regexp.MustCompile(regexp.QuoteMeta(s.Name)+`/[a-z0-9-]+`).FindAllString(m[1], -1)...)
		}
		if len(refuses) == 0 {
			t.Fatalf("%v: %s", err, errOut.String())
		}
		evicts = nil
	}
	slices.Sort(evicts)
	slices.Sort(refuses)
	return evicts, slices.Compact(refuses)
}

// byUs are the Pods that the plugin would evict, or those over which it refuses.
func byUs(t *testing.T, s *live.Scene, flags []string) (evicts, refuses []string) {
	t.Helper()
	r := s.Run(live.Run{Args: append([]string{"drain", s.VolumeName(old), "--dry-run", "-o", "json"}, flags...)})
	var plan drain.Plan
	if err := json.Unmarshal([]byte(r.Out), &plan); err != nil {
		t.Fatalf("%v: %s", err, r)
	}
	for _, step := range plan.Steps {
		if step.Action == drain.EvictPod {
			evicts = append(evicts, step.Object.String())
		}
	}
	for _, b := range plan.Blockers {
		if b.Code == drain.BlockedPods {
			refuses = append(refuses, regexp.MustCompile(regexp.QuoteMeta(s.Name)+`/[a-z0-9-]+`).FindAllString(b.Reason.Text, -1)...)
		}
	}
	slices.Sort(evicts)
	slices.Sort(refuses)
	return evicts, slices.Compact(refuses)
}
