package match

import (
	"cmp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Counts counts the volumes of the claim's class by their code, each volume once, at its own home. Match counts
// every volume that passes all checks by itself, whether or not another is taken before it; so TakenBySibling and
// NotChosen never occur. A volume whose home is missing or unknown counts as NodeAffinityMismatch if it passes
// the checks before that one.
func (m *Matcher) Counts() map[inspect.VolumeCode]int {
	counts := map[inspect.VolumeCode]int{}
	for _, v := range m.ix.OfClass(m.class) {
		counts[m.Explain(v, m.ix.Usable(v), "").Code]++
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
	for _, v := range m.ix.SortedVolumes() {
		if verdict := m.Explain(v, m.ix.Usable(v), ""); verdict.nearMiss() {
			near = append(near, &nearVolume{VolumeVerdict: verdict, home: siteText(m.ix, v), capacity: *CapacityOf(v)})
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
	if a.Code != inspect.CapacityTooSmall || b.Code != inspect.CapacityTooSmall {
		return 0
	}
	return b.capacity.Cmp(a.capacity)
}

// nearMiss reports whether one thing alone is wrong with a volume, and it is not where it lives.
func (v VolumeVerdict) nearMiss() bool {
	switch len(v.Fails) {
	case 1:
		return v.Code != inspect.NodeAffinityMismatch
	case 2:
		left := v.Volume.Status.Phase == corev1.VolumeReleased || v.Volume.Status.Phase == corev1.VolumeFailed
		return left && v.Fails[0] == inspect.ClaimedByOther && v.Fails[1] == inspect.NotAvailable
	default:
		return false
	}
}

// siteText names where a volume is; empty for one that can be anywhere.
func siteText(ix *inspect.Index, v *corev1.PersistentVolume) string {
	return strings.Join(ix.SiteNames(v), ",")
}

func orderOfCodes() map[inspect.VolumeCode]int {
	order := map[inspect.VolumeCode]int{}
	for i, code := range inspect.VolumeCodes() {
		order[code] = i
	}
	return order
}

// NearMiss is a volume that fails exactly one check.
type NearMiss struct {
	Volume string `json:"volume"`
	// Node is where the volume is; of several, joined by commas.
	Node  string             `json:"node"`
	Claim string             `json:"claim"`
	Code  inspect.VolumeCode `json:"code"`
	// Subject, Want, Have and Reason are what VolumeVerdict tells by the same names.
	// Reason is zero until Tell is called.
	Subject string    `json:"subject,omitempty"`
	Want    string    `json:"want,omitempty"`
	Have    string    `json:"have,omitempty"`
	Reason  fact.Fact `json:"reason,omitzero"`

	verdict *VolumeVerdict
}

// Fact is what there is to say of the volume.
func (m NearMiss) Fact() fact.Fact {
	if m.verdict == nil || !m.Reason.IsZero() {
		return m.Reason
	}
	return m.verdict.Fact()
}

// Tell returns a near miss with its Reason told.
func (m NearMiss) Tell() NearMiss {
	m.Reason = m.Fact()
	return m
}
