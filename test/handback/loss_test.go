package handback

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
)

// TestLossIsSeen makes sure that the loss that all scenes are watched for would be seen.
func TestLossIsSeen(t *testing.T) {
	t.Parallel()
	s := cluster.Scene(t, "loss")
	s.Volume("a", "node-0", retained)
	s.Volume("b", "node-1", retained)
	c := s.BoundClaim("data", "a")
	s.BoundClaim("saved", "b")
	release(s, "pvc/saved")
	if lost, err := s.Lost(s.Context()); err != nil || len(lost) > 0 {
		t.Errorf("nothing is lost yet: %v %v", lost, err)
	}
	if err := cluster.Client().CoreV1().PersistentVolumeClaims(s.Name).Delete(s.Context(), "data", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	s.WaitClaim("data", controlplane.Gone[*corev1.PersistentVolumeClaim](c.UID))
	lost, err := s.Lost(s.Context())
	if err != nil || len(lost) != 1 || !strings.HasPrefix(lost[0], "claim data (") {
		t.Errorf("claim data is lost: %v %v", lost, err)
	}
	patch(s, "persistentvolumes", s.VolumeName("b"), `{"metadata":{"annotations":{"localpv.dev/released-claim":null}}}`)
	if lost, err := s.Lost(s.Context()); err != nil || len(lost) != 2 {
		t.Errorf("both are lost: %v %v", lost, err)
	}
}
