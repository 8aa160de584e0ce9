package planner

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
)

// erasesOthers blocks if somebody has the disk of a volume by another one, or mounts it by hostPath: the provisioner would erase what is his. Own is
// the claim that leaves the volume.
func (p *planner) erasesOthers(v *corev1.PersistentVolume, own drain.Object) {
	refusals := p.disks().Refusals(v, keyOf(own))
	if r, mounted := disk.First(refusals, disk.DiskMounted); mounted {
		p.block(drain.BlockedInUse, "", fact.New("DirectoryErased", "volume", p.where(v), "path", disk.PathOf(v), "pods", r.Names()))
	}
	r, held := disk.First(refusals, disk.DiskHeld)
	if !held {
		return
	}
	p.block(drain.BlockedSharedDisk, "", fact.New("DiskErasedForOther", "same", p.sameDisk(v, r.Holder.Volume), "volume", v.Name, "other", r.Holder.Volume.Name,
		"claim", r.Holder.Claim.String(), "pods", workload.Names(r.Holder.Pods)).Offering(seeBoth(v, r.Holder.Volume)))
}
