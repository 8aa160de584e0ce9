package match

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Claimant says who has a volume that a claim cannot have.
type Claimant string

// The claimants, the one whose volume is most easily had first.
const (
	// OwnEarlierClaim: an earlier claim of the same namespace and name. Its data is that of the claim that asks.
	OwnEarlierClaim Claimant = "OwnEarlierClaim"
	// EarlierClaim: an earlier claim of another name. A claim that exists has that name now.
	EarlierClaim Claimant = "EarlierClaim"
	// GoneClaim: a claim that is gone, and no other has its name.
	GoneClaim Claimant = "GoneClaim"
	// Reservation: the volume is reserved for a claim by name, which need not exist.
	Reservation Claimant = "Reservation"
	// LivingClaim: a claim that exists.
	LivingClaim Claimant = "LivingClaim"
	// NoClaim: the volume is cordoned, so that it is given to no claim.
	NoClaim Claimant = "NoClaim"
	// UnknownClaim: whether the claim exists could not be read.
	UnknownClaim Claimant = "UnknownClaim"
)

// Claimants lists every claimant in that order.
func Claimants() []Claimant {
	return []Claimant{OwnEarlierClaim, GoneClaim, EarlierClaim, Reservation, LivingClaim, NoClaim, UnknownClaim}
}

// Claimed counts the volumes of a claimant.
type Claimed struct {
	By    Claimant `json:"by"`
	Count int      `json:"count"`
	// Claims are whom the volumes name, each once, sorted; the first of them, if they are many.
	Claims []string `json:"claims,omitempty"`
}

// maxClaims is how many claims are named.
const maxClaims = 5

// ClaimedBy splits those that Counts counts as ClaimedByOther by who has them.
func (m *Matcher) ClaimedBy() []Claimed {
	by := map[Claimant]*Claimed{}
	for _, v := range m.ix.OfClass(m.class) {
		if m.Explain(v, m.ix.Usable(v), "").Code != inspect.ClaimedByOther {
			continue
		}
		who := claimantOf(m.ix, m.claim, v)
		if by[who] == nil {
			by[who] = &Claimed{By: who}
		}
		by[who].Count++
		if who == NoClaim {
			continue
		}
		if name := v.Spec.ClaimRef.Namespace + "/" + v.Spec.ClaimRef.Name; !slices.Contains(by[who].Claims, name) {
			by[who].Claims = append(by[who].Claims, name)
		}
	}
	var out []Claimed
	for _, who := range Claimants() {
		if c := by[who]; c != nil {
			slices.Sort(c.Claims)
			c.Claims = c.Claims[:min(len(c.Claims), maxClaims)]
			out = append(out, *c)
		}
	}
	return out
}

// claimantOf is who has a volume that names another claim than the one that asks.
func claimantOf(ix *inspect.Index, claim *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume) Claimant {
	switch claimant(ix, claim, v).Code {
	case "ClaimedByEarlierSelf":
		return OwnEarlierClaim
	case "VolumeReserved", "ReservedForNoClaim", "ReservedForUnknownClaim":
		return Reservation
	case "ClaimedAndCordoned":
		return NoClaim
	case "VolumeClaimed":
		return LivingClaim
	case "ClaimedByUnknownClaim":
		return UnknownClaim
	case "ClaimedByEarlierClaim":
		return EarlierClaim
	}
	return GoneClaim
}

// Claimant is who has a volume that the claim cannot have for that.
func (v VolumeVerdict) Claimant() Claimant {
	return claimantOf(v.matcher.ix, v.matcher.claim, v.Volume)
}
