package inspect

import (
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/duration"
	volumehelpers "k8s.io/component-helpers/storage/volume"
	"k8s.io/utils/ptr"
)

// VolumeVerdict is what is found of one volume for one claim. Its words are made when they are asked for.
type VolumeVerdict struct {
	Volume *corev1.PersistentVolume
	// Code is the first check that the volume fails; if it fails none, Match or NotChosen.
	Code VolumeCode
	// Fails is every check that the volume fails, in the order of evaluation.
	Fails []VolumeCode
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

// Message is the verdict as a fragment of a sentence whose subject is the volume (or, for "asks", the claim).
func (v VolumeVerdict) Message() string { return v.MessageOf(v.Code) }

// MessageOf is Message for any of the checks that the volume fails.
func (v VolumeVerdict) MessageOf(code VolumeCode) string {
	want, have := v.Compared(code)
	return v.phrase(code, want, have)
}

// told is the message with the two values that it compares. They are made once: of 20,000 volumes, the words cost
// more than the checks.
func (v VolumeVerdict) told() (message, want, have string) {
	want, have = v.Compared(v.Code)
	return v.phrase(v.Code, want, have), want, have
}

func (v VolumeVerdict) phrase(code VolumeCode, want, have string) string {
	switch code {
	case TakenBySibling, ClaimedByOther, NotAvailable:
		return have
	case Terminating:
		return "being deleted" + v.deletedFor()
	case NodeAffinityMismatch:
		return v.elsewhere()
	case NotChosen:
		return "fits, but " + v.preferred()
	case Match:
		if v.Reserved() {
			return "reserved for this claim"
		}
		return fmt.Sprintf("fits: asks %s, has %s", want, have)
	default:
		return fmt.Sprintf("asks %s, has %s", want, have)
	}
}

// Want is what the claim asks for in the check that decided.
func (v VolumeVerdict) Want() string {
	want, _ := v.Compared(v.Code)
	return want
}

// Have is what the volume has in the check that decided.
func (v VolumeVerdict) Have() string {
	_, have := v.Compared(v.Code)
	return have
}

// Compared returns the two values that a check compares, in words. It is meant for checks that the volume fails,
// and for Match and NotChosen, which compare capacity.
func (v VolumeVerdict) Compared(code VolumeCode) (want, have string) {
	m := v.matcher
	switch code {
	case TakenBySibling:
		return "free", v.sibling()
	case ClaimedByOther:
		return "free", m.ix.claimant(m.claim, v.Volume)
	case VolumeModeMismatch:
		return string(m.mode), string(ptr.Deref(v.Volume.Spec.VolumeMode, corev1.PersistentVolumeFilesystem))
	case AttributesClassMismatch:
		return attributesClassText(m.attributes), attributesClassText(ptr.Deref(v.Volume.Spec.VolumeAttributesClassName, ""))
	case Terminating:
		return "not being deleted", v.deletedSince()
	case NotAvailable:
		return "phase Available", phaseText(v.Volume)
	case SelectorMismatch:
		return unmet(m.requirements, v.Volume.Labels)
	case ClassMismatch:
		return classText(m.class), classText(volumehelpers.GetPersistentVolumeClass(v.Volume))
	case NodeAffinityMismatch:
		return v.node, strings.Join(m.ix.HomeOf(v.Volume).Names(), ", ")
	case AccessModesMismatch:
		return AccessModesText(m.claim.Spec.AccessModes), AccessModesText(v.Volume.Spec.AccessModes)
	default:
		return m.request.String(), capacityText(v.Volume)
	}
}

func (v VolumeVerdict) sibling() string {
	if v.takenBy == v.matcher.claim.Name {
		return "taken already for this claim, which the Pod names twice"
	}
	return fmt.Sprintf("taken by claim %s of the same Pod", v.takenBy)
}

// elsewhere says where a volume is that cannot be used on a Node.
func (v VolumeVerdict) elsewhere() string {
	home := v.matcher.ix.HomeOf(v.Volume)
	text := "is on " + strings.Join(home.Names(), ", ")
	switch home.State {
	case HomeNode:
	case HomeMissing:
		text += ", which is no Node of this cluster"
	default:
		text = "cannot be used on this Node"
		if home.Why != "" {
			text = "where it can be used is unknown: " + home.Why
		}
	}
	if v.Reserved() {
		return "reserved for this claim, and " + text
	}
	return text
}

// preferred says why a volume that passes every check is not taken.
func (v VolumeVerdict) preferred() string {
	name, reserved := v.Instead.Name, v.matcher.Reserves(v.Instead)
	switch order := capacityOf(v.Instead).Cmp(*capacityOf(v.Volume)); {
	case v.blocked:
		return fmt.Sprintf("%s is reserved for this claim and cannot be used on this Node", name)
	case reserved:
		return fmt.Sprintf("%s is reserved for this claim", name)
	case order == 0:
		return fmt.Sprintf("%s is as large and may be taken as well", name)
	default:
		return fmt.Sprintf("%s is smaller (%s, this one %s)", name, capacityText(v.Instead), capacityText(v.Volume))
	}
}

func (v VolumeVerdict) deletedFor() string {
	taken := v.matcher.ix.TakenAt
	if taken.IsZero() {
		return " since " + v.Volume.DeletionTimestamp.UTC().Format(time.RFC3339)
	}
	return " for " + duration.HumanDuration(taken.Sub(v.Volume.DeletionTimestamp.Time))
}

func (v VolumeVerdict) deletedSince() string {
	return "being deleted since " + v.Volume.DeletionTimestamp.UTC().Format(time.RFC3339)
}

// claimant says who holds a volume that a claim cannot have, and whether that claim still exists.
func (ix *Index) claimant(claim *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume) string {
	ref := v.Spec.ClaimRef
	name := ref.Namespace + "/" + ref.Name
	if ref.Namespace == claim.Namespace && ref.Name == claim.Name {
		return "claimed by an earlier claim of this name"
	}
	held := "claimed by " + name
	if ref.UID == "" {
		held = "reserved for " + name
	}
	current := ix.Claim(ref.Namespace, ref.Name)
	switch {
	case ix.ClaimOf(v) != nil:
		return held
	case current != nil:
		return fmt.Sprintf("claimed by an earlier %s, not by the claim that now has this name", name)
	case ix.claimsUnknown(ref.Namespace):
		return held + ", and whether that claim exists is unknown"
	case ref.UID == "":
		return held + ", which does not exist"
	default:
		return held + ", which is gone"
	}
}

// claimsUnknown reports whether the claims of a namespace could not be read.
func (ix *Index) claimsUnknown(namespace string) bool {
	for _, g := range ix.Gaps {
		if g.Kind == PersistentVolumeClaims && (g.Namespace == "" || g.Namespace == namespace) {
			return true
		}
	}
	return false
}

// AccessModesText writes access modes as kubectl does: RWO,RWX. No modes at all is "no access mode".
func AccessModesText(modes []corev1.PersistentVolumeAccessMode) string {
	short := make([]string, 0, len(modes))
	for _, mode := range modes {
		short = append(short, accessModeText(mode))
	}
	if len(short) == 0 {
		return "no access mode"
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

// capacityOf is a volume's capacity, zero if it has none. It is a copy: comparing quantities may change them.
func capacityOf(v *corev1.PersistentVolume) *resource.Quantity {
	q := v.Spec.Capacity[corev1.ResourceStorage]
	return &q
}

func capacityText(v *corev1.PersistentVolume) string {
	if _, ok := v.Spec.Capacity[corev1.ResourceStorage]; !ok {
		return "no capacity"
	}
	return capacityOf(v).String()
}

func classText(name string) string {
	if name == "" {
		return "no class"
	}
	return "class " + name
}

func attributesClassText(name string) string {
	if name == "" {
		return "no attributes class"
	}
	return "attributes class " + name
}

func phaseText(v *corev1.PersistentVolume) string {
	if v.Status.Phase == "" {
		return "no phase yet"
	}
	return "phase " + string(v.Status.Phase)
}
