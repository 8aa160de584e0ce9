package inspect

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"
)

// finding says what stands between one claim and a volume, now that the Nodes have been asked.
func (q *inquiry) finding(u claimUse) claimFinding {
	f, ok := q.ix.precondition(q.pod, u)
	c := u.claim
	switch {
	case !ok:
		f.stops = true
		return f
	case FullyBound(c):
		return q.boundFinding(c)
	case hasSelectedNode(c):
		return q.selectedNodeFinding(c)
	}
	if v := q.ix.reservedFor(c); v != nil {
		if f, decides := q.reservedFinding(c, v); decides {
			return f
		}
	}
	return q.unboundFinding(c)
}

func hasSelectedNode(c *corev1.PersistentVolumeClaim) bool {
	_, ok := c.Annotations[volumehelpers.AnnSelectedNode]
	return ok
}

func (q *inquiry) boundFinding(c *corev1.PersistentVolumeClaim) claimFinding {
	v := q.ix.Volume(c.Spec.VolumeName)
	if v == nil {
		if gap, ok := q.ix.Gap(PersistentVolumes); ok {
			return finding(BoundVolumeUnknown, "claim %s is bound to volume %s, and whether that exists is %s", c.Name, c.Spec.VolumeName, gap)
		}
		return finding(BoundVolumeMissing, "claim %s is bound to volume %s, which does not exist", c.Name, c.Spec.VolumeName)
	}
	return q.pinnedFinding(c, v, "is bound to")
}

// reservedFinding is about a volume that is held for an unbound claim. It decides alone if the scheduler stops
// at it: if it fails no check but, perhaps, that of the Node.
func (q *inquiry) reservedFinding(c *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume) (claimFinding, bool) {
	m, err := NewMatcher(q.ix, c)
	if err != nil || m.Explain(v, true, "").Code != Match {
		return claimFinding{}, false
	}
	return q.pinnedFinding(c, v, "is to get the reserved volume"), true
}

// pinnedFinding is about a claim whose volume is settled, so that only the volume's home will do.
func (q *inquiry) pinnedFinding(c *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume, verb string) claimFinding {
	about := fmt.Sprintf("claim %s %s %s", c.Name, verb, v.Name)
	if AnyNode(v) {
		return finding(ClaimOk, "%s, which can be used on every node", about)
	}
	home := q.ix.HomeOf(v)
	switch home.State {
	case HomeMissing:
		return finding(BoundNodeMissing, "%s, which is on %s, and there is no such Node", about, listed(home.Hosts))
	case HomeUnknown:
		return finding(BoundNodeUnfit, "%s, and where that is cannot be told: %s", about, home.Why)
	case HomeNode:
	}
	about = fmt.Sprintf("%s, which is on %s", about, listed(home.Names()))
	var refusals []string
	for _, n := range home.Nodes {
		why := q.refusalBesidesVolumes(n)
		if why == "" {
			return finding(ClaimOk, "%s", about)
		}
		refusals = append(refusals, why)
	}
	return finding(BoundNodeUnfit, "%s, and %s", about, strings.Join(refusals, "; "))
}

// refusalBesidesVolumes says why a Node refuses the Pod apart from volumes, empty if it does not.
func (q *inquiry) refusalBesidesVolumes(n *corev1.Node) string {
	nv, ok := q.nodeVerdict(n.Name)
	if !ok {
		return ""
	}
	var whys []string
	for _, r := range nv.Refusals {
		if r.Plugin != PluginVolumeBinding {
			whys = append(whys, q.ix.refusalText(q.pod, n, r))
		}
	}
	switch condition, since := ConditionOf(n); {
	case len(whys) == 0:
		return ""
	case condition == NodeUnknown:
		return fmt.Sprintf("%s has not answered for %s", n.Name, q.ix.ago(since))
	case condition == NodeNotReady:
		return fmt.Sprintf("%s has not been ready for %s", n.Name, q.ix.ago(since))
	case n.Spec.Unschedulable:
		return n.Name + " is cordoned"
	default:
		return fmt.Sprintf("%s refuses the Pod: %s", n.Name, strings.Join(whys, ", "))
	}
}

func (q *inquiry) nodeVerdict(name string) (NodeVerdict, bool) {
	i, ok := slices.BinarySearchFunc(q.verdict.Nodes, name, func(n NodeVerdict, name string) int { return strings.Compare(n.Node, name) })
	if !ok {
		return NodeVerdict{}, false
	}
	return q.verdict.Nodes[i], true
}

// selectedNodeFinding is about a claim with the annotation by which the scheduler hands it to a provisioner. No
// existing volume is tried for it any more, not even on that node.
func (q *inquiry) selectedNodeFinding(c *corev1.PersistentVolumeClaim) claimFinding {
	node := c.Annotations[volumehelpers.AnnSelectedNode]
	class := q.ix.Class(volumehelpers.GetPersistentVolumeClaimClass(c))
	if class == nil || !provisioned(class) {
		return finding(SelectedNodeStale, "claim %s carries %s=%s, so existing volumes are not tried for it, and class %s provisions none",
			c.Name, volumehelpers.AnnSelectedNode, node, volumehelpers.GetPersistentVolumeClaimClass(c))
	}
	nv, ok := q.nodeVerdict(node)
	switch {
	case !ok:
		return finding(SelectedNodeStale, "claim %s was handed to provisioner %s for node %s, which does not exist", c.Name, class.Provisioner, node)
	case !nv.Fits():
		return finding(SelectedNodeStale, "claim %s was handed to provisioner %s for node %s, which now refuses the Pod: %s",
			c.Name, class.Provisioner, node, q.ix.refusalText(q.pod, q.ix.Node(node), nv.Refusals[0]))
	}
	return finding(AwaitingProvisioner, "claim %s waits for provisioner %s to make a volume on %s%s", c.Name, class.Provisioner, node, q.ix.awaitedSince(c))
}

// awaitedSince tells how long a provisioner has been silent, from the claim's own event.
func (ix *Index) awaitedSince(c *corev1.PersistentVolumeClaim) string {
	e := ix.lastEvent("PersistentVolumeClaim", c.ObjectMeta, "ExternalProvisioning", "Provisioning")
	if e == nil {
		return fmt.Sprintf(", for %s at most (the age of the claim)", ix.ago(c.CreationTimestamp.Time))
	}
	first := e.FirstTimestamp
	if first.IsZero() {
		first = eventTime(e)
	}
	return fmt.Sprintf(", for %s", ix.ago(first.Time))
}

// unboundFinding is about a claim for which the scheduler tries the volumes of its class on every Node.
func (q *inquiry) unboundFinding(c *corev1.PersistentVolumeClaim) claimFinding {
	var on []string
	for _, m := range q.matches {
		if chosen := chosenFor(m, c); chosen != nil {
			on = append(on, fmt.Sprintf("%s on %s", chosen.Name, m.Node))
		}
	}
	if len(on) > 0 {
		if f, missed := q.greedyFinding(c); missed {
			return f
		}
		return finding(ClaimOk, "claim %s matches %s", c.Name, listed(on))
	}
	if f, missed := q.greedyFinding(c); missed {
		return f
	}
	class := q.ix.Class(volumehelpers.GetPersistentVolumeClaimClass(c))
	if class != nil && provisioned(class) {
		return q.provisionableFinding(c, class)
	}
	return finding(NoMatchingVolume, "%s", q.noMatchText(c))
}

func chosenFor(m PodMatch, c *corev1.PersistentVolumeClaim) *corev1.PersistentVolume {
	for _, cm := range m.Claims {
		if cm.Claim == c && cm.Chosen != nil {
			return cm.Chosen
		}
	}
	return nil
}
