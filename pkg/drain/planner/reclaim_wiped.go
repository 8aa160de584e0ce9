package planner

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// A volume whose disk is known to be wiped has nobody's data: there is none to keep, to read or to lose with it.

// undecided is how many volumes are given away of which somebody has to decide what becomes of the data: those that are not wiped.
func (p *reclaimPlanner) undecided() int {
	n := 0
	for _, s := range p.plan.Steps {
		if s.Action != drain.OpenVolume && s.Action != drain.ReserveVolume {
			continue
		}
		if v := p.ix.Volume(s.Object.Name); v == nil || !p.wiped(v) {
			n++
		}
	}
	return n
}

// openWiped plans to let any claim have a wiped volume: also while one of the name that it had waits, which has nothing on it.
func (p *reclaimPlanner) openWiped(v *corev1.PersistentVolume, why fact.Fact, parameters drain.FreeParameters) {
	p.step(openVolume(v, fact.New("StepOpenWiped", "volume", v.Name), why, parameters))
	p.step(awaitAvailable(v, parameters.Claim))
	p.next(fact.New("WipedVolumeOpenNow", "volume", p.where(v)))
}

// reserving says that a volume is reserved for a claim, with what is on it.
func (p *reclaimPlanner) reserving(v *corev1.PersistentVolume, claim drain.Object) fact.Fact {
	if p.wiped(v) {
		return fact.New("StepReserveVolume", "volume", v.Name, "claim", claim)
	}
	return fact.New("StepReserveWithData", "volume", v.Name, "claim", claim)
}

// reservedNow says what that comes to.
func (p *reclaimPlanner) reservedNow(v *corev1.PersistentVolume, claim drain.Object) fact.Fact {
	if p.wiped(v) {
		return fact.New("WipedVolumeReservedNow", "volume", p.where(v), "claim", claim)
	}
	return fact.New("VolumeReservedNow", "volume", p.where(v), "claim", claim)
}
