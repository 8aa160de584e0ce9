package match_test

import (
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/internal/generate"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// oracleCases is how many cases TestMatchOracle compares, and oracleChunks in how many parallel parts.
const (
	oracleCases  = 100_000 / caseDivisor
	oracleChunks = 4
)

// TestMatchOracle compares the explainer with the function that it explains.
func TestMatchOracle(t *testing.T) {
	tallies := make([]map[inspect.VolumeCode]int, oracleChunks)
	t.Run("cases", func(t *testing.T) {
		for chunk := range oracleChunks {
			tallies[chunk] = map[inspect.VolumeCode]int{}
			t.Run(fmt.Sprint(chunk), func(t *testing.T) {
				t.Parallel()
				for seed := chunk; seed < oracleCases; seed += oracleChunks {
					if err := checkMatch(generate.Seeded(uint64(seed)), tallies[chunk]); err != nil {
						t.Fatalf("seed %d: %v", seed, err)
					}
				}
			})
		}
	})
	checkCoverage(t, tallies)
}

// checkCoverage makes sure that the generator reaches every code, so that a comparison means something.
func checkCoverage(t *testing.T, tallies []map[inspect.VolumeCode]int) {
	t.Helper()
	for _, code := range inspect.VolumeCodes() {
		n := 0
		for _, tally := range tallies {
			n += tally[code]
		}
		t.Logf("%-24s %d", code, n)
		if n < oracleCases/100 {
			t.Errorf("code %s was reached %d times in %d cases, so hardly tested", code, n, oracleCases)
		}
	}
}

// FuzzMatch drives the same comparison from bytes.
func FuzzMatch(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("a claim, some volumes and a node, chosen by these bytes"))
	for seed := range uint64(20) {
		f.Add(choices(seed, 400))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := checkMatch(generate.Bytes(data), map[inspect.VolumeCode]int{}); err != nil {
			t.Fatal(err)
		}
	})
}

func choices(seed uint64, n int) []byte {
	s := generate.Seeded(seed)
	data := make([]byte, n)
	for i := range data {
		data[i] = byte(s.IntN(256))
	}
	return data
}

// checkMatch makes one case and compares; it counts the codes that were given.
func checkMatch(s generate.Source, tally map[inspect.VolumeCode]int) error {
	c := generate.NewCluster(s, generate.Size{Nodes: 2, Volumes: 8, Claims: 3})
	claim, node := c.Claims[0], c.Nodes[0]
	if s.IntN(50) == 49 {
		generate.InvalidSelector(s, claim)
	}
	taken, excluded := map[string]string{}, map[string]*corev1.PersistentVolume{}
	for _, v := range c.Volumes {
		if s.IntN(16) == 15 {
			taken[v.Name], excluded[v.Name] = "data-sibling", v
		}
	}
	want, judgeErr := volumehelpers.FindMatchingVolume(claim, c.Volumes, node, excluded, true, true)
	m, err := match.NewMatcher(inspect.NewIndex(&inspect.Snapshot{}), claim)
	if (judgeErr != nil) != (err != nil) {
		return fmt.Errorf("NewMatcher says %w, the judge says %w", err, judgeErr)
	}
	if judgeErr != nil {
		return nil //nolint:nilerr // both refuse the claim, so they agree
	}
	verdicts := m.ExplainList(c.Volumes, node, taken)
	for _, v := range verdicts {
		tally[v.Code]++
	}
	return agrees(want, verdicts)
}

// agrees checks that Match is on the volume that the judge returned and on no other, and that every verdict hangs
// together.
func agrees(want *corev1.PersistentVolume, verdicts []match.VolumeVerdict) error {
	for _, v := range verdicts {
		if (v.Volume == want) != (v.Code == inspect.Match) {
			return fmt.Errorf("the judge takes %s, and the verdict on %s is %s", nameOf(want), v.Volume.Name, v.Code)
		}
		passes := v.Code == inspect.Match || v.Code == inspect.NotChosen
		if passes != (len(v.Fails) == 0) || !passes && v.Code != v.Fails[0] {
			return fmt.Errorf("volume %s has code %s and fails %v", v.Volume.Name, v.Code, v.Fails)
		}
		if (v.Code == inspect.NotChosen) != (v.Instead != nil) {
			return fmt.Errorf("volume %s has code %s, and instead of it %s is taken", v.Volume.Name, v.Code, nameOf(v.Instead))
		}
	}
	return nil
}

func nameOf(v *corev1.PersistentVolume) string {
	if v == nil {
		return "no volume"
	}
	return v.Name
}

func indexOf(c generate.Cluster) *inspect.Index {
	return inspect.NewIndex(&inspect.Snapshot{
		Nodes: c.Nodes, Volumes: c.Volumes, Claims: c.Claims, Classes: c.Classes, Pods: []*corev1.Pod{c.Pod},
	})
}

// TestFailsAreExact mends a volume check by check: with every check mended that the explainer names, the judge
// takes the volume; with any one of them left as it was, it does not.
func TestFailsAreExact(t *testing.T) {
	for seed := range uint64(10_000 / caseDivisor) {
		s := generate.Seeded(seed)
		c := generate.NewCluster(s, generate.Size{Nodes: 2, Volumes: 1, Claims: 2})
		claim, node, volume := c.Claims[0], c.Nodes[0], c.Volumes[0]
		m, err := match.NewMatcher(indexOf(c), claim)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		affinityOK := volumehelpers.CheckNodeAffinity(volume, node.Labels) == nil
		fails := m.Explain(volume, affinityOK, "").Fails
		if !judgeTakes(t, mended(claim, volume, fails, ""), node) {
			t.Fatalf("seed %d: the volume fails more than %v", seed, fails)
		}
		for _, left := range fails {
			reservedOfOtherClass := left == inspect.ClassMismatch && m.Reserves(volume)
			if judgeTakes(t, mended(claim, volume, fails, left), node) && !reservedOfOtherClass {
				t.Fatalf("seed %d: the volume does not fail %s of %v", seed, left, fails)
			}
		}
	}
}

type pair struct {
	claim  *corev1.PersistentVolumeClaim
	volume *corev1.PersistentVolume
}

func judgeTakes(t *testing.T, p pair, node *corev1.Node) bool {
	t.Helper()
	got, err := volumehelpers.FindMatchingVolume(p.claim, []*corev1.PersistentVolume{p.volume}, node, nil, true, true)
	if err != nil {
		t.Fatal(err)
	}
	return got != nil
}

// mended is the pair with every named check made to pass, but for one.
func mended(claim *corev1.PersistentVolumeClaim, volume *corev1.PersistentVolume, fails []inspect.VolumeCode, left inspect.VolumeCode) pair {
	p := pair{claim: claim.DeepCopy(), volume: volume.DeepCopy()}
	for _, code := range fails {
		if code != left {
			p.mend(code)
		}
	}
	return p
}

func (p pair) mend(code inspect.VolumeCode) {
	switch code { //nolint:exhaustive // the others cannot be mended on the volume
	case inspect.ClaimedByOther:
		p.volume.Spec.ClaimRef = nil
	case inspect.CapacityTooSmall:
		p.volume.Spec.Capacity = p.claim.Spec.Resources.Requests
	case inspect.VolumeModeMismatch:
		p.volume.Spec.VolumeMode = p.claim.Spec.VolumeMode
	case inspect.AttributesClassMismatch:
		p.volume.Spec.VolumeAttributesClassName = p.claim.Spec.VolumeAttributesClassName
	case inspect.Terminating:
		p.volume.DeletionTimestamp = nil
	case inspect.NotAvailable:
		p.volume.Status.Phase = corev1.VolumeAvailable
	case inspect.SelectorMismatch:
		p.claim.Spec.Selector = nil
	case inspect.ClassMismatch:
		p.volume.Annotations = nil
		p.volume.Spec.StorageClassName = volumehelpers.GetPersistentVolumeClaimClass(p.claim)
	case inspect.NodeAffinityMismatch:
		p.volume.Spec.NodeAffinity = nil
	case inspect.AccessModesMismatch:
		p.volume.Spec.AccessModes = p.claim.Spec.AccessModes
	}
}
