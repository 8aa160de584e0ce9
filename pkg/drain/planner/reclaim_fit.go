package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// checkBindable blocks if the claim that a volume is to be reserved for could not be bound to it.
func (p *planner) checkBindable(v *corev1.PersistentVolume, claim drain.Object) {
	c := p.ix.Claim(claim.Namespace, claim.Name)
	if !p.isForNext(c, v) && c.Spec.VolumeName != "" && c.Spec.VolumeName != v.Name {
		p.block(drain.BlockedNoFit, "", p.hasAnother(v, claim, c))
		return
	}
	if why := p.whyNot(v, claim); !why.IsZero() {
		p.block(drain.BlockedNoFit, "", fact.New("ClaimCannotBind", "claim", claim, "volume", v.Name, "why", why))
	}
}

// hasAnother says that a claim cannot have a volume since it names another, and how it gets that.
func (p *planner) hasAnother(v *corev1.PersistentVolume, claim drain.Object, c *corev1.PersistentVolumeClaim) fact.Fact {
	other := p.ix.Volume(c.Spec.VolumeName)
	if _, unread := p.ix.Gap(inspect.PersistentVolumes); !unread && (other == nil || !volumehelpers.IsVolumeBoundToClaim(other, c)) {
		return fact.New("ClaimVolumeDisagree", "claim", claim, "volume", c.Spec.VolumeName).Offering(fact.Kubectl("describe", "pvc", c.Name).In(c.Namespace))
	}
	return fact.New("ClaimHasAnotherVolume", "claim", claim, "want", v.Name, "have", c.Spec.VolumeName).
		Offering(fact.Plugin("reattach", v.Name).With("--claim", claim.String(), "--replace"))
}

// whyNot says why a claim could not be bound to a volume that is reserved for it, or the next one of that name if that is to have it. It is zero
// if it could, or nothing is known of the next one.
func (p *planner) whyNot(v *corev1.PersistentVolume, claim drain.Object) fact.Fact {
	c := p.ix.Claim(claim.Namespace, claim.Name)
	if p.isForNext(c, v) {
		return p.whyNotNext(v, claim, c)
	}
	return match.WhyNot(p.ix, v, c).Why
}

// whyNotNext is whyNot for a claim that is yet to be created: by a StatefulSet, or as the present one was.
func (p *planner) whyNotNext(v *corev1.PersistentVolume, claim drain.Object, present *corev1.PersistentVolumeClaim) fact.Fact {
	manifest := &corev1.PersistentVolumeClaim{}
	manifest.Namespace, manifest.Name = claim.Namespace, claim.Name
	known := present != nil && present.DeletionTimestamp == nil
	if known {
		manifest = present
	}
	next := workload.NextOf(p.ix, manifest)
	if _, unread := p.ix.Gap(inspect.StorageClasses); !next.Template && !known || unread && next.Defaulted {
		return fact.Fact{}
	}
	return p.misfit(v, next)
}

// couldBind names the claims that a volume would do for, sorted: those that name it, which are bound to it at once
// (controller/volume/persistentvolume: syncUnboundClaim, syncBoundClaim), and the pending ones for which no other volume is reserved, nor
// will be, as it is for those that are served.
func (p *planner) couldBind(v *corev1.PersistentVolume, served map[types.NamespacedName]bool) []string {
	var names []string
	open := match.Freed(v)
	for _, c := range p.ix.Claims {
		if c.Spec.VolumeName == v.Name && c.DeletionTimestamp == nil && !served[types.NamespacedName{Namespace: c.Namespace, Name: c.Name}] {
			names = append(names, c.Namespace+"/"+c.Name)
			continue
		}
		if c.Spec.VolumeName != "" || c.DeletionTimestamp != nil || served[types.NamespacedName{Namespace: c.Namespace, Name: c.Name}] {
			continue
		}
		if other := p.ix.ReservedFor(c); other != nil && other.Name != v.Name {
			continue
		}
		m, err := match.NewMatcher(p.ix, c)
		if err != nil {
			continue // nothing is ever bound to a claim with a bad selector
		}
		if m.Explain(open, true, "").Code == inspect.Match {
			names = append(names, c.Namespace+"/"+c.Name)
		}
	}
	slices.Sort(names)
	return names
}
