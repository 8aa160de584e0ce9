package fix_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/fix"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/pendingtest"
)

// leave has an earlier claim of a name leave a volume.
func leave(s *pendingtest.Scene, volume, claim string) {
	v := s.Volume(volume)
	Has(claim, "earlier-"+claim)(v)
	Phase(corev1.VolumeReleased)(v)
}

// TestOwnVolumesComeFirst: what an earlier claim of the same name left is offered before anybody else's, for all claims of the Pod at once.
func TestOwnVolumesComeFirst(t *testing.T) {
	for _, tc := range []struct {
		name     string
		alter    func(*pendingtest.Scene)
		commands []string
	}{
		{"one claim", func(s *pendingtest.Scene) { leave(s, "v-n1", "data") }, []string{"kubectl localpv reattach v-n1"}},
		{"two claims", func(s *pendingtest.Scene) {
			s.With("logs", "50Gi", Class)
			s.Snapshot.Volumes = append(s.Snapshot.Volumes, Volume("w-n1", On("n1")))
			leave(s, "v-n1", "data")
			leave(s, "w-n1", "logs")
		}, []string{"kubectl localpv reattach v-n1 w-n1"}},
		{"a claim that names it", func(s *pendingtest.Scene) {
			leave(s, "v-n1", "data")
			s.Claim.Spec.VolumeName = "v-n1"
		}, []string{"kubectl localpv reattach v-n1"}},
		{"a claim that was restored", func(s *pendingtest.Scene) {
			leave(s, "v-n1", "data")
			BoundTo("v-n1")(s.Claim)
			s.Claim.Status.Phase = corev1.ClaimLost
		}, []string{"kubectl localpv reattach v-n1"}},
		{"a claim that was restored, and a name without a UID", func(s *pendingtest.Scene) {
			ReservedFor("data")(s.Volume("v-n1"))
			BoundTo("v-n1")(s.Claim)
			s.Claim.Status.Phase = corev1.ClaimLost
		}, []string{"kubectl localpv reattach v-n1"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := pendingtest.New()
			leave(s, "v-n0", "other")
			leave(s, "v-n2", "another")
			tc.alter(s)
			fixes := s.Explain(t).Fixes
			if len(fixes) == 0 || fixes[0].Risk != fix.RiskNone {
				t.Fatalf("fixes %+v", fixes)
			}
			var lines []string
			for _, c := range fixes[0].Commands {
				lines = append(lines, phrase.New(phrase.Connection{}).Line(c))
			}
			if diff := cmp.Diff(tc.commands, lines); diff != "" {
				t.Errorf("the first (-want +got):\n%s", diff)
			}
			if strings.Contains(fixes[0].ID, "n0") || !slices.Equal(fixes[0].Nodes, []string{"n1"}) {
				t.Errorf("%s fits %v", fixes[0].ID, fixes[0].Nodes)
			}
			for _, f := range fixes[1:] {
				if strings.Contains(f.ID, "reclaim-v-n1") || strings.HasPrefix(f.ID, "empty-") && s.Claim.Status.Phase == corev1.ClaimLost {
					t.Errorf("%s is offered too", f.ID)
				}
			}
		})
	}
}

// TestForeignDataNeedsItsFlag: a fix that gives the Pod another's data names the flag with which reclaim does so, and that the other waits.
func TestForeignDataNeedsItsFlag(t *testing.T) {
	s := pendingtest.New()
	s.Snapshot.Volumes = s.Snapshot.Volumes[:1]
	leave(s, "v-n0", "other")
	s.With("other", "80Gi", Class)
	s.Pod.Spec.Volumes = s.Pod.Spec.Volumes[:1]
	f := fixOf(t, s, "reclaim-v-n0")
	line := phrase.New(phrase.Connection{}).Line(f.Commands...)
	if want := "kubectl localpv reclaim v-n0 --keep-data --for shop/data --accept-foreign-data v-n0 --yes"; line != want {
		t.Errorf("%s\nwant %s", line, want)
	}
	if f.Risk != fix.RiskData || len(f.Notes) != 2 || f.Notes[1].Code != "OwnClaimWaits" {
		t.Errorf("risk %s, notes %v", f.Risk, f.Notes)
	}
}
