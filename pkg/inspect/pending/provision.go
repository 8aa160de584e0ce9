package pending

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// provisionableFinding is about a claim of a provisioned class that no existing volume matches. It asks for this
// claim alone, as checkVolumeProvisions in the scheduler's volumebinding/binder.go does: a Node may be refused for
// another claim, and nothing is known of Nodes that the scheduler did not get to.
func provisionableFinding(e evidence.Evidence, c *corev1.PersistentVolumeClaim, class *storagev1.StorageClass) claimFinding {
	var allowed, others []*corev1.Node
	for _, nv := range e.Verdict.Nodes {
		switch n := e.Index.Node(nv.Node); {
		case n == nil:
		case allowsNode(class, n):
			allowed = append(allowed, n)
		default:
			others = append(others, n)
		}
	}
	best, bestNode := bestRoom(e.Index, c, class, allowed)
	switch {
	case len(allowed) == 0 && len(others) > 0:
		return finding(inspect.NoMatchingVolume, fact.New("ClassAllowsNoNode", "claim", c.Name, "class", class.Name))
	case len(allowed) == 0 || !checksCapacity(e.Index, class) || best.Enough:
		return finding(inspect.ClaimOk, fact.New("ClaimProvisionable", "claim", c.Name, "driver", class.Provisioner))
	}
	if gap, ok := e.Index.Gap(inspect.CSIStorageCapacities); ok {
		return finding(inspect.NoMatchingVolume, fact.New("DriverRoomUnread", "claim", c.Name, "want", best.Want, "driver", class.Provisioner, "class", class.Name, "why", gap.Fact()))
	}
	if r, _ := bestRoom(e.Index, c, class, others); r.Enough {
		return finding(inspect.NoMatchingVolume, fact.New("DriverRoomElsewhere", "claim", c.Name, "want", best.Want, "driver", class.Provisioner, "class", class.Name))
	}
	if best.Free.IsZero() {
		return finding(inspect.NoMatchingVolume, fact.New("DriverReportsNoRoom", "claim", c.Name, "want", best.Want, "driver", class.Provisioner, "class", class.Name))
	}
	return finding(inspect.NoMatchingVolume, fact.New("DriverRoomTooSmall", "claim", c.Name, "want", best.Want, "driver", class.Provisioner, "class", class.Name,
		"have", best.Have, "node", bestNode))
}

// provisionableOn reports whether a volume could be made for a claim that finds none on one of the Nodes.
func provisionableOn(ix *inspect.Index, c *corev1.PersistentVolumeClaim, nodes []string) bool {
	class := ix.Class(volumehelpers.GetPersistentVolumeClaimClass(c))
	if class == nil || !evidence.Provisioned(class) {
		return false
	}
	checks, pools := checksCapacity(ix, class), poolsOf(ix, class.Name)
	return slices.ContainsFunc(nodes, func(name string) bool {
		n := ix.Node(name)
		return n != nil && allowsNode(class, n) && (!checks || roomFor(c, class, n, pools).Enough)
	})
}

// allowsNode reports whether a class lets volumes be made for a Node: it has no allowedTopologies, or the Node has
// the labels that one of them asks for. A topology without labels is that of no Node (MatchTopologySelectorTerms in
// Kubernetes' pkg/apis/core/v1/helper).
func allowsNode(class *storagev1.StorageClass, n *corev1.Node) bool {
	return len(class.AllowedTopologies) == 0 || slices.ContainsFunc(class.AllowedTopologies, func(t corev1.TopologySelectorTerm) bool {
		return len(t.MatchLabelExpressions) > 0 && !slices.ContainsFunc(t.MatchLabelExpressions, func(e corev1.TopologySelectorLabelRequirement) bool {
			value, ok := n.Labels[e.Key]
			return !ok || !slices.Contains(e.Values, value)
		})
	})
}
