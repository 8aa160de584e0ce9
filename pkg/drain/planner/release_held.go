package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/component-helpers/storage/ephemeral"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// What release says of claims that Pods hold. Whoever releases a claim means to keep its data.

// holdersOf are the Pods that hold a claim, whatever their phase.
func (p *releasePlanner) holdersOf(c *corev1.PersistentVolumeClaim) []*corev1.Pod {
	return workload.PodsByName(workload.Placed(p.ix.Consumers(c.Namespace, c.Name)))
}

// warnOfHeldClaim says who besides Pods keeps a claim from going.
func (p *releasePlanner) warnOfHeldClaim(c *corev1.PersistentVolumeClaim) {
	for _, f := range workload.ForeignFinalizers(c) {
		p.warn(fact.New("ClaimHasFinalizer", "claim", drain.ClaimObject(c), "finalizer", f))
	}
}

// heldBy says which Pods hold a claim, what ends them, and what goes with the last of them if the claim is being deleted already.
func (p *releasePlanner) heldBy(f releasable, pods []*corev1.Pod) fact.Fact {
	v, c, why := f.volume, f.claim, p.endOf(f.claim, pods)
	if c.DeletionTimestamp == nil || p.req.Clean {
		return why
	}
	goes := p.goesWithClaim(c, v)
	if p.req.Reserve {
		return fact.New("ClaimGoesBeforeReserved", "claim", drain.ClaimObject(c), "goes", goes, "why", why).Offering(fact.Plugin("release", "pv/"+v.Name).With("--reserve"))
	}
	return fact.New("ClaimGoesInUse", "claim", drain.ClaimObject(c), "goes", goes, "why", why)
}

// endOf says which Pods hold a claim, and what ends them.
func (p *releasePlanner) endOf(c *corev1.PersistentVolumeClaim, pods []*corev1.Pod) fact.Fact {
	i := slices.IndexFunc(pods, p.runsNowhere)
	if i < 0 {
		return p.scalesTooFar(pods, workload.InUse(c.Namespace, c.Name, pods, p.ix.OwnerOf))
	}
	node := pods[i].Spec.NodeName
	return fact.New("ClaimUsedOnDownNode", "claim", drain.ClaimObject(c), "pods", workload.Described(pods, p.ix.OwnerOf), "node", node).Offering(fact.Plugin("recover", node))
}

// runsNowhere reports whether a Pod has not ended and no kubelet is there that could end it.
func (p *planner) runsNowhere(pod *corev1.Pod) bool {
	if _, unread := p.ix.Gap(inspect.Nodes); unread || workload.FinishedPod(pod) {
		return false
	}
	n := p.ix.Node(pod.Spec.NodeName)
	if n == nil {
		return true
	}
	condition, _ := inspect.ConditionOf(n)
	return condition == inspect.NodeUnknown
}

// ephemeral is about a claim that is deleted with its Pod.
func (p *releasePlanner) ephemeral(f releasable, pod string) fact.Fact {
	of, set := p.kindOfPods(f.claim, pod)
	why := fact.New("EphemeralClaimNotReleased", "claim", drain.ClaimObject(f.claim), "pod", pod, "of", of, "owner", set, "goes", p.goesWithClaim(f.claim, f.volume))
	if owner := p.ix.Pod(f.claim.Namespace, pod); owner != nil {
		return fact.New("EphemeralClaimOfPod", "why", why, "end", workload.Removal([]*corev1.Pod{owner}, p.ix.OwnerOf))
	}
	return why
}

// kindOfPods tells why a claim belongs to a Pod: it is that of a generic ephemeral volume of the Pod, or of a member of a StatefulSet that was scaled
// away, which deletes the claims of such (controller/statefulset: updateClaimOwnerRefForSetAndPod). It is empty if neither is known.
func (p *planner) kindOfPods(c *corev1.PersistentVolumeClaim, pod string) (of, set string) {
	owner := p.ix.Pod(c.Namespace, pod)
	if owner == nil {
		return "", ""
	}
	for i := range owner.Spec.Volumes {
		switch v := &owner.Spec.Volumes[i]; {
		case v.Ephemeral != nil && ephemeral.VolumeClaimName(owner, v) == c.Name:
			return "ephemeral", ""
		case v.PersistentVolumeClaim != nil && v.PersistentVolumeClaim.ClaimName == c.Name && workload.DirectOwner(owner).Kind == "StatefulSet":
			return "member", workload.DirectOwner(owner).String()
		}
	}
	return "", ""
}

// volumeGone is about a claim whose volume does not exist. The data may be on the disk all the same, and Pods that have it open go on with it.
func (p *releasePlanner) volumeGone(c *corev1.PersistentVolumeClaim) fact.Fact {
	claim, phase, volume := drain.ClaimObject(c), workload.ClaimPhase(c), c.Spec.VolumeName
	pods := workload.PodsByName(workload.Placed(p.ix.Consumers(c.Namespace, c.Name)))
	users := workload.Described(pods, p.ix.OwnerOf)
	switch alive := slices.ContainsFunc(pods, func(pod *corev1.Pod) bool { return !workload.FinishedPod(pod) }); {
	case alive:
		return fact.New("LostClaimInUse", "claim", claim, "phase", phase, "volume", volume, "pods", users)
	case len(pods) > 0:
		return fact.New("LostClaimHeld", "claim", claim, "phase", phase, "volume", volume, "pods", users)
	case c.DeletionTimestamp != nil:
		return fact.New("LostClaimGoes", "claim", claim, "phase", phase, "volume", volume)
	}
	return fact.New("ClaimVolumeGone", "claim", claim, "phase", phase, "volume", volume).Offering(fact.Kubectl("delete", "pvc", c.Name).In(c.Namespace))
}
