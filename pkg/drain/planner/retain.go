package planner

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// retainStep sets policy Retain and records the claim, if there is one, unless all of that has been done.
func (p *planner) retainStep(v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim, unused bool) {
	if retain.Retained(v) && (c == nil || retain.Recorded(v, c)) {
		return
	}
	if c == nil {
		p.step(retainVolume(v, fact.New("WhyRetain"), drain.RecordParameters{
			Pair: pair(v, drain.Object{}), Unused: unused, Phases: []corev1.PersistentVolumePhase{corev1.VolumeReleased, corev1.VolumeFailed},
		}))
		return
	}
	p.checkManifestSize(v, c, true)
	p.step(retainVolume(v, fact.New("WhyRetainAndRecord"), drain.RecordParameters{Pair: pair(v, drain.ClaimObject(c)), Unused: unused}))
}
