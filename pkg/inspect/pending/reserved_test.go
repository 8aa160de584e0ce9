package pending_test

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
)

// notesOf are the notes of a report as they are printed.
func notesOf(r *pending.PodReport) string {
	return strings.Join(phrase.New(phrase.Connection{}).Texts(r.Notes), "; ")
}

// TestOwnDataUnderAReservation: a claim is told of its own data on a volume that is reserved for another claim, and how it is brought back: at
// once if that one has another volume, else once somebody has taken the reservation back.
func TestOwnDataUnderAReservation(t *testing.T) {
	for name, tc := range map[string]struct {
		other *corev1.PersistentVolumeClaim
		says  []string
	}{
		"in vain":            {Claim("broken-off", BoundTo("w")), []string{"kubectl localpv reattach v-n1 --claim shop/data"}},
		"that is waited for": {Claim("broken-off", Asks("900Gi")), []string{"shop/broken-off", "kubectl localpv reclaim v-n1 --unreserve", "kubectl localpv reattach v-n1 --claim shop/data"}},
	} {
		s := newScene()
		v := s.Volume("v-n1")
		ReservedFor("broken-off")(v)
		Phase(corev1.VolumeAvailable)(v)
		VolumeAnnotation(disk.AnnDataOf, `{"namespace":"shop","name":"data","uid":"earlier-uid"}`)(v)
		s.Snapshot.Volumes = append(s.Snapshot.Volumes, Volume("w", On("n1"), Has("broken-off", "broken-off-uid")))
		s.Snapshot.Claims = append(s.Snapshot.Claims, tc.other)
		notes := notesOf(s.Explain(t))
		for _, want := range tc.says {
			if !strings.Contains(notes, want) {
				t.Errorf("%s: %q does not say %s", name, notes, want)
			}
		}
	}
}
