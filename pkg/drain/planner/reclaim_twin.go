package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// What keeps one volume of a disk from being given away keeps the others as well: who gets one of them gets the disk.

// refusedForTwin refuses a volume that would be given away if another volume of its disk, which is not cordoned, may not be. It is nil if all of
// them may, or somebody has accepted what becomes of the data.
func (p *reclaimPlanner) refusedForTwin(v *corev1.PersistentVolume) *drain.Blocker {
	if p.req.Wait || v.Status.Phase == corev1.VolumeBound || p.given(v) || slices.Contains(p.req.AcceptForeignData, v.Name) {
		return nil
	}
	for _, other := range p.disks().Sharing(v) {
		if cordoned(other) {
			continue
		}
		if b := p.kept(other); b != nil {
			return &drain.Blocker{Code: drain.BlockedSharedDisk,
				Reason: fact.New("DiskKept", "same", p.sameDisk(v, other), "volume", v.Name, "other", other.Name, "why", b.Reason).Offering(seeBoth(v, other))}
		}
	}
	return nil
}

// kept says why a volume may not be given away, whoever has its disk or is to get it. Of one that was not asked for only what is about to be done to
// its disk counts.
func (p *reclaimPlanner) kept(v *corev1.PersistentVolume) *drain.Blocker {
	if v.Status.Phase != corev1.VolumeReleased && v.Status.Phase != corev1.VolumeFailed {
		return nil // who has such a disk, or could be given it, is told as that
	}
	if !slices.Contains(p.asked, v) {
		return p.wronglyCleaned(v)
	}
	if v.DeletionTimestamp != nil {
		return &drain.Blocker{Code: drain.BlockedTerminating, Reason: fact.New("VolumeBeingDeleted", "volume", v.Name)}
	}
	if err := retain.CheckVersion(v); err != nil {
		return &drain.Blocker{Code: drain.BlockedNewer, Reason: fact.Of(err)}
	}
	if b := p.refusedItself(v); b != nil {
		return b
	}
	if _, paired := p.pairs[v.Name]; paired || p.req.For != nil {
		return nil
	}
	claims := p.couldBind(v, p.served)
	if on, waits, foreign := p.foreignOn(v, claims); foreign && !slices.Contains(p.req.AcceptForeignData, v.Name) {
		return p.refusedForeign(v, on, claims, waits)
	}
	return nil
}
