package pending

import (
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"

	"slices"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	volumehelpers "k8s.io/component-helpers/storage/volume"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// pool is one CSIStorageCapacity with its selector parsed.
type pool struct {
	selector labels.Selector
	limit    *storagev1.CSIStorageCapacity
}

// checksCapacity reports whether the scheduler compares a class's requests with the room that the driver reports:
// only if the driver asks for it in its CSIDriver object (volumebinding/binder.go: hasEnoughCapacity).
func checksCapacity(ix *inspect.Index, class *storagev1.StorageClass) bool {
	for _, d := range ix.CSIDrivers {
		if d.Name == class.Provisioner {
			return ptr.Deref(d.Spec.StorageCapacity, false)
		}
	}
	return false
}

func poolsOf(ix *inspect.Index, class string) []pool {
	var pools []pool
	for _, c := range ix.CSIStorageCapacities {
		if c.StorageClassName != class || c.NodeTopology == nil {
			continue
		}
		if sel, err := metav1.LabelSelectorAsSelector(c.NodeTopology); err == nil {
			pools = append(pools, pool{selector: sel, limit: c})
		}
	}
	return pools
}

// rooms tells, per Node, what CSI drivers report as the largest volume that they can make for each claim that is
// to be provisioned.
func (q *inquiry) rooms() map[string][]Room {
	rooms := map[string][]Room{}
	for _, u := range q.uses {
		class := q.provisionedClass(u)
		if class == nil || !checksCapacity(q.ix, class) {
			continue
		}
		pools := poolsOf(q.ix, class.Name)
		for _, nv := range q.verdict.Nodes {
			if n := q.ix.Node(nv.Node); n != nil {
				rooms[n.Name] = append(rooms[n.Name], roomFor(u.claim, class, n, pools))
			}
		}
	}
	return rooms
}

// provisionedClass is the class of an unbound claim that a provisioner may serve, or nil.
func (q *inquiry) provisionedClass(u claimUse) *storagev1.StorageClass {
	if u.claim == nil || inspect.FullyBound(u.claim) {
		return nil
	}
	class := q.ix.Class(volumehelpers.GetPersistentVolumeClaimClass(u.claim))
	if class == nil || !provisioned(class) {
		return nil
	}
	return class
}

func roomFor(c *corev1.PersistentVolumeClaim, class *storagev1.StorageClass, n *corev1.Node, pools []pool) Room {
	request := c.Spec.Resources.Requests[corev1.ResourceStorage]
	r := Room{Claim: c.Name, StorageClass: class.Name, Driver: class.Provisioner, Want: request.String()}
	reported := false
	for _, p := range pools {
		limit := p.limit.MaximumVolumeSize
		if limit == nil {
			limit = p.limit.Capacity
		}
		if limit == nil || !p.selector.Matches(labels.Set(n.Labels)) {
			continue
		}
		if !reported || limit.Cmp(r.Free) > 0 {
			r.Free, r.Have, reported = *limit, limit.String(), true
		}
	}
	r.Enough = reported && r.Free.Value() >= request.Value()
	return r
}

// provisionableFinding is about a claim of a provisioned class that no existing volume matches. It asks for this
// claim alone, as checkVolumeProvisions in the scheduler's volumebinding/binder.go does: a Node may be refused for
// another claim, and nothing is known of Nodes that the scheduler did not get to.
func (q *inquiry) provisionableFinding(c *corev1.PersistentVolumeClaim, class *storagev1.StorageClass) claimFinding {
	var allowed, others []*corev1.Node
	for _, nv := range q.verdict.Nodes {
		switch n := q.ix.Node(nv.Node); {
		case n == nil:
		case allowsNode(class, n):
			allowed = append(allowed, n)
		default:
			others = append(others, n)
		}
	}
	best, bestNode := q.bestRoom(c, class, allowed)
	switch {
	case len(allowed) == 0 && len(others) > 0:
		return finding(inspect.NoMatchingVolume, fact.New("ClassAllowsNoNode", "claim", c.Name, "class", class.Name))
	case len(allowed) == 0 || !checksCapacity(q.ix, class) || best.Enough:
		return finding(inspect.ClaimOk, fact.New("ClaimProvisionable", "claim", c.Name, "driver", class.Provisioner))
	}
	if gap, ok := q.ix.Gap(inspect.CSIStorageCapacities); ok {
		return finding(inspect.NoMatchingVolume, fact.New("DriverRoomUnread", "claim", c.Name, "want", best.Want, "driver", class.Provisioner, "class", class.Name, "why", gap.Fact()))
	}
	if r, _ := q.bestRoom(c, class, others); r.Enough {
		return finding(inspect.NoMatchingVolume, fact.New("DriverRoomElsewhere", "claim", c.Name, "want", best.Want, "driver", class.Provisioner, "class", class.Name))
	}
	if best.Free.IsZero() {
		return finding(inspect.NoMatchingVolume, fact.New("DriverReportsNoRoom", "claim", c.Name, "want", best.Want, "driver", class.Provisioner, "class", class.Name))
	}
	return finding(inspect.NoMatchingVolume, fact.New("DriverRoomTooSmall", "claim", c.Name, "want", best.Want, "driver", class.Provisioner, "class", class.Name,
		"have", best.Have, "node", bestNode))
}

// bestRoom is the most room that a driver reports for a claim on some of the Nodes, and where that is.
func (q *inquiry) bestRoom(c *corev1.PersistentVolumeClaim, class *storagev1.StorageClass, nodes []*corev1.Node) (Room, string) {
	var best Room
	var on string
	pools := poolsOf(q.ix, class.Name)
	for _, n := range nodes {
		if r := roomFor(c, class, n, pools); on == "" || r.Free.Cmp(best.Free) > 0 {
			best, on = r, n.Name
		}
	}
	return best, on
}

// provisionableOn reports whether a volume could be made for a claim that finds none on one of the Nodes.
func (q *inquiry) provisionableOn(c *corev1.PersistentVolumeClaim, nodes []string) bool {
	class := q.ix.Class(volumehelpers.GetPersistentVolumeClaimClass(c))
	if class == nil || !provisioned(class) {
		return false
	}
	checks, pools := checksCapacity(q.ix, class), poolsOf(q.ix, class.Name)
	return slices.ContainsFunc(nodes, func(name string) bool {
		n := q.ix.Node(name)
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

// greedyFinding is about a claim that the scheduler's smallest-first order leaves without a volume (always or
// sometimes) on a Node whose volumes would do for all claims, and which is in the reach of its other claims.
func (q *inquiry) greedyFinding(c *corev1.PersistentVolumeClaim) (claimFinding, bool) {
	if len(q.matcher.Distinct()) < 2 {
		return claimFinding{}, false
	}
	for i, nv := range q.verdict.Nodes {
		if !otherwiseFits(nv) || !q.inReach(nv.Node) || q.matches[i].Complete() || chosenFor(q.matches[i], c) != nil {
			continue
		}
		if g := q.matcher.Greedy(nv.Node); g.Miss() {
			return finding(inspect.GreedyMiss, fact.New("SmallerClaimsFirst", "claim", c.Name, "node", nv.Node, "assignment", assignmentFacts(g.Assignment))), true
		}
	}
	return claimFinding{}, false
}

func assignmentFacts(as []match.Assigned) []fact.Fact {
	parts := make([]fact.Fact, 0, len(as))
	for _, a := range as {
		parts = append(parts, fact.New("VolumeForClaim", "volume", a.Volume.Name, "claim", a.Claim.Name))
	}
	return parts
}

// otherwiseFits reports whether nothing but VolumeBinding refuses a Node.
func otherwiseFits(n inspect.NodeVerdict) bool {
	for _, r := range n.Refusals {
		if r.Plugin != inspect.PluginVolumeBinding {
			return false
		}
	}
	return true
}
