package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// reservation is what a volume is reserved for in vain.
type reservation struct {
	claim drain.Object
	// phases are those that the volume may be in.
	phases []corev1.PersistentVolumePhase
	// open says what is done if any claim may have the volume, why says for what.
	open, why fact.Fact
	// served are claims that get another volume, accepted the volumes whose data may be anybody's.
	served   map[types.NamespacedName]bool
	accepted []string
}

// takeBack plans to end a reservation. If it is known whose data is on the volume, that claim is named again, with the UID it had, which
// is gone: the volume is Released then, and nobody gets it. It returns that claim, or an empty one if any claim may have the volume: there
// is none to name, or the volume would be erased as soon as it is Released.
func (p *planner) takeBack(v *corev1.PersistentVolume, r reservation) drain.Object {
	parameters := drain.FreeParameters{Pair: pair(v, r.claim), Home: p.homeNames(v), Phases: r.phases}
	if back := p.dataOf(v); p.gone(back) && retain.Retained(v) {
		parameters.Former, parameters.Policy = true, corev1.PersistentVolumeReclaimRetain
		title := fact.New("StepTakeBackForFormer", "volume", v.Name, "claim", r.claim, "former", back)
		p.step(reserveVolume(v, back, title, r.why, parameters))
		return back
	}
	p.exposed(v, r.served, r.accepted)
	p.step(openVolume(v, r.open, r.why, parameters))
	return drain.Object{}
}

// exposed warns of the pending claims that could be bound to a volume once it is open to any, and blocks if that would give them the data
// of another one, or anybody that which its claim waits for.
func (p *planner) exposed(v *corev1.PersistentVolume, served map[types.NamespacedName]bool, accepted []string) {
	names := p.couldBind(v, served)
	switch {
	case len(names) > 0 && p.wiped(v):
		p.warn(fact.New("CouldBindWiped", "volume", v.Name, "claims", names, "node", p.missingNode(v)))
	case len(names) > 0:
		p.warn(fact.New("CouldBindNext", "volume", v.Name, "claims", names, "node", p.missingNode(v)))
	}
	p.foreign(v, names, accepted)
}

// gone reports whether a claim that is known with its UID does not exist.
func (p *planner) gone(claim drain.Object) bool {
	c := p.ix.Claim(claim.Namespace, claim.Name)
	return claim.UID != "" && (c == nil || c.UID != claim.UID)
}

// freeReserved plans to free the volumes, besides one, that are reserved for a claim.
func (p *planner) freeReserved(but *corev1.PersistentVolume, claim drain.Object, accepted []string) {
	for _, v := range p.reservedToo(but, claim) {
		p.takeBack(v, reservation{
			claim: claim, phases: available(), open: fact.New("StepFreeReserved", "volume", p.where(v), "claim", claim), why: fact.New("WhyFreeReserved"),
			served: map[types.NamespacedName]bool{keyOf(claim): true}, accepted: accepted,
		})
	}
}

// reservedToo are the volumes, besides one, that are reserved for a claim.
func (p *planner) reservedToo(but *corev1.PersistentVolume, claim drain.Object) []*corev1.PersistentVolume {
	return slices.DeleteFunc(p.ix.LocalVolumes(), func(v *corev1.PersistentVolume) bool {
		ref := v.Spec.ClaimRef
		return v.Name == but.Name || ref == nil || ref.UID != "" || ref.Namespace != claim.Namespace || ref.Name != claim.Name || v.Status.Phase != corev1.VolumeAvailable
	})
}

func available() []corev1.PersistentVolumePhase {
	return []corev1.PersistentVolumePhase{corev1.VolumeAvailable}
}
