package planner

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
)

// policy is the reclaim policy that a volume must have when its claim goes.
func (p *relocator) policy(v *corev1.PersistentVolume) corev1.PersistentVolumeReclaimPolicy {
	if p.clean {
		return v.Spec.PersistentVolumeReclaimPolicy
	}
	return corev1.PersistentVolumeReclaimRetain
}

// recordOnly saves a claim on a volume that its provisioner is going to erase, and blocks unless that is sure to.
func (p *relocator) recordOnly(c workload.Claim, notes map[string]string) {
	p.mustBeCleaned(c.Volume)
	if !c.Recreated {
		p.block(drain.BlockedCleaner, "", "nobody makes claim %s anew, and the volume %s, which would hold its manifest, is erased by its provisioner: leave out --clean", c.Object(), c.Volume.Name)
	}
	if retain.Recorded(c.Volume, c.Claim) && retain.HasAnnotations(c.Volume, notes) {
		return
	}
	p.checkManifestSize(c.Volume, c.Claim, false)
	p.step(drain.Step{
		Action: drain.RecordClaim, Object: drain.VolumeObject(c.Volume), Title: fmt.Sprintf("save the claim's manifest on %s", c.Volume.Name),
		Why:          "so that it is not lost if the claim goes and the volume does not",
		Precondition: drain.Precondition{Volume: drain.VolumeObject(c.Volume), Claim: drain.ClaimObject(c.Claim), Notes: notes},
	})
}

// awaitCleaned waits for the provisioner, which erases the disk.
func (p *relocator) awaitCleaned(c workload.Claim) {
	cl, _ := cleanerOf(p.ix, c.Volume)
	p.lose("all data on %s: provisioner %s erases it (%s)", p.where(c.Volume), cl.name, cl.state())
	p.step(drain.Step{
		Action: drain.AwaitCleaned, Object: drain.VolumeObject(c.Volume), Title: fmt.Sprintf("wait until %s has cleaned %s", cl.name, c.Volume.Name),
		Why: "it erases the disk, deletes the volume and makes it anew", Precondition: drain.Precondition{Volume: drain.VolumeObject(c.Volume), Claim: drain.ClaimObject(c.Claim)},
	})
}
