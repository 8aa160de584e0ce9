package handback

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// TestRestoredClaimAsksOtherwise restores a claim with another class and size than the volume has: the volume controller checks neither for
// a claim that counts as bound, so the two are bound once the volume names it with its UID.
func TestRestoredClaimAsksOtherwise(t *testing.T) {
	t.Parallel()
	s := cluster.Scene(t, "otherwise")
	released(s, "a", "data", retained)
	class := "archive"
	s.Claim("data", func(c *corev1.PersistentVolumeClaim) {
		c.Spec.VolumeName, c.Spec.StorageClassName = s.VolumeName("a"), &class
		c.Spec.Resources.Requests[corev1.ResourceStorage] = resource.MustParse("900Gi")
		metav1.SetMetaDataAnnotation(&c.ObjectMeta, "pv.kubernetes.io/bind-completed", "yes")
	})
	s.WaitClaim("data", controlplane.ClaimPhase(corev1.ClaimLost))
	if r := s.Run(live.Run{Args: []string{"reattach", s.VolumeName("a"), "--yes"}}); r.Exit != 0 {
		t.Fatal(r)
	}
	untilBound("data", "a")(s)
}
