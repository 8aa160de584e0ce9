package whypending

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cmdtest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestStatefulSetsAreReadOnce: what was asked about, volumes that were left and claims that name a volume in vain need them, and one list is enough,
// unless that was of another namespace.
func TestStatefulSetsAreReadOnce(t *testing.T) {
	left := func(namespace string) func(*inspect.Snapshot) {
		return func(s *inspect.Snapshot) {
			v := inspecttest.Volume("left", inspecttest.Has("gone", "gone-uid"), inspecttest.Phase(corev1.VolumeReleased))
			v.Spec.ClaimRef.Namespace = namespace
			s.Volumes = append(s.Volumes, v)
		}
	}
	inVain := func(s *inspect.Snapshot) {
		for _, c := range s.Claims {
			if c.Name == "big" {
				c.Spec.VolumeName = "vanished"
			}
		}
	}
	for _, tc := range []struct {
		args   string
		change func(*inspect.Snapshot)
		want   int
	}{
		{"big", func(*inspect.Snapshot) {}, 0},
		{"big", left("shop"), 1},
		{"big", inVain, 1},
		{"pvc/spare", left("default"), 1},
		{"sts/mysql -n shop", left("shop"), 1},
		{"sts/mysql -n shop", left("bank"), 2},
	} {
		client := pendingCluster(t, tc.change)
		runner(cmdtest.Runner{Client: client}).Run(t, append([]string{"why-pending"}, strings.Fields(tc.args)...)...)
		lists := 0
		for _, a := range client.Actions() {
			if a.GetResource().Resource == "statefulsets" {
				lists++
			}
		}
		if lists != tc.want {
			t.Errorf("%s reads StatefulSets %d times, want %d", tc.args, lists, tc.want)
		}
	}
	client := pendingCluster(t, left("bank"))
	cmdtest.Forbid(client, "statefulsets")
	got := runner(cmdtest.Runner{Client: client}).Run(t, "why-pending", "pvc/spare")
	if n := strings.Count(got.Stdout+got.Stderr, "forbidden: list statefulsets"); n > 1 {
		t.Errorf("told %d times that they could not be read:\n%s%s", n, got.Stdout, got.Stderr)
	}
}
