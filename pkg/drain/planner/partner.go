package planner

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
)

// partner is the claim that a volume goes back to.
type partner struct {
	claim drain.Object
	// by is who wants the claim: itself, if it is there.
	by string
}

// waitsFor is the claim of a name that waits for its data on a volume, without anybody who wants it if none does.
func (p *planner) waitsFor(v *corev1.PersistentVolume, claim drain.Object) partner {
	c := p.ix.Claim(claim.Namespace, claim.Name)
	own := partner{claim: drain.Object{Kind: drain.KindClaim, Namespace: claim.Namespace, Name: claim.Name}, by: p.wanted(claim)}
	switch {
	case restored(c, v):
		own.claim.UID, own.by = c.UID, claim.String()
	case c != nil && c.DeletionTimestamp == nil && c.Spec.VolumeName == v.Name && (v.Spec.ClaimRef == nil || c.UID != v.Spec.ClaimRef.UID):
		own.by = claim.String()
	case p.namesInVain(c, v):
		own.by = claim.String()
	}
	return own
}
