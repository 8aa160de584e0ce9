package fix

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// freedVolumes are volumes that would do but for a claim that is gone: Released or Failed ones to reclaim, and ones that are reserved for a
// claim that does not exist. One whose own claim waits goes to nobody else.
func freedVolumes(ix *inspect.Index, u evidence.ClaimUse, near nearby) []candidate {
	var out []candidate
	for miss := range near.of(u.Name, inspect.ClaimedByOther) {
		v := ix.Volume(miss.Volume)
		available := v.Status.Phase == corev1.VolumeAvailable
		if leftBy(u, v) || !forfeited(ix, v, u.Claim) || !reclaimable(ix, v) || available && (!onlyReserved(v) || keptData(v)) {
			continue
		}
		if out = append(out, freed(ix, v, u.Claim)); len(out) == maxAlike {
			break
		}
	}
	return out
}

// leftBy reports whether a volume has the own data of a claim: otherwiseAsked and ownVolumes are about it.
func leftBy(u evidence.ClaimUse, v *corev1.PersistentVolume) bool {
	return slices.ContainsFunc(u.Earlier, func(e match.Earlier) bool { return e.Volume == v })
}

// forfeited reports whether a volume can be given to a claim that is not the one that it names: that is gone, and no other of its name
// waits for the volume; and no claim names it, which would be bound to it at once.
func forfeited(ix *inspect.Index, v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim) bool {
	ref := v.Spec.ClaimRef
	own := ref.Namespace == c.Namespace && ref.Name == c.Name
	named := slices.ContainsFunc(ix.Claims, func(c *corev1.PersistentVolumeClaim) bool {
		return c.Spec.VolumeName == v.Name && c.DeletionTimestamp == nil
	})
	return evidence.Abandoned(ix, v) && !named && (own || !match.Waits(ix, v))
}

// reclaimable reports whether reclaim and reattach give a volume to a claim that it is not the own data of, as far as that is about the
// volume. Of one that is not local, which they leave alone, that says nothing.
func reclaimable(ix *inspect.Index, v *corev1.PersistentVolume) bool {
	if _, local := ix.LocalSource(v); !local {
		return v.Spec.HostPath == nil // on which node its data is, is not known, so nobody can be sent there
	}
	_, understood := disk.RecordVersion(v)
	return understood && !ix.SeveralHomes(v)
}

// perhapsNeeded says of a volume of which a claim that is gone left the data that a StatefulSet may need it, where they could not be read.
func perhapsNeeded(ix *inspect.Index, v *corev1.PersistentVolume, old string) []fact.Fact {
	gap, unread := ix.Gap(inspect.StatefulSets)
	if !unread || ix.Claim(v.Spec.ClaimRef.Namespace, v.Spec.ClaimRef.Name) != nil {
		return nil
	}
	return []fact.Fact{fact.New("SetMayNeedData", "old", old, "why", gap.Fact())}
}

// freed is one of them.
func freed(ix *inspect.Index, v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim) candidate {
	old := v.Spec.ClaimRef.Namespace + "/" + v.Spec.ClaimRef.Name
	fix := Fix{Risk: RiskData, Commands: []fact.Command{patchVolume(v, reserveOps(v, c)...)}}
	if v.Status.Phase == corev1.VolumeAvailable {
		fix.ID = "unreserve-" + v.Name
		fix.Titles = []fact.Fact{fact.New("ReserveInstead", "volume", v.Name, "old", old, "claim", c.Name)}
		fix.Notes = []fact.Fact{fact.New("ReservedDataMayCome", "old", old)}
	} else {
		fix.ID = "reclaim-" + v.Name
		wiped := disk.DataOf(v, ix.TakenAt).State == disk.Wiped && len(disk.Sharing(ix, v)) == 0
		if _, local := ix.LocalSource(v); local { // reclaim refuses any other
			fix.Commands = []fact.Command{fact.Plugin("reclaim", v.Name).With("--keep-data", "--for", c.Namespace+"/"+c.Name, acceptForeign, v.Name)}
			if wiped {
				fix.Commands = []fact.Command{fact.Plugin("reclaim", v.Name).With("--for", c.Namespace+"/"+c.Name)}
			}
		}
		fix.Titles = []fact.Fact{fact.New("ReclaimForClaim", "phase", v.Status.Phase, "volume", v.Name, "claim", c.Name)}
		if wiped {
			fix.Risk, fix.Notes = RiskLow, []fact.Fact{fact.New("WipedComes", "volume", v.Name)}
		} else {
			fix.Notes = append([]fact.Fact{fact.New("OldDataComes", "old", old)}, perhapsNeeded(ix, v, old)...)
		}
	}
	return candidate{fix: fix, change: onceChanged(ix, match.Reserved(v, c), c), claim: c.Name, nodes: siteNodes(ix, v)}
}
