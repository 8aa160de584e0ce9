package pending_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
)

// fix explains the Pod and returns one of the fixes.
func (s *scene) fix(t *testing.T, id string) pending.Fix {
	t.Helper()
	fixes := s.explain(t).Fixes
	i := slices.IndexFunc(fixes, func(f pending.Fix) bool { return f.ID == id })
	if i < 0 {
		t.Fatalf("no fix %s in %+v", id, fixes)
	}
	return fixes[i]
}

// driven makes a volume one of a driver's that two nodes can use, which is not local.
func driven(v *corev1.PersistentVolume, nodes ...string) {
	v.Spec.PersistentVolumeSource = corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{Driver: "san", VolumeHandle: "1"}}
	v.Spec.PersistentVolumeReclaimPolicy = corev1.PersistentVolumeReclaimDelete
	v.Spec.NodeAffinity.Required.NodeSelectorTerms[0].MatchExpressions[0].Values = nodes
}

func (s *scene) cordon(nodes ...string) {
	for _, name := range nodes {
		s.node(name).Spec.Unschedulable = true
	}
}

// ofSet makes the Pod a member of a StatefulSet, and the claim one of its template's.
func (s *scene) ofSet() {
	s.claim.Name = "data-db-0"
	s.pod.Spec.Volumes[0].PersistentVolumeClaim.ClaimName = s.claim.Name
	ControlledBy("StatefulSet", "db")(s.pod)
}

// TestFixCommands holds the commands of fixes that give up or expose data to what the API server and our own commands accept.
func TestFixCommands(t *testing.T) {
	say := phrase.New(phrase.Connection{})
	const retain = `kubectl patch pv v-n1 -p '{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}'`
	const replace = "kubectl localpv why-pending db-0 -n shop --print-fix empty-data | kubectl replace --force -f -"
	for _, tc := range []struct {
		name     string
		alter    func(*scene)
		id, note string
		commands []string
	}{
		{"local", func(s *scene) { s.bind(s.volume("v-n1")); s.cordon("n1") }, "empty-data", "OldDataStays(volume=v-n1)", []string{
			"kubectl localpv why-pending db-0 -n shop --print-fix empty-data > data.yaml", "kubectl localpv release pvc/data -n shop", "kubectl create -f data.yaml",
		}},
		{"not local", func(s *scene) {
			driven(s.volume("v-n1"), "n1", "n2")
			s.bind(s.volume("v-n1"))
			s.cordon("n1", "n2")
		}, "empty-data", "OldDataStays(volume=v-n1)", []string{retain, replace}},
		{"not local, of a StatefulSet", func(s *scene) {
			s.ofSet()
			driven(s.volume("v-n1"), "n1", "n2")
			s.bind(s.volume("v-n1"))
			s.cordon("n1", "n2")
		}, "empty-data-db-0", "OldDataStays(volume=v-n1)", []string{retain, "kubectl delete pvc data-db-0 -n shop"}},
		{"misbound", func(s *scene) {
			s.bind(s.volume("v-n1"))
			s.volume("v-n1").Spec.ClaimRef = &corev1.ObjectReference{Namespace: "bank", Name: "ledger", UID: "uid-ledger"}
			s.cordon("n1")
		}, "empty-data", "VolumeStaysElsewhere(claim=bank/ledger, uid=uid-ledger, volume=v-n1)", []string{replace}},
		{"reserved for nobody", func(s *scene) {
			s.snapshot.Volumes = s.snapshot.Volumes[:1]
			s.volume("v-n0").Spec.ClaimRef = &corev1.ObjectReference{Namespace: "bank", Name: "typo"}
		}, "unreserve-v-n0", "ReservedDataMayCome(old=bank/typo)", []string{
			`kubectl patch pv v-n0 --type=json -p '[{"op":"test","path":"/metadata/uid","value":"v-n0-uid"},{"op":"test","path":"/status/phase","value":"Available"},` +
				`{"op":"test","path":"/metadata/resourceVersion","value":"10"},{"op":"test","path":"/spec/claimRef/namespace","value":"bank"},{"op":"test","path":"/spec/claimRef/name","value":"typo"},` +
				`{"op":"add","path":"/spec/claimRef","value":{"apiVersion":"v1","kind":"PersistentVolumeClaim","name":"data","namespace":"shop"}}]'`,
		}},
		{"reserved where the Pod cannot go", reservedOn("n1", corev1.VolumeAvailable), "release-v-n1", "PodStartsElsewhere(volume=v-n1)", []string{
			`kubectl patch pv v-n1 --type=json -p '[{"op":"test","path":"/metadata/uid","value":"v-n1-uid"},{"op":"test","path":"/status/phase","value":"Available"},` +
				`{"op":"test","path":"/metadata/resourceVersion","value":"10"},{"op":"test","path":"/spec/claimRef/namespace","value":"shop"},{"op":"test","path":"/spec/claimRef/name","value":"data"},` +
				`{"op":"remove","path":"/spec/claimRef"}]'`,
		}},
		{"released and not local", func(s *scene) {
			s.snapshot.Volumes = s.snapshot.Volumes[:1]
			v := s.volume("v-n0")
			driven(v, "n0", "n1")
			v.Status.Phase = corev1.VolumeReleased
			v.Spec.ClaimRef = &corev1.ObjectReference{Namespace: "shop", Name: "old", UID: "uid-old"}
		}, "reclaim-v-n0", "OldDataComes(old=shop/old)", []string{
			`kubectl patch pv v-n0 --type=json -p '[{"op":"test","path":"/metadata/uid","value":"v-n0-uid"},{"op":"test","path":"/status/phase","value":"Released"},` +
				`{"op":"test","path":"/spec/claimRef/uid","value":"uid-old"},{"op":"add","path":"/spec/claimRef","value":{"apiVersion":"v1","kind":"PersistentVolumeClaim","name":"data","namespace":"shop"}}]'`,
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newScene()
			tc.alter(s)
			f := s.fix(t, tc.id)
			if f.Risk != pending.RiskData || f.Notes[0].String() != tc.note {
				t.Errorf("risk %s, notes %v; want data at risk and %s", f.Risk, f.Notes, tc.note)
			}
			if data, _ := f.NotesByRisk(); len(data) != 1 || !data[0].Equal(f.Notes[0]) {
				t.Errorf("of %v, %v are on data at risk", f.Notes, data)
			}
			var lines []string
			for _, c := range f.Commands {
				lines = append(lines, say.Line(c))
			}
			if diff := cmp.Diff(tc.commands, lines); diff != "" {
				t.Errorf("commands (-want +got):\n%s", diff)
			}
		})
	}
}

// TestLargestPodsHoldWhatLacks: they are those that hold most of the resource that lacks, with its name.
func TestLargestPodsHoldWhatLacks(t *testing.T) {
	s := newScene()
	s.snapshot.Nodes = s.snapshot.Nodes[:1]
	s.fill("n0")
	hog := Pod("memhog", RunsOn("n0"))
	hog.Spec.Containers[0].Resources.Requests = corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("100m"), corev1.ResourceMemory: resource.MustParse("6Gi")}
	s.snapshot.Pods = append(s.snapshot.Pods, hog)
	for _, tc := range []struct{ name, asks, want string }{
		{"cpu", "500m", "its largest Pods: shop/filler-n0 (4 CPU), shop/memhog (100m CPU)"},
		{"memory", "4Gi", "its largest Pods: shop/memhog (6Gi memory)"},
	} {
		Requests(corev1.ResourceName(tc.name), tc.asks)(s.pod)
		if got := text(s.fix(t, "free-n0").Notes[0]); got != tc.want {
			t.Errorf("%s: %s\nwant %s", tc.name, got, tc.want)
		}
	}
	for i := range 7 {
		s.snapshot.Pods = append(s.snapshot.Pods, Pod("small-"+string(rune('a'+i)), RunsOn("n0"), Requests(corev1.ResourceMemory, "1Mi")))
	}
	const want = "its largest Pods: shop/memhog (6Gi memory), shop/small-a (1Mi memory), shop/small-b (1Mi memory), shop/small-c (1Mi memory) and 4 more"
	if got := text(s.fix(t, "free-n0").Notes[0]); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// TestPairNamesItselfInItsCommands: the manifest of one of a pair is printed under the name of the pair, which is the one that
// is known.
func TestPairNamesItselfInItsCommands(t *testing.T) {
	s := newScene()
	WantsLabel("disk", "ssd")(s.claim)
	s.snapshot.Nodes, s.snapshot.Volumes = s.snapshot.Nodes[:1], s.snapshot.Volumes[:1]
	s.cordon("n0")
	const id = "no-selector-data+uncordon-n0"
	f := s.fix(t, id)
	line := phrase.New(phrase.Connection{}).Line(f.Commands...)
	const want = "kubectl localpv why-pending db-0 -n shop --print-fix " + id + " | kubectl replace --force -f - && kubectl uncordon n0"
	if line != want || f.Manifest == "" {
		t.Errorf("commands %s\nwant     %s\nmanifest %q", line, want, f.Manifest)
	}
	if len(f.Titles) != 2 || f.Titles[0].Code != "RecreateClaimWithoutSelector" || f.Titles[1].Code != "Uncordon" {
		t.Errorf("titles %v", f.Titles)
	}
}

// TestPairSaysNothingTwice: two claims that one command brings back need it once.
func TestPairSaysNothingTwice(t *testing.T) {
	s := newScene()
	second := s.with("logs", "50Gi", Class)
	s.snapshot.Volumes = append(s.snapshot.Volumes, Volume("w-n2", On("n2")))
	for v, c := range map[string]*corev1.PersistentVolumeClaim{"v-n2": s.claim, "w-n2": second} {
		(&scene{claim: c}).bind(s.volume(v))
	}
	s.snapshot.Nodes = s.snapshot.Nodes[:2]
	s.snapshot.Volumes = append(s.snapshot.Volumes, Volume("w-n0", On("n0")))
	f := s.fix(t, "empty-data+empty-logs")
	want := []fact.Fact{fact.New("OldDataStays", "volume", "v-n2"), fact.New("RecoverDoesIt"), fact.New("OldDataStays", "volume", "w-n2")}
	if !slices.EqualFunc(f.Notes, want, fact.Fact.Equal) {
		t.Errorf("notes %v\nwant  %v", f.Notes, want)
	}
	if line := phrase.New(phrase.Connection{}).Line(f.Commands...); line != "kubectl localpv recover n2" {
		t.Errorf("commands: %s", line)
	}
	if data, others := f.NotesByRisk(); len(data) != 2 || len(others) != 1 {
		t.Errorf("on data at risk %v, and %v", data, others)
	}
}

// TestUnreadVolumeIsUnknown: a bound volume that could not be read is not said to be missing.
func TestUnreadVolumeIsUnknown(t *testing.T) {
	s := newScene()
	s.bind(s.volume("v-n1"))
	s.blind(inspect.PersistentVolumes)
	for _, n := range s.explain(t).Nodes {
		if len(n.Volumes) != 1 || n.Volumes[0].Fact().Code != "BoundVolumeNotRead" {
			t.Errorf("%v: %+v", n.Names, n.Volumes)
		}
	}
}
