package match

import (
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/duration"
	volumehelpers "k8s.io/component-helpers/storage/volume"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
)

// VolumeVerdict is what is found of one volume for one claim. What there is to say of it is told when it is asked for: of
// 20,000 volumes, that costs more than the checks.
type VolumeVerdict struct {
	Volume *corev1.PersistentVolume
	// Code is the first check that the volume fails; if it fails none, Match or NotChosen.
	Code inspect.VolumeCode
	// Fails is every check that the volume fails, in the order of evaluation.
	Fails []inspect.VolumeCode
	// Instead is set with NotChosen: the volume that is taken instead, or the one that is reserved for the claim
	// and cannot be used on the Node, so that nothing is taken.
	Instead *corev1.PersistentVolume

	matcher *Matcher
	node    string
	takenBy string
	// blocked is set with NotChosen if Instead cannot be used on the Node either.
	blocked bool
}

// Reserved reports whether the volume's claimRef names the claim.
func (v VolumeVerdict) Reserved() bool { return v.matcher.Reserves(v.Volume) }

// Fact is what there is to say of the volume, with the claim as the one that asks.
func (v VolumeVerdict) Fact() fact.Fact { return v.FactOf(v.Code) }

// FactOf is Fact for any of the checks that the volume fails. The values want and have are those that Compared returns, and
// subject is what Subject returns, as far as there are such.
func (v VolumeVerdict) FactOf(code inspect.VolumeCode) fact.Fact {
	want, have := v.Compared(code)
	switch code {
	case inspect.TakenBySibling:
		if v.takenBy == v.matcher.claim.Name {
			return fact.New("VolumeTakenForSameClaim", "subject", have)
		}
		return fact.New("VolumeTakenBySibling", "subject", have)
	case inspect.ClaimedByOther:
		return onDisk(v.matcher.ix, v.matcher.claim, v.Volume, claimant(v.matcher.ix, v.matcher.claim, v.Volume))
	case inspect.CapacityTooSmall:
		return fact.New("CapacityTooSmall", "want", want, "have", have)
	case inspect.VolumeModeMismatch:
		return fact.New("VolumeModeDiffers", "want", want, "have", have)
	case inspect.AttributesClassMismatch:
		return fact.New("AttributesClassDiffers", "want", want, "have", have)
	case inspect.Terminating:
		return fact.New("VolumeTerminating", "have", have, "age", v.deletedFor())
	case inspect.NotAvailable:
		return fact.New("VolumeNotAvailable", "want", want, "have", have)
	case inspect.SelectorMismatch:
		wants, haves := unmet(v.matcher.requirements, v.Volume.Labels)
		return fact.New("LabelsDiffer", "want", wants, "have", haves)
	case inspect.ClassMismatch:
		return fact.New("ClassDiffers", "want", want, "have", have)
	case inspect.NodeAffinityMismatch:
		return v.elsewhere()
	case inspect.AccessModesMismatch:
		return fact.New("AccessModesLacking", "want", want, "have", have)
	case inspect.NotChosen:
		return v.preferred(want, have)
	case inspect.Match:
		return v.fits(want, have)
	}
	return fact.Fact{}
}

// Subject is the object that a check is about besides the claim, the volume and the Node: the claim that has the volume, or
// the volume that is taken instead.
func (v VolumeVerdict) Subject(code inspect.VolumeCode) string {
	switch code {
	case inspect.TakenBySibling:
		return v.takenBy
	case inspect.ClaimedByOther:
		return v.Volume.Spec.ClaimRef.Namespace + "/" + v.Volume.Spec.ClaimRef.Name
	case inspect.NotChosen:
		return v.Instead.Name
	default:
		return ""
	}
}

// Compared returns the two values that a check compares, as the API writes them: quantities, modes, names of classes (empty:
// none), a phase, labels, names of Nodes. It is meant for checks that the volume fails, and for Match and NotChosen, which
// compare capacity.
func (v VolumeVerdict) Compared(code inspect.VolumeCode) (want, have string) {
	m := v.matcher
	switch code {
	case inspect.TakenBySibling, inspect.ClaimedByOther:
		return "", v.Subject(code)
	case inspect.VolumeModeMismatch:
		return string(m.mode), string(ptr.Deref(v.Volume.Spec.VolumeMode, corev1.PersistentVolumeFilesystem))
	case inspect.AttributesClassMismatch:
		return m.attributes, ptr.Deref(v.Volume.Spec.VolumeAttributesClassName, "")
	case inspect.Terminating:
		return "", v.Volume.DeletionTimestamp.UTC().Format(time.RFC3339)
	case inspect.NotAvailable:
		return string(corev1.VolumeAvailable), string(v.Volume.Status.Phase)
	case inspect.SelectorMismatch:
		wants, haves := unmet(m.requirements, v.Volume.Labels)
		return strings.Join(wants, ","), strings.Join(haves, ",")
	case inspect.ClassMismatch:
		return m.class, volumehelpers.GetPersistentVolumeClass(v.Volume)
	case inspect.NodeAffinityMismatch:
		return "", siteText(m.ix, v.Volume) // wanted is the Node, which is named already
	case inspect.AccessModesMismatch:
		return AccessModesText(m.claim.Spec.AccessModes), AccessModesText(v.Volume.Spec.AccessModes)
	default:
		return m.request.String(), capacityValue(v.Volume)
	}
}

// fits is about a volume that the claim gets.
func (v VolumeVerdict) fits(want, have string) fact.Fact {
	if v.Reserved() {
		return fact.New("VolumeReservedForClaim", "want", want, "have", have)
	}
	return fact.New("VolumeFits", "want", want, "have", have)
}

// elsewhere says where a volume is that cannot be used on a Node.
func (v VolumeVerdict) elsewhere() fact.Fact {
	home := v.matcher.ix.HomeOf(v.Volume)
	reserved := ""
	if v.Reserved() {
		reserved = v.matcher.claim.Name
	}
	switch home.State {
	case inspect.HomeNode:
		return fact.New("VolumeElsewhere", "have", v.matcher.ix.SiteNames(v.Volume), "reserved", reserved)
	case inspect.HomeMissing:
		return fact.New("VolumeOnNoNode", "have", home.Names(), "reserved", reserved)
	case inspect.HomeUnknown:
		return fact.New("VolumeHomeUnknown", "why", home.Why, "reserved", reserved)
	}
	return fact.New("VolumeNotUsableHere", "reserved", reserved)
}

// preferred says why a volume that passes every check is not taken.
func (v VolumeVerdict) preferred(want, have string) fact.Fact {
	instead := v.Instead.Name
	switch order := CapacityOf(v.Instead).Cmp(*CapacityOf(v.Volume)); {
	case v.blocked:
		return fact.New("ReservedVolumeElsewhere", "subject", instead, "want", want, "have", have)
	case v.matcher.Reserves(v.Instead):
		return fact.New("ReservedVolumeFirst", "subject", instead, "want", want, "have", have)
	case order == 0:
		return fact.New("EqualVolume", "subject", instead, "want", want, "have", have)
	default:
		return fact.New("SmallerVolumeFirst", "subject", instead, "size", capacityValue(v.Instead), "want", want, "have", have)
	}
}

// deletedFor is for how long a volume has been Terminating, empty if the Snapshot has no time.
func (v VolumeVerdict) deletedFor() string {
	taken := v.matcher.ix.TakenAt
	if taken.IsZero() {
		return ""
	}
	return duration.HumanDuration(max(0, taken.Sub(v.Volume.DeletionTimestamp.Time)))
}

// claimant says who holds a volume that a claim cannot have, and whether that claim still exists.
func claimant(ix *inspect.Index, claim *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume) fact.Fact {
	ref := v.Spec.ClaimRef
	name := ref.Namespace + "/" + ref.Name
	if reason, cordoned := disk.Cordoned(v); cordoned {
		return fact.New("ClaimedAndCordoned", "subject", name, "reason", reason)
	}
	if ref.Namespace == claim.Namespace && ref.Name == claim.Name {
		return fact.New("ClaimedByEarlierSelf", "subject", name)
	}
	reserved := ref.UID == ""
	switch current := ix.Claim(ref.Namespace, ref.Name); {
	case ix.ClaimOf(v) != nil && reserved:
		return fact.New("VolumeReserved", "subject", name)
	case ix.ClaimOf(v) != nil:
		return fact.New("VolumeClaimed", "subject", name)
	case current != nil:
		return fact.New("ClaimedByEarlierClaim", "subject", name)
	case claimsUnknown(ix, ref.Namespace) && reserved:
		return fact.New("ReservedForUnknownClaim", "subject", name)
	case claimsUnknown(ix, ref.Namespace):
		return fact.New("ClaimedByUnknownClaim", "subject", name)
	case reserved:
		return fact.New("ReservedForNoClaim", "subject", name)
	default:
		return fact.New("ClaimedByGoneClaim", "subject", name)
	}
}

// claimsUnknown reports whether the claims of a namespace could not be read.
func claimsUnknown(ix *inspect.Index, namespace string) bool {
	for _, g := range ix.Gaps {
		if g.Kind == inspect.PersistentVolumeClaims && (g.Namespace == "" || g.Namespace == namespace) {
			return true
		}
	}
	return false
}

// AccessModesText writes access modes as kubectl does: RWO,RWX.
func AccessModesText(modes []corev1.PersistentVolumeAccessMode) string {
	short := make([]string, 0, len(modes))
	for _, mode := range modes {
		short = append(short, accessModeText(mode))
	}
	return strings.Join(short, ",")
}

func accessModeText(mode corev1.PersistentVolumeAccessMode) string {
	switch mode {
	case corev1.ReadWriteOnce:
		return "RWO"
	case corev1.ReadOnlyMany:
		return "ROX"
	case corev1.ReadWriteMany:
		return "RWX"
	case corev1.ReadWriteOncePod:
		return "RWOP"
	default:
		return string(mode)
	}
}

// CapacityOf is a volume's capacity, zero if it has none. It is a copy: comparing quantities may change them.
func CapacityOf(v *corev1.PersistentVolume) *resource.Quantity {
	q := v.Spec.Capacity[corev1.ResourceStorage]
	return &q
}

// capacityValue is a volume's capacity as it is written, empty if it has none.
func capacityValue(v *corev1.PersistentVolume) string {
	if _, ok := v.Spec.Capacity[corev1.ResourceStorage]; !ok {
		return ""
	}
	return CapacityOf(v).String()
}
