package planner

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// nextClaims says where the claims that the member is to have ask for something else than those that it has, and blocks what would
// bring older data back unasked.
func (p *relocation) nextClaims() {
	for _, c := range p.member.Claims {
		if c.Moved() {
			continue
		}
		next := p.member.Next(p.ix, c)
		if next.Unknown {
			p.warn(fact.New("NextClaimUnknown", "claim", c.Object(), "owner", p.member.Owner))
		}
		if was := volumehelpers.GetPersistentVolumeClass(c.Volume); was != next.Class() {
			p.warn(fact.New("NextClaimOfOtherClass", "claim", c.Object(), "want", next.Class(), "volume", c.Volume.Name, "have", was, "default", yes(next.Defaulted)))
		}
		want, have := asked(next.Claim), asked(c.Manifest)
		if next.Template && want.Cmp(have) != 0 {
			p.warn(fact.New("NextClaimOfOtherSize", "claim", c.Object(), "want", want.String(), "have", have.String()))
		}
		p.dataSource(c, next)
	}
}

// asked is how much a claim asks for.
func asked(c *corev1.PersistentVolumeClaim) resource.Quantity {
	return c.Spec.Resources.Requests[corev1.ResourceStorage]
}

// dataSource says what becomes of the data source of a claim: a provisioner fills the new volume from it, which may be older than what
// the member has, and a volume that exists is bound to the claim as it is.
func (p *relocation) dataSource(c workload.Claim, next workload.NextClaim) {
	source := inspect.DataSource(next.Claim)
	switch {
	case source == "":
	case p.filledFrom(c) == "":
		p.warn(fact.New("DataSourceUnused", "claim", c.Object(), "source", source, "volume", p.whereOn(p.places.volumeFor(p.member, c), p.place().Node)))
	case c.Claim != nil && !p.accepted(c):
		p.block(drain.BlockedFilled, acceptFlag(c), fact.New("ClaimFilled", "claim", c.Object(), "source", source, "volume", c.Volume.Name))
	default:
		p.warn(fact.New("ClaimFilledAccepted", "claim", c.Object(), "source", source))
	}
}

// filledFrom is what a claim of the member is filled from when it is recreated, empty if it starts with what is on a volume that exists.
func (p *relocation) filledFrom(c workload.Claim) string {
	if c.Moved() || p.places.volumeFor(p.member, c) != nil {
		return ""
	}
	return inspect.DataSource(p.member.Next(p.ix, c).Claim)
}

// judged are the demands of the Pods for which the place of the member was found; none if there is no place, or an operator makes its
// Pods in its own way.
func (p *relocation) judged() []drain.Demands {
	if p.place() == nil || p.member.Custom() {
		return nil
	}
	var out []drain.Demands
	for _, pod := range p.member.FuturePods(p.ix) {
		out = append(out, workload.DemandsOf(pod))
	}
	return slices.CompactFunc(out, maps.Equal[drain.Demands, drain.Demands])
}

// provisioners blocks where a claim of the member would wait for a provisioner that is not there, and says where that is not known.
func (p *relocation) provisioners() {
	place := p.place()
	if place == nil || p.allowPending {
		return
	}
	for _, c := range p.claims() {
		if c.Moved() || c.Claim == nil && c.Volume != nil || p.places.volumeFor(p.member, c) != nil {
			continue
		}
		class := p.ix.Class(p.member.Next(p.ix, c).Class())
		if class == nil || class.Provisioner == volumehelpers.NotSupportedProvisioner {
			continue
		}
		p.provisioner(c, class.Provisioner, place.Node, p.works)
	}
}

// works reports whether a Pod serves, and still will when the nodes are left that are dead.
func (p *relocator) works(pod *corev1.Pod) bool {
	return workload.Ready(pod) && pod.DeletionTimestamp == nil && p.heard(pod.Spec.NodeName)
}
