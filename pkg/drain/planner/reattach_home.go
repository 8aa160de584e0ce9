package planner

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase" // TODO walls
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// home blocks if no Pod could use the volume, because its Node is gone or cannot be told. A Node that takes no Pods now
// is worth a warning, unless Pods that serve elsewhere would be deleted for ones that then wait for it.
func (p *reattachPlanner) home(replaces bool) {
	home := p.ix.HomeOf(p.volume)
	switch home.State {
	case inspect.HomeMissing:
		p.block(drain.BlockedHome, "", "the data of %s is on %s, which does not exist, so no Pod could use it; reattach when that node is back", p.volume.Name, home.Names()[0])
	case inspect.HomeUnknown:
		p.block(drain.BlockedUnknown, "", "on which node the data of %s is cannot be told: %s", p.volume.Name, phrase.New(phrase.Connection{}).Text(home.Why)) // TODO walls
	case inspect.HomeNode:
		pods := p.ix.Consumers(p.claim.Namespace, p.claim.Name)
		why, cure := refusesPods(home.Nodes[0], pods)
		if slices.ContainsFunc(home.Nodes, func(n *corev1.Node) bool { refusal, _ := refusesPods(n, pods); return refusal == "" }) {
			return
		}
		serving := slices.ContainsFunc(workload.Placed(pods), func(pod *corev1.Pod) bool { return pod.DeletionTimestamp == nil })
		if replaces && serving && p.current.DeletionTimestamp == nil {
			p.block(drain.BlockedHomeUnfit, "", "%s, so the Pods that use claim %s now would be deleted only to wait for it: %s", why, p.claim, cure)
			return
		}
		p.warn("%s, so Pods that use %s wait for it: %s", why, p.volume.Name, cure)
	}
}

// refusesPods says why a Node takes none of the Pods now, and what changes that; both are empty if it may take them. Pods
// that are not known are taken to tolerate nothing.
func refusesPods(n *corev1.Node, pods []*corev1.Pod) (why, cure string) {
	if condition, _ := inspect.ConditionOf(n); len(n.Status.Conditions) > 0 && condition != inspect.NodeReady {
		return fmt.Sprintf("Node %s is %s", n.Name, condition), "it has to be Ready first"
	}
	if len(pods) == 0 {
		pods = []*corev1.Pod{{}}
	}
	cordon := &corev1.Taint{Key: corev1.TaintNodeUnschedulable, Effect: corev1.TaintEffectNoSchedule}
	for _, pod := range pods {
		if n.Spec.Unschedulable && !tolerated(pod, cordon) {
			return fmt.Sprintf("Node %s is cordoned", n.Name), "first kubectl uncordon " + n.Name
		}
		if taint, found := inspect.UntoleratedTaint(pod, n); found {
			return fmt.Sprintf("Node %s has taint %s", n.Name, taint.ToString()),
				fmt.Sprintf("if there is no more reason for that, first kubectl taint node %s %s-", n.Name, taint.ToString())
		}
	}
	return "", ""
}
