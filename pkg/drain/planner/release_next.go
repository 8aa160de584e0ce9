package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
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
	if key := keyOf(claim); p.namespaceEnds(&key) {
		return
	}
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

// givesNext blocks what the next claim of a StatefulSet's member could be given once the present one is released.
func (p *releasePlanner) givesNext(f releasable) {
	if _, _, ok := p.ix.SetOfClaim(types.NamespacedName{Namespace: f.claim.Namespace, Name: f.claim.Name}); !ok || p.req.Reserve || f.claim.DeletionTimestamp != nil {
		return
	}
	c := workload.Claim{Volume: f.volume, Claim: f.claim, Manifest: f.claim, Recreated: true}
	m := workload.Single(p.ix, c)
	stays := p.boundBeside(m, func(o *corev1.PersistentVolumeClaim) bool {
		return o == f.claim || slices.Contains(p.req.Targets, drain.Target{Namespace: o.Namespace, Name: o.Name}) ||
			slices.Contains(p.req.Targets, drain.Target{Volume: true, Name: o.Spec.VolumeName})
	})
	nextVolumes{planner: &p.planner, member: m, claim: c.Key(), stays: stays, takes: takesPods}.refuse(c)
}
