package fix

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// A claim that was restored may count as bound to a volume that it does not have. It stays Lost, whatever becomes of volumes.

// namedByClaim gives a claim the volume that it counts as bound to and that another claim had, which is gone: as it was restored into another
// namespace, for example. Nobody but the user knows whether that is meant.
func namedByClaim(e evidence.Evidence, u evidence.ClaimUse) []candidate {
	c, v := u.Claim, e.Index.Volume(u.Claim.Spec.VolumeName)
	if v == nil || v.Spec.ClaimRef == nil || !inspect.FullyBound(c) || hasDataOf(e.Index, v, c) || v.Status.Phase != corev1.VolumeReleased {
		return nil
	}
	others := slices.ContainsFunc(e.Index.Claims, func(other *corev1.PersistentVolumeClaim) bool { return other != c && other.Spec.VolumeName == v.Name })
	if _, local := e.Index.LocalSource(v); !local || others || !reclaimable(e.Index, v) || match.WhyNot(e.Index, v, c).Code != match.Fits || !evidence.Abandoned(e.Index, v) || match.Waits(e.Index, v) {
		return nil
	}
	return []candidate{{
		fix: Fix{
			ID: "take-" + v.Name, Risk: RiskData,
			Titles:   []fact.Fact{fact.New("ReclaimForClaim", "phase", v.Status.Phase, "volume", v.Name, "claim", c.Name)},
			Commands: []fact.Command{fact.Plugin("reattach", v.Name).With("--claim", c.Namespace+"/"+c.Name, acceptForeign, v.Name)},
			Notes:    []fact.Fact{fact.New("OldDataComes", "old", v.Spec.ClaimRef.Namespace+"/"+v.Spec.ClaimRef.Name)},
		},
		change: together(c, v), claim: c.Name, nodes: siteNodes(e.Index, v),
	}}
}
