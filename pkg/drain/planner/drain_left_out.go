package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// ownersHere are the owners of the Pods on the node, sorted: what --only and --except can name there.
func (p *drainPlanner) ownersHere() []string {
	names := []string{}
	for _, v := range p.verdicts {
		names = append(names, groupOfPod(p.ix, v.pod))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// setApart notes the Pods that stay because they are not chosen, or are left out.
func (p *drainPlanner) setApart() {
	for i := range p.verdicts {
		switch v := &p.verdicts[i]; {
		case workload.IsMirror(v.pod) || workload.OfDaemonSet(v.pod) && v.refusal.IsZero(): // they stay anyhow
		case !p.chosenPod(v.pod):
			v.stay(fact.New("NotChosen"))
		case p.isOut(drain.PodObject(v.pod).String()):
			v.stay(fact.New("PodLeftOut"))
		}
	}
}

// stay lets a Pod stay on the node.
func (v *evictionVerdict) stay(why fact.Fact) {
	v.evict, v.refusal, v.unselected, v.apart = false, fact.Fact{}, false, why
}

// stayTogether lets all Pods of a member stay if the member does, or one of its Pods: without their claims the others could run nowhere.
func (p *drainPlanner) stayTogether(all []*workload.Member, shared []workload.Immovable) {
	for _, m := range all {
		if p.isOut(m.Key.String()) || slices.ContainsFunc(m.Placed, p.staysApart) {
			p.heldByUnchosen(m)
			p.spare(m)
		}
	}
	for _, s := range shared {
		if p.isOut(s.Member.Key.String()) {
			p.spare(s.Member)
		}
	}
	p.pods = evicted(p.verdicts)
}

// spareOut lets all Pods of members stay that are left out.
func (p *drainPlanner) spareOut(members []*workload.Member) {
	for _, m := range members {
		if p.isOut(m.Key.String()) {
			p.spare(m)
		}
	}
	p.pods = evicted(p.verdicts)
}

// staysApart reports whether a Pod stays because it is left out or not chosen.
func (p *drainPlanner) staysApart(pod *corev1.Pod) bool {
	return p.isOut(drain.PodObject(pod).String()) ||
		slices.ContainsFunc(p.verdicts, func(v evictionVerdict) bool { return v.pod == pod && !v.apart.IsZero() })
}

// spare lets the Pods of a member stay on the node.
func (p *drainPlanner) spare(m *workload.Member) {
	for i := range p.verdicts {
		if v := &p.verdicts[i]; v.apart.IsZero() && slices.Contains(m.Placed, v.pod) {
			v.stay(fact.New("PodLeftOut"))
		}
	}
}

// anySelected reports whether some of the Pods are selected by their labels, or all are.
func (p *drainPlanner) anySelected(pods []*corev1.Pod) bool {
	if p.req.Eviction.PodSelector == "" {
		return true
	}
	selector, err := labels.Parse(p.req.Eviction.PodSelector)
	return err == nil && slices.ContainsFunc(pods, func(pod *corev1.Pod) bool { return selector.Matches(labels.Set(pod.Labels)) })
}
