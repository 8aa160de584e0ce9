package match

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"
	"k8s.io/klog/v2"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// What keeps Pods from the Nodes that have their data, where the scheduler may send them to others.

// SitesOf are the Nodes that have the data of a volume, or may have.
func SitesOf(ix *inspect.Index, v *corev1.PersistentVolume) []*corev1.Node {
	var out []*corev1.Node
	for _, name := range ix.DataOn(v).Nodes {
		if n := ix.Node(name); n != nil {
			out = append(out, n)
		}
	}
	return out
}

// OpenWithoutData are the Nodes on which the scheduler may let Pods of a volume start although others are known to have its data: of those that its
// affinity names, the ones that are not cordoned; if it names none, all that take the Pods besides.
func OpenWithoutData(ix *inspect.Index, v *corev1.PersistentVolume, pods []*corev1.Pod) []string {
	if _, astray := ix.Astray(v); !astray {
		return nil
	}
	if open := ix.OpenWithoutData(v); len(open) > 0 {
		return open
	}
	var open []string
	for _, n := range ix.HomeOf(v).Nodes {
		if !n.Spec.Unschedulable && !ix.OnSite(v, n.Name) && takesOne(n, pods) {
			open = append(open, n.Name)
		}
	}
	return open
}

// takesOne reports whether a Node may take one of some Pods now; if none are known, one that tolerates nothing.
func takesOne(n *corev1.Node, pods []*corev1.Pod) bool {
	if len(pods) == 0 {
		pods = []*corev1.Pod{{}}
	}
	return slices.ContainsFunc(pods, func(pod *corev1.Pod) bool {
		why, _ := KeptFrom([]*corev1.Node{n}, []*corev1.Pod{pod})
		return why.IsZero()
	})
}

// KeptFrom says why none of some Nodes takes Pods now, and what changes that; both are zero if one of them may. There is at least one Node, or
// nothing is said.
func KeptFrom(nodes []*corev1.Node, pods []*corev1.Pod) (why, cure fact.Fact) {
	for i, n := range nodes {
		refusal, change := RefusesPods(n, pods)
		if refusal.IsZero() {
			refusal, change = unselected(n, pods)
		}
		if refusal.IsZero() {
			return fact.Fact{}, fact.Fact{}
		}
		if i == 0 {
			why, cure = refusal, change
		}
	}
	return why, cure
}

// unselected says that Pods select other Nodes, by their selector or affinity, and what changes that; both are zero if all of them select this.
func unselected(n *corev1.Node, pods []*corev1.Pod) (why, cure fact.Fact) {
	for _, pod := range pods {
		if match, err := nodeaffinity.GetRequiredNodeAffinity(pod).Match(n); err == nil && !match {
			return fact.New("PodSelectsOtherNodes", "pod", pod.Namespace+"/"+pod.Name, "node", n.Name), fact.New("CureSelectFirst")
		}
	}
	return fact.Fact{}, fact.Fact{}
}

// RefusesPods says why a Node takes none of the Pods now, and what changes that; both are zero if it may take them. Pods
// that are not known are taken to tolerate nothing.
func RefusesPods(n *corev1.Node, pods []*corev1.Pod) (why, cure fact.Fact) {
	if condition, _ := inspect.ConditionOf(n); len(n.Status.Conditions) > 0 && condition != inspect.NodeReady {
		return fact.New("NodeInCondition", "node", n.Name, "condition", condition), fact.New("CureReadyFirst")
	}
	if len(pods) == 0 {
		pods = []*corev1.Pod{{}}
	}
	cordon := &corev1.Taint{Key: corev1.TaintNodeUnschedulable, Effect: corev1.TaintEffectNoSchedule}
	for _, pod := range pods {
		if n.Spec.Unschedulable && !tolerated(pod, cordon) {
			return fact.New("NodeIsCordoned", "node", n.Name), fact.New("CureCommandFirst").Offering(fact.Kubectl("uncordon", n.Name))
		}
		if taint, found := inspect.UntoleratedTaint(pod, n); found {
			return fact.New("NodeHasTaint", "node", n.Name, "taint", taint.ToString()),
				fact.New("CureTaintFirst").Offering(fact.Kubectl("taint", "node", n.Name, taint.ToString()+"-"))
		}
	}
	return fact.Fact{}, fact.Fact{}
}

func tolerated(pod *corev1.Pod, taint *corev1.Taint) bool {
	return slices.ContainsFunc(pod.Spec.Tolerations, func(t corev1.Toleration) bool { return t.ToleratesTaint(klog.Logger{}, taint, false) })
}
