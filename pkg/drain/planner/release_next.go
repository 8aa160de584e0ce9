package planner

import (
	corev1 "k8s.io/api/core/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// reservable blocks if the next claim of that name will not fit the volume that is to be reserved for it: the volume controller would
// bind them all the same, while the scheduler looks for another volume, and Pod and volume end on different nodes. It warns where what
// the next claim asks for cannot be known.
func (p *releasePlanner) reservable(v *corev1.PersistentVolume, claim drain.Object, c *corev1.PersistentVolumeClaim) {
	if c == nil {
		c = &corev1.PersistentVolumeClaim{}
		c.Namespace, c.Name = claim.Namespace, claim.Name
	}
	next := workload.NextOf(p.ix, c)
	if !next.Template {
		p.warn(fact.New("ReservedForWhoever", "claim", claim, "volume", v.Name, "class", volumehelpers.GetPersistentVolumeClass(v)))
		return
	}
	p.nextFits(v, claim, next)
}

// nextFits blocks if the claim that a StatefulSet creates next does not fit a volume that is reserved for it.
func (p *planner) nextFits(v *corev1.PersistentVolume, claim drain.Object, next workload.NextClaim) {
	if gap, ok := p.ix.Gap(inspect.StorageClasses); ok && next.Defaulted {
		p.block(drain.BlockedUnknown, "", fact.New("DefaultClassUnknown", "claim", claim, "gap", gap))
		return
	}
	if why := p.misfit(v, next); !why.IsZero() {
		p.block(drain.BlockedNoFit, "", fact.New("NextClaimDoesNotFit", "claim", claim, "volume", v.Name, "why", why, "default", yes(next.Defaulted)))
	}
}

// misfit says why the next claim does not fit a volume that is reserved for it; nothing if it does. The class of a reserved volume is
// looked at by the scheduler alone (volumebinding/binder.go: findMatchingVolumes).
func (p *planner) misfit(v *corev1.PersistentVolume, next workload.NextClaim) fact.Fact {
	if named := next.Claim.Spec.VolumeName; named != "" && named != v.Name { // as some templates do
		return fact.New("TemplateNamesVolume", "volume", named)
	}
	if have := volumehelpers.GetPersistentVolumeClass(v); have != next.Class() {
		return fact.New("ClassDiffers", "want", next.Class(), "have", have)
	}
	m, err := match.NewMatcher(p.ix, next.Claim)
	if err != nil {
		return fact.Of(err)
	}
	if verdict := m.Binds(v); verdict.Code != inspect.Match {
		return verdict.Fact()
	}
	return fact.Fact{}
}

// lastClaim is the claim that has a volume, or had it last, nil if nothing is known of it but its name.
func (p *releasePlanner) lastClaim(v *corev1.PersistentVolume) *corev1.PersistentVolumeClaim {
	if c := p.ix.ClaimOf(v); c != nil {
		return c
	}
	if c, err := retain.RecordedClaim(v); err == nil && c != nil && c.UID == v.Spec.ClaimRef.UID {
		return c
	}
	return nil
}

// yes is how a Fact says that something is so; else it is empty.
func yes(so bool) string {
	if so {
		return "yes"
	}
	return ""
}
