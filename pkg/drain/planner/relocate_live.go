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
	s := eviction(pod, how, p.ix.OwnerOf(pod), drain.EvictParameters{
		Pair: pair(c.Volume, c.AsBound()), Home: []string{pod.Spec.NodeName}, PodGuards: p.guards(pod), Reserved: p.reserved(),
		Unfinished: ends && !workload.FinishedPod(pod), Nodes: p.deadNodesNamed(pod.Spec.NodeName),
	})
	if !workload.FinishedPod(pod) && p.jobFails(pod, []*corev1.Pod{pod}, true) {
		s.Why = fact.New("WhyJobFails", "owner", p.ix.OwnerOf(pod))
	} else if why := p.notReplaced(pod); !why.IsZero() {
		s.Why = why
	}
	p.step(s)
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
	case p.evict != nil && len(p.reservedLater()) > 0:
		return fact.New("WhyAwaitUnusedToCome", "claims", keysOf(p.reservedLater()))
	case p.evict != nil:
		return fact.New("WhyAwaitUnusedAlive")
	case p.disksGone():
		return fact.New("WhyAwaitClaimGone")
	}
	return fact.New("WhyAwaitUnusedDead")
}

// reattachOne says when the old data of a volume can be used again, reattachAny those of any.
func (p *relocator) reattachOne(left leftVolume) fact.Fact {
	v, back := left.volume, fact.Plugin("reattach", left.together...).With("--replace")
	doubtful := p.doubtfulOf(left)
	switch {
	case p.evict != nil && len(doubtful) > 0:
		return fact.New("ReattachPerhapsToGoBack", "volume", p.where(v)).Offering(back.With(doubtful...))
	case p.evict != nil:
		return fact.New("ReattachToGoBack", "volume", p.where(v)).Offering(back)
	case p.disksGone():
		return fact.New("ReattachIfLostDiskReturns", "volume", p.where(v)).Offering(back)
	}
	return fact.New("ReattachIfDiskReturns", "volume", p.where(v)).Offering(back)
}

// doubtfulOf are the flags that reattach wants for the volumes with which one comes back whose disks may have gone with an earlier machine.
func (p *relocator) doubtfulOf(left leftVolume) []string {
	var flags []string
	for _, name := range left.together {
		if v := p.ix.Volume(name); v.Spec.ClaimRef != nil && p.mayBeGone(v) {
			flags = append(flags, "--accept-data-loss", drain.RefObject(v.Spec.ClaimRef).String())
		}
	}
	return flags
}

// manyLeftBehind says of several volumes that they are left behind.
func (p *relocator) manyLeftBehind() fact.Fact {
	if p.evict != nil && slices.ContainsFunc(p.leftBehind, func(l leftVolume) bool { return len(p.doubtfulOf(l)) > 0 }) {
		return fact.New("VolumesLeftBehindPerhaps", "count", len(p.leftBehind))
	}
	return fact.New("VolumesLeftBehind", "count", len(p.leftBehind))
}

// reattachAny says it of many, with the command for one of them: one that needs flags, if there is one.
func (p *relocator) reattachAny() fact.Fact {
	left := p.leftBehind[max(0, slices.IndexFunc(p.leftBehind, func(l leftVolume) bool { return len(p.doubtfulOf(l)) > 0 }))]
	back := fact.Plugin("reattach", left.together...).With("--replace")
	if p.evict != nil {
		return fact.New("ReattachAnyToGoBack", "volume", p.where(left.volume)).Offering(back.With(p.doubtfulOf(left)...))
	}
	return fact.New("ReattachAnyIfDiskReturns", "volume", p.where(left.volume)).Offering(back)
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
