package match_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/internal/generate"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// TestOnNodeIsExact compares what is looked up by home with what is found by going through all volumes of the
// class on every Node.
func TestOnNodeIsExact(t *testing.T) {
	listed := 0
	for seed := range uint64(10_000 / caseDivisor) {
		c := generate.NewCluster(generate.Seeded(seed), generate.Size{Nodes: 4, Volumes: 10, Claims: 2})
		m, err := match.NewMatcher(indexOf(c), c.Claims[0])
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		for _, node := range c.Nodes {
			verdicts := m.OnNode(node.Name, nil)
			listed += len(verdicts)
			if err := sameOnNode(m, node, ofClass(c.Volumes, m.Class()), verdicts); err != nil {
				t.Fatalf("seed %d, node %s: %v", seed, node.Name, err)
			}
		}
	}
	if listed < 10_000/caseDivisor {
		t.Errorf("only %d verdicts were compared", listed)
	}
}

// sameOnNode checks that each verdict is the one that the full list gives, and that what is left out can be.
func sameOnNode(m *match.Matcher, node *corev1.Node, all []*corev1.PersistentVolume, verdicts []match.VolumeVerdict) error {
	want, err := volumehelpers.FindMatchingVolume(m.Claim(), all, node, nil, true, true)
	if err != nil {
		return err
	}
	if err := agrees(want, verdicts); err != nil {
		return err
	}
	byName := func(a, b match.VolumeVerdict) int { return cmp.Compare(a.Volume.Name, b.Volume.Name) }
	if !slices.IsSortedFunc(verdicts, byName) || len(slices.CompactFunc(slices.Clone(verdicts), sameVolume)) != len(verdicts) {
		return fmt.Errorf("verdicts are not one per volume, sorted by name")
	}
	for _, full := range m.ExplainList(all, node, nil) {
		i := slices.IndexFunc(verdicts, func(v match.VolumeVerdict) bool { return v.Volume == full.Volume })
		switch {
		case i >= 0 && (verdicts[i].Code != full.Code || !slices.Equal(verdicts[i].Fails, full.Fails) || verdicts[i].Instead != full.Instead):
			return fmt.Errorf("volume %s is %s %v, in the full list %s %v", full.Volume.Name, verdicts[i].Code, verdicts[i].Fails, full.Code, full.Fails)
		case i < 0 && len(full.Fails) == 0:
			return fmt.Errorf("volume %s is %s in the full list, and is not listed", full.Volume.Name, full.Code)
		case i < 0 && !inspect.AnyNode(full.Volume) && !slices.Contains(full.Fails, inspect.NodeAffinityMismatch):
			return fmt.Errorf("volume %s is at home on the node, and is not listed", full.Volume.Name)
		}
	}
	return nil
}

func sameVolume(a, b match.VolumeVerdict) bool { return a.Volume == b.Volume }

func ofClass(volumes []*corev1.PersistentVolume, class string) []*corev1.PersistentVolume {
	var out []*corev1.PersistentVolume
	for _, v := range volumes {
		if volumehelpers.GetPersistentVolumeClass(v) == class {
			out = append(out, v)
		}
	}
	return out
}

// TestCountsAreOfOwnHome compares the counts with one explanation per volume.
func TestCountsAreOfOwnHome(t *testing.T) {
	for seed := range uint64(2_000 / caseDivisor) {
		c := generate.NewCluster(generate.Seeded(seed), generate.Size{Nodes: 3, Volumes: 10, Claims: 2})
		m, err := match.NewMatcher(indexOf(c), c.Claims[0])
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		want := map[inspect.VolumeCode]int{}
		for _, v := range ofClass(c.Volumes, m.Class()) {
			somewhere := slices.ContainsFunc(c.Nodes, func(n *corev1.Node) bool {
				return volumehelpers.CheckNodeAffinity(v, n.Labels) == nil
			})
			want[m.Explain(v, somewhere, "").Code]++
		}
		if got := m.Counts(); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("seed %d: counts are %v, want %v", seed, got, want)
		}
	}
}
