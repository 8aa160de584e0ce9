package planner

import (
	corev1 "k8s.io/api/core/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// namesInVain reports whether a claim names another volume that is not there, or is another claim's: it is Lost, or waits for ever, and the
// data that an earlier claim of its name left on a volume is what it needs. Of one that a Pod runs with, or whose volume could not be read,
// that is not known.
func (p *planner) namesInVain(c *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume) bool {
	if c == nil || c.DeletionTimestamp != nil || c.Spec.VolumeName == "" || c.Spec.VolumeName == v.Name {
		return false
	}
	if _, unread := p.ix.Gap(inspect.PersistentVolumes); unread || len(workload.Placed(p.ix.Consumers(c.Namespace, c.Name))) > 0 {
		return false
	}
	other := p.ix.Volume(c.Spec.VolumeName)
	return other == nil || other.Spec.ClaimRef != nil && !volumehelpers.IsVolumeBoundToClaim(other, c)
}

// hasAnother says that a claim cannot have a volume since it names another, and how it gets that.
func (p *planner) hasAnother(v *corev1.PersistentVolume, claim drain.Object, c *corev1.PersistentVolumeClaim) fact.Fact {
	other := p.ix.Volume(c.Spec.VolumeName)
	if _, unread := p.ix.Gap(inspect.PersistentVolumes); !unread && (other == nil || !volumehelpers.IsVolumeBoundToClaim(other, c)) {
		return p.disagree(v, claim, c)
	}
	return fact.New("ClaimHasAnotherVolume", "claim", claim, "want", v.Name, "have", c.Spec.VolumeName).
		Offering(fact.Plugin("reattach", v.Name).With("--claim", claim.String(), "--replace"))
}

// disagree says that a claim names another volume, which does not name the claim.
func (p *planner) disagree(v *corev1.PersistentVolume, claim drain.Object, c *corev1.PersistentVolumeClaim) fact.Fact {
	if p.namesInVain(c, v) {
		return fact.New("ClaimNamesInVain", "claim", claim, "volume", v.Name, "other", c.Spec.VolumeName).Offering(p.withoutClaim(c, v)...)
	}
	return fact.New("ClaimVolumeDisagree", "claim", claim, "volume", c.Spec.VolumeName).Offering(fact.Kubectl("describe", "pvc", c.Name).In(c.Namespace))
}

// withoutClaim are the commands that delete a claim without a volume, and give its next one a volume: with its own data, unless the volume
// names another claim.
func (*planner) withoutClaim(c *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume) []fact.Command {
	give := fact.Plugin("reattach", v.Name)
	if ref := v.Spec.ClaimRef; ref == nil || ref.Namespace != c.Namespace || ref.Name != c.Name {
		give = give.With("--claim", c.Namespace+"/"+c.Name)
	}
	return []fact.Command{fact.Kubectl("delete", "pvc", c.Name).In(c.Namespace), give}
}
