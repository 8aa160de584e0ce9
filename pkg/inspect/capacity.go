package inspect

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	volumehelpers "k8s.io/component-helpers/storage/volume"
	"k8s.io/utils/ptr"
)

// pool is one CSIStorageCapacity with its selector parsed.
type pool struct {
	selector labels.Selector
	limit    *storagev1.CSIStorageCapacity
}

// checksCapacity tells whether the scheduler compares a class's requests with the room that the driver reports:
// only if the driver says so in its CSIDriver object (volumebinding/binder.go: hasEnoughCapacity).
func (ix *Index) checksCapacity(class *storagev1.StorageClass) bool {
	for _, d := range ix.CSIDrivers {
		if d.Name == class.Provisioner {
			return ptr.Deref(d.Spec.StorageCapacity, false)
		}
	}
	return false
}

func (ix *Index) poolsOf(class string) []pool {
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
		if class == nil || !q.ix.checksCapacity(class) {
			continue
		}
		pools := q.ix.poolsOf(class.Name)
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
	if u.claim == nil || FullyBound(u.claim) {
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
	r := Room{Claim: c.Name, StorageClass: class.Name, Driver: class.Provisioner, Want: request.String(), Have: "nothing reported"}
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

// provisionableFinding is about a claim of a provisioned class that no existing volume matches.
func (q *inquiry) provisionableFinding(c *corev1.PersistentVolumeClaim, class *storagev1.StorageClass) claimFinding {
	for _, n := range q.verdict.Nodes {
		if _, refused := n.Refused(PluginVolumeBinding); !refused && len(q.verdict.PreFilter) == 0 {
			return finding(ClaimOk, "claim %s can be provisioned by %s", c.Name, class.Provisioner)
		}
	}
	if !q.ix.checksCapacity(class) {
		return finding(NoMatchingVolume, "claim %s: class %s allows no node of this cluster (allowedTopologies), and no existing volume matches", c.Name, class.Name)
	}
	var best Room
	var bestNode string
	pools := q.ix.poolsOf(class.Name)
	for _, nv := range q.verdict.Nodes {
		n := q.ix.Node(nv.Node)
		if n == nil {
			continue
		}
		if r := roomFor(c, class, n, pools); bestNode == "" || r.Free.Cmp(best.Free) > 0 {
			best, bestNode = r, nv.Node
		}
	}
	if best.Free.IsZero() {
		return finding(NoMatchingVolume, "claim %s asks for %s, and driver %s reports no room for class %s on any node", c.Name, best.Want, class.Provisioner, class.Name)
	}
	if best.Enough {
		return finding(NoMatchingVolume, "claim %s asks for %s; driver %s has that much room only where the Pod or class %s cannot go", c.Name, best.Want, class.Provisioner, class.Name)
	}
	return finding(NoMatchingVolume, "claim %s asks for %s, and the most that driver %s can make for class %s is %s, on %s",
		c.Name, best.Want, class.Provisioner, class.Name, best.Have, bestNode)
}

// greedyFinding is about a claim that the scheduler's smallest-first order leaves without a volume (always or
// sometimes) on a Node whose volumes would do for all claims.
func (q *inquiry) greedyFinding(c *corev1.PersistentVolumeClaim) (claimFinding, bool) {
	if len(q.matcher.distinct()) < 2 {
		return claimFinding{}, false
	}
	for i, nv := range q.verdict.Nodes {
		if !otherwiseFits(nv) || q.matches[i].Complete() || chosenFor(q.matches[i], c) != nil {
			continue
		}
		if g := q.matcher.Greedy(nv.Node); g.Miss() {
			return finding(GreedyMiss, "claim %s finds no volume on %s because the scheduler serves smaller claims first; %s would do for all",
				c.Name, nv.Node, assignmentText(g.Assignment)), true
		}
	}
	return claimFinding{}, false
}

func assignmentText(as []Assigned) string {
	var parts []string
	for _, a := range as {
		parts = append(parts, fmt.Sprintf("%s for %s", a.Volume.Name, a.Claim.Name))
	}
	return listed(parts)
}

// otherwiseFits tells whether nothing but VolumeBinding refuses a Node.
func otherwiseFits(n NodeVerdict) bool {
	for _, r := range n.Refusals {
		if r.Plugin != PluginVolumeBinding {
			return false
		}
	}
	return true
}
