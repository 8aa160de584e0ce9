package disk

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
)

// RefusalCode is the kind of what speaks against giving a volume to a claim.
type RefusalCode string

// The codes of refusals.
const (
	// VolumeCordoned: it is given to nobody.
	VolumeCordoned RefusalCode = "Cordoned"
	// VolumeClaimed: a claim names the volume, which does not name it: the two are about to be bound, or Pods run with the volume by that claim.
	VolumeClaimed RefusalCode = "Claimed"
	// DiskMounted: Pods mount the directory by its path on the node.
	DiskMounted RefusalCode = "Mounted"
	// DiskHeld: somebody has the disk by another volume.
	DiskHeld RefusalCode = "Held"
	// DiskFree: another volume of the disk is free, so that any claim could be bound to that one at any moment.
	DiskFree RefusalCode = "Free"
	// DataForeign: the data of another claim is on the disk.
	DataForeign RefusalCode = "Foreign"
)

// Refusal is a reason not to give a volume to a claim.
type Refusal struct {
	Code RefusalCode
	// Reason is why the volume is cordoned, with VolumeCordoned.
	Reason string
	// Pods are those that mount the directory, with DiskMounted.
	Pods []*corev1.Pod
	// Holder is who has the disk, with DiskHeld, and who has the volume, with VolumeClaimed.
	Holder Holder
	// Other is the volume that is free, with DiskFree.
	Other *corev1.PersistentVolume
	// Data is whose data it is, and by which volume that is known, with DataForeign.
	Data OnDisk
}

// ByTwin reports whether the reason is another volume of the disk.
func (r Refusal) ByTwin() bool {
	return r.Code == DiskHeld || r.Code == DiskFree || r.Code == DataForeign && (r.Data.By != nil || len(r.Data.Perhaps) > 0)
}

// Refusals are the reasons not to give the disk of a volume to a claim, which is empty for any, in the order of the codes: there are none
// if nothing speaks against it. Whether the claim asks for such a volume, and where that can be used, are other questions.
func (d *Disks) Refusals(v *corev1.PersistentVolume, gets types.NamespacedName) []Refusal {
	var out []Refusal
	if reason, cordoned := Cordoned(v); cordoned {
		out = append(out, Refusal{Code: VolumeCordoned, Reason: reason})
	}
	for _, h := range d.Claimants(v) {
		if h.Claim != gets {
			out = append(out, Refusal{Code: VolumeClaimed, Holder: h})
		}
	}
	if pods := d.Mounting(v); len(pods) > 0 {
		out = append(out, Refusal{Code: DiskMounted, Pods: pods})
	}
	sharing := d.Sharing(v)
	for _, h := range d.holdersOf(sharing, gets) {
		out = append(out, Refusal{Code: DiskHeld, Holder: h})
	}
	for _, other := range sharing {
		if d.Free(other) {
			out = append(out, Refusal{Code: DiskFree, Other: other})
		}
	}
	if on := d.dataOn(v, sharing, d.ix.TakenAt).For(gets); on.Foreign(gets) {
		out = append(out, Refusal{Code: DataForeign, Data: on})
	}
	return out
}

// Names are the namespaces and names of the Pods, with DiskMounted.
func (r Refusal) Names() []string {
	names := make([]string, 0, len(r.Pods))
	for _, p := range r.Pods {
		names = append(names, p.Namespace+"/"+p.Name)
	}
	return names
}

// First is the first of some refusals that has one of some codes, false if none has.
func First(all []Refusal, codes ...RefusalCode) (Refusal, bool) {
	i := slices.IndexFunc(all, func(r Refusal) bool { return slices.Contains(codes, r.Code) })
	if i < 0 {
		return Refusal{}, false
	}
	return all[i], true
}

// Free reports whether any claim may be bound to a volume.
func (d *Disks) Free(v *corev1.PersistentVolume) bool {
	_, cordoned := Cordoned(v)
	return d.ix.ClaimedBy(v) == nil && v.Status.Phase == corev1.VolumeAvailable && v.Spec.ClaimRef == nil && v.DeletionTimestamp == nil && !cordoned
}
