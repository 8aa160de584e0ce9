package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// What becomes of claims, on a dead node, of which nothing says where their data is, or whose volumes somebody holds.

// perhapsHere is about a claim of which nothing says whether its data is on the dead nodes.
func (p *recoverPlanner) perhapsHere(u workload.UnclearClaim) fact.Fact {
	if inspect.AnyNode(u.Volume) {
		return p.onWhicheverNode(u)
	}
	return fact.New("ClaimPerhapsOnDeadNode", "claim", u.Object(), "volume", u.Volume.Name, "why", u.Why, "pods", workload.Names(u.Stuck), "elsewhere", p.takesPods(u.Volume)).
		Offering(fact.Plugin("release", "pvc/"+u.Claim.Name).In(u.Claim.Namespace))
}

// onWhicheverNode is about a claim whose volume is a directory of whichever node its Pod is on. As soon as the Pod is gone, its replacement starts
// on another with an empty one, so the volume has to say first where the data is: it can be told that once (core/validation:
// ValidatePersistentVolumeUpdate).
func (p *recoverPlanner) onWhicheverNode(u workload.UnclearClaim) fact.Fact {
	node := u.Pods[0].Spec.NodeName // or it would not be unclear
	return fact.New("ClaimOnWhicheverNode", "claim", u.Object(), "volume", u.Volume.Name, "why", u.Why, "pods", workload.Names(u.Stuck), "node", node).
		Offering(workload.HoldTo(p.ix, u.Volume, node))
}

// takesPods are the Nodes besides the dead ones on which the scheduler may place the Pods of a volume.
func (p *recoverPlanner) takesPods(v *corev1.PersistentVolume) []string {
	names := []string{}
	for _, n := range p.ix.HomeOf(v).Nodes {
		if !p.departing[n.Name] {
			names = append(names, n.Name)
		}
	}
	return names
}

// unclear names the claims of which nothing says whether their data is on the dead nodes, besides those of members, which are left out. It
// reports whether there are some.
func (p *recoverPlanner) unclear() bool {
	found := false
	for _, u := range p.finder.Unclear() {
		if isMember(p.finder, u.Volume) {
			continue
		}
		found = true
		p.warn(p.perhapsHere(u))
		p.lose(fact.New("DataPerhapsLeft", "claim", u.Object(), "volume", u.Volume.Name))
	}
	return found
}

// held tells of volume objects that are being deleted and wait for a driver whose node does not exist any more, and reports whether
// there are some.
func (p *recoverPlanner) held() bool {
	found := false
	for _, v := range p.finder.Volumes() {
		finalizers := foreignFinalizers(v)
		if v.DeletionTimestamp == nil || len(finalizers) == 0 || !p.ix.SiteGone(v) || p.ix.ClaimOf(v) != nil {
			continue
		}
		found = true
		f := fact.New("VolumeHeldByFinalizers", "volume", v.Name, "finalizers", finalizers, "node", p.siteOf(v), "driver", driverName(v),
			"protects", protects(finalizers))
		p.warn(f.Offering(withoutFinalizers(v, finalizers)))
	}
	return found
}

// nothingElse replaces that nothing is left to do by that nothing else is.
func (p *recoverPlanner) nothingElse() {
	p.plan.Done = slices.DeleteFunc(p.plan.Done, func(f fact.Fact) bool { return f.Code == "NothingLeft" })
	p.done(fact.New("NothingElseLeft"))
}
