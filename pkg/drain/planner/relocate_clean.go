package planner

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// What is different when the volumes are left to the provisioner that owns them.

// policy is the reclaim policy that a volume must have when its claim goes.
func (p *relocator) policy(v *corev1.PersistentVolume) corev1.PersistentVolumeReclaimPolicy {
	if p.clean {
		return v.Spec.PersistentVolumeReclaimPolicy
	}
	return corev1.PersistentVolumeReclaimRetain
}

// recordClaims records the claims on volumes that their provisioner is going to erase, and blocks unless that is sure to.
func (p *relocation) recordClaims() {
	for i, c := range p.member.Claims {
		if c.Claim == nil {
			continue
		}
		annotations := p.annotations(i)
		p.mustBeCleaned(c.Volume)
		p.erasesOthers(c.Volume, c.AsBound())
		if !c.Recreated {
			p.block(drain.BlockedCleaner, "", fact.New("ClaimRecordErased", "claim", c.Object(), "volume", c.Volume.Name))
		}
		if retain.Recorded(c.Volume, c.Claim) && retain.HasAnnotations(c.Volume, annotations) {
			continue
		}
		p.checkManifestSize(c.Volume, c.Claim, false)
		p.step(recordClaim(c.Volume, "", fact.New("WhyRecordClaim"),
			drain.RecordParameters{Pair: pair(c.Volume, drain.ClaimObject(c.Claim)), Annotations: annotations}))
	}
}

// releaseAndClean deletes the claims and waits for the provisioner, which erases the disks.
func (p *relocation) releaseAndClean() {
	for _, c := range p.member.Claims {
		if c.Claim == nil {
			continue
		}
		p.releaseClaim(c)
		cl, _ := cleanerOf(p.ix, c.Volume)
		p.lose(fact.New("DataErased", "volume", p.where(c.Volume), "provisioner", cl.name, "state", cl.state()))
		p.losePods(c.Volume)
		p.step(awaitCleaned(c.Volume, drain.ClaimObject(c.Claim), cl.name, fact.New("WhyAwaitCleaned")))
	}
}

// whyRelease says what becomes of the data of a claim that is deleted.
func (p *relocation) whyRelease(c workload.Claim) fact.Fact {
	v := c.Volume
	switch source := p.filledFrom(c); {
	case source != "":
		return fact.New("WhyDeleteClaimOfFilled", "source", source)
	case p.clean:
		return fact.New("WhyDeleteClaimOfErased", "volume", v.Name)
	case p.disksGone():
		return fact.New("WhyDeleteClaimOfReplaced", "volume", v.Name)
	}
	return fact.New("WhyDeleteClaimOfKept", "volume", v.Name)
}
