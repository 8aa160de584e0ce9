package fix_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
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

// TestForeignDataNeedsItsFlag: a fix that gives the Pod another's data names the flag with which reclaim does so.
func TestForeignDataNeedsItsFlag(t *testing.T) {
	s := pendingtest.New()
	s.Snapshot.Volumes = s.Snapshot.Volumes[:1]
	leave(s, "v-n0", "other")
	f := fixOf(t, s, "reclaim-v-n0")
	line := phrase.New(phrase.Connection{}).Line(f.Commands...)
	if want := "kubectl localpv reclaim v-n0 --keep-data --for shop/data --accept-foreign-data v-n0"; line != want {
		t.Errorf("%s\nwant %s", line, want)
	}
	if f.Risk != fix.RiskData || len(f.Notes) != 1 || f.Notes[0].Code != "OldDataComes" {
		t.Errorf("risk %s, notes %v", f.Risk, f.Notes)
	}
}

// TestNothingIsRefused: what reattach and reclaim refuse is not offered, and of own data it is said what comes first.
func TestNothingIsRefused(t *testing.T) {
	twin := func(edits ...func(*corev1.PersistentVolume)) func(*pendingtest.Scene) {
		return func(s *pendingtest.Scene) {
			edits = append([]func(*corev1.PersistentVolume){On("n0"), Sized("1Gi"), func(v *corev1.PersistentVolume) { v.Spec.Local.Path = "/mnt/v-n0" }}, edits...)
			s.Snapshot.Volumes = append(s.Snapshot.Volumes, Volume("twin", edits...))
		}
	}
	const cordonTwin = `claim data: its own earlier data is on v-n0 (Released for 3h, on n0, which is Ready), which cannot be given back yet: ` +
		`twin is the same disk and free, so that another claim could be bound to that one at any moment, and would overwrite what is on the disk. Cordon it first: kubectl patch pv twin `
	for name, tc := range map[string]struct {
		alter func(*pendingtest.Scene)
		// note is what is said of own data.
		note string
	}{
		"a free twin": {twin(), cordonTwin},
		"a twin that another claim used later": {func(s *pendingtest.Scene) {
			twin(Has("theirs", "theirs-uid"), Phase(Released))(s)
			s.Volume("twin").Status.LastPhaseTransitionTime = ptr.To(Ago(time.Hour))
		}, "which it cannot be bound to: the same disk as twin, on which the data of claim shop/theirs is, which was written later"},
		"several nodes of one name": {func(s *pendingtest.Scene) { s.Node("n1").Labels[corev1.LabelHostname] = "n0" },
			"which cannot be given back yet: its data may be on any of n0, n1, and nothing says which of them has it, so that a Pod may start on another, without it. " +
				"Cordon the nodes that do not have it first; then kubectl localpv reattach v-n0"},
		"a record of a later version": {func(s *pendingtest.Scene) { VolumeAnnotation("localpv.dev/record-version", "99")(s.Volume("v-n0")) },
			"which it cannot be bound to: what is recorded on volume v-n0 has version 99"},
	} {
		for _, owner := range []string{"data", "other"} {
			t.Run(name+", of "+owner, func(t *testing.T) {
				s := pendingtest.New()
				s.Snapshot.Volumes = s.Snapshot.Volumes[:1]
				leave(s, "v-n0", owner)
				offered := func(r *pending.PodReport) bool {
					return slices.ContainsFunc(r.Fixes, func(f fix.Fix) bool {
						return strings.Contains(phrase.New(phrase.Connection{}).Line(f.Commands...), " v-n0")
					})
				}
				if !offered(s.Explain(t)) {
					t.Fatal("it is not offered although nothing is wrong")
				}
				tc.alter(s)
				r := s.Explain(t)
				if offered(r) {
					t.Errorf("offered all the same: %+v", r.Fixes)
				}
				notes := strings.Join(phrase.New(phrase.Connection{}).Texts(r.Notes), "\n")
				if owner == "data" && !strings.Contains(notes, tc.note) {
					t.Errorf("notes %q\nwant %q", notes, tc.note)
				}
			})
		}
	}
}

// TestVolumesWaitForTheirOwn: of two claims that wait, none is helped with what the other left, whoever waits for that.
func TestVolumesWaitForTheirOwn(t *testing.T) {
	waiting := map[string]func(*pendingtest.Scene){
		"a claim": func(s *pendingtest.Scene) { s.Snapshot.Claims = append(s.Snapshot.Claims, Claim("other")) },
		"a Pod, whose claim does not exist": func(s *pendingtest.Scene) {
			s.Snapshot.Pods = append(s.Snapshot.Pods, Pod("web-0", Uses("other")))
		},
		"a claim that was restored": func(s *pendingtest.Scene) {
			s.Snapshot.Claims = append(s.Snapshot.Claims, Claim("other", BoundTo("v-n0")))
		},
		"a Pod, whose claim is being deleted": func(s *pendingtest.Scene) {
			other := Claim("other")
			Deleting(other)
			s.Snapshot.Claims, s.Snapshot.Pods = append(s.Snapshot.Claims, other), append(s.Snapshot.Pods, Pod("web-0", Uses("other")))
		},
	}
	for name, wait := range waiting {
		t.Run(name, func(t *testing.T) {
			s := pendingtest.New()
			s.Snapshot.Volumes = s.Snapshot.Volumes[:2]
			leave(s, "v-n0", "other")
			leave(s, "v-n1", "data")
			wait(s)
			fixes := s.Explain(t).Fixes
			if len(fixes) == 0 || fixes[0].ID != "reattach-v-n1" {
				t.Errorf("first %+v", fixes)
			}
			for _, f := range fixes {
				for _, c := range f.Commands {
					if line := phrase.New(phrase.Connection{}).Line(c); strings.Contains(line, "v-n0") {
						t.Errorf("%s: %s", f.ID, line)
					}
				}
			}
		})
	}
	t.Run("a volume to open", func(t *testing.T) {
		s := pendingtest.New()
		s.Bind(s.Volume("v-n1"))
		s.Snapshot.Nodes = append(s.Snapshot.Nodes[:1], s.Snapshot.Nodes[2])
		s.Snapshot.Volumes = s.Snapshot.Volumes[:2]
		leave(s, "v-n0", "other")
		opens := func() bool {
			return slices.ContainsFunc(s.Explain(t).Fixes, func(f fix.Fix) bool { return strings.Contains(f.ID, "open-v-n0") })
		}
		if !opens() {
			t.Error("it is not offered although nobody waits for it")
		}
		if s.Snapshot.Claims = append(s.Snapshot.Claims, Claim("other")); opens() {
			t.Error("it is taken from its own claim")
		}
	})
}

// TestEachOwnVolumeIsOffered: of several volumes that claims of one name left, each is offered, first the one that was left last, and said
// to be one of several, with what tells them apart.
func TestEachOwnVolumeIsOffered(t *testing.T) {
	s := pendingtest.New()
	s.Snapshot.Volumes = s.Snapshot.Volumes[:2]
	leave(s, "v-n0", "data")
	leave(s, "v-n1", "data")
	s.Volume("v-n0").Status.LastPhaseTransitionTime = ptr.To(Ago(30 * time.Hour))
	Unreachable(s.Node("n0"))
	s.Node("n0").Spec.Taints = nil
	fixes := s.Explain(t).Fixes
	if len(fixes) < 2 || fixes[0].ID != "reattach-v-n1" || fixes[1].ID != "reattach-v-n0" {
		t.Fatalf("fixes %+v", fixes)
	}
	want := [][]string{
		{"the Pod has the data that an earlier claim of the same name left; nothing is erased",
			"claims of the name data left several volumes: v-n1 (Released for 3h, on n1, which is Ready), the last one; besides v-n0 (Released for 30h, on n0, which is unreachable)"},
		{"the Pod has the data that an earlier claim of the same name left; nothing is erased",
			"claims of the name data left several volumes: v-n0 (Released for 30h, on n0, which is unreachable), not the last one; besides v-n1 (Released for 3h, on n1, which is Ready)"},
	}
	for i, risk := range []fix.Risk{fix.RiskNone, fix.RiskLow} {
		if diff := cmp.Diff(want[i], phrase.New(phrase.Connection{}).Texts(fixes[i].Notes)); diff != "" || fixes[i].Risk != risk {
			t.Errorf("%s, risk %s (-want +got):\n%s", fixes[i].ID, fixes[i].Risk, diff)
		}
	}
	s.Volume("v-n0").Status.LastPhaseTransitionTime = nil
	if note := text(fixOf(t, s, "reattach-v-n1").Notes[1]); !strings.Contains(note, "which was left last is not known") {
		t.Error(note)
	}
}

// TestOwnVolumesApart: where the volumes of two claims are on different nodes, the Pod can have one of them back, and is without the other,
// which is said; of two pairs each is offered on its node.
func TestOwnVolumesApart(t *testing.T) {
	apart := func() *pendingtest.Scene {
		s := pendingtest.New()
		s.With("logs", "50Gi", Class)
		for _, n := range []string{"n0", "n1"} {
			s.Snapshot.Volumes = append(s.Snapshot.Volumes, Volume("w-"+n, On(n)))
		}
		leave(s, "v-n0", "data")
		leave(s, "w-n1", "logs")
		return s
	}
	s := apart()
	f := fixOf(t, s, "reattach-v-n0")
	if f.Risk != fix.RiskData || !strings.Contains(text(f.Notes[len(f.Notes)-1]), "the Pod starts without the own data of claim logs, which stays on w-n1") {
		t.Errorf("risk %s, notes %v", f.Risk, phrase.New(phrase.Connection{}).Texts(f.Notes))
	}
	s = apart()
	leave(s, "v-n1", "data")
	leave(s, "w-n0", "logs")
	for id, node := range map[string]string{"reattach-v-n0+reattach-w-n0": "n0", "reattach-v-n1+reattach-w-n1": "n1"} {
		if f := fixOf(t, s, id); !slices.Equal(f.Nodes, []string{node}) || f.Risk == fix.RiskData {
			t.Errorf("%s fits %v, risk %s", id, f.Nodes, f.Risk)
		}
	}
	for _, f := range s.Explain(t).Fixes {
		if f.ID == "reattach-v-n0" || f.ID == "reattach-v-n0+reattach-w-n1" {
			t.Errorf("%s is offered too", f.ID)
		}
	}
}

// TestOtherFixesLeaveOwnData: whatever else makes the Pod fit, it starts without its own data then, and that is said.
func TestOtherFixesLeaveOwnData(t *testing.T) {
	s := pendingtest.New()
	s.Snapshot.Volumes = s.Snapshot.Volumes[:2]
	leave(s, "v-n1", "data")
	s.Cordon("n0")
	f := fixOf(t, s, "uncordon-n0")
	data, _ := f.NotesByRisk()
	if want := "the Pod starts without the own data of claim data, which stays on v-n1 (Released for 3h, on n1, which is Ready)"; f.Risk != fix.RiskData || len(data) != 1 || text(data[0]) != want {
		t.Errorf("risk %s, on data %v", f.Risk, phrase.New(phrase.Connection{}).Texts(data))
	}
}

// TestOwnVolumeOfAnotherClass: a claim that asks for another class or more than the volume with its own data has is recreated so that it
// can be given back, and names the volume so that it is bound to no other meanwhile.
func TestOwnVolumeOfAnotherClass(t *testing.T) {
	for name, tc := range map[string]struct {
		alter  func(*corev1.PersistentVolume)
		titles []string
		holds  []string
	}{
		"class": {OfClass("older"), []string{"recreate claim data with class older"}, []string{"storageClassName: older", "volumeName: v-n1"}},
		"size":  {Sized("20Gi"), []string{"recreate claim data with a request of 20Gi or less"}, []string{"storage: 20Gi", "volumeName: v-n1"}},
		"both": {func(v *corev1.PersistentVolume) { OfClass("older")(v); Sized("20Gi")(v) },
			[]string{"recreate claim data with a request of 20Gi or less", "recreate claim data with class older"}, []string{"storage: 20Gi", "storageClassName: older"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := pendingtest.New()
			leave(s, "v-n1", "data")
			leave(s, "v-n0", "other")
			leave(s, "v-n2", "another")
			tc.alter(s.Volume("v-n1"))
			f := fixOf(t, s, "as-own-v-n1")
			titles := append(slices.Clone(tc.titles), "give claim data its own earlier volume v-n1 back")
			if diff := cmp.Diff(titles, phrase.New(phrase.Connection{}).Texts(f.Titles)); diff != "" {
				t.Errorf("titles (-want +got):\n%s", diff)
			}
			if left := fixOf(t, s, "volume-data"); left.Risk != fix.RiskData || left.Notes[len(left.Notes)-1].Code != "OwnDataLeft" {
				t.Errorf("an empty volume: risk %s, notes %v", left.Risk, left.Notes)
			}
			if f.Risk != fix.RiskRecreate || !slices.Equal(f.Nodes, []string{"n1"}) {
				t.Errorf("risk %s, fits %v", f.Risk, f.Nodes)
			}
			if line := phrase.New(phrase.Connection{}).Line(f.Commands...); !strings.HasSuffix(line, "kubectl replace --force -f - && kubectl localpv reattach v-n1") {
				t.Error(line)
			}
			for _, part := range tc.holds {
				if !strings.Contains(f.Manifest, part) {
					t.Errorf("no %s in\n%s", part, f.Manifest)
				}
			}
		})
	}
}

// TestRecordedOwnVolume: a volume that names no claim and on which the claim's own data is recorded is taken by itself, so that nothing is
// left by what lets the Pod go there.
func TestRecordedOwnVolume(t *testing.T) {
	s := pendingtest.New()
	s.Snapshot.Volumes = s.Snapshot.Volumes[:2]
	VolumeAnnotation("localpv.dev/data-of", `{"namespace":"shop","name":"data","uid":"earlier"}`)(s.Volume("v-n1"))
	s.Cordon("n0", "n1")
	for id, risk := range map[string]fix.Risk{"uncordon-n1": fix.RiskLow, "uncordon-n0": fix.RiskData} {
		if f := fixOf(t, s, id); f.Risk != risk {
			t.Errorf("%s: risk %s, notes %v", id, f.Risk, phrase.New(phrase.Connection{}).Texts(f.Notes))
		}
	}
}

// TestCrossNamedClaims: two claims that name each other's volumes, by their specs alone or as restored ones do, are each helped to their own,
// and neither to the other's.
func TestCrossNamedClaims(t *testing.T) {
	for name, names := range map[string]func(volume string) func(*corev1.PersistentVolumeClaim){
		"by their specs": func(volume string) func(*corev1.PersistentVolumeClaim) {
			return func(c *corev1.PersistentVolumeClaim) { c.Spec.VolumeName = volume }
		},
		"as if bound": func(volume string) func(*corev1.PersistentVolumeClaim) {
			return func(c *corev1.PersistentVolumeClaim) {
				BoundTo(volume)(c)
				c.Status.Phase = corev1.ClaimLost
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := pendingtest.New()
			s.Snapshot.Volumes = s.Snapshot.Volumes[:2]
			leave(s, "v-n0", "data")
			leave(s, "v-n1", "other")
			names("v-n1")(s.Claim)
			s.Snapshot.Claims = append(s.Snapshot.Claims, Claim("other", names("v-n0")))
			fixes := s.Explain(t).Fixes
			if len(fixes) == 0 || fixes[0].ID != "as-own-v-n0" || !slices.Equal(fixes[0].Nodes, []string{"n0"}) || !strings.Contains(fixes[0].Manifest, "volumeName: v-n0") {
				t.Errorf("fixes %+v", fixes)
			}
			for _, f := range fixes {
				if line := phrase.New(phrase.Connection{}).Line(f.Commands...); strings.Contains(line, "v-n1") || strings.Contains(line, "reclaim v-n0") {
					t.Errorf("%s: %s", f.ID, line)
				}
				if data, _ := f.NotesByRisk(); !strings.HasPrefix(f.ID, "as-own-") && !slices.ContainsFunc(data, func(n fact.Fact) bool { return n.Code == "OwnDataLeft" }) {
					t.Errorf("%s says nothing of the data: %v", f.ID, f.Notes)
				}
			}
		})
	}
}
