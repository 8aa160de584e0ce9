package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// What is different when members leave a node that lives.

// eviction is the eviction of one Pod. That its disruption budget refuses is waited out.
func eviction(pod *corev1.Pod, e drain.Eviction, owner inspect.Owner, parameters drain.EvictParameters) drain.Step {
	why, destructive := fact.New("WhyNotRecreated"), owner.None()
	switch {
	case workload.FinishedPod(pod):
		why, destructive = fact.New("WhyPodEnded"), false
	case !owner.None():
		why = fact.New("WhyReplaced", "owner", owner)
	case parameters.Claim.Name != "":
		why = fact.New("WhyNotRecreatedButRecorded")
	}
	if e.GracePeriodSeconds >= 0 {
		seconds := int64(e.GracePeriodSeconds)
		parameters.GracePeriodSeconds = &seconds
	}
	return evictPod(pod, destructive, why, parameters)
}

// evictMember plans the eviction of the member's Pod. The manifest of one that no controller recreates is on its volume then.
func (p *relocation) evictMember(pod *corev1.Pod) {
	c := p.member.Claims[0]
	ends := p.member.Direct.Kind == "Job" || p.member.Bare()
	how := drain.Eviction{GracePeriodSeconds: -1}
	if p.evict != nil {
		how = *p.evict
	}
	p.step(eviction(pod, how, p.ix.OwnerOf(pod), drain.EvictParameters{
		Pair: pair(c.Volume, c.AsBound()), Home: []string{pod.Spec.NodeName}, PodGuards: p.guards(pod), Reserved: p.reserved(),
		Unfinished: ends && !workload.FinishedPod(pod), Nodes: p.deadNodesNamed(pod.Spec.NodeName),
	}))
}

// staysAway blocks if the replacement of a Pod would run on its node although that is cordoned, with the claim that is to be deleted.
func (p *relocation) staysAway(pod *corev1.Pod) {
	n, owner := p.ix.Node(pod.Spec.NodeName), p.ix.OwnerOf(pod)
	if n == nil || owner.None() || workload.FinishedPod(pod) || p.member.Ephemeral {
		return
	}
	if why := p.whyBackTo(pod, n); !why.IsZero() {
		p.block(drain.BlockedPods, "", fact.New("PodWouldComeBack", "pod", drain.PodObject(pod), "node", n.Name, "why", why, "owner", owner))
	}
}

// whyUnused says why a claim must not be in use before it is deleted.
func (p *relocation) whyUnused() fact.Fact {
	switch {
	case slices.ContainsFunc(p.member.Claims, func(c workload.Claim) bool { return c.Claim != nil && c.Claim.DeletionTimestamp != nil }):
		return fact.New("WhyAwaitClaimGone") // nobody can keep it
	case p.evict != nil:
		return fact.New("WhyAwaitUnusedAlive")
	case p.disksGone():
		return fact.New("WhyAwaitClaimGone")
	}
	return fact.New("WhyAwaitUnusedDead")
}

// reattachOne says when the old data of a volume can be used again, reattachAny those of any.
func (p *relocator) reattachOne(v *corev1.PersistentVolume) fact.Fact {
	switch {
	case p.evict != nil:
		return fact.New("ReattachToGoBack", "volume", p.where(v))
	case p.disksGone():
		return fact.New("ReattachIfLostDiskReturns", "volume", p.where(v))
	}
	return fact.New("ReattachIfDiskReturns", "volume", p.where(v))
}

func (p *relocator) reattachAny() fact.Fact {
	if p.evict != nil {
		return fact.New("ReattachAnyToGoBack")
	}
	return fact.New("ReattachAnyIfDiskReturns")
}

// relocated says that a member has moved.
func (p *relocator) relocated(m *workload.Member) fact.Fact {
	if p.evict != nil {
		return fact.New("MemberMoved", "member", m.Key)
	}
	return fact.New("MemberRecovered", "member", m.Key)
}

// relocatedToUnreachable says that a member has moved to a node that is unreachable too.
func (p *relocator) relocatedToUnreachable(m *workload.Member, v *corev1.PersistentVolume, node string) fact.Fact {
	if p.evict != nil {
		return fact.New("MovedToUnreachable", "member", m.Key, "volume", v.Name, "node", node)
	}
	return fact.New("RecoveredToUnreachable", "member", m.Key, "volume", v.Name, "node", node)
}
