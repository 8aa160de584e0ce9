package workload

import (
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// heldByDaemon says that a DaemonSet holds a claim of a member of somebody else: it recreates its Pod on the node whatever removes it, since
// such a Pod tolerates cordons and nodes that are unreachable (controller/daemon: AddOrUpdateDaemonPodTolerations). So the claim never goes.
func (g *Finder) heldByDaemon(m *Member, c Claim) (why fact.Fact, held bool) {
	if m.Direct.Kind == daemonSet {
		return fact.Fact{}, false
	}
	for _, p := range m.Placed {
		if OfDaemonSet(p) && g.Ix.Node(p.Spec.NodeName) != nil && g.recreatesDaemon(p) && slices.Contains(inspect.ClaimNames(p), c.Manifest.Name) {
			return fact.New("ClaimHeldByDaemon", "claim", c.Object(), "pod", p.Namespace+"/"+p.Name, "node", p.Spec.NodeName, "owner", DirectOwner(p)), true
		}
	}
	return fact.Fact{}, false
}

// recreatesDaemon reports whether the DaemonSet of a Pod is there, or may be. A Pod is deleted with its DaemonSet, and while that is there nobody
// deletes it for its node's sake.
func (g *Finder) recreatesDaemon(p *corev1.Pod) bool {
	if g.DaemonsUnread {
		return p.DeletionTimestamp == nil
	}
	if _, unread := g.Ix.Gap(inspect.DaemonSets); unread {
		return true
	}
	return slices.ContainsFunc(g.Ix.DaemonSets, func(d *appsv1.DaemonSet) bool { return d.UID == DirectOwner(p).UID && d.DeletionTimestamp == nil })
}
