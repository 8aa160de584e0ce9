package match

import (
	"cmp"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
)

// Earlier is a volume with the data of an earlier claim of the namespace and name of a claim: with the claim's own data.
type Earlier struct {
	Volume *corev1.PersistentVolume
	// Misfit is what would keep the claim from the volume if it were given back.
	Misfit

	ix *inspect.Index
}

// EarlierOf are the volumes with the own data of a claim that has no volume, those first that were left last. Of one that counts as bound to
// a volume that names an earlier claim it is that one: it was restored.
func EarlierOf(ix *inspect.Index, c *corev1.PersistentVolumeClaim) []Earlier {
	if c.DeletionTimestamp != nil {
		return nil
	}
	var left []*corev1.PersistentVolume
	switch v := ix.Volume(c.Spec.VolumeName); {
	case inspect.FullyBound(c) && v != nil && v.DeletionTimestamp == nil && namesEarlier(v, c) && isLocal(ix, v):
		left = append(left, v)
	case !inspect.FullyBound(c), misplaced(ix, c):
		left = LeftBy(ix, types.NamespacedName{Namespace: c.Namespace, Name: c.Name}, c.UID)
	}
	return earlier(ix, c, left)
}

// ReplacedOf are the volumes with the own data of earlier claims of the name of a claim that has another volume now, those first that were
// left last. Whether they fit is asked of the claim as it would be if it were recreated.
func ReplacedOf(ix *inspect.Index, c *corev1.PersistentVolumeClaim) []Earlier {
	v := ix.Volume(c.Spec.VolumeName)
	if c.DeletionTimestamp != nil || !inspect.FullyBound(c) || v == nil || !volumehelpers.IsVolumeBoundToClaim(v, c) || !isLocal(ix, v) {
		return nil
	}
	return earlier(ix, inspect.StripClaim(c), LeftBy(ix, types.NamespacedName{Namespace: c.Namespace, Name: c.Name}, c.UID))
}

// earlier says of volumes what would keep a claim from them.
func earlier(ix *inspect.Index, c *corev1.PersistentVolumeClaim, left []*corev1.PersistentVolume) []Earlier {
	out := make([]Earlier, 0, len(left))
	for _, v := range left {
		e := Earlier{Volume: v, Misfit: OfVolume(ix, v, types.NamespacedName{Namespace: c.Namespace, Name: c.Name}), ix: ix}
		if claim := WhyNot(ix, v, c); e.Code == Fits || e.Code == NotYet && claim.Code != Fits {
			e.Misfit = claim // what is to be done first is told once this is mended
		}
		out = append(out, e)
	}
	return out
}

// misplaced reports whether a claim counts as bound to a volume that it can never have.
func misplaced(ix *inspect.Index, c *corev1.PersistentVolumeClaim) bool {
	_, inVain := NamesInVain(ix, c)
	return inVain && inspect.FullyBound(c)
}

// namesEarlier reports whether a volume names another claim of the namespace and name of a claim, or the name alone.
func namesEarlier(v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim) bool {
	ref := v.Spec.ClaimRef
	return ref != nil && ref.Namespace == c.Namespace && ref.Name == c.Name && ref.UID != c.UID
}

func isLocal(ix *inspect.Index, v *corev1.PersistentVolume) bool {
	_, local := ix.LocalSource(v)
	return local
}

// LeftBy are the local volumes with the data of claims of a namespace and name, except for the one of a UID: they name one that is gone,
// or it is recorded on them. Those that were left last come first, and those last of which that is not known.
func LeftBy(ix *inspect.Index, claim types.NamespacedName, except types.UID) []*corev1.PersistentVolume {
	var out []*corev1.PersistentVolume
	for _, v := range slices.Concat(ix.Naming(claim.Namespace, claim.Name), disk.Recorded(ix, claim)) {
		_, under := DataUnderReservation(ix, v)
		if !isLocal(ix, v) || v.DeletionTimestamp != nil || v.Status.Phase == corev1.VolumeBound || v.Spec.ClaimRef != nil && v.Spec.ClaimRef.UID == "" && !under {
			continue
		}
		if d := disk.DataOf(v, ix.TakenAt); d.State == disk.Known && d.Claim.Key() == claim && (except == "" || d.Claim.UID != except) {
			out = append(out, v)
		}
	}
	slices.SortStableFunc(out, func(a, b *corev1.PersistentVolume) int {
		return cmp.Or(leftAt(b).Compare(leftAt(a)), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// leftAt is since when a volume has its phase, zero if that is not known.
func leftAt(v *corev1.PersistentVolume) time.Time {
	if since := v.Status.LastPhaseTransitionTime; since != nil {
		return since.Time
	}
	return time.Time{}
}

// InReach reports whether the node with the data exists, as far as that is known.
func (e Earlier) InReach() bool { return !e.ix.SiteGone(e.Volume) }

// Fact is what tells the volume from others that claims of the name left.
func (e Earlier) Fact() fact.Fact { return LeftFact(e.ix, e.Volume) }

// Facts are what tells volumes with own data from each other.
func Facts(own []Earlier) []fact.Fact {
	out := make([]fact.Fact, 0, len(own))
	for _, one := range own {
		out = append(out, one.Fact())
	}
	return out
}

// LeftFact says of a volume that a claim left what tells it from others: since when it has its phase, how old the claim is that had it,
// and the node with the data, and whether that may be another machine now.
func LeftFact(ix *inspect.Index, v *corev1.PersistentVolume) fact.Fact {
	claimed, doubt := "", ""
	if _, perhaps := disk.PerhapsNotThere(ix, v); perhaps {
		doubt = "machine"
	}
	d := disk.DataOf(v, ix.TakenAt)
	if c, err := inspect.DecodeClaim(v.Annotations[disk.AnnReleasedClaim]); err == nil && c.UID == d.Claim.UID {
		claimed = ix.Ago(c.CreationTimestamp.Time)
	}
	return fact.New("VolumeWithData", "volume", v.Name, "phase", v.Status.Phase, "since", ix.Ago(leftAt(v)), "claimed", claimed,
		"nodes", ix.SiteNames(v), "state", siteState(ix, v), "doubt", doubt)
}

// siteState is the condition of the node that has the data of a volume, "missing" if there is no such node, empty if it is not known
// which has it.
func siteState(ix *inspect.Index, v *corev1.PersistentVolume) string {
	names := ix.SiteNames(v)
	switch {
	case ix.SiteGone(v):
		return string(inspect.HomeMissing)
	case len(names) != 1 || ix.Node(names[0]) == nil:
		return ""
	}
	n := ix.Node(names[0])
	condition, _ := inspect.ConditionOf(n)
	if n.Spec.Unschedulable && condition == inspect.NodeReady {
		return "cordoned"
	}
	return string(condition)
}

// Waits reports whether the claim that had a volume is to have it again: one of its namespace and name has no volume, or counts as bound to
// this one or to one that it can never have; or there is none but one that is being deleted, and a StatefulSet creates it, be it after other
// members are Ready, or a Pod waits for it.
func Waits(ix *inspect.Index, v *corev1.PersistentVolume) bool {
	ref := v.Spec.ClaimRef
	if c := ix.Claim(ref.Namespace, ref.Name); c != nil && c.DeletionTimestamp == nil {
		return !inspect.FullyBound(c) || c.Spec.VolumeName == v.Name || misplaced(ix, c)
	}
	if _, _, made := ix.SetOfClaim(types.NamespacedName{Namespace: ref.Namespace, Name: ref.Name}); made {
		return true
	}
	return slices.ContainsFunc(ix.Consumers(ref.Namespace, ref.Name), func(p *corev1.Pod) bool {
		return p.Spec.NodeName == "" && p.DeletionTimestamp == nil
	})
}

// Reserved is a volume as it is once it is reserved for a claim by name. The annotation that says that the controller made the last binding
// goes with that.
func Reserved(v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim) *corev1.PersistentVolume {
	n := Freed(v)
	n.Spec.ClaimRef = &corev1.ObjectReference{APIVersion: "v1", Kind: "PersistentVolumeClaim", Namespace: c.Namespace, Name: c.Name}
	return n
}

// Freed is a volume as it is once any claim may have it.
func Freed(v *corev1.PersistentVolume) *corev1.PersistentVolume {
	n := v.DeepCopy()
	n.Spec.ClaimRef, n.Status.Phase = nil, corev1.VolumeAvailable
	delete(n.Annotations, volumehelpers.AnnBoundByController)
	return n
}
