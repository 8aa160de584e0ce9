package fix_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/fix"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/pendingtest"
)

// fixOf explains the Pod, which finds the codes of its claims, and returns one of the fixes.
func fixOf(t *testing.T, s *pendingtest.Scene, id string) fix.Fix {
	t.Helper()
	fixes := s.Explain(t).Fixes
	i := slices.IndexFunc(fixes, func(f fix.Fix) bool { return f.ID == id })
	if i < 0 {
		t.Fatalf("no fix %s in %+v", id, fixes)
	}
	return fixes[i]
}

// text is a Fact in English.
func text(f fact.Fact) string { return phrase.New(phrase.Connection{}).Text(f) }

// driven makes a volume one of a driver's that two nodes can use, which is not local.
func driven(v *corev1.PersistentVolume, nodes ...string) {
	v.Spec.PersistentVolumeSource = corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{Driver: "san", VolumeHandle: "1"}}
	v.Spec.PersistentVolumeReclaimPolicy = corev1.PersistentVolumeReclaimDelete
	v.Spec.NodeAffinity.Required.NodeSelectorTerms[0].MatchExpressions[0].Values = nodes
}

// ofSet makes the Pod a member of a StatefulSet, and the claim one of its template's.
func ofSet(s *pendingtest.Scene) {
	s.Claim.Name = "data-db-0"
	s.Pod.Spec.Volumes[0].PersistentVolumeClaim.ClaimName = s.Claim.Name
	ControlledBy("StatefulSet", "db")(s.Pod)
}

// TestFixCommands holds the commands of fixes that give up or expose data to what the API server and our own commands accept.
func TestFixCommands(t *testing.T) {
	say := phrase.New(phrase.Connection{})
	const retain = `kubectl patch pv v-n1 -p '{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}'`
	const replace = "kubectl localpv why-pending db-0 -n shop --print-fix empty-data | kubectl replace --force -f -"
	for _, tc := range []struct {
		name     string
		alter    func(*pendingtest.Scene)
		id, note string
		commands []string
	}{
		{"local", func(s *pendingtest.Scene) { s.Bind(s.Volume("v-n1")); s.Cordon("n1") }, "empty-data", "OldDataStays(volume=v-n1)", []string{
			"kubectl localpv why-pending db-0 -n shop --print-fix empty-data > data.yaml", "kubectl localpv release pvc/data -n shop", "kubectl create -f data.yaml",
		}},
		{"not local", func(s *pendingtest.Scene) {
			driven(s.Volume("v-n1"), "n1", "n2")
			s.Bind(s.Volume("v-n1"))
			s.Cordon("n1", "n2")
		}, "empty-data", "OldDataStays(volume=v-n1)", []string{retain, replace}},
		{"not local, of a StatefulSet", func(s *pendingtest.Scene) {
			ofSet(s)
			driven(s.Volume("v-n1"), "n1", "n2")
			s.Bind(s.Volume("v-n1"))
			s.Cordon("n1", "n2")
		}, "empty-data-db-0", "OldDataStays(volume=v-n1)", []string{retain, "kubectl delete pvc data-db-0 -n shop"}},
		{"misbound", func(s *pendingtest.Scene) {
			s.Bind(s.Volume("v-n1"))
			s.Volume("v-n1").Spec.ClaimRef = &corev1.ObjectReference{Namespace: "bank", Name: "ledger", UID: "uid-ledger"}
			s.Cordon("n1")
		}, "empty-data", "VolumeStaysElsewhere(claim=bank/ledger, uid=uid-ledger, volume=v-n1)", []string{replace}},
		{"reserved for nobody", func(s *pendingtest.Scene) {
			s.Snapshot.Volumes = s.Snapshot.Volumes[:1]
			s.Volume("v-n0").Spec.ClaimRef = &corev1.ObjectReference{Namespace: "bank", Name: "typo"}
		}, "unreserve-v-n0", "ReservedDataMayCome(old=bank/typo)", []string{
			`kubectl patch pv v-n0 --type=json -p '[{"op":"test","path":"/metadata/uid","value":"v-n0-uid"},{"op":"test","path":"/status/phase","value":"Available"},` +
				`{"op":"test","path":"/metadata/resourceVersion","value":"10"},{"op":"test","path":"/spec/claimRef/namespace","value":"bank"},{"op":"test","path":"/spec/claimRef/name","value":"typo"},` +
				`{"op":"add","path":"/spec/claimRef","value":{"apiVersion":"v1","kind":"PersistentVolumeClaim","name":"data","namespace":"shop"}}]'`,
		}},
		{"reserved where the Pod cannot go", func(s *pendingtest.Scene) { s.Reserve("n1", corev1.VolumeAvailable) }, "release-v-n1", "PodStartsElsewhere(volume=v-n1)", []string{
			`kubectl patch pv v-n1 --type=json -p '[{"op":"test","path":"/metadata/uid","value":"v-n1-uid"},{"op":"test","path":"/status/phase","value":"Available"},` +
				`{"op":"test","path":"/metadata/resourceVersion","value":"10"},{"op":"test","path":"/spec/claimRef/namespace","value":"shop"},{"op":"test","path":"/spec/claimRef/name","value":"data"},` +
				`{"op":"remove","path":"/spec/claimRef"}]'`,
		}},
		{"released and not local", func(s *pendingtest.Scene) {
			s.Snapshot.Volumes = s.Snapshot.Volumes[:1]
			v := s.Volume("v-n0")
			driven(v, "n0", "n1")
			v.Status.Phase = corev1.VolumeReleased
			v.Spec.ClaimRef = &corev1.ObjectReference{Namespace: "shop", Name: "old", UID: "uid-old"}
		}, "reclaim-v-n0", "OldDataComes(old=shop/old)", []string{
			`kubectl patch pv v-n0 --type=json -p '[{"op":"test","path":"/metadata/uid","value":"v-n0-uid"},{"op":"test","path":"/status/phase","value":"Released"},` +
				`{"op":"test","path":"/spec/claimRef/uid","value":"uid-old"},{"op":"add","path":"/spec/claimRef","value":{"apiVersion":"v1","kind":"PersistentVolumeClaim","name":"data","namespace":"shop"}}]'`,
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := pendingtest.New()
			tc.alter(s)
			f := fixOf(t, s, tc.id)
			if f.Risk != fix.RiskData || f.Notes[0].String() != tc.note {
				t.Errorf("risk %s, notes %v; want data at risk and %s", f.Risk, f.Notes, tc.note)
			}
			isContent := func(n fact.Fact) bool { return n.Code == "ContentUnknown" }
			if data, _ := f.NotesByRisk(); len(data) == 0 || !data[0].Equal(f.Notes[0]) || len(data) > 1 && !isContent(data[1]) || len(data) > 2 {
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
	s := pendingtest.New()
	s.Snapshot.Nodes = s.Snapshot.Nodes[:1]
	s.Fill("n0")
	hog := Pod("memhog", RunsOn("n0"))
	hog.Spec.Containers[0].Resources.Requests = corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("100m"), corev1.ResourceMemory: resource.MustParse("6Gi")}
	s.Snapshot.Pods = append(s.Snapshot.Pods, hog)
	for _, tc := range []struct{ name, asks, want string }{
		{"cpu", "500m", "its largest Pods: shop/filler-n0 (4 CPU), shop/memhog (100m CPU)"},
		{"memory", "4Gi", "its largest Pods: shop/memhog (6Gi memory)"},
	} {
		Requests(corev1.ResourceName(tc.name), tc.asks)(s.Pod)
		if got := text(fixOf(t, s, "free-n0").Notes[0]); got != tc.want {
			t.Errorf("%s: %s\nwant %s", tc.name, got, tc.want)
		}
	}
	for i := range 7 {
		s.Snapshot.Pods = append(s.Snapshot.Pods, Pod("small-"+string(rune('a'+i)), RunsOn("n0"), Requests(corev1.ResourceMemory, "1Mi")))
	}
	const want = "its largest Pods: shop/memhog (6Gi memory), shop/small-a (1Mi memory), shop/small-b (1Mi memory), shop/small-c (1Mi memory) and 4 more"
	if got := text(fixOf(t, s, "free-n0").Notes[0]); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// TestPairNamesItselfInItsCommands: the manifest of one of a pair is printed under the name of the pair, which is the one that
// is known.
func TestPairNamesItselfInItsCommands(t *testing.T) {
	s := pendingtest.New()
	WantsLabel("disk", "ssd")(s.Claim)
	s.Snapshot.Nodes, s.Snapshot.Volumes = s.Snapshot.Nodes[:1], s.Snapshot.Volumes[:1]
	s.Cordon("n0")
	const id = "no-selector-data+uncordon-n0"
	f := fixOf(t, s, id)
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
	s := pendingtest.New()
	second := s.With("logs", "50Gi", Class)
	s.Snapshot.Volumes = append(s.Snapshot.Volumes, Volume("w-n2", On("n2")))
	for v, c := range map[string]*corev1.PersistentVolumeClaim{"v-n2": s.Claim, "w-n2": second} {
		(&pendingtest.Scene{Claim: c}).Bind(s.Volume(v))
	}
	s.Snapshot.Nodes = s.Snapshot.Nodes[:2]
	s.Snapshot.Volumes = append(s.Snapshot.Volumes, Volume("w-n0", On("n0")))
	f := fixOf(t, s, "empty-data+empty-logs")
	want := []fact.Fact{fact.New("OldDataStays", "volume", "v-n2"), fact.New("RecoverDoesIt"), fact.New("OldDataStaysToo", "volume", "w-n2"),
		fact.New("ContentUnknown", "volumes", []string{"v-n0", "w-n0"})}
	if !slices.EqualFunc(f.Notes, want, fact.Fact.Equal) {
		t.Errorf("notes %v\nwant  %v", f.Notes, want)
	}
	if line := phrase.New(phrase.Connection{}).Line(f.Commands...); line != "kubectl localpv recover n2" {
		t.Errorf("commands: %s", line)
	}
	if data, others := f.NotesByRisk(); len(data) != 3 || len(others) != 1 {
		t.Errorf("on data at risk %v, and %v", data, others)
	}
}

// TestNewVolumeForTheRightClaim has a Pod with two claims of which the second lacks a volume on n0, and both lack one on n1:
// the manifest has to be that of the claim, on a node where it helps.
func TestNewVolumeForTheRightClaim(t *testing.T) {
	s := pendingtest.New()
	s.Snapshot.Nodes, s.Snapshot.Volumes = s.Snapshot.Nodes[:2], s.Snapshot.Volumes[1:2] // one volume, on n1
	s.With("wal", "80Gi", Class)
	r := s.Explain(t)
	for _, f := range r.Fixes {
		claim, ok := strings.CutPrefix(f.ID, "volume-")
		if !ok {
			continue
		}
		if len(f.Nodes) != 1 || f.Nodes[0] != "n1" {
			t.Errorf("%s fits %q, want n1", f.ID, f.Nodes)
		}
		if !strings.Contains(f.Manifest, "name: local-"+claim+"-n1") {
			t.Errorf("%s has the manifest:\n%s", f.ID, f.Manifest)
		}
		want := map[string][]string{"data": {"--print-fix", "volume-data"}, "wal": {"--print-volume", "n1"}}[claim]
		if !slices.Equal(f.Commands[0].Flags, want) {
			t.Errorf("%s has the command %v, want %q", f.ID, f.Commands[0], want)
		}
	}
	if len(r.Fixes) == 0 {
		t.Errorf("no fixes; %s", text(r.Cause.Reason))
	}
}
