package fix_test

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/fix"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/pendingtest"
)

// TestNamedVolumeIsAboutToBeBound: a claim that names a volume which is nobody else's, as a backup brings it back, gets that in a moment, so that
// waiting comes first; and it is given up only as data at risk, if it can be.
func TestNamedVolumeIsAboutToBeBound(t *testing.T) {
	for name, tc := range map[string]struct {
		edit    func(*corev1.PersistentVolume)
		command string
		without bool
	}{
		"it names nobody":              {func(*corev1.PersistentVolume) {}, "kubectl localpv reattach v-n0 --claim shop/data", true},
		"it is reserved for the claim": {ReservedFor("data"), "kubectl localpv reattach v-n0", false},
		"it is reserved for others":    {ReservedFor("other"), "", true},
		"it is too small":              {Sized("1Gi"), "", true},
		"it is not there":              {func(v *corev1.PersistentVolume) { v.Name = "v-other" }, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			s := pendingtest.New()
			s.Claim.Spec.VolumeName = "v-n0"
			tc.edit(s.Volume("v-n0"))
			fixes := s.Explain(t).Fixes
			at := func(id string) int { return slices.IndexFunc(fixes, func(f fix.Fix) bool { return f.ID == id }) }
			waits, without := at("bound-v-n0"), at("any-volume-data")
			if (waits == 0) != (tc.command != "") || (without >= 0) != tc.without {
				t.Fatalf("fixes %+v", fixes)
			}
			if without >= 0 && (fixes[without].Risk == fix.RiskData && strings.Contains(told(fixes[without]), "the old data stays on v-n0")) != (tc.command != "") {
				t.Errorf("risk %s, %s", fixes[without].Risk, told(fixes[without]))
			}
			if without >= 0 && tc.command != "" && slices.Contains(fixes[without].Nodes, "n0") {
				t.Errorf("it is given up for itself: fits %v", fixes[without].Nodes)
			}
			if waits < 0 {
				return
			}
			if line := phrase.New(phrase.Connection{}).Line(fixes[0].Commands...); line != tc.command || !slices.Equal(fixes[0].Nodes, []string{"n0"}) {
				t.Errorf("%s\nwant %s, fits %v", line, tc.command, fixes[0].Nodes)
			}
		})
	}
}

// TestRecreatedForAReservation: the volume controller binds a claim to what is reserved for its name before any Pod is looked at, so that the Pod fits
// no other node.
func TestRecreatedForAReservation(t *testing.T) {
	s := pendingtest.New()
	s.Bind(s.Volume("v-n2"))
	Unreachable(s.Node("n2"))
	ReservedFor("data")(s.Volume("v-n1"))
	f := fixOf(t, s, "empty-data")
	if !slices.Equal(f.Nodes, []string{"n1"}) || !strings.HasPrefix(told(f), "give claim data another volume: v-n1; ") {
		t.Errorf("fits %v, %s", f.Nodes, told(f))
	}
}
