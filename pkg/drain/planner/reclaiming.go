package planner

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

type reclaimPlanner struct {
	planner
	req drain.ReclaimRequest
	// pairs are who gets the volumes, by their names, as far as one claim does; served are those claims.
	pairs  map[string]partner
	served map[types.NamespacedName]bool
	// asked are the volumes of the request.
	asked []*corev1.PersistentVolume
}

// pointless reports whether a volume is reserved for a claim that has another volume: a move that was broken off leaves that.
func (p *reclaimPlanner) pointless(v *corev1.PersistentVolume) bool {
	return match.ReservedInVain(p.ix, v) && !(p.req.For != nil && isFor(v.Spec.ClaimRef, *p.req.For))
}

func isFor(ref *corev1.ObjectReference, claim types.NamespacedName) bool {
	return ref.Namespace == claim.Namespace && ref.Name == claim.Name
}
