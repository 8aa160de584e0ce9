package planner

import (
	"fmt"
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
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// warnings says what becomes of the Pods of the node besides being evicted. Others are those that do not move.
func (p *drainPlanner) warnings(others []*corev1.Pod) {
	p.summary()
	p.stays()
	p.losses()
	p.budgets()
	p.comeBack(others)
}

// summary is the node in one line.
func (p *drainPlanner) summary() {
	condition, _ := inspect.ConditionOf(p.node)
	seen := []string{string(condition)}
	if p.node.Spec.Unschedulable {
		seen = append(seen, "cordoned")
	}
	leave, stay := len(evicted(p.verdicts)), 0
	for _, f := range p.verdicts {
		if !f.evict && f.refusal == "" {
			stay++
		}
	}
	text := fmt.Sprintf("%s, %d to evict", workload.Count(len(p.verdicts), "Pod"), leave)
	if stay > 0 {
		text += fmt.Sprintf(", %d to stay", stay)
	}
	if refused := len(p.verdicts) - leave - stay; refused > 0 {
		text += fmt.Sprintf(", %d refused", refused)
	}
	p.plan.Evidence = append(p.plan.Evidence, liveness.Evidence{Node: p.node.Name, UID: p.node.UID, State: liveness.Alive, Seen: append(seen, text)})
}

// stays names the Pods that are left on the node.
func (p *drainPlanner) stays() {
	why := func(f evictionVerdict) string {
		switch {
		case f.evict || f.refusal != "":
			return ""
		case f.unselected:
			return "not selected by --pod-selector"
		case workload.IsMirror(f.pod):
			return "static: the kubelet runs it by itself"
		}
		return "of a DaemonSet"
	}
	grouped(p.verdicts, why, func(text string, pods []*corev1.Pod) {
		stay := "stays"
		if len(pods) > 1 {
			stay = "stay"
		}
		p.warn("%s %s on %s (%s): %s", workload.Count(len(pods), "Pod"), stay, p.node.Name, text, workload.Names(pods))
	})
}

// losses names what goes with the Pods. Members that move have said so themselves.
func (p *drainPlanner) losses() {
	for _, pod := range evicted(p.verdicts) {
		if workload.FinishedPod(pod) {
			continue
		}
		if p.ix.OwnerOf(pod).None() && !slices.Contains(p.recorded, pod) {
			p.lose("Pod %s/%s, which nobody makes anew: kubectl get pod %s -n %s -o yaml shows its manifest while it is there", pod.Namespace, pod.Name, pod.Name, pod.Namespace)
		}
		if slices.ContainsFunc(pod.Spec.Volumes, func(v corev1.Volume) bool { return v.EmptyDir != nil }) {
			p.lose("what Pod %s/%s has in emptyDir volumes", pod.Namespace, pod.Name)
		}
		p.loseEphemeral(pod)
	}
}

// loseEphemeral names the claims of generic ephemeral volumes, which go with their Pod, unless their volumes are kept.
func (p *drainPlanner) loseEphemeral(pod *corev1.Pod) {
	for _, name := range inspect.ClaimNames(pod) {
		c := p.ix.Claim(pod.Namespace, name)
		if c == nil || !metav1.IsControlledBy(c, pod) {
			continue
		}
		if v := p.ix.Volume(c.Spec.VolumeName); v != nil && !retain.Retained(v) {
			p.lose("what claim %s/%s has on %s: it lives and dies with Pod %s", c.Namespace, c.Name, v.Name, pod.Name)
		}
	}
}

// budgets tells of disruption budgets that hold evictions now, and blocks what the server refuses for good: a Pod with
// two of them (registry/core/pod/storage: eviction.go).
func (p *drainPlanner) budgets() {
	if gap, ok := p.ix.Gap(inspect.PodDisruptionBudgets); ok {
		p.warn("whether disruption budgets hold evictions is %s; they are waited for in any case", gap)
	}
	for _, pod := range evicted(p.verdicts) {
		if workload.FinishedPod(pod) || pod.Status.Phase == corev1.PodPending || pod.DeletionTimestamp != nil {
			continue // the server asks no budget about these
		}
		switch budgets := p.budgetsOf(pod); {
		case len(budgets) > 1:
			p.block(drain.BlockedPods, "", "Pod %s/%s has %d disruption budgets (%s), and the server evicts no Pod with more than one: let one of them not select it",
				pod.Namespace, pod.Name, len(budgets), budgetNames(budgets))
		case len(budgets) == 1 && holds(budgets[0], pod):
			p.warn("the eviction of Pod %s/%s waits: disruption budget %s allows none now", pod.Namespace, pod.Name, budgets[0].Name)
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

func budgetNames(budgets []*policyv1.PodDisruptionBudget) string {
	var out []string
	for _, b := range budgets {
		out = append(out, b.Name)
	}
	return strings.Join(out, ", ")
}

// holds reports whether a budget holds the eviction of a Pod now, as far as can be said beforehand.
func holds(b *policyv1.PodDisruptionBudget, pod *corev1.Pod) bool {
	if !workload.Ready(pod) && ptr.Deref(b.Spec.UnhealthyPodEvictionPolicy, policyv1.IfHealthyBudget) == policyv1.AlwaysAllow {
		return false
	}
	return b.Status.DisruptionsAllowed <= 0
}

// comeBack tells of Pods that the cordon does not keep away. Members that move block for it.
func (p *drainPlanner) comeBack(others []*corev1.Pod) {
	for _, pod := range others {
		if p.comesBack(pod) {
			p.coming = append(p.coming, pod)
			p.warn("Pod %s/%s may come back to %s as soon as it is evicted, since %s", pod.Namespace, pod.Name, p.node.Name, p.whyBack(pod))
		}
	}
}

// comesBack reports whether nothing keeps the Pod that is made anew in the place of another off the node: it needs none
// of the scheduler, or tolerates the cordon and all taints (scheduler plugins NodeUnschedulable and TaintToleration).
func (p *drainPlanner) comesBack(pod *corev1.Pod) bool {
	return !p.ix.OwnerOf(pod).None() && !workload.FinishedPod(pod) && p.whyBack(pod) != ""
}

func (p *drainPlanner) whyBack(pod *corev1.Pod) string {
	if (&workload.Member{}).TemplateNode(p.ix, pod) == p.node.Name {
		return "its template names that node"
	}
	taints := append(slices.Clone(p.node.Spec.Taints), corev1.Taint{Key: corev1.TaintNodeUnschedulable, Effect: corev1.TaintEffectNoSchedule})
	for i := range taints {
		if taints[i].Effect != corev1.TaintEffectPreferNoSchedule && !tolerated(pod, &taints[i]) {
			return ""
		}
	}
	return "it tolerates the cordon"
}

func tolerated(pod *corev1.Pod, taint *corev1.Taint) bool {
	return slices.ContainsFunc(pod.Spec.Tolerations, func(t corev1.Toleration) bool { return t.ToleratesTaint(klog.Logger{}, taint, false) })
}
