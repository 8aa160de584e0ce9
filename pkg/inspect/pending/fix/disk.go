package fix

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// What is never offered: a second claim on a disk that somebody has by another volume, or could get by one that is free; a directory that a Pod mounts
// by its path; a disk that holds the data of another claim by another volume; and a volume that is cordoned.

// withheld is the Change by which the scheduler takes no volume that should be given to no claim of the Pod: it takes none that is not
// Available. Of two free volumes of a disk it may take either.
func withheld(e evidence.Evidence) inspect.Change {
	var change inspect.Change
	disks := disk.New(e.Index)
	for _, v := range e.Index.SortedVolumes() {
		if len(e.Uses) == 0 || v.Status.Phase != corev1.VolumeAvailable || v.Spec.ClaimRef != nil {
			continue
		}
		given := slices.ContainsFunc(e.Uses, func(u evidence.ClaimUse) bool {
			all := disks.Refusals(v, types.NamespacedName{Namespace: e.Pod.Namespace, Name: u.Name})
			return !slices.ContainsFunc(all, func(r disk.Refusal) bool { return r.Code != disk.DiskFree && speaksAgainst(r) })
		})
		// A twin that is reserved for one of the claims does not hold it for the others, of which the scheduler may give any to the volume.
		if !given || len(disks.Holders(v, types.NamespacedName{})) > 0 {
			v = v.DeepCopy()
			v.Status.Phase = corev1.VolumePending
			change.Set = append(change.Set, v)
		}
	}
	return change
}

// speaksAgainst reports whether a volume is not offered for a reason. That the data of another claim comes with it is said of those that
// are.
func speaksAgainst(r disk.Refusal) bool {
	return r.Code == disk.VolumeCordoned || r.Code == disk.VolumeClaimed || r.Code == disk.DiskMounted || r.ByTwin()
}

// withheldJudge judges every Change as it is without some volumes.
type withheldJudge struct {
	inspect.Judge
	change inspect.Change
}

// Verdict implements inspect.Judge.
func (j withheldJudge) Verdict(ctx context.Context, pod *corev1.Pod, change inspect.Change, nodes []string) (*inspect.Verdict, error) {
	return j.Judge.Verdict(ctx, pod, j.change.Then(change), nodes)
}

// givesSharedDisk reports whether a candidate gives away a volume that is cordoned, or whose disk somebody has, had, or can get by another
// volume, or gets by the candidate itself.
func givesSharedDisk(e evidence.Evidence, c candidate) bool {
	disks := disk.New(e.Index)
	var given []*corev1.PersistentVolume
	for _, o := range c.change.Set {
		v, ok := o.(*corev1.PersistentVolume)
		if !ok {
			continue
		}
		given = append(given, v)
		now := v
		if known := e.Index.Volume(v.Name); known != nil {
			now = known
		}
		if slices.ContainsFunc(disks.Refusals(now, receiver(e, c, v)), speaksAgainst) {
			return true
		}
	}
	return slices.ContainsFunc(given, func(v *corev1.PersistentVolume) bool {
		for _, other := range disks.Sharing(v) {
			if slices.ContainsFunc(given, func(g *corev1.PersistentVolume) bool { return g.Name == other.Name }) {
				return true
			}
		}
		return false
	})
}

// receiver is the claim that gets a volume, empty if any can.
func receiver(e evidence.Evidence, c candidate, v *corev1.PersistentVolume) types.NamespacedName {
	if ref := v.Spec.ClaimRef; ref != nil {
		return types.NamespacedName{Namespace: ref.Namespace, Name: ref.Name}
	}
	return types.NamespacedName{Namespace: e.Pod.Namespace, Name: c.claim}
}
