package pending

import (
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"

	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// finding says what stands between one claim and a volume, now that the Nodes have been asked.
func (q *inquiry) finding(u claimUse) claimFinding {
	f, ok := precondition(q.ix, q.pod, u)
	c := u.claim
	switch {
	case !ok:
		f.stops = true
		return f
	case inspect.FullyBound(c):
		return q.boundFinding(c)
	case hasSelectedNode(c):
		return q.selectedNodeFinding(c)
	}
	if v := q.ix.ReservedFor(c); v != nil {
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
		if gap, ok := q.ix.Gap(inspect.PersistentVolumes); ok {
			return finding(inspect.BoundVolumeUnknown, fact.New("ClaimVolumeUnread", "claim", c.Name, "volume", c.Spec.VolumeName, "why", gap.Fact()))
		}
		return finding(inspect.BoundVolumeMissing, fact.New("ClaimVolumeAbsent", "claim", c.Name, "volume", c.Spec.VolumeName))
	}
	return q.pinnedFinding(c, v, bindingBound)
}

// reservedFinding is about a volume that is held for an unbound claim. It decides alone if the scheduler stops
// at it: if it fails no check but, perhaps, that of the Node.
func (q *inquiry) reservedFinding(c *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume) (claimFinding, bool) {
	m, err := match.NewMatcher(q.ix, c)
	if err != nil || m.Explain(v, true, "").Code != inspect.Match {
		return claimFinding{}, false
	}
	return q.pinnedFinding(c, v, bindingReserved), true
}

// How a claim and the volume that is decided for it are tied to each other.
const (
	bindingBound    = "bound"
	bindingReserved = "reserved"
)

// Codes of what is found where the home of a claim's volume is unknown.
const (
	// CodePinnedToUnknownHome is told of the claim.
	CodePinnedToUnknownHome fact.Code = "PinnedToUnknownHome"
	// CodeBoundHomeUnknown is told of the volume, on each Node.
	CodeBoundHomeUnknown fact.Code = "BoundVolumeHomeUnknown"
)

// pinnedFinding is about a claim whose volume is decided, so that only the volume's home will do.
func (q *inquiry) pinnedFinding(c *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume, binding string) claimFinding {
	if inspect.AnyNode(v) {
		return finding(inspect.ClaimOk, fact.New("PinnedAnywhere", "claim", c.Name, "binding", binding, "volume", v.Name))
	}
	home := q.ix.HomeOf(v)
	switch home.State {
	case inspect.HomeMissing:
		return finding(inspect.BoundNodeMissing, fact.New("PinnedToMissingNode", "claim", c.Name, "binding", binding, "volume", v.Name, "nodes", home.Hosts))
	case inspect.HomeUnknown:
		return finding(inspect.BoundNodeUnfit, fact.New(CodePinnedToUnknownHome, "claim", c.Name, "binding", binding, "volume", v.Name, "why", home.Why))
	case inspect.HomeNode:
	}
	var refusals []fact.Fact
	for _, n := range home.Nodes {
		why := q.refusalBesidesVolumes(n)
		if why.IsZero() {
			return finding(inspect.ClaimOk, fact.New("PinnedToNode", "claim", c.Name, "binding", binding, "volume", v.Name, "nodes", home.Names()))
		}
		refusals = withRefusal(refusals, n.Name, why)
	}
	return finding(inspect.BoundNodeUnfit, fact.New("PinnedToUnfitNode", "claim", c.Name, "binding", binding, "volume", v.Name, "nodes", home.Names(), "refusals", refusals))
}

// withRefusal adds why a Node refuses the Pod. Nodes that do so for the same are told together.
func withRefusal(refusals []fact.Fact, node string, why fact.Fact) []fact.Fact {
	for i, other := range refusals {
		if others, _ := other.Values["nodes"].Any().([]string); why.With("nodes", others).Equal(other) {
			refusals[i] = other.With("nodes", append(others, node))
			return refusals
		}
	}
	return append(refusals, why)
}

// refusalBesidesVolumes says why a Node refuses the Pod apart from volumes, zero if it does not.
func (q *inquiry) refusalBesidesVolumes(n *corev1.Node) fact.Fact {
	nv, ok := q.nodeVerdict(n.Name)
	if !ok {
		return fact.Fact{}
	}
	whys := q.refusals(nv)
	switch condition, since := inspect.ConditionOf(n); {
	case len(whys) == 0:
		return fact.Fact{}
	case condition == inspect.NodeUnknown:
		return fact.New("HomeUnreachable", "nodes", []string{n.Name}, "since", q.ix.Ago(since))
	case condition == inspect.NodeNotReady:
		return fact.New("HomeNotReady", "nodes", []string{n.Name}, "since", q.ix.Ago(since))
	case n.Spec.Unschedulable:
		return fact.New("HomeCordoned", "nodes", []string{n.Name})
	default:
		return fact.New("HomeRefusesPod", "nodes", []string{n.Name}, "why", whys)
	}
}

// refusals say why a Node refuses the Pod apart from volumes, each reason once.
func (q *inquiry) refusals(nv inspect.NodeVerdict) []fact.Fact {
	var whys []fact.Fact
	for _, r := range nv.Refusals {
		if r.Plugin == inspect.PluginVolumeBinding {
			continue
		}
		for _, why := range refusalFacts(q.ix, q.pod, q.ix.Node(nv.Node), r) {
			if !slices.ContainsFunc(whys, why.Equal) {
				whys = append(whys, why)
			}
		}
	}
	return whys
}

func (q *inquiry) nodeVerdict(name string) (inspect.NodeVerdict, bool) {
	i, ok := slices.BinarySearchFunc(q.verdict.Nodes, name, func(n inspect.NodeVerdict, name string) int { return strings.Compare(n.Node, name) })
	if !ok {
		return inspect.NodeVerdict{}, false
	}
	return q.verdict.Nodes[i], true
}

// selectedNodeFinding is about a claim with the annotation by which the scheduler hands it to a provisioner. No
// existing volume is tried for it any more, not even on that node.
func (q *inquiry) selectedNodeFinding(c *corev1.PersistentVolumeClaim) claimFinding {
	node := c.Annotations[volumehelpers.AnnSelectedNode]
	class := q.ix.Class(volumehelpers.GetPersistentVolumeClaimClass(c))
	if class == nil || !provisioned(class) {
		return finding(inspect.SelectedNodeStale, fact.New("SelectedNodeWithoutProvisioner", "claim", c.Name,
			"annotation", volumehelpers.AnnSelectedNode, "node", node, "class", volumehelpers.GetPersistentVolumeClaimClass(c)))
	}
	nv, ok := q.nodeVerdict(node)
	switch {
	case !ok:
		return finding(inspect.SelectedNodeStale, fact.New("SelectedNodeAbsent", "claim", c.Name, "provisioner", class.Provisioner, "node", node))
	case !nv.Fits():
		return finding(inspect.SelectedNodeStale, fact.New("SelectedNodeRefuses", "claim", c.Name, "provisioner", class.Provisioner, "node", node,
			"why", refusalFacts(q.ix, q.pod, q.ix.Node(node), nv.Refusals[0])))
	}
	return finding(inspect.AwaitingProvisioner, fact.New("ProvisioningAwaited", "claim", c.Name, "provisioner", class.Provisioner, "node", node,
		"waited", awaitedSince(q.ix, c)))
}

// awaitedSince tells how long a provisioner has been waited for, from the claim's own event.
func awaitedSince(ix *inspect.Index, c *corev1.PersistentVolumeClaim) fact.Fact {
	e := lastEvent(ix, "PersistentVolumeClaim", c.ObjectMeta, "ExternalProvisioning", "Provisioning")
	if e == nil {
		return fact.New("WaitedSinceClaim", "since", ix.Ago(c.CreationTimestamp.Time))
	}
	first := e.FirstTimestamp
	if first.IsZero() {
		first = eventTime(e)
	}
	return fact.New("WaitedSinceEvent", "since", ix.Ago(first.Time))
}

// unboundFinding is about a claim for which the scheduler tries the volumes of its class on every Node.
func (q *inquiry) unboundFinding(c *corev1.PersistentVolumeClaim) claimFinding {
	var first []fact.Fact
	n := 0
	for _, m := range q.matches {
		if chosen := chosenFor(m, c); chosen != nil {
			if n++; n <= maxTold {
				first = append(first, fact.New("VolumeOnNode", "volume", chosen.Name, "node", m.Node))
			}
		}
	}
	if n > 0 {
		if f, missed := q.greedyFinding(c); missed {
			return f
		}
		return finding(inspect.ClaimOk, fact.New("ClaimMatches", "claim", c.Name, "volumes", first, "count", n))
	}
	if f, missed := q.greedyFinding(c); missed {
		return f
	}
	class := q.ix.Class(volumehelpers.GetPersistentVolumeClaimClass(c))
	if class != nil && provisioned(class) {
		return q.provisionableFinding(c, class)
	}
	return finding(inspect.NoMatchingVolume, q.noMatch(c))
}

func chosenFor(m match.PodMatch, c *corev1.PersistentVolumeClaim) *corev1.PersistentVolume {
	for _, cm := range m.Claims {
		if cm.Claim == c && cm.Chosen != nil {
			return cm.Chosen
		}
	}
	return nil
}
