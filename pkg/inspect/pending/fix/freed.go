package fix

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// freedVolumes are volumes that would do but for a claim that is gone: Released or Failed ones to reclaim, and
// ones that are reserved for a claim that does not exist.
func freedVolumes(ix *inspect.Index, c *corev1.PersistentVolumeClaim, near nearby) []candidate {
	var out []candidate
	for miss := range near.of(c.Name, inspect.ClaimedByOther) {
		v := ix.Volume(miss.Volume)
		available := v.Status.Phase == corev1.VolumeAvailable
		if _, local := ix.LocalSource(v); local && ownEarlier(v, c) && !available {
			continue // ownVolumes gives it back
		}
		if !abandoned(ix, v) || available && (!onlyReserved(v) || keptData(v)) {
			continue
		}
		if out = append(out, freed(ix, v, c)); len(out) == maxAlike {
			break
		}
	}
	return out
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
		if _, local := ix.LocalSource(v); local { // reclaim refuses any other
			fix.Commands = []fact.Command{fact.Plugin("reclaim", v.Name).With("--keep-data", "--for", c.Namespace+"/"+c.Name, "--accept-foreign-data", v.Name, "--yes")}
		}
		fix.Titles = []fact.Fact{fact.New("ReclaimForClaim", "phase", v.Status.Phase, "volume", v.Name, "claim", c.Name)}
		fix.Notes = []fact.Fact{fact.New("OldDataComes", "old", old)}
		if own := ix.Claim(v.Spec.ClaimRef.Namespace, v.Spec.ClaimRef.Name); own != nil && own.Spec.VolumeName == "" && own.DeletionTimestamp == nil {
			fix.Notes = append(fix.Notes, fact.New("OwnClaimWaits", "old", old, "volume", v.Name))
		}
	}
	return candidate{fix: fix, change: onceChanged(ix, reserved(v, c), c), claim: c.Name, nodes: nodeNames(ix.HomeOf(v))}
}

// abandoned reports whether a volume's old claim is surely gone, no Pod with a node still names it, and nobody else
// is going to clean the volume.
func abandoned(ix *inspect.Index, v *corev1.PersistentVolume) bool {
	ref := v.Spec.ClaimRef
	if _, gap := ix.Gap(inspect.PersistentVolumeClaims); gap || ix.Claim(ref.Namespace, ref.Name) != nil && ix.ClaimOf(v) != nil {
		return false
	}
	if _, gap := ix.Gap(inspect.Pods); gap {
		return false
	}
	if by := v.Annotations[volumehelpers.AnnDynamicallyProvisioned]; by != "" && !strings.HasPrefix(by, "kubernetes.io/") &&
		v.Spec.PersistentVolumeReclaimPolicy == corev1.PersistentVolumeReclaimDelete {
		return false
	}
	return !slices.ContainsFunc(ix.Consumers(ref.Namespace, ref.Name), func(p *corev1.Pod) bool { return p.Spec.NodeName != "" })
}
