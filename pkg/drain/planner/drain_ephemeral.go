package planner

import (
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// saveEphemeral records the manifests of Pods that no controller recreates and whose claims are deleted with them, before they are evicted:
// on the first of the volumes that they have, which are retained for that.
func (p *drainPlanner) saveEphemeral(m *workload.Member) {
	bares := p.goingBares(m)
	if len(bares) == 0 {
		return
	}
	p.saidOf(m.Key.String(), func() {
		for i, c := range m.Claims {
			if c.Claim == nil {
				continue
			}
			parameters := drain.RecordParameters{Pair: pair(c.Volume, drain.ClaimObject(c.Claim))}
			if i == 0 {
				parameters.Annotations = map[string]string{retain.AnnDeletedPod: p.recordedPods(c.Volume, bares)}
				p.next(fact.New("PodNotRecreated", "pod", m.Key).Offering(recreatePods(c.Volume)))
			}
			if retain.Retained(c.Volume) && retain.Recorded(c.Volume, c.Claim) && retain.HasAnnotations(c.Volume, parameters.Annotations) {
				continue
			}
			p.checkManifestSize(retain.WithNotes(c.Volume, parameters.Annotations), c.Claim, true)
			p.begin(drain.VolumeObject(c.Volume))
			p.step(retainVolume(c.Volume, fact.New("WhyRecordPod"), parameters))
		}
	})
	p.recorded = slices.Concat(p.recorded, bares)
}
