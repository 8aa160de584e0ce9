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

// What is never offered: a second claim on a disk that somebody has by another volume, a disk that holds the data of another claim by another
// volume, and a volume that is cordoned.

// withheld is the Change by which the scheduler takes no volume that should be given to no claim of the Pod: it takes none that is not
// Available.
func withheld(e evidence.Evidence) inspect.Change {
	var change inspect.Change
	for _, v := range slices.Concat(disk.New(e.Index).Withheld(), foreignDisks(e)) {
		v = v.DeepCopy()
		v.Status.Phase = corev1.VolumePending
		change.Set = append(change.Set, v)
	}
	return change
}

// foreignDisks are the free volumes on whose disk another volume has the data of a claim that is none of the Pod's.
func foreignDisks(e evidence.Evidence) []*corev1.PersistentVolume {
	var out []*corev1.PersistentVolume
	if len(e.Uses) == 0 {
		return nil
	}
	for _, v := range e.Index.SortedVolumes() {
		if v.Status.Phase != corev1.VolumeAvailable || v.Spec.ClaimRef != nil {
			continue
		}
		own := slices.ContainsFunc(e.Uses, func(u evidence.ClaimUse) bool {
			return !holdsForeign(e.Index, v, types.NamespacedName{Namespace: e.Pod.Namespace, Name: u.Name})
		})
		if !own {
			out = append(out, v)
		}
	}
	return out
}

// holdsForeign reports whether another volume of its disk has the data of another claim than one.
func holdsForeign(ix *inspect.Index, v *corev1.PersistentVolume, claim types.NamespacedName) bool {
	on := disk.New(ix).DataOn(v, ix.TakenAt)
	return on.By != nil && on.Foreign(claim)
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

// givesSharedDisk reports whether a candidate gives away a volume that is cordoned, or whose disk somebody has, or had, by another volume or
// gets by the candidate itself.
func givesSharedDisk(e evidence.Evidence, c candidate) bool {
	disks := disk.New(e.Index)
	var given []*corev1.PersistentVolume
	for _, o := range c.change.Set {
		v, ok := o.(*corev1.PersistentVolume)
		if !ok {
			continue
		}
		to := receiver(e, c, v)
		if isCordoned(e.Index.Volume(v.Name)) || len(disks.Holders(v, to)) > 0 || holdsForeign(e.Index, v, to) {
			return true
		}
		given = append(given, v)
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

// isCordoned reports whether a volume, nil if it is new, is cordoned as it is now.
func isCordoned(v *corev1.PersistentVolume) bool {
	if v == nil {
		return false
	}
	_, cordoned := disk.Cordoned(v)
	return cordoned
}

// receiver is the claim that gets a volume, empty if any can.
func receiver(e evidence.Evidence, c candidate, v *corev1.PersistentVolume) types.NamespacedName {
	if ref := v.Spec.ClaimRef; ref != nil {
		return types.NamespacedName{Namespace: ref.Namespace, Name: ref.Name}
	}
	return types.NamespacedName{Namespace: e.Pod.Namespace, Name: c.claim}
}
