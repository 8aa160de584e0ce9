package fix_test

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/fix"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/pendingtest"
)

// TestRecoverTakesForeignData: where the only volume for a member of a dead node has the data of another claim, recover takes it only with its
// flag, whether it is free already or is reclaimed first; and that volume is not called empty.
func TestRecoverTakesForeignData(t *testing.T) {
	for name, tc := range map[string]struct {
		edit func(*corev1.PersistentVolume)
		id   string
		want string
	}{
		"free already": {VolumeAnnotation("localpv.dev/data-of", `{"namespace":"shop","name":"theirs","uid":"theirs-uid"}`), "empty-data-db-0",
			"kubectl localpv recover n2 --accept-foreign-data v-n0"},
		"to be reclaimed": {func(v *corev1.PersistentVolume) { Has("theirs", "theirs-uid")(v); Phase(Released)(v) }, "open-v-n0+empty-data-db-0",
			"kubectl localpv reclaim v-n0 --keep-data --accept-foreign-data v-n0 && kubectl localpv recover n2 --accept-foreign-data v-n0"},
		"of which nothing is known": {func(*corev1.PersistentVolume) {}, "empty-data-db-0", "kubectl localpv recover n2"},
	} {
		t.Run(name, func(t *testing.T) {
			s := pendingtest.New()
			ofSet(s)
			s.Bind(s.Volume("v-n2"))
			Unreachable(s.Node("n2"))
			s.Snapshot.Volumes = slices.DeleteFunc(s.Snapshot.Volumes, func(v *corev1.PersistentVolume) bool { return v.Name == "v-n1" })
			tc.edit(s.Volume("v-n0"))
			f := fixOf(t, s, tc.id)
			if line := phrase.New(phrase.Connection{}).Line(f.Commands...); line != tc.want {
				t.Errorf("%s\nwant %s", line, tc.want)
			}
			words := strings.Join(phrase.New(phrase.Connection{}).Texts(append(f.Titles, f.Notes...)), "; ")
			foreign := strings.Contains(tc.want, "--accept")
			if strings.Contains(words, "empty") || strings.Contains(words, "the data of shop/theirs is still on") != foreign || strings.Contains(words, "only with") ||
				strings.Contains(words, "what is on v-n0 is not known") == foreign {
				t.Error(words)
			}
		})
	}
}

// TestWithoutItsDataOnce: that the Pod starts without data is said once.
func TestWithoutItsDataOnce(t *testing.T) {
	s := pendingtest.New()
	leave(s, "v-n0", "data")
	BoundTo("nowhere")(s.Claim)
	f := fixOf(t, s, "empty-data")
	words := strings.Join(phrase.New(phrase.Connection{}).Texts(f.Notes), "; ")
	if strings.Count(words, "without") != 1 || !strings.Contains(words, "stays on v-n0") {
		t.Error(words)
	}
}

// TestReservedVolumeWithoutLabel: the volume that is reserved for a claim waits for a label, and is not given up for another.
func TestReservedVolumeWithoutLabel(t *testing.T) {
	const key = "topology.topolvm.io/node"
	s := pendingtest.New()
	v := s.Volume("v-n0")
	ReservedFor("data")(v)
	v.Spec.PersistentVolumeSource = corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{Driver: "topolvm.io", VolumeHandle: "h"}}
	Within(Term(In(key, "n0")))(v)
	NodeLabel(key, "n1")(s.Node("n1"))
	f := fixOf(t, s, "relabel-n0")
	if line := phrase.New(phrase.Connection{}).Line(f.Commands...); line != "kubectl label node n0 "+key+"=n0" || !slices.Equal(f.Nodes, []string{"n0"}) {
		t.Errorf("%s fits %v", line, f.Nodes)
	}
	for _, f := range s.Explain(t).Fixes {
		if strings.HasPrefix(f.ID, "release-") {
			t.Errorf("%s gives the volume up", f.ID)
		}
	}
}

// TestTwinReservedForOneOfTwoClaims: a twin that is reserved for one claim of the Pod keeps the free volume of that disk from the other, so that no fix
// counts on it.
func TestTwinReservedForOneOfTwoClaims(t *testing.T) {
	for name, twin := range map[string]bool{"no twin": false, "with a twin": true} {
		t.Run(name, func(t *testing.T) {
			s := pendingtest.New()
			s.Snapshot.Nodes, s.Snapshot.Volumes = s.Snapshot.Nodes[:1], s.Snapshot.Volumes[:1]
			s.With("logs", "50Gi", Class)
			s.Snapshot.Volumes = append(s.Snapshot.Volumes, Volume("own", On("n0"), ReservedFor("logs"), func(v *corev1.PersistentVolume) {
				if twin {
					v.Spec.Local.Path = "/mnt/v-n0"
				}
			}))
			s.Cordon("n0")
			uncordons := slices.ContainsFunc(s.Explain(t).Fixes, func(f fix.Fix) bool { return f.ID == "uncordon-n0" })
			if uncordons == twin {
				t.Errorf("uncordoning is offered: %t", uncordons)
			}
		})
	}
}

// TestFixesThatLeadToForeignData: whatever makes a free volume do for a claim says whose data is on it, and comes after what risks nothing.
func TestFixesThatLeadToForeignData(t *testing.T) {
	foreign := VolumeAnnotation("localpv.dev/data-of", `{"namespace":"bank","name":"ledger","uid":"ledger-uid"}`)
	for id, alter := range map[string]func(*pendingtest.Scene){
		"label-v-n0":       func(s *pendingtest.Scene) { WantsLabel("tier", "fast")(s.Claim) },
		"no-selector-data": func(s *pendingtest.Scene) { WantsLabel("tier", "fast")(s.Claim) },
		"ask-10gi-data":    func(s *pendingtest.Scene) { Sized("10Gi")(s.Volume("v-n0")) },
		"uncordon-n0":      func(s *pendingtest.Scene) { s.Cordon("n0") },
	} {
		for _, known := range []bool{true, false} {
			s := pendingtest.New()
			s.Snapshot.Volumes = slices.DeleteFunc(s.Snapshot.Volumes, func(v *corev1.PersistentVolume) bool { return v.Name != "v-n0" })
			alter(s)
			if known {
				foreign(s.Volume("v-n0"))
			}
			f := fixOf(t, s, id)
			said := slices.ContainsFunc(f.Notes, func(n fact.Fact) bool {
				return n.Code == "ForeignDataComes" && n.Get("old") == "bank/ledger" && n.Get("volume") == "v-n0"
			})
			if said != known || (f.Risk == fix.RiskData) != known {
				t.Errorf("%s, foreign data %v: risk %s, notes %v", id, known, f.Risk, f.Notes)
			}
		}
	}
}

// TestHarmlessFixesComeFirst: of fixes that all give the claim's own data up, one that overwrites nobody's data comes before one that does.
func TestHarmlessFixesComeFirst(t *testing.T) {
	s := pendingtest.New()
	s.Snapshot.Volumes = []*corev1.PersistentVolume{
		Volume("v-n0", On("n0"), Has("theirs", "theirs-uid"), Phase(Released)), Volume("own", On("n0"), Has("data", "earlier"), Phase(Released)),
	}
	for _, v := range s.Snapshot.Volumes {
		v.Spec.Local.Path = "/mnt/one"
	}
	fixes := s.Explain(t).Fixes
	at := func(id string) int {
		return slices.IndexFunc(fixes, func(f fix.Fix) bool { return strings.HasPrefix(f.ID, id) })
	}
	if harm := at("reclaim-v-n0"); harm >= 0 && at("add-") > harm {
		t.Errorf("what overwrites comes first: %+v", fixes)
	}
}
