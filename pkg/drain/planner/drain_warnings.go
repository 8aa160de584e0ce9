package planner

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/klog/v2"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// warnings says what becomes of the Pods of the node besides being evicted.
func (p *drainPlanner) warnings() {
	p.summary()
	p.stays()
	p.losses()
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

// loseEphemeral names the claims of generic ephemeral volumes, which go with their Pod, unless their volumes are retained.
func (p *drainPlanner) loseEphemeral(pod *corev1.Pod) {
	for _, name := range inspect.ClaimNames(pod) {
		c := p.ix.Claim(pod.Namespace, name)
		if c == nil || !metav1.IsControlledBy(c, pod) {
			continue
		}
		if v := p.ix.Volume(c.Spec.VolumeName); v != nil && !retain.Retained(v) {
			p.lose(fact.New("EphemeralClaimDeleted", "claim", drain.ClaimObject(c), "volume", v.Name, "pod", pod.Name))
		}
	}
}

// budgets tells of disruption budgets that hold evictions now, and blocks what the server refuses for good: a Pod with
// two of them (registry/core/pod/storage: eviction.go).
func (p *drainPlanner) budgets() {
	if gap, ok := p.ix.Gap(inspect.PodDisruptionBudgets); ok {
		p.warn(fact.New("BudgetsUnknown", "gap", gap))
	}
	for _, pod := range evicted(p.verdicts) {
		if workload.FinishedPod(pod) || pod.Status.Phase == corev1.PodPending || pod.DeletionTimestamp != nil {
			continue // the server asks no budget about these
		}
		switch budgets := p.budgetsOf(pod); {
		case len(budgets) > 1:
			p.saidOf(drain.PodObject(pod).String(), func() {
				p.block(drain.BlockedPods, "", fact.New("SeveralBudgets", "pod", drain.PodObject(pod), "budgets", budgetNames(budgets)))
			})
		case len(budgets) == 1 && holds(budgets[0], pod):
			p.warn(fact.New("BudgetHolds", "pod", drain.PodObject(pod), "budget", budgets[0].Name))
		}
	}
}

// budgetsOf are the disruption budgets of a Pod, sorted by name.
func (p *drainPlanner) budgetsOf(pod *corev1.Pod) []*policyv1.PodDisruptionBudget {
	var out []*policyv1.PodDisruptionBudget
	for _, b := range p.ix.PodDisruptionBudgets {
		selector, err := metav1.LabelSelectorAsSelector(b.Spec.Selector)
		if b.Namespace == pod.Namespace && err == nil && selector.Matches(labels.Set(pod.Labels)) {
			out = append(out, b)
		}
	}
	slices.SortFunc(out, func(a, b *policyv1.PodDisruptionBudget) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func budgetNames(budgets []*policyv1.PodDisruptionBudget) []string {
	var out []string
	for _, b := range budgets {
		out = append(out, b.Name)
	}
	return out
}

// holds reports whether a budget holds the eviction of a Pod now, as far as can be said beforehand.
func holds(b *policyv1.PodDisruptionBudget, pod *corev1.Pod) bool {
	if !workload.Ready(pod) && ptr.Deref(b.Spec.UnhealthyPodEvictionPolicy, policyv1.IfHealthyBudget) == policyv1.AlwaysAllow {
		return false
	}
	return b.Status.DisruptionsAllowed <= 0
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
func (p *drainPlanner) whyBack(pod *corev1.Pod) fact.Fact {
	if workload.TemplateNode(p.ix, pod) == p.node.Name {
		return fact.New("TemplateNamesThisNode")
	}
	taints := append(slices.Clone(p.node.Spec.Taints), corev1.Taint{Key: corev1.TaintNodeUnschedulable, Effect: corev1.TaintEffectNoSchedule})
	for i := range taints {
		if taints[i].Effect != corev1.TaintEffectPreferNoSchedule && !tolerated(pod, &taints[i]) {
			return fact.Fact{}
		}
	}
	return fact.New("ToleratesCordon")
}

func tolerated(pod *corev1.Pod, taint *corev1.Taint) bool {
	return slices.ContainsFunc(pod.Spec.Tolerations, func(t corev1.Toleration) bool { return t.ToleratesTaint(klog.Logger{}, taint, false) })
}
