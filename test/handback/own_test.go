package handback

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// TestOwnDisks has the claims of two members deleted and recreated, so that their volumes are Released and of one size: reclaimed
// at once, each goes back to the claim whose data it has.
func TestOwnDisks(t *testing.T) {
	t.Parallel()
	s := cluster.Scene(t, "own")
	own := map[string]string{"data-web-0": "b", "data-web-1": "a"} // by name, the first claim would get the first volume
	for claim, short := range own {
		released(s, short, claim, retained)
	}
	for claim := range own {
		s.Claim(claim)
	}
	if r := s.Run(live.Run{Args: []string{"reclaim", "--released", "--class", s.Name, "--keep-data", "--yes"}}); r.Exit != 0 {
		t.Fatal(r)
	}
	for claim, short := range own {
		untilBound(claim, short)(s)
	}
}

// TestRestoredClaim creates a claim as a backup has it, with the marks of its binding: the volume controller calls it Lost, until the
// volume names it with its UID.
func TestRestoredClaim(t *testing.T) {
	t.Parallel()
	s := cluster.Scene(t, "restored")
	released(s, "a", "data", retained)
	s.Claim("data", func(c *corev1.PersistentVolumeClaim) {
		c.Spec.VolumeName = s.VolumeName("a")
		metav1.SetMetaDataAnnotation(&c.ObjectMeta, "pv.kubernetes.io/bind-completed", "yes")
		metav1.SetMetaDataAnnotation(&c.ObjectMeta, "pv.kubernetes.io/bound-by-controller", "yes")
	})
	s.WaitClaim("data", controlplane.ClaimPhase(corev1.ClaimLost))
	if r := s.Run(live.Run{Args: []string{"reattach", s.VolumeName("a"), "--yes"}}); r.Exit != 0 {
		t.Fatal(r)
	}
	untilBound("data", "a")(s)
}

// TestReservationTakenBack reserves a Released volume for a name that was mistyped, and takes that back: the volume is Released again, and
// a claim that waits for such a volume does not get it.
func TestReservationTakenBack(t *testing.T) {
	t.Parallel()
	s := cluster.Scene(t, "takenback")
	released(s, "a", "data", retained)
	uid := s.GetVolume("a").Spec.ClaimRef.UID
	s.Claim("other")
	name := s.VolumeName("a")
	for _, args := range [][]string{
		{"reclaim", name, "--keep-data", "--for", "typo", "--accept-foreign-data", name, "--yes"},
		{"reclaim", name, "--unreserve", "--yes"},
	} {
		if r := s.Run(live.Run{Args: args}); r.Exit != 0 {
			t.Fatal(r)
		}
	}
	s.WaitVolume("a", controlplane.VolumePhase(corev1.VolumeReleased))
	if ref := s.GetVolume("a").Spec.ClaimRef; ref == nil || ref.UID != uid || ref.Name != "data" {
		t.Errorf("the volume names %v", ref)
	}
}
