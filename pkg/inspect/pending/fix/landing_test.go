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

// ofTheirs records on a volume that it has the data of another claim.
func ofTheirs(v *corev1.PersistentVolume) {
	VolumeAnnotation("localpv.dev/data-of", `{"namespace":"bank","name":"ledger","uid":"ledger-uid"}`)(v)
}

// wipedNow records on a volume that it was wiped.
func wipedNow(v *corev1.PersistentVolume) {
	VolumeAnnotation("localpv.dev/wiped", `{"at":"2026-03-01T11:00:00Z","method":"x","verified":true}`)(v)
	v.CreationTimestamp = Ago(240 * 3600e9)
}

// told is a fix in words: what it is called, then what is said of data.
func told(f fix.Fix) string {
	say := phrase.New(phrase.Connection{})
	data, _ := f.NotesByRisk()
	return strings.Join(append(say.Texts(f.Titles), say.Texts(data)...), "; ")
}

// TestDataOfOthersComesWithAFix: whatever makes the Pod fit a node where the data of another claim is on the volume that is free has that told,
// and comes after the fixes by which nobody's data is given away.
func TestDataOfOthersComesWithAFix(t *testing.T) {
	const comes = "the data of bank/ledger is still on v-n0 and comes with it"
	small := func(s *pendingtest.Scene) { Sized("10Gi")(s.Volume("v-n0")) }
	unlabelled := func(s *pendingtest.Scene) { WantsLabel("tier", "fast")(s.Claim) }
	cordoned := func(s *pendingtest.Scene) { s.Cordon("n0") }
	tainted := func(s *pendingtest.Scene) { Tainted("team", "a", corev1.TaintEffectNoSchedule)(s.Node("n0")) }
	atOnce := func(s *pendingtest.Scene) {
		Immediate(s.Snapshot.Classes[0])
		small(s)
	}
	for name, tc := range map[string]struct {
		alter func(*pendingtest.Scene)
		id    string
	}{
		"too small":                 {small, "ask-10gi-data"},
		"without the label":         {unlabelled, "label-v-n0"},
		"with a selector":           {unlabelled, "no-selector-data"},
		"cordoned":                  {cordoned, "uncordon-n0"},
		"tainted":                   {tainted, "untaint-n0-team"},
		"tainted, with toleration":  {tainted, "tolerate-team"},
		"of a class bound at once":  {atOnce, "ask-10gi-data"},
		"too small, and cordoned":   {func(s *pendingtest.Scene) { small(s); cordoned(s) }, "ask-10gi-data+uncordon-n0"},
		"without the label, of two": {func(s *pendingtest.Scene) { unlabelled(s); s.With("logs", "1Gi", Class); s.Volume("v-n0"); twoMore(s) }, "label-v-n0"},
	} {
		for _, foreign := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				s := pendingtest.New()
				s.Snapshot.Nodes, s.Snapshot.Volumes = s.Snapshot.Nodes[:1], s.Snapshot.Volumes[:1]
				tc.alter(s)
				if foreign {
					ofTheirs(s.Volume("v-n0"))
				}
				f := fixOf(t, s, tc.id)
				if strings.Contains(told(f), comes) != foreign || (f.Risk == fix.RiskData) != foreign {
					t.Errorf("the data of another claim is there: %t; risk %s, %s", foreign, f.Risk, told(f))
				}
				fixes := s.Explain(t).Fixes
				at := func(id string) int { return slices.IndexFunc(fixes, func(f fix.Fix) bool { return f.ID == id }) }
				if added := at("volume-data"); foreign && added > at(tc.id) {
					t.Errorf("a new volume comes after it: %d", added)
				}
			})
		}
	}
}

// twoMore gives each claim of the scene a volume of its own size.
func twoMore(s *pendingtest.Scene) {
	s.Snapshot.Volumes = append(s.Snapshot.Volumes, Volume("logs-n0", On("n0"), Sized("1Gi")))
}

// TestOneOfTwoVolumes: of two that are alike the scheduler takes either, so that the data of another may come.
func TestOneOfTwoVolumes(t *testing.T) {
	s := pendingtest.New()
	s.Snapshot.Nodes, s.Snapshot.Volumes = s.Snapshot.Nodes[:1], s.Snapshot.Volumes[:1]
	s.Snapshot.Volumes = append(s.Snapshot.Volumes, Volume("w-n0", On("n0")))
	ofTheirs(s.Volume("w-n0"))
	s.Cordon("n0")
	if f := fixOf(t, s, "uncordon-n0"); !strings.Contains(told(f), "the data of bank/ledger is still on w-n0 and may come with it") || f.Risk != fix.RiskData {
		t.Errorf("risk %s, %s", f.Risk, told(f))
	}
	Sized("60Gi")(s.Volume("v-n0"))
	if f := fixOf(t, s, "uncordon-n0"); strings.Contains(told(f), "ledger") || f.Risk != fix.RiskLow {
		t.Errorf("the smaller one is taken; risk %s, %s", f.Risk, told(f))
	}
}

// TestOnlyWhatIsEmptyIsCalledSo: a volume on which nothing is recorded may hold anything; one that was wiped, or is still to be made, is empty.
func TestOnlyWhatIsEmptyIsCalledSo(t *testing.T) {
	for name, tc := range map[string]struct {
		alter func(*pendingtest.Scene)
		want  string
	}{
		"nothing recorded": {func(*pendingtest.Scene) {},
			"give claim data another volume, one of v-n0, v-n1; the Pod starts without its data; the old data stays on v-n2, which is kept; what is on v-n0, v-n1 is not known"},
		"one wiped": {func(s *pendingtest.Scene) { wipedNow(s.Volume("v-n0")) },
			"give claim data another volume, one of v-n0, v-n1; the Pod starts without its data; the old data stays on v-n2, which is kept; what is on v-n1 is not known"},
		"both wiped": {func(s *pendingtest.Scene) { wipedNow(s.Volume("v-n0")); wipedNow(s.Volume("v-n1")) },
			"give claim data a new, empty volume; the Pod starts without its data; the old data stays on v-n2, which is kept"},
		"one wiped, one with the data of others, which recover leaves": {func(s *pendingtest.Scene) { wipedNow(s.Volume("v-n0")); ofTheirs(s.Volume("v-n1")) },
			"give claim data a new, empty volume; the Pod starts without its data; the old data stays on v-n2, which is kept"},
		"made by a provisioner": {func(s *pendingtest.Scene) {
			s.Snapshot.Volumes = s.Snapshot.Volumes[2:]
			s.Snapshot.Classes[0].Provisioner = "rancher.io/local-path"
		}, "give claim data a new, empty volume; the Pod starts without its data; the old data stays on v-n2, which is kept"},
	} {
		t.Run(name, func(t *testing.T) {
			s := pendingtest.New()
			s.Bind(s.Volume("v-n2"))
			Unreachable(s.Node("n2"))
			tc.alter(s)
			f := fixOf(t, s, "empty-data")
			if told(f) != tc.want {
				t.Errorf("%s\nwant %s", told(f), tc.want)
			}
			if line := phrase.New(phrase.Connection{}).Line(f.Commands...); line != "kubectl localpv recover n2" {
				t.Error(line)
			}
		})
	}
}

// TestNewVolumeBesidesForeignData: where the only free volume has the data of another claim, a new volume is offered too, and first.
func TestNewVolumeBesidesForeignData(t *testing.T) {
	s := pendingtest.New()
	ofSet(s)
	s.Bind(s.Volume("v-n2"))
	Unreachable(s.Node("n2"))
	s.Snapshot.Volumes = slices.DeleteFunc(s.Snapshot.Volumes, func(v *corev1.PersistentVolume) bool { return v.Name == "v-n1" })
	ofTheirs(s.Volume("v-n0"))
	var ids []string
	for _, f := range s.Explain(t).Fixes {
		line := phrase.New(phrase.Connection{}).Line(f.Commands...)
		if flag := "--accept-foreign-data"; f.ID == "empty-data-db-0" != strings.Contains(line, flag) {
			t.Errorf("%s: %s", f.ID, line)
		}
		ids = append(ids, f.ID)
	}
	if !slices.Equal(ids, []string{"node-back-n2", "volume-data-db-0+empty-data-db-0", "empty-data-db-0"}) {
		t.Errorf("fixes %q", ids)
	}
}

// TestManyVolumesOfOthers: of many volumes with the data of others some are named, and recover is told to take no more than those.
func TestManyVolumesOfOthers(t *testing.T) {
	scene := func() *pendingtest.Scene {
		s := pendingtest.New()
		for i := range 6 {
			name := "more-" + string(rune('a'+i))
			s.Snapshot.Nodes = append(s.Snapshot.Nodes, Node(name))
			s.Snapshot.Volumes = append(s.Snapshot.Volumes, Volume("v-"+name, On(name)))
		}
		for _, v := range s.Snapshot.Volumes {
			if v.Name != "v-n2" {
				ofTheirs(v)
			}
		}
		return s
	}
	s := scene()
	s.Snapshot.Volumes = slices.DeleteFunc(s.Snapshot.Volumes, func(v *corev1.PersistentVolume) bool { return v.Name == "v-n2" })
	WantsLabel("tier", "fast")(s.Claim)
	f := fixOf(t, s, "no-selector-data")
	if text := told(f); strings.Count(text, "the data of bank/ledger is still on") != 3 || !strings.Contains(text, "on 5 more volumes that may be taken there is the data of other claims too") || len(f.Nodes) != 8 {
		t.Errorf("fits %v, %s", f.Nodes, text)
	}
	s = scene()
	ofSet(s)
	s.Bind(s.Volume("v-n2"))
	Unreachable(s.Node("n2"))
	f = fixOf(t, s, "empty-data-db-0")
	line := phrase.New(phrase.Connection{}).Line(f.Commands...)
	if want := "kubectl localpv recover n2 --accept-foreign-data v-more-a --accept-foreign-data v-more-b --accept-foreign-data v-more-c"; line != want || len(f.Nodes) != 3 {
		t.Errorf("%s, fits %v\nwant %s", line, f.Nodes, want)
	}
}
