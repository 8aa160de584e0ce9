package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// warnings says what becomes of the Pods of the node besides being evicted.
func (p *drainPlanner) warnings() {
	p.summary()
	p.tellRecordedHere(p.node.Name)
	p.stays()
	p.losses()
	p.jobs(evicted(p.verdicts), true, p.req.FailJobs)
	p.budgets()
	p.comeBack()
}

// summary is the node in one line.
func (p *drainPlanner) summary() {
	condition, _ := inspect.ConditionOf(p.node)
	seen := []fact.Fact{fact.New("SeenCondition", "condition", condition)}
	if p.node.Spec.Unschedulable {
		seen = append(seen, fact.New("SeenCordoned"))
	}
	leave, stay := len(evicted(p.verdicts)), 0
	for _, v := range p.verdicts {
		if !v.evict && v.refusal.IsZero() {
			stay++
		}
	}
	seen = append(seen, fact.New("SeenPods", "pods", len(p.verdicts), "evict", leave, "stay", stay, "refused", len(p.verdicts)-leave-stay))
	p.plan.Evidence = append(p.plan.Evidence, liveness.Evidence{Node: p.node.Name, UID: p.node.UID, State: liveness.Alive, Seen: seen})
}

// stays names the Pods that are left on the node.
func (p *drainPlanner) stays() {
	for _, g := range grouped(p.verdicts, whyStays) {
		p.warn(fact.New("PodsStay", "pods", workload.Names(g.pods), "node", p.node.Name, "why", g.why))
	}
}

// whyStays says why a Pod is left on the node; nothing, if it is not.
func whyStays(v evictionVerdict) fact.Fact {
	switch {
	case !v.apart.IsZero():
		return v.apart
	case v.evict || !v.refusal.IsZero():
		return fact.Fact{}
	case v.unselected:
		return fact.New("NotSelected")
	case workload.IsMirror(v.pod):
		return fact.New("StaticPod")
	}
	return fact.New("OfDaemonSet")
}

// losses names what goes with the Pods. Members that move have their own.
func (p *drainPlanner) losses() {
	for _, pod := range evicted(p.verdicts) {
		if workload.FinishedPod(pod) {
			continue
		}
		o := drain.PodObject(pod)
		if p.ix.OwnerOf(pod).None() && !slices.Contains(p.recorded, pod) {
			p.lose(fact.New("PodDeleted", "pod", o).Offering(fact.Kubectl("get", "pod", pod.Name).In(pod.Namespace).With("-o", "yaml")))
		}
		if slices.ContainsFunc(pod.Spec.Volumes, func(v corev1.Volume) bool { return v.EmptyDir != nil }) {
			p.lose(fact.New("EmptyDirDeleted", "pod", o))
		}
		p.loseEphemeral(pod)
	}
}

// budgets tells of disruption budgets that hold evictions now, and blocks what the server refuses for good: a Pod with
// two of them (registry/core/pod/storage: eviction.go).
func (p *drainPlanner) budgets() {
	if gap, ok := p.ix.Gap(inspect.PodDisruptionBudgets); ok {
		p.warn(fact.New("BudgetsUnknown", "gap", gap))
	}
	for _, pod := range evicted(p.verdicts) {
		p.saidOf(drain.PodObject(pod).String(), func() { p.budget(pod) })
	}
	p.usedUp()
}

// comeBack tells of Pods that the cordon does not keep away. Members that move block for it.
func (p *drainPlanner) comeBack() {
	for _, pod := range p.pods {
		if p.comesBack(pod) {
			p.coming = append(p.coming, pod)
			p.warn(fact.New("PodMayComeBack", "pod", drain.PodObject(pod), "node", p.node.Name, "why", p.whyBack(pod)))
		}
	}
}

// comesBack reports whether nothing keeps the replacement of a Pod off the node: it needs none of the scheduler, or tolerates the
// cordon and all taints (scheduler plugins NodeUnschedulable and TaintToleration).
func (p *drainPlanner) comesBack(pod *corev1.Pod) bool {
	return !p.ix.OwnerOf(pod).None() && !workload.FinishedPod(pod) && !p.whyBack(pod).IsZero()
}

// whyBack says why the replacement of a Pod could run on the node; nothing, if it could not.
func (p *drainPlanner) whyBack(pod *corev1.Pod) fact.Fact { return p.whyBackTo(pod, p.node) }

// whyBackTo says why the replacement of a Pod could run on a node although that is cordoned; nothing, if it could not.
func (p *planner) whyBackTo(pod *corev1.Pod, n *corev1.Node) fact.Fact {
	next := workload.Replacement(p.ix, pod)
	if next.Spec.NodeName == n.Name {
		return fact.New("TemplateNamesThisNode")
	}
	cordon := corev1.Taint{Key: corev1.TaintNodeUnschedulable, Effect: corev1.TaintEffectNoSchedule}
	cordoned := &corev1.Node{Spec: corev1.NodeSpec{Taints: append(slices.Clone(n.Spec.Taints), cordon)}}
	if _, found := inspect.UntoleratedTaint(next, cordoned); found {
		return fact.Fact{}
	}
	return fact.New("ToleratesCordon")
}
