package inspect

import (
	"cmp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// Counts counts the volumes of the claim's class by their code, each volume once, at its own home. Match counts
// every volume that passes all checks by itself, whether or not another is taken before it; so TakenBySibling and
// NotChosen never occur. A volume whose home is missing or unknown counts as NodeAffinityMismatch if it passes
// the checks before that one.
func (m *Matcher) Counts() map[VolumeCode]int {
	counts := map[VolumeCode]int{}
	for _, v := range m.ix.OfClass(m.class) {
		counts[m.Explain(v, m.ix.usable(v), "").Code]++
	}
	return counts
}

// NearMisses returns the volumes that fail exactly one check for the claim, each at its own home: volumes of the
// claim's class, and volumes of other classes that fail nothing but the class. Node affinity is not a near miss:
// such a volume has no Node. A Released or Failed volume that would pass if its old claim were taken off it fails
// one check here (ClaimedByOther): its phase is only the consequence.
//
// The nearest come first: by check in the order of evaluation, volumes that are too small by capacity, largest
// first, then by Node and name. The cost is linear in all volumes of the Snapshot.
func (m *Matcher) NearMisses() []NearMiss {
	var near []*nearVolume
	for _, v := range m.ix.sortedVolumes {
		if verdict := m.Explain(v, m.ix.usable(v), ""); verdict.nearMiss() {
			near = append(near, &nearVolume{VolumeVerdict: verdict, home: m.ix.homeText(v), capacity: *capacityOf(v)})
		}
	}
	order := orderOfCodes()
	slices.SortStableFunc(near, func(a, b *nearVolume) int {
		return cmp.Or(cmp.Compare(order[a.Code], order[b.Code]), a.larger(b), cmp.Compare(a.home, b.home))
	})
	out := make([]NearMiss, 0, len(near))
	for _, v := range near {
		want, have := v.Compared(v.Code)
		out = append(out, NearMiss{Volume: v.Volume.Name, Node: v.home, Claim: m.claim.Name, Code: v.Code,
			Subject: v.Subject(v.Code), Want: want, Have: have, verdict: &v.VolumeVerdict})
	}
	return out
}

// nearVolume is a near miss with what it is sorted by.
type nearVolume struct {
	VolumeVerdict
	home     string
	capacity resource.Quantity
}

// larger orders volumes that are too small, largest first, and leaves all others as they are.
func (a *nearVolume) larger(b *nearVolume) int {
	if a.Code != CapacityTooSmall || b.Code != CapacityTooSmall {
		return 0
	}
	return b.capacity.Cmp(a.capacity)
}

// nearMiss reports whether one thing alone is wrong with a volume, and it is not where it lives.
func (v VolumeVerdict) nearMiss() bool {
	switch len(v.Fails) {
	case 1:
		return v.Code != NodeAffinityMismatch
	case 2:
		left := v.Volume.Status.Phase == corev1.VolumeReleased || v.Volume.Status.Phase == corev1.VolumeFailed
		return left && v.Fails[0] == ClaimedByOther && v.Fails[1] == NotAvailable
	default:
		return false
	}
}

// usable reports whether a volume can be used on some Node of the Snapshot.
func (ix *Index) usable(v *corev1.PersistentVolume) bool {
	return AnyNode(v) || len(ix.HomeOf(v).Nodes) > 0
}

// homeText names the Nodes of a volume's home; empty for one that can be anywhere.
func (ix *Index) homeText(v *corev1.PersistentVolume) string {
	return strings.Join(ix.HomeOf(v).Names(), ",")
}

func orderOfCodes() map[VolumeCode]int {
	order := map[VolumeCode]int{}
	for i, code := range VolumeCodes() {
		order[code] = i
	}
	return order
}
