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

// Users are the Pods with a node that name the claim of a volume, those that have ended included, except for those that use another claim of
// that name, which is bound to another volume: they are elsewhere, or are younger than that claim.
func Users(ix *inspect.Index, v *corev1.PersistentVolume) []*corev1.Pod {
	ref, home := v.Spec.ClaimRef, ix.HomeOf(v)
	current := ix.Claim(ref.Namespace, ref.Name)
	another := current != nil && ref.UID != current.UID && inspect.FullyBound(current) && current.Spec.VolumeName != v.Name
	var out []*corev1.Pod
	for _, p := range ix.Consumers(ref.Namespace, ref.Name) {
		if p.Spec.NodeName == "" || another && (!p.CreationTimestamp.Before(&current.CreationTimestamp) || away(p, home)) {
			continue
		}
		out = append(out, p)
	}
	return out
}

// ended reports whether a Pod has no container any more that could write.
func ended(p *corev1.Pod) bool {
	return p.Status.Phase == corev1.PodSucceeded || p.Status.Phase == corev1.PodFailed
}

// away reports whether a Pod is on another node than a home that is known.
func away(p *corev1.Pod, home inspect.Home) bool {
	names := home.Names()
	return len(names) > 0 && !slices.Contains(names, p.Spec.NodeName)
}
