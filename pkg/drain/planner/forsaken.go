package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// forsakes says that the next Pod of a member leaves a claim of it alone, whatever becomes of that: its StatefulSet has other templates for claims by
// now. It is nothing if the next Pod uses all of them.
func (p *planner) forsakes(m *workload.Member) fact.Fact {
	for _, pod := range m.Pods() {
		if workload.FinishedPod(pod) {
			continue
		}
		claims, next := workload.Forsaken(p.ix, pod)
		at := slices.IndexFunc(m.Claims, func(c workload.Claim) bool { return slices.Contains(claims, c.Manifest.Name) })
		if at >= 0 {
			return fact.New("NextPodForsakes", "owner", p.ix.OwnerOf(pod), "member", m.Key, "claim", m.Claims[at].Object(), "next", next)
		}
	}
	return fact.Fact{}
}

// namespaceGoes says that nobody recreates a member, nor its claims; nothing, if its namespace stays.
func (p *planner) namespaceGoes(m *workload.Member) fact.Fact {
	if !slices.ContainsFunc(p.ix.Namespaces, func(n *corev1.Namespace) bool { return n.Name == m.Key.Namespace && n.DeletionTimestamp != nil }) {
		return fact.Fact{}
	}
	return fact.New("NamespaceGoes", "namespace", m.Key.Namespace, "member", m.Key)
}

// neverBack blocks a member that could not come back as it is, and reports whether it is one.
func (p *relocation) neverBack() bool {
	if p.member.Relocated {
		return false
	}
	why := p.namespaceGoes(p.member)
	if !why.IsZero() {
		p.block(drain.BlockedTerminating, "", why)
		return true
	}
	if why = p.forsakes(p.member); !why.IsZero() {
		p.block(drain.BlockedNowhere, "", why)
	}
	return !why.IsZero()
}

// staysBehind blocks a member whose claims stay, and that would not come back to them. That its StatefulSet has other templates by now may be meant.
func (p *drainPlanner) staysBehind(m *workload.Member) {
	if !slices.ContainsFunc(m.Placed, p.leavesAlive) {
		return
	}
	p.saidOf(m.Key.String(), func() {
		if why := p.namespaceGoes(m); !why.IsZero() {
			p.block(drain.BlockedTerminating, "", why)
		}
		switch why := p.forsakes(m); {
		case why.IsZero():
		case p.req.AllowDown:
			p.warn(why)
		default:
			p.block(drain.BlockedNowhere, "--allow-down", why)
		}
	})
}

// unchosenPod is a Pod of a member that is chosen for another of its Pods, and is not chosen itself; nil if there is none.
func (p *planner) unchosenPod(m *workload.Member) *corev1.Pod {
	if !p.chosen(m) {
		return nil
	}
	i := slices.IndexFunc(m.Pods(), func(pod *corev1.Pod) bool { return !workload.FinishedPod(pod) && !p.chosenPod(pod) })
	if i < 0 {
		return nil
	}
	return m.Pods()[i]
}

// sharedWithUnchosen blocks members that are chosen and share a claim with a Pod that is not: it would be taken, or lose what is on the claim.
func (p *planner) sharedWithUnchosen(members []*workload.Member) {
	for _, m := range members {
		pod := p.unchosenPod(m)
		if pod == nil || m.Ephemeral {
			continue
		}
		named := slices.IndexFunc(m.Claims, func(c workload.Claim) bool {
			return slices.ContainsFunc(p.ix.Consumers(c.Manifest.Namespace, c.Manifest.Name), func(o *corev1.Pod) bool { return o == pod })
		})
		p.saidOf(m.Key.String(), func() {
			p.block(drain.BlockedShared, "", fact.New("ClaimSharedWithUnchosen", "claim", m.Claims[max(0, named)].Object(), "pod", drain.PodObject(pod)))
		})
	}
}

// notReplaced says that no other Pod comes in the place of one that is taken away, and why; nothing, if one does.
func (p *planner) notReplaced(pod *corev1.Pod) fact.Fact {
	if workload.FinishedPod(pod) || p.ix.OwnerOf(pod).None() || workload.OfDaemonSet(pod) {
		return fact.Fact{}
	}
	m := &workload.Member{Owner: p.ix.OwnerOf(pod), Direct: workload.DirectOwner(pod), Placed: []*corev1.Pod{pod}}
	if why, unwanted := m.Unwanted(p.ix); unwanted {
		return fact.New("WhyNotReplaced", "why", why)
	}
	return fact.Fact{}
}
