package pending

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// Codes of what plugins refuse a Node for that others ask about.
const (
	// CodeCordoned is told by the plugin that looks at cordons, and by the one that finds the taint which each brings along.
	CodeCordoned fact.Code = "NodeCordoned"
	// CodeResourceLacking is told for each resource: subject is its name.
	CodeResourceLacking fact.Code = "ResourceLacking"
)

// nodeReasons are what a plugin refuses the Node for. The scheduler's text says only that something is in the way ("node(s)
// had untolerated taint(s)"); where the objects tell what that is, it is told instead, and of several resources that lack each
// by itself.
func nodeReasons(ix *inspect.Index, pod *corev1.Pod, node *corev1.Node, r inspect.Refusal) []NodeReason {
	facts := refusalFacts(ix, pod, node, r)
	reasons := make([]NodeReason, 0, len(facts))
	for _, f := range facts {
		reasons = append(reasons, newNodeReason(r.Plugin, r.Code, f))
	}
	return reasons
}

// refusalFacts are the Facts of nodeReasons.
func refusalFacts(ix *inspect.Index, pod *corev1.Pod, node *corev1.Node, r inspect.Refusal) []fact.Fact {
	if node != nil && r.Code != "Error" {
		if better := betterFacts(ix, pod, node, r); len(better) > 0 {
			return better
		}
	}
	return []fact.Fact{fact.New("PluginRefuses", "words", plainReasons(r.Reasons))}
}

// betterFacts are what the objects tell of a refusal; none if they tell no more than the plugin does.
func betterFacts(ix *inspect.Index, pod *corev1.Pod, node *corev1.Node, r inspect.Refusal) []fact.Fact {
	switch r.Plugin {
	case "NodeUnschedulable":
		return []fact.Fact{fact.New(CodeCordoned)}
	case "TaintToleration":
		return taintFacts(pod, node)
	case "NodeResourcesFit":
		return resourceFacts(ix, pod, node, r.Reasons)
	case pluginDevices:
		if kind, gap, ok := devicesUnknown(ix); ok {
			return []fact.Fact{fact.New("DevicesUnread", "kind", kind, "why", gap.Reason)}
		}
	case "InterPodAffinity":
		return antiAffinityFacts(ix, pod, node, r.Reasons)
	}
	return nil
}

// plainReasons drops the "node(s) " that makes sense only behind a count.
func plainReasons(reasons []string) []string {
	plain := make([]string, 0, len(reasons))
	for _, r := range reasons {
		plain = append(plain, strings.TrimPrefix(r, "node(s) "))
	}
	return plain
}

// taintFacts tell the taint that is in the way. That of a cordon is told as the cordon, which it is a part of.
func taintFacts(pod *corev1.Pod, node *corev1.Node) []fact.Fact {
	taint, ok := inspect.UntoleratedTaint(pod, node)
	switch {
	case !ok:
		return nil
	case node.Spec.Unschedulable && taint.Key == corev1.TaintNodeUnschedulable && taint.Effect == corev1.TaintEffectNoSchedule:
		return []fact.Fact{fact.New(CodeCordoned)}
	}
	return []fact.Fact{fact.New("UntoleratedTaint", "subject", taint.ToString())}
}

// antiAffinityFacts name a Pod on the Node that a required anti-affinity term of the pending Pod selects, in its own
// namespace. There are none for other forms.
func antiAffinityFacts(ix *inspect.Index, pod *corev1.Pod, node *corev1.Node, reasons []string) []fact.Fact {
	if !slices.ContainsFunc(reasons, ownAntiAffinity) || pod.Spec.Affinity == nil || pod.Spec.Affinity.PodAntiAffinity == nil {
		return nil
	}
	for _, term := range pod.Spec.Affinity.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution {
		if term.TopologyKey != corev1.LabelHostname || len(term.Namespaces) > 0 || term.NamespaceSelector != nil {
			continue
		}
		for _, p := range evidence.PodsOn(ix, node.Name) {
			if p.Namespace == pod.Namespace && selects(term.LabelSelector, p.Labels) {
				return []fact.Fact{fact.New("AntiAffinity", "subject", p.Name)}
			}
		}
	}
	return nil
}

// ownAntiAffinity reports whether the InterPodAffinity plugin refuses for a term of the pending Pod, not of one that runs: it
// says "didn't match pod anti-affinity rules" then, and else "existing pods".
func ownAntiAffinity(reason string) bool {
	words := strings.Fields(reason)
	return slices.Contains(words, "pod") && slices.Contains(words, "anti-affinity")
}

// selects evaluates a label selector; nil selects nothing, and so does one that cannot be parsed.
func selects(s *metav1.LabelSelector, set map[string]string) bool {
	sel, err := metav1.LabelSelectorAsSelector(s)
	return err == nil && sel.Matches(labels.Set(set))
}
