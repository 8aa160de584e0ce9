package disk

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Holder is another volume on a disk that somebody has.
type Holder struct {
	Volume *corev1.PersistentVolume
	// Claim is that of the volume.
	Claim types.NamespacedName
	// Pods are those with a node that name the claim, sorted by name.
	Pods []*corev1.Pod
	// Reserved says that the claim is not bound to the volume yet, and none of its Pods uses it.
	Reserved bool
}

// Holders are the other volumes on the disk of a volume that somebody has, sorted by name: they are Bound, or being bound; or
// reserved for a claim other than the one that is to get the disk, which is empty for any; or a Pod with a node may still use one
// whose claim is gone. Nobody else may be given such a disk.
func (d *Disks) Holders(v *corev1.PersistentVolume, gets types.NamespacedName) []Holder {
	return d.holdersOf(d.Sharing(v), gets)
}

// holdersOf are those of the volumes of a disk.
func (d *Disks) holdersOf(sharing []*corev1.PersistentVolume, gets types.NamespacedName) []Holder {
	var out []Holder
	for _, other := range sharing {
		if h, held := d.holder(other); held && !(h.Reserved && h.Claim == gets) {
			out = append(out, h)
		}
	}
	return out
}

func (d *Disks) holder(v *corev1.PersistentVolume) (Holder, bool) {
	if all := d.Claimants(v); len(all) > 0 {
		return all[0], true
	}
	ref := v.Spec.ClaimRef
	if ref == nil || ref.Namespace == CordonNamespace {
		return Holder{Volume: v}, v.Status.Phase == corev1.VolumeBound
	}
	h := Holder{Volume: v, Claim: types.NamespacedName{Namespace: ref.Namespace, Name: ref.Name}}
	current := d.ix.Claim(ref.Namespace, ref.Name)
	h.Pods = slices.DeleteFunc(Users(d.ix, v), ended)
	switch {
	case v.Status.Phase == corev1.VolumeBound, ref.UID != "" && current != nil && current.UID == ref.UID:
		return h, true
	case ref.UID == "":
		h.Reserved = len(h.Pods) == 0
		return h, true
	}
	return h, len(h.Pods) > 0
}

// Claimants are those who have a volume by a claim that it does not name: the one to which the volume controller is to bind a volume that names
// none (see inspect.Index.ClaimedBy); those that count as bound to it and whose Pods run with it; and, by name, the one whose data is recorded to be on
// a volume that was freed since, if its Pods may still have the disk open.
func (d *Disks) Claimants(v *corev1.PersistentVolume) []Holder {
	var out []Holder
	first := d.ix.ClaimedBy(v)
	for _, c := range d.ix.BoundInVain(v) {
		if h := d.claimant(v, c); c != first && len(h.Pods) > 0 {
			out = append(out, h)
		}
	}
	if first != nil {
		out = append([]Holder{d.claimant(v, first)}, out...)
	}
	if h, uses := d.formerUsers(v); uses {
		out = append(out, h)
	}
	return out
}

// formerUsers are the Pods of the claim whose data is recorded to be on a volume that names no claim by UID any more.
func (d *Disks) formerUsers(v *corev1.PersistentVolume) (Holder, bool) {
	data := DataOf(v, d.ix.TakenAt)
	if ref := v.Spec.ClaimRef; ref != nil && (ref.UID != "" || ref.Namespace == data.Claim.Namespace && ref.Name == data.Claim.Name) || data.State != Known {
		return Holder{}, false
	}
	owner := data.Claim
	had := &corev1.PersistentVolume{ObjectMeta: v.ObjectMeta}
	had.Spec.ClaimRef = &corev1.ObjectReference{Namespace: owner.Namespace, Name: owner.Name}
	pods := ClaimUsers(had, d.ix.Claim(owner.Namespace, owner.Name), d.ix.Consumers(owner.Namespace, owner.Name), d.ix.HomeOf(v).Names())
	pods = slices.DeleteFunc(pods, ended)
	return Holder{Volume: v, Claim: owner.Key(), Pods: pods}, len(pods) > 0
}

func (d *Disks) claimant(v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim) Holder {
	pods := slices.DeleteFunc(slices.Clone(d.ix.Consumers(c.Namespace, c.Name)), func(p *corev1.Pod) bool { return p.Spec.NodeName == "" || ended(p) })
	return Holder{
		Volume: v, Claim: types.NamespacedName{Namespace: c.Namespace, Name: c.Name}, Pods: pods, Reserved: !inspect.FullyBound(c) && len(pods) == 0,
	}
}

// Users are the Pods that use the disk of a volume, or may: those of its claim, as ClaimUsers tells, and those that mount its directory.
func Users(ix *inspect.Index, v *corev1.PersistentVolume) []*corev1.Pod {
	ref := v.Spec.ClaimRef
	users := ClaimUsers(v, ix.Claim(ref.Namespace, ref.Name), ix.Consumers(ref.Namespace, ref.Name), ix.HomeOf(v).Names())
	return append(users, New(ix).Mounting(v)...)
}

// ClaimUsers are the Pods, of those that name the claim of a volume, which may have its disk open although that claim may be gone: those with a
// node, those that have ended included. If another claim of that name is bound to another volume, those are left out that use that one: they are
// not on the volume's home, or are younger than that claim.
func ClaimUsers(v *corev1.PersistentVolume, current *corev1.PersistentVolumeClaim, pods []*corev1.Pod, home []string) []*corev1.Pod {
	ref := v.Spec.ClaimRef
	another := current != nil && ref != nil && ref.UID != current.UID && inspect.FullyBound(current) && current.Spec.VolumeName != v.Name
	return slices.DeleteFunc(slices.Clone(pods), func(p *corev1.Pod) bool {
		away := len(home) > 0 && !slices.Contains(home, p.Spec.NodeName)
		return p.Spec.NodeName == "" || another && (away || !p.CreationTimestamp.Before(&current.CreationTimestamp))
	})
}

// ended reports whether a Pod has no container any more that could write.
func ended(p *corev1.Pod) bool {
	return p.Status.Phase == corev1.PodSucceeded || p.Status.Phase == corev1.PodFailed
}
