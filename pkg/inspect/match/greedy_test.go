package match_test

import (
	"fmt"
	"slices"
	"sort"
	"testing"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/internal/generate"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// TestPodMatchOracle serves the claims of generated Pods with the judge itself, in the scheduler's way, and
// compares.
func TestPodMatchOracle(t *testing.T) {
	tally := map[string]int{}
	for seed := range uint64(10_000 / caseDivisor) {
		c := generate.NewCluster(generate.Seeded(seed), generate.Size{Nodes: 2, Volumes: 10, Claims: 5})
		ix := indexOf(c)
		p, err := match.NewPodMatcher(ix, c.Pod)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		claims := schedulerOrder(match.ClaimsToMatch(ix, c.Pod))
		for _, node := range c.Nodes {
			want := judgeServes(t, claims, c.Volumes, node)
			got := p.OnNode(node.Name)
			if text := matchText(got); text != want {
				t.Fatalf("seed %d, node %s:\ngot  %s\nwant %s", seed, node.Name, text, want)
			}
			tally[fmt.Sprintf("%d claims, complete %t", min(len(claims), 2), got.Complete())]++
		}
	}
	for _, kind := range []string{"1 claims, complete true", "2 claims, complete true", "2 claims, complete false"} {
		if tally[kind] < 100/caseDivisor {
			t.Errorf("%s: only %d cases of %v", kind, tally[kind], tally)
		}
	}
}

// judgeServes is findMatchingVolumes of the scheduler's binder.go, with the volumes of each class in list order.
func judgeServes(t *testing.T, claims []*corev1.PersistentVolumeClaim, volumes []*corev1.PersistentVolume, node *corev1.Node) string {
	t.Helper()
	chosen := map[string]*corev1.PersistentVolume{}
	text := ""
	for _, c := range claims {
		list := ofClass(volumes, volumehelpers.GetPersistentVolumeClaimClass(c))
		v, err := volumehelpers.FindMatchingVolume(c, list, node, chosen, true, true)
		if err != nil {
			t.Fatal(err)
		}
		if v != nil {
			chosen[v.Name] = v
		}
		text += c.Name + ": " + nameOf(v) + "; "
	}
	return text
}

func matchText(p match.PodMatch) string {
	text := ""
	for _, c := range p.Claims {
		text += c.Claim.Name + ": " + nameOf(c.Chosen) + "; "
	}
	return text
}

func schedulerOrder(claims []*corev1.PersistentVolumeClaim) []*corev1.PersistentVolumeClaim {
	sorted := slices.Clone(claims)
	sort.Sort(bySize(sorted))
	return sorted
}

type bySize []*corev1.PersistentVolumeClaim

func (a bySize) Len() int      { return len(a) }
func (a bySize) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a bySize) Less(i, j int) bool {
	x, y := a[i].Spec.Resources.Requests[corev1.ResourceStorage], a[j].Spec.Resources.Requests[corev1.ResourceStorage]
	return x.Cmp(y) == -1
}

// TestSchedulerOrderOfManyClaims: beyond a dozen claims sort.Sort moves equal ones about, so the order shows
// whether the same algorithm ran on the same input.
func TestSchedulerOrderOfManyClaims(t *testing.T) {
	var claims []*corev1.PersistentVolumeClaim
	for i := range 40 {
		claims = append(claims, Claim(fmt.Sprintf("c%02d", (i*7)%40), Asks([]string{"1Gi", "2Gi"}[i%2])))
	}
	pod, ix := podNaming(claims, nil)
	p, err := match.NewPodMatcher(ix, pod)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range p.Distinct() {
		got = append(got, m.Claim().Name)
	}
	var want, stable []string
	for _, c := range schedulerOrder(claims) {
		want = append(want, c.Name)
	}
	slices.SortStableFunc(claims, func(a, b *corev1.PersistentVolumeClaim) int {
		x, y := a.Spec.Resources.Requests[corev1.ResourceStorage], b.Spec.Resources.Requests[corev1.ResourceStorage]
		return x.Cmp(y)
	})
	for _, c := range claims {
		stable = append(stable, c.Name)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
	if slices.Equal(want, stable) {
		t.Error("a stable sort gives the same order, so this test tells nothing")
	}
}

// podNaming is a Pod that names the claims in order, and the cluster of node-0 and node-1 that it is in.
func podNaming(claims []*corev1.PersistentVolumeClaim, volumes []*corev1.PersistentVolume) (*corev1.Pod, *inspect.Index) {
	pod := Pod("pod")
	for _, c := range claims {
		Uses(c.Name)(pod)
	}
	return pod, inspect.NewIndex(&inspect.Snapshot{
		Nodes: []*corev1.Node{Node("node-0"), Node("node-1")}, Volumes: volumes, Claims: claims, Classes: []*storagev1.StorageClass{StorageClass(Class)},
	})
}

func TestGreedy(t *testing.T) {
	ssd := WantsLabel("disk", "ssd")
	type claims = []*corev1.PersistentVolumeClaim
	type volumes = []*corev1.PersistentVolume
	tests := []struct {
		name       string
		claims     claims
		volumes    volumes
		outcome    match.GreedyOutcome
		assignment string
		miss       bool
	}{
		{"the small claim takes the only volume for the large one",
			claims{Claim("a", Asks("10Gi")), Claim("b", Asks("15Gi"), ssd)},
			volumes{Volume("s", Sized("20Gi"), VolumeLabel("disk", "ssd")), Volume("h", Sized("30Gi"), VolumeLabel("disk", "hdd"))},
			match.GreedyNever, "a: h; b: s; ", true},
		{"of equal volumes, either may go",
			claims{Claim("a", Asks("10Gi")), Claim("b", Asks("15Gi"), ssd)},
			volumes{Volume("s", Sized("20Gi"), VolumeLabel("disk", "ssd")), Volume("h", Sized("20480Mi"), VolumeLabel("disk", "hdd"))},
			match.GreedySometimes, "a: h; b: s; ", true},
		{"equal volumes, alike to both",
			claims{Claim("a", Asks("10Gi")), Claim("b", Asks("15Gi"))},
			volumes{Volume("s", Sized("20Gi")), Volume("h", Sized("20Gi"))},
			match.GreedyAlways, "a: s; b: h; ", false},
		{"one volume for two claims",
			claims{Claim("a", Asks("10Gi")), Claim("b", Asks("15Gi"))},
			volumes{Volume("s", Sized("20Gi"))},
			match.GreedyNever, "", false},
		{"no volume at all", claims{Claim("a", Asks("10Gi"))}, nil, match.GreedyNever, "", false},
		{"no claim at all", nil, volumes{Volume("s")}, match.GreedyAlways, "", false},
		{"a claim named twice takes two volumes and needs one",
			claims{Claim("a", Asks("10Gi")), Claim("a", Asks("10Gi"))},
			volumes{Volume("s", Sized("20Gi"))},
			match.GreedyNever, "a: s; ", true},
		{"reserved on another Node",
			claims{Claim("a", Asks("10Gi"))},
			volumes{Volume("s"), Volume("r", On("node-1"), ReservedFor("a"))},
			match.GreedyNever, "", false},
		{"reserved here and on another Node",
			claims{Claim("a", Asks("10Gi"))},
			volumes{Volume("q", ReservedFor("a")), Volume("r", On("node-1"), ReservedFor("a"))},
			match.GreedySometimes, "a: q; ", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			pod, ix := podNaming(tt.claims, tt.volumes)
			p, err := match.NewPodMatcher(ix, pod)
			if err != nil {
				t.Fatal(err)
			}
			g := p.Greedy("node-0")
			if g.Outcome != tt.outcome || assignmentText(g) != tt.assignment || g.Miss() != tt.miss {
				t.Errorf("got %s, assignment %q, miss %t; want %s, %q, %t",
					g.Outcome, assignmentText(g), g.Miss(), tt.outcome, tt.assignment, tt.miss)
			}
		})
	}
}

func assignmentText(g match.Greedy) string {
	text := ""
	for _, a := range g.Assignment {
		text += a.Claim.Name + ": " + a.Volume.Name + "; "
	}
	return text
}

func TestClaimsToMatch(t *testing.T) {
	plain := Claim("plain", Asks("1Gi"))
	bound := Claim("bound", Asks("1Gi"))
	bound.Spec.VolumeName = "pv"
	selected := Claim("selected", Asks("1Gi"))
	selected.Annotations = map[string]string{volumehelpers.AnnSelectedNode: "node-0"}
	noClass := Claim("no-class", Asks("1Gi"))
	noClass.Spec.StorageClassName = nil
	otherClass := Claim("other-class", Asks("1Gi"))
	otherClass.Annotations = map[string]string{corev1.BetaStorageClassAnnotation: "not-there"}

	pod, _ := podNaming([]*corev1.PersistentVolumeClaim{bound, plain, selected, noClass, otherClass, Claim("absent", Asks("1Gi")), plain}, nil)
	_, ix := podNaming([]*corev1.PersistentVolumeClaim{bound, plain, selected, noClass, otherClass}, nil)
	var got []string
	for _, c := range match.ClaimsToMatch(ix, pod) {
		got = append(got, c.Name)
	}
	if want := []string{"plain", "plain"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
