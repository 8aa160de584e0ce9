package handback

import (
	"encoding/json"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// TestOneOfSeveral deletes the first of three volumes while they are reclaimed: the others are reclaimed, and the exit code
// tells that not all were.
func TestOneOfSeveral(t *testing.T) {
	t.Parallel()
	s := cluster.Scene(t, "several")
	released(s, "a", "one", retained)
	released(s, "b", "two", retained)
	uid := s.GetVolume("a").UID
	acted := false
	r := s.Run(live.Run{Args: []string{"reclaim", s.VolumeName("a"), s.VolumeName("b"), "--keep-data", "--yes", "-o", "json"}, On: func(r *live.Request) live.Action {
		if r.Verb != "get" || r.Name != s.VolumeName("a") || acted {
			return live.Action{}
		}
		acted = true
		return live.Action{Before: func() {
			volumes := cluster.Client().CoreV1().PersistentVolumes()
			if err := volumes.Delete(s.Context(), s.VolumeName("a"), metav1.DeleteOptions{}); err != nil {
				t.Error(err)
			}
			if _, err := controlplane.WaitFor(s.Context(), volumes, s.VolumeName("a"), controlplane.Gone[*corev1.PersistentVolume](uid)); err != nil {
				t.Error(err)
			}
		}}
	}})
	s.WaitVolume("b", controlplane.VolumePhase(corev1.VolumeAvailable))
	if ref := s.GetVolume("b").Spec.ClaimRef; ref != nil {
		t.Errorf("volume b is still kept for %v", ref)
	}
	var result drain.Result
	if err := json.Unmarshal([]byte(r.Out), &result); err != nil {
		t.Fatal(err, r)
	}
	var got []string
	for _, step := range result.Steps {
		got = append(got, string(step.Status))
	}
	if want := "failed not-started done done"; r.Exit != 1 || result.Status != drain.StatusFailed || strings.Join(got, " ") != want {
		t.Errorf("exit %d, %s, steps %v, want %s: %s", r.Exit, result.Status, got, want, r)
	}
}
