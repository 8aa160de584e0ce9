package planner

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// another blocks if a claim is not the only one that its name may mean: an earlier one was released, its volume still
// waits with the data, and somebody, often a StatefulSet, has created this one since. Whoever runs a release again means
// the earlier claim and must not lose this one; whoever means this one can name its volume.
func (p *releasePlanner) another(c *corev1.PersistentVolumeClaim) {
	if _, inVain := match.NamesInVain(p.ix, c); inVain || c.Spec.VolumeName == "" {
		return // it has nothing to lose
	}
	var earlier []fact.Fact
	for _, f := range p.releasedBefore(c.Namespace, c.Name) {
		if f.volume.Spec.ClaimRef.UID != c.UID && retain.CheckVersion(f.volume) == nil {
			earlier = append(earlier, p.howFar(f.volume))
		}
	}
	if len(earlier) == 0 {
		return
	}
	p.block(drain.BlockedAnother, "", fact.New("EarlierClaimReleased", "claim", drain.ClaimObject(c), "earlier", earlier,
		"uid", c.UID, "age", age(p.ix, c.CreationTimestamp), "volume", c.Spec.VolumeName).Offering(fact.Plugin("release", "pv/"+c.Spec.VolumeName)))
}

// keepsEarlier is what there is to say of a claim that names a volume in vain: if an earlier claim of its name has left its data, how the next one
// gets that, before the claim goes; else something else.
func (p *releasePlanner) keepsEarlier(c *corev1.PersistentVolumeClaim, otherwise fact.Fact) fact.Fact {
	left := p.leftBy(drain.ClaimObject(c))
	if len(left) != 1 || !p.namesInVain(c, left[0]) {
		return otherwise
	}
	return p.disagree(left[0], drain.ClaimObject(c), c, nil)
}

// howFar is how far the release of a volume whose claim is gone has come, and how to go on if it is not done.
func (p *releasePlanner) howFar(v *corev1.PersistentVolume) fact.Fact {
	if p.req.Reserve && v.Spec.ClaimRef.UID != "" {
		return fact.New("VolumeNotReservedYet", "volume", v.Name, "phase", v.Status.Phase).Offering(fact.Plugin("release", "pv/"+v.Name).With("--reserve"))
	}
	return fact.New("VolumeInPhase", "volume", v.Name, "phase", v.Status.Phase)
}
