package planner

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
)

// erasesOthers blocks if somebody has the disk of a volume by another one, or left his data there, or mounts it by hostPath: the provisioner would
// erase what is his. Mounted is the code of the last of these.
func (p *planner) erasesOthers(v *corev1.PersistentVolume, own drain.Object, mounted drain.BlockerCode) {
	refusals := p.disks().Refusals(v, keyOf(own))
	if r, found := disk.First(refusals, disk.DiskMounted); found {
		p.block(mounted, "", fact.New("DirectoryMounted", "volume", p.where(v), "path", disk.PathOf(v), "pods", r.Names()))
	}
	r, held := disk.First(refusals, disk.DiskHeld)
	if !held {
		p.erasesEarlier(v, own)
		return
	}
	p.block(drain.BlockedSharedDisk, "", fact.New("DiskErasedForOther", "same", p.sameDisk(v, r.Holder.Volume), "volume", v.Name, "other", r.Holder.Volume.Name,
		"claim", r.Holder.Claim.String(), "pods", workload.Names(r.Holder.Pods)).Offering(seeBoth(v, r.Holder.Volume)))
}

// erasesEarlier blocks if another claim left its data on the disk of a volume by another one.
func (p *planner) erasesEarlier(v *corev1.PersistentVolume, own drain.Object) {
	for _, other := range p.disks().Sharing(v) {
		if d := disk.DataOf(other, p.ix.TakenAt); d.Foreign(keyOf(own)) {
			p.block(drain.BlockedSharedDisk, "", fact.New("DiskErasedForEarlier", "same", p.sameDisk(v, other), "volume", v.Name, "other", other.Name, "claim", d.Claim.Key()).
				Offering(seeBoth(v, other)))
		}
	}
}
