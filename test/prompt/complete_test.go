package prompt

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd"
	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// offered are the words that kubectl offers for a line that begins with "kubectl", without their descriptions.
func offered(t *testing.T, line string) []string {
	t.Helper()
	got := typeLine(t, "kubectl __complete "+line)
	lines := strings.Split(strings.TrimSpace(got.out), "\n")
	if got.exit != 0 || len(lines) == 0 || !regexp.MustCompile(`^:[0-9]+$`).MatchString(lines[len(lines)-1]) {
		t.Fatalf("%s: exit %d, stdout %q, stderr %q", line, got.exit, got.out, got.err)
	}
	var words []string
	for _, l := range lines[:len(lines)-1] {
		word, _, _ := strings.Cut(l, "\t")
		words = append(words, word)
	}
	return words
}

// TestKubectlCompletes asks kubectl, as its code for every shell does, what can stand behind "kubectl localpv".
func TestKubectlCompletes(t *testing.T) {
	s := lab.Scene(t, "complete")
	for _, v := range []string{"free", "bound", "released"} {
		s.Volume(v, "node-0", func(v *corev1.PersistentVolume) {
			v.Spec.PersistentVolumeReclaimPolicy = corev1.PersistentVolumeReclaimRetain
		})
	}
	s.BoundClaim("keeps", "bound")
	s.BoundClaim("goes", "released")
	if r := s.Run(live.Run{Args: []string{"release", "pvc/goes", "--yes"}}); r.Exit != 0 {
		t.Fatal(r)
	}
	s.WaitVolume("released", controlplane.VolumePhase(corev1.VolumeReleased))
	s.Claim("wants", func(c *corev1.PersistentVolumeClaim) {
		c.Spec.Resources.Requests = corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Ti")}
	})
	s.Pod("waits", "wants")
	s.Pod("runs", "keeps")
	s.WaitPod("runs", controlplane.PodReady)
	s.WaitPod("waits", controlplane.PodPending)

	in := " -n " + s.Name + " "
	tests := []struct {
		line string
		want []string
	}{
		{"localpv ls --phase=Re", []string{"Released"}},
		{"localpv ls --output ya", []string{"yaml"}},
		{"localpv ls node-", []string{"node-0", "node-1", "node-2", "node-3"}},
		{"localpv ls --class " + s.Name, []string{s.Name}},
		{"localpv ls -n " + s.Name, []string{s.Name}},
		{"localpv why-pending" + in + "wa", []string{"waits"}},
		{"localpv why-pending" + in + "ru", nil},
		{"localpv why-pending" + in + "pvc/", []string{"pvc/keeps", "pvc/wants"}},
		{"localpv release" + in + "pvc/", []string{"pvc/keeps"}},
		{"localpv release pv/" + s.Name, []string{"pv/" + s.VolumeName("bound")}},
		{"localpv reclaim " + s.Name, []string{s.VolumeName("released")}},
		{"localpv reattach " + s.Name, []string{s.VolumeName("released")}},
		{"localpv reclaim --for " + s.Name + "/", []string{s.Name + "/wants"}},
		{"localpv recover node-", nil},
		{"localpv drain node-3", []string{"node-3"}},
		{"localpv completion k", []string{"kubectl"}},
	}
	for _, tc := range tests {
		t.Run(strings.ReplaceAll(tc.line, "/", ":"), func(t *testing.T) {
			if diff := cmp.Diff(tc.want, offered(t, tc.line)); diff != "" {
				t.Errorf("kubectl offers (-want +got):\n%s", diff)
			}
		})
	}
	commands := offered(t, `localpv ""`)
	for _, page := range cmd.Manual() {
		if page.Group != "" && !slices.Contains(commands, page.Name) {
			t.Errorf("kubectl offers %q, and not %s", commands, page.Name)
		}
	}
}

// TestNothingToComplete offers nothing and says nothing if there is no cluster, or none that lets us in.
func TestNothingToComplete(t *testing.T) {
	stranger, err := lab.RestConfigFor("stranger")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "stranger")
	if err := controlplane.WriteKubeconfig(file, "stranger", stranger); err != nil {
		t.Fatal(err)
	}
	broken := filepath.Join(t.TempDir(), "broken")
	if err := os.WriteFile(broken, []byte("apiVersion: [v1"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, kubeconfig := range map[string]string{"stranger": file, "none": filepath.Join(t.TempDir(), "none"), "broken": broken} {
		t.Run(name, func(t *testing.T) {
			got := typeLine(t, `kubectl __complete localpv ls ""`, "KUBECONFIG="+kubeconfig)
			if got.exit != 0 || got.out != ":4\n" || strings.Contains(strings.ToLower(got.err), "error") {
				t.Errorf("exit %d, stdout %q, stderr %q", got.exit, got.out, got.err)
			}
		})
	}
}
