package match_test

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/internal/generate"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// TestGreedyOracle serves the claims with the judge over every order in which the volumes can be met, and tries
// every assignment.
func TestGreedyOracle(t *testing.T) {
	tally := map[match.GreedyOutcome]int{}
	misses := 0
	for seed := range uint64(2_500 / caseDivisor) {
		c := crowded(generate.Seeded(seed))
		ix := indexOf(c)
		p, err := match.NewPodMatcher(ix, c.Pod)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		claims, node := schedulerOrder(match.ClaimsToMatch(ix, c.Pod)), c.Nodes[0]
		if len(claims) < 2 {
			continue
		}
		g := p.Greedy(node.Name)
		if want := everyOrder(t, claims, c.Volumes, node); g.Outcome != want {
			t.Fatalf("seed %d: outcome %s, want %s", seed, g.Outcome, want)
		}
		checkAssignment(t, seed, g, claims, c.Volumes, node)
		tally[g.Outcome]++
		if g.Miss() {
			misses++
		}
	}
	for _, outcome := range []match.GreedyOutcome{match.GreedyNever, match.GreedySometimes, match.GreedyAlways} {
		if tally[outcome] < 30/caseDivisor {
			t.Errorf("outcome %s was reached %d times, so hardly tested", outcome, tally[outcome])
		}
	}
	if misses < 50/caseDivisor {
		t.Errorf("%d misses, so hardly tested", misses)
	}
}

// crowded is a cluster whose volumes differ in little but size and labels, so that claims compete for them. Node
// affinity and reservations stay as they come.
func crowded(s generate.Source) generate.Cluster {
	c := generate.NewCluster(s, generate.Size{Nodes: 1, Volumes: 5, Claims: 3})
	for _, v := range c.Volumes {
		v.DeletionTimestamp, v.Status.Phase = nil, corev1.VolumeAvailable
		v.Spec.AccessModes = []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce, corev1.ReadOnlyMany, corev1.ReadWriteMany, corev1.ReadWriteOncePod}
		v.Annotations, v.Spec.StorageClassName = nil, Class
		v.Spec.VolumeMode, v.Spec.VolumeAttributesClassName = nil, nil
		Sized([]string{"20Gi", "20480Mi", "30Gi"}[s.IntN(3)])(v)
		VolumeLabel("disk", []string{"ssd", "hdd"}[s.IntN(2)])(v)
	}
	for _, claim := range c.Claims {
		claim.Annotations, claim.Spec.StorageClassName = nil, &c.Classes[0].Name
		claim.Spec.VolumeMode, claim.Spec.VolumeAttributesClassName = nil, nil
		claim.Spec.Selector = nil
		if s.IntN(2) == 0 {
			selecting(expression("disk", metav1.LabelSelectorOpIn, "ssd"))(claim)
		}
	}
	return c
}

// everyOrder is the outcome over all permutations of the volumes.
func everyOrder(t *testing.T, claims []*corev1.PersistentVolumeClaim, volumes []*corev1.PersistentVolume, node *corev1.Node) match.GreedyOutcome {
	t.Helper()
	full, short := false, false
	permute(slices.Clone(volumes), 0, func(order []*corev1.PersistentVolume) bool {
		if strings.Contains(judgeServes(t, claims, order, node), nameOf(nil)) {
			short = true
		} else {
			full = true
		}
		return full && short
	})
	switch {
	case full && short:
		return match.GreedySometimes
	case full:
		return match.GreedyAlways
	default:
		return match.GreedyNever
	}
}

// permute visits every permutation until visit returns true.
func permute(list []*corev1.PersistentVolume, from int, visit func([]*corev1.PersistentVolume) bool) bool {
	if from == len(list) {
		return visit(list)
	}
	for i := from; i < len(list); i++ {
		list[from], list[i] = list[i], list[from]
		done := permute(list, from+1, visit)
		list[from], list[i] = list[i], list[from]
		if done {
			return true
		}
	}
	return false
}

// checkAssignment checks that the assignment is one, and that there is one exactly if brute force finds one.
func checkAssignment(t *testing.T, seed uint64, g match.Greedy, claims []*corev1.PersistentVolumeClaim, volumes []*corev1.PersistentVolume, node *corev1.Node) {
	t.Helper()
	distinct := slices.Clone(claims)
	slices.SortFunc(distinct, func(a, b *corev1.PersistentVolumeClaim) int { return strings.Compare(a.Name, b.Name) })
	distinct = slices.Compact(distinct)
	exists := assignable(t, distinct, volumes, node)
	if exists != (g.Assignment != nil) {
		t.Fatalf("seed %d: an assignment exists: %t, got %q", seed, exists, assignmentText(g))
	}
	if g.Assignment == nil {
		return
	}
	used := map[string]bool{}
	for _, a := range g.Assignment {
		if used[a.Volume.Name] || used[a.Claim.Name] || !canHave(t, a.Claim, a.Volume, volumes, node) {
			t.Fatalf("seed %d: %s cannot have %s in %q", seed, a.Claim.Name, a.Volume.Name, assignmentText(g))
		}
		used[a.Volume.Name], used[a.Claim.Name] = true, true
	}
	if len(g.Assignment) != len(distinct) {
		t.Fatalf("seed %d: %d of %d claims are assigned", seed, len(g.Assignment), len(distinct))
	}
}

func assignable(t *testing.T, claims []*corev1.PersistentVolumeClaim, volumes []*corev1.PersistentVolume, node *corev1.Node) bool {
	t.Helper()
	found := false
	// The i-th claim gets the i-th volume of some order.
	permute(slices.Clone(volumes), 0, func(order []*corev1.PersistentVolume) bool {
		found = len(claims) <= len(order)
		for i := 0; found && i < len(claims); i++ {
			found = canHave(t, claims[i], order[i], volumes, node)
		}
		return found
	})
	return found
}

// canHave reports whether the judge takes the volume for the claim if it is met first and no other volume is
// smaller: alone in the list or, if any volume is reserved for the claim, one of those.
func canHave(t *testing.T, c *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume, volumes []*corev1.PersistentVolume, node *corev1.Node) bool {
	t.Helper()
	if alone, err := volumehelpers.FindMatchingVolume(c, []*corev1.PersistentVolume{v}, node, nil, true, true); err != nil {
		t.Fatal(err)
	} else if alone == nil {
		return false
	}
	if volumehelpers.IsVolumeBoundToClaim(v, c) {
		return true
	}
	for _, other := range volumes {
		atHome := other.DeepCopy()
		atHome.Spec.NodeAffinity = nil
		if !volumehelpers.IsVolumeBoundToClaim(atHome, c) {
			continue
		}
		if got, err := volumehelpers.FindMatchingVolume(c, []*corev1.PersistentVolume{atHome}, node, nil, true, true); err != nil {
			t.Fatal(err)
		} else if got != nil {
			return false
		}
	}
	return true
}
