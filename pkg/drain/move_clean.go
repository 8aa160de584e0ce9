package drain

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
)

// policy is the reclaim policy that a volume must have when its claim goes.
func (p *mover) policy(v *corev1.PersistentVolume) corev1.PersistentVolumeReclaimPolicy {
	if p.clean {
		return v.Spec.PersistentVolumeReclaimPolicy
	}
	return corev1.PersistentVolumeReclaimRetain
}

// saveOnly saves a claim on a volume that its provisioner is going to erase, and blocks unless that is sure to.
func (p *mover) saveOnly(c memberClaim, notes map[string]string) {
	p.mustBeCleaned(c.volume)
	if !c.remade {
		p.block(BlockedCleaner, "", "nobody makes claim %s anew, and the volume %s, which would hold its manifest, is erased by its provisioner: leave out --clean", c.object(), c.volume.Name)
	}
	if saved(c.volume, c.claim) && hasAnnotations(c.volume, notes) {
		return
	}
	p.fits(c.volume, c.claim, false)
	p.step(Step{
		Action: SaveClaim, Object: volumeObject(c.volume), Title: fmt.Sprintf("save the claim's manifest on %s", c.volume.Name),
		Why:          "so that it is not lost if the claim goes and the volume does not",
		Precondition: Precondition{Volume: volumeObject(c.volume), Claim: claimObject(c.claim), Notes: notes},
	})
}

// awaitCleaned waits for the provisioner, which erases the disk.
func (p *mover) awaitCleaned(c memberClaim) {
	cl, _ := cleanerOf(p.ix, c.volume)
	p.lose("all data on %s: provisioner %s erases it (%s)", p.where(c.volume), cl.name, cl.state())
	p.step(Step{
		Action: AwaitCleaned, Object: volumeObject(c.volume), Title: fmt.Sprintf("wait until %s has cleaned %s", cl.name, c.volume.Name),
		Why: "it erases the disk, deletes the volume and makes it anew", Precondition: Precondition{Volume: volumeObject(c.volume), Claim: claimObject(c.claim)},
	})
}
