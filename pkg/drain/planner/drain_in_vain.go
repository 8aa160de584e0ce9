package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Pods that would be evicted in vain: they could not come back, or their member stays.

// inVain blocks the eviction of Pods that run on claims with which they could not start again (scheduler plugin VolumeBinding).
func (p *drainPlanner) inVain() {
	for _, pod := range p.pods {
		if workload.FinishedPod(pod) || pod.DeletionTimestamp != nil {
			continue
		}
		for _, v := range pod.Spec.Volumes {
			if v.PersistentVolumeClaim == nil {
				continue // that of a generic ephemeral volume is created with the replacement Pod
			}
			if why := p.lostUnder(pod, v.PersistentVolumeClaim.ClaimName); !why.IsZero() {
				p.saidOf(drain.PodObject(pod).String(), func() { p.block(drain.BlockedLost, "", why) })
			}
		}
	}
}

// lostUnder says why a Pod could not start again with a claim that it names; nothing, if it could.
func (p *drainPlanner) lostUnder(pod *corev1.Pod, claim string) fact.Fact {
	name, o := pod.Namespace+"/"+claim, drain.PodObject(pod)
	c := p.ix.Claim(pod.Namespace, claim)
	if c == nil {
		if _, unread := p.ix.Gap(inspect.PersistentVolumeClaims); unread {
			return fact.Fact{}
		}
		return fact.New("RunsOnMissingClaim", "pod", o, "claim", name)
	}
	_, unread := p.ix.Gap(inspect.PersistentVolumes)
	if !inspect.FullyBound(c) || unread {
		return fact.Fact{}
	}
	v := p.ix.Volume(c.Spec.VolumeName)
	switch {
	case v == nil:
		return fact.New("RunsOnLostClaim", "pod", o, "claim", name, "volume", c.Spec.VolumeName, "other", "", "uid", "")
	case v.Spec.ClaimRef != nil && !volumehelpers.IsVolumeBoundToClaim(v, c): // else the volume controller binds the two again
		ref := v.Spec.ClaimRef
		return fact.New("RunsOnLostClaim", "pod", o, "claim", name, "volume", v.Name, "other", drain.RefObject(ref), "uid", ref.UID)
	case v.Spec.ClaimRef == nil && slices.Contains(p.ix.LocalVolumes(), v): // until then, it is offered to everybody
		if has := p.ix.ClaimedBy(v); has != c {
			return fact.New("RunsOnLostClaim", "pod", o, "claim", name, "volume", v.Name, "other", drain.ClaimObject(has), "uid", has.UID)
		}
		return fact.New("RunsOnUnclaimedVolume", "pod", o, "why", p.claimedBy(v, p.disks().Claimants(v)[0]))
	case p.writesElsewhere(pod, v):
		return fact.New("RunsOnOtherVolume", "pod", o, "claim", name, "volume", v.Name, "site", p.siteOf(v), "node", pod.Spec.NodeName,
			"left", p.leftHere(drain.ClaimObject(c), pod.Spec.NodeName))
	}
	return fact.Fact{}
}

// writesElsewhere reports whether a Pod runs where the volume that its claim has now cannot be: it has another disk open, which the claim had
// before.
func (p *drainPlanner) writesElsewhere(pod *corev1.Pod, v *corev1.PersistentVolume) bool {
	node := pod.Spec.NodeName
	return pod.Status.Phase == corev1.PodRunning && slices.Contains(p.ix.LocalVolumes(), v) && p.ix.HomeOf(v).State == inspect.HomeNode &&
		!p.ix.UsableOn(v, node) && !p.ix.MayBeOn(v, node)
}

// leftHere are the volumes on a node that an earlier claim of a name left, sorted.
func (p *drainPlanner) leftHere(claim drain.Object, node string) []string {
	var names []string
	for _, v := range p.ix.LocalVolumes() {
		if ref := v.Spec.ClaimRef; leftByClaim(v) && ref.Namespace == claim.Namespace && ref.Name == claim.Name && p.ix.MayBeOn(v, node) {
			names = append(names, v.Name)
		}
	}
	slices.Sort(names)
	return names
}

// tornApart blocks members of which some Pods would be evicted while another that holds a claim stays on the node: such a claim never goes.
func (p *drainPlanner) tornApart(all []*workload.Member) {
	for _, m := range all {
		if m.Ephemeral || !p.evicts(m) {
			continue
		}
		for _, v := range p.verdicts {
			why := whyStays(v)
			if why.IsZero() || !slices.Contains(m.Placed, v.pod) {
				continue
			}
			c := m.Claims[max(0, slices.IndexFunc(m.Claims, func(c workload.Claim) bool { return slices.Contains(inspect.ClaimNames(v.pod), c.Manifest.Name) }))]
			p.saidOf(m.Key.String(), func() {
				p.block(drain.BlockedShared, "", fact.New("ClaimHeldByStaying", "claim", c.Object(), "pod", drain.PodObject(v.pod), "node", p.node.Name, "why", why))
			})
		}
	}
}
