package planner

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// What disruption budgets mean for Pods that are evicted.

// budget blocks if the server would refuse the eviction of a Pod whatever its budgets allow, and warns if one holds it.
func (p *planner) budget(pod *corev1.Pod) {
	if workload.FinishedPod(pod) || pod.Status.Phase == corev1.PodPending || pod.DeletionTimestamp != nil {
		return // the server asks no budget about these
	}
	switch budgets := p.budgetsOf(pod); {
	case len(budgets) > 1:
		p.block(drain.BlockedPods, "", fact.New("SeveralBudgets", "pod", drain.PodObject(pod), "budgets", budgetNames(budgets)))
	case len(budgets) == 1 && holds(budgets[0], pod):
		p.warn(p.whyHeld(budgets[0], pod))
	}
}

// budgetsOf are the disruption budgets of a Pod, sorted by name.
func (p *planner) budgetsOf(pod *corev1.Pod) []*policyv1.PodDisruptionBudget {
	var out []*policyv1.PodDisruptionBudget
	for _, b := range p.ix.PodDisruptionBudgets {
		if b.Namespace == pod.Namespace && selects(b, pod) {
			out = append(out, b)
		}
	}
	slices.SortFunc(out, func(a, b *policyv1.PodDisruptionBudget) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// selects reports whether a budget is about a Pod of its namespace.
func selects(b *policyv1.PodDisruptionBudget, pod *corev1.Pod) bool {
	selector, err := metav1.LabelSelectorAsSelector(b.Spec.Selector)
	return err == nil && selector.Matches(labels.Set(pod.Labels))
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
	healthy := b.Status.DesiredHealthy > 0 && b.Status.CurrentHealthy >= b.Status.DesiredHealthy
	if always := ptr.Deref(b.Spec.UnhealthyPodEvictionPolicy, policyv1.IfHealthyBudget) == policyv1.AlwaysAllow; !workload.Ready(pod) && (always || healthy) {
		return false
	}
	return b.Status.DisruptionsAllowed <= 0
}

// whyHeld says why a budget holds the eviction of a Pod, and what ends that: nothing, if it wants all of its Pods, or another member
// that is not Ready and may not be so ever again.
func (p *planner) whyHeld(b *policyv1.PodDisruptionBudget, pod *corev1.Pod) fact.Fact {
	o := drain.PodObject(pod)
	if wantsAll(b) {
		return fact.New("BudgetNeverAllows", "pod", o, "budget", b.Name)
	}
	var unready []string
	for _, other := range p.unready(b, pod) {
		if why, cure := p.whyUnready(other); !why.IsZero() {
			return fact.New("BudgetHeldByMember", "pod", o, "budget", b.Name, "member", drain.PodObject(other), "why", why, "cure", cure)
		}
		unready = append(unready, other.Namespace+"/"+other.Name)
	}
	return fact.New("BudgetHolds", "pod", o, "budget", b.Name, "unready", unready)
}

// wantsAll reports whether a budget allows no disruption even if all of its Pods are healthy.
func wantsAll(b *policyv1.PodDisruptionBudget) bool {
	expected := int(b.Status.ExpectedPods)
	if most := b.Spec.MaxUnavailable; most != nil {
		n, err := intstr.GetScaledValueFromIntOrPercent(most, max(expected, 1), true)
		return err == nil && n == 0
	}
	if least := b.Spec.MinAvailable; least != nil && expected > 0 {
		n, err := intstr.GetScaledValueFromIntOrPercent(least, expected, true)
		return err == nil && n >= expected
	}
	return false
}

// unready are the other Pods of a budget that are not Ready, sorted by name.
func (p *planner) unready(b *policyv1.PodDisruptionBudget, but *corev1.Pod) []*corev1.Pod {
	var out []*corev1.Pod
	for _, pod := range p.ix.Pods {
		if pod != but && pod.Namespace == b.Namespace && !workload.Ready(pod) && !workload.FinishedPod(pod) && selects(b, pod) {
			out = append(out, pod)
		}
	}
	return workload.PodsByName(out)
}

// whyUnready says what a Pod that is not Ready waits for if that does not come by itself, and what brings it: its node, or that of a
// volume that one of its claims is bound to. Both are zero if there is nothing of that kind.
func (p *planner) whyUnready(pod *corev1.Pod) (why, cure fact.Fact) {
	if name := pod.Spec.NodeName; name != "" {
		n := p.ix.Node(name)
		if n == nil || len(n.Status.Conditions) == 0 {
			return fact.Fact{}, fact.Fact{}
		}
		condition, _ := inspect.ConditionOf(n)
		if condition == inspect.NodeReady {
			return fact.Fact{}, fact.Fact{}
		}
		return fact.New("UnreadyOnNode", "why", fact.New("NodeInCondition", "node", n.Name, "condition", condition)), fact.New("CureReadyFirst")
	}
	for _, name := range inspect.ClaimNames(pod) {
		c := p.ix.Claim(pod.Namespace, name)
		if c == nil || c.Spec.VolumeName == "" {
			continue
		}
		v := p.ix.Volume(c.Spec.VolumeName)
		if v == nil {
			continue
		}
		if why, cure := p.whyHomeRefuses(v, pod); !why.IsZero() {
			return fact.New("UnreadyForVolume", "volume", v.Name, "why", why), cure
		}
	}
	return fact.Fact{}, fact.Fact{}
}

// whyHomeRefuses says why no node on which a volume can be used takes a Pod now, and what changes that.
func (p *planner) whyHomeRefuses(v *corev1.PersistentVolume, pod *corev1.Pod) (why, cure fact.Fact) {
	home := p.ix.HomeOf(v)
	if home.State == inspect.HomeMissing {
		name := home.Names()[0]
		return fact.New("NodeGone", "node", name), fact.New("CureCommandFirst").Offering(fact.Plugin("recover", name))
	}
	for i, n := range home.Nodes {
		refusal, change := match.RefusesPods(n, []*corev1.Pod{pod})
		if refusal.IsZero() {
			return fact.Fact{}, fact.Fact{}
		}
		if i == 0 {
			why, cure = refusal, change
		}
	}
	return why, cure
}
