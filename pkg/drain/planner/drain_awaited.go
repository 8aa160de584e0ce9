package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// awaitedHere tells of the volumes that stay on the node with data for which a claim of the name waits that had them: no member has them,
// since the two are not bound, and they are the only way to that data. The node is not empty then.
func (p *drainPlanner) awaitedHere() {
	for _, v := range p.ix.LocalVolumes() {
		if !leftByClaim(v) || p.wiped(v) || movedBefore(v) || !workload.OnlyOn(p.ix, v, p.departing()) {
			continue
		}
		own := p.waitsFor(v, drain.RefObject(v.Spec.ClaimRef))
		if own.by == "" {
			continue
		}
		p.warn(fact.New("AwaitedDataStays", "claim", own.claim, "volume", v.Name, "node", p.node.Name).Offering(fact.Plugin("reattach", v.Name)))
		if claim := own.claim.String(); !slices.Contains(p.staying, claim) {
			p.staying = append(p.staying, claim)
		}
	}
	slices.Sort(p.staying)
}

// movedBefore reports whether an earlier run has moved a claim off a volume: that waits for another one.
func movedBefore(v *corev1.PersistentVolume) bool {
	return v.Annotations[retain.AnnMovedFrom] != "" || v.Annotations[retain.AnnRecoveredFrom] != ""
}
