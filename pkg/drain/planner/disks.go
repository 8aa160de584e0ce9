package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
)

// What all commands that give volumes away have in common: a disk that somebody has under the name of another volume is given to
// nobody else, nor one that others could get by another volume that is free, and a cordoned volume to nobody at all.

// disks are the disks of the Index.
func (p *planner) disks() *disk.Disks { return disk.New(p.ix) }

// guardDisk blocks if a step would give away, or lets a claim go for, a volume that may not be given, and has the step check again
// that nobody has the disk.
func (p *planner) guardDisk(s *drain.Step) {
	var v *corev1.PersistentVolume
	var gets types.NamespacedName
	switch parameters := s.Parameters.(type) {
	case *drain.FreeParameters:
		if v = p.ix.Volume(parameters.Volume.Name); v == nil {
			return
		}
		if parameters.Data = workload.KnownDataOf(v, p.ix.TakenAt); parameters.Former {
			return // the claim that it names then is gone, so nobody gets it
		}
		parameters.Disk = p.othersOnDisk(v)
		if parameters.For != nil {
			gets = keyOf(*parameters.For)
		}
	case *drain.DeleteClaimParameters: // the place may have been reserved by an earlier run
		if parameters.Place == nil {
			return
		}
		if v, gets = p.ix.Volume(parameters.Place.Name), keyOf(parameters.Claim); v == nil {
			return
		}
		parameters.Disk, parameters.Data = p.othersOnDisk(v), workload.KnownDataOf(v, p.ix.TakenAt)
	default: // an earlier run may have reserved the volume that a claim is to be bound to
		about := s.Parameters.About()
		if s.Action == drain.AwaitBound {
			v, gets = p.ix.Volume(about.Volume.Name), keyOf(s.Object)
		}
		if v != nil && v.Spec.ClaimRef != nil && v.Spec.ClaimRef.UID != "" {
			return
		}
	}
	if v == nil {
		return
	}
	if b := p.notGivable(v, gets); b != nil {
		if p.plan.Command == "drain" || p.plan.Command == "recover" { // where a place is looked for, another will do
			b.Reason = keepingCordon(v, b.Reason)
		}
		p.block(b.Code, b.Override, b.Reason)
	}
	p.warnOfRecords(v)
	p.tellCounts(v)
}

// notGivable refuses a volume that is cordoned, or whose disk somebody has by another volume, gets in this Plan, or could be given at any
// moment. Gets is who is to have it, empty for any claim. It is nil if nothing speaks against it.
func (p *planner) notGivable(v *corev1.PersistentVolume, gets types.NamespacedName) *drain.Blocker {
	refusals := p.disks().Refusals(v, gets)
	if r, ok := disk.First(refusals, disk.VolumeCordoned, disk.VolumeClaimed, disk.DiskMounted, disk.DiskHeld); ok {
		switch r.Code {
		case disk.VolumeCordoned:
			return &drain.Blocker{Code: drain.BlockedCordoned, Reason: volumeCordoned(v, r.Reason)}
		case disk.VolumeClaimed:
			code := drain.BlockedMisbound
			if len(r.Holder.Pods) > 0 {
				code = drain.BlockedInUse
			}
			return &drain.Blocker{Code: code, Reason: p.claimedBy(v, r.Holder)}
		case disk.DiskMounted:
			return &drain.Blocker{Code: drain.BlockedInUse, Reason: fact.New("DirectoryMounted", "volume", p.where(v), "path", disk.PathOf(v), "pods", r.Names())}
		default:
			return &drain.Blocker{Code: drain.BlockedSharedDisk, Reason: p.diskHeld(v, r.Holder)}
		}
	}
	if others := p.disks().Sharing(v); slices.ContainsFunc(others, p.givesAway) {
		other := others[slices.IndexFunc(others, p.givesAway)]
		return &drain.Blocker{Code: drain.BlockedSharedDisk,
			Reason: fact.New("DiskGivenTwice", "same", p.sameDisk(v, other), "other", other.Name).Offering(seeBoth(v, other))}
	}
	if r, ok := disk.First(refusals, disk.DiskFree); ok {
		return &drain.Blocker{Code: drain.BlockedSharedDisk,
			Reason: fact.New("DiskFree", "same", p.sameDisk(v, r.Other), "other", r.Other.Name).Offering(disk.Cordon(r.Other, "same-disk"), seeBoth(v, r.Other))}
	}
	return nil
}

// givesAway reports whether the Plan gives a volume away.
func (p *planner) givesAway(v *corev1.PersistentVolume) bool {
	return slices.ContainsFunc(p.plan.Steps, func(s drain.Step) bool {
		return (s.Action == drain.ReserveVolume || s.Action == drain.OpenVolume) && s.Object.Name == v.Name
	})
}

// volumeCordoned says that a volume is cordoned, and how that is ended.
func volumeCordoned(v *corev1.PersistentVolume, reason string) fact.Fact {
	return fact.New("VolumeCordoned", "volume", v.Name, "reason", reason).Offering(disk.Uncordon(v)...)
}

// keepingCordon adds to the reason by which a cordoned volume is refused how another is looked for: by its annotation alone it is one that the scheduler
// would give to the claim all the same. Any other reason is as it was.
func keepingCordon(v *corev1.PersistentVolume, why fact.Fact) fact.Fact {
	ref := v.Spec.ClaimRef
	reason, is := disk.Cordoned(v)
	if why.Code != "VolumeCordoned" || !is || ref != nil && (ref.UID != "" || ref.Namespace == disk.CordonNamespace) {
		return why
	}
	if len(validation.IsDNS1123Subdomain(reason)) > 0 {
		reason = "kept" // it is the name of a claim, too
	}
	return fact.New("CordonedWouldBeGiven", "why", why, "volume", v.Name).Offering(disk.Cordon(v, reason))
}

// claimedBy says which claim names a volume that does not name it, and what that comes to.
func (p *planner) claimedBy(v *corev1.PersistentVolume, h disk.Holder) fact.Fact {
	c := p.ix.Claim(h.Claim.Namespace, h.Claim.Name)
	if c == nil || c.Spec.VolumeName != v.Name {
		other, has := p.namesake(drain.Object{Namespace: h.Claim.Namespace, Name: h.Claim.Name})
		return fact.New("ReleasedVolumeMayBeInUse", "volume", v.Name, "other", other, "has", has,
			"why", workload.InUse(h.Claim.Namespace, h.Claim.Name, h.Pods, p.ix.OwnerOf))
	}
	f := fact.New("VolumeClaimedBy", "volume", v.Name, "claim", h.Claim.String(), "bound", yes(inspect.FullyBound(c)), "pods", workload.Names(h.Pods), "other", reservedFor(v))
	if !inspect.FullyBound(c) {
		return f.Offering(fact.Kubectl("describe", "pvc", c.Name).In(c.Namespace))
	}
	back := fact.Plugin("reattach", v.Name).With("--claim", h.Claim.String())
	if p.onDisk(v).Foreign(h.Claim) {
		back = back.With(acceptForeign, v.Name)
	}
	return f.Offering(back)
}

// diskHeld says who has the disk of a volume.
func (p *planner) diskHeld(v *corev1.PersistentVolume, h disk.Holder) fact.Fact {
	claim := ""
	if h.Claim.Name != "" {
		claim = h.Claim.String()
	}
	same, pods := p.sameDisk(v, h.Volume), workload.Names(h.Pods)
	if h.Reserved {
		return fact.New("DiskReserved", "same", same, "other", h.Volume.Name, "claim", claim).Offering(seeBoth(v, h.Volume))
	}
	return fact.New("DiskHeld", "same", same, "other", h.Volume.Name, "phase", h.Volume.Status.Phase, "claim", claim, "pods", pods).Offering(seeBoth(v, h.Volume))
}

// sameDisk says that two volumes are one disk. It is a value of other Facts.
func (p *planner) sameDisk(v, other *corev1.PersistentVolume) fact.Fact {
	otherPath := disk.Where(other)
	if otherPath == disk.Where(v) {
		otherPath = ""
	}
	return fact.New("SameDisk", "volume", v.Name, "path", disk.Where(v), "other", other.Name, "otherPath", otherPath, "nodes", p.ix.SiteNames(v))
}

// seeBoth shows two volumes.
func seeBoth(v, other *corev1.PersistentVolume) fact.Command {
	return fact.Kubectl("get", "pv", v.Name, other.Name).With("-o", "yaml")
}

func keyOf(o drain.Object) types.NamespacedName {
	return types.NamespacedName{Namespace: o.Namespace, Name: o.Name}
}
