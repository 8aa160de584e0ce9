package pending

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

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
func pinnedFinding(e evidence.Evidence, c *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume, binding string) claimFinding {
	if inspect.AnyNode(v) {
		return finding(inspect.ClaimOk, fact.New("PinnedAnywhere", "claim", c.Name, "binding", binding, "volume", v.Name))
	}
	home := e.Index.HomeOf(v)
	if why, astray := e.Index.Astray(v); astray {
		return astrayFinding(e, c, v, binding, why)
	}
	switch home.State {
	case inspect.HomeMissing:
		return finding(inspect.BoundNodeMissing, fact.New("PinnedToMissingNode", "claim", c.Name, "binding", binding, "volume", v.Name, "nodes", home.Hosts))
	case inspect.HomeUnknown:
		return finding(inspect.BoundNodeUnfit, fact.New(CodePinnedToUnknownHome, "claim", c.Name, "binding", binding, "volume", v.Name, "why", home.Why))
	case inspect.HomeNode:
	}
	var refusals []fact.Fact
	for _, n := range home.Nodes {
		why := refusalBesidesVolumes(e, n)
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
func refusalBesidesVolumes(e evidence.Evidence, n *corev1.Node) fact.Fact {
	nv, ok := e.NodeVerdict(n.Name)
	if !ok {
		return fact.Fact{}
	}
	whys := whyRefused(e, nv)
	switch condition, since := inspect.ConditionOf(n); {
	case len(whys) == 0:
		return fact.Fact{}
	case condition == inspect.NodeUnknown:
		return fact.New("HomeUnreachable", "nodes", []string{n.Name}, "since", e.Index.Ago(since))
	case condition == inspect.NodeNotReady:
		return fact.New("HomeNotReady", "nodes", []string{n.Name}, "since", e.Index.Ago(since))
	case n.Spec.Unschedulable:
		return fact.New("HomeCordoned", "nodes", []string{n.Name})
	default:
		return fact.New("HomeRefusesPod", "nodes", []string{n.Name}, "why", whys)
	}
}

// whyRefused says why a Node refuses the Pod apart from volumes, each reason once.
func whyRefused(e evidence.Evidence, nv inspect.NodeVerdict) []fact.Fact {
	var whys []fact.Fact
	for _, r := range nv.Refusals {
		if r.Plugin == inspect.PluginVolumeBinding {
			continue
		}
		for _, why := range refusalFacts(e.Index, e.Pod, e.Index.Node(nv.Node), r) {
			if !slices.ContainsFunc(whys, why.Equal) {
				whys = append(whys, why)
			}
		}
	}
	return whys
}

// boundReason says of a bound claim's volume whether it can be used on a Node.
func boundReason(ix *inspect.Index, c *corev1.PersistentVolumeClaim, node string) VolumeReason {
	r := VolumeReason{Name: c.Spec.VolumeName, Claim: c.Name, Code: inspect.NodeAffinityMismatch}
	v := ix.Volume(c.Spec.VolumeName)
	gap, blind := ix.Gap(inspect.PersistentVolumes)
	switch {
	case v == nil && blind:
		r.Reason = fact.New("BoundVolumeNotRead", "why", gap.Reason)
	case v == nil:
		r.Reason = fact.New("BoundVolumeGone")
	case ix.UsableOn(v, node) && !hasData(ix, v, node):
		r.Code, r.Have, r.Reason = inspect.Match, strings.Join(ix.DataOn(v).Nodes, ","), fact.New(CodeBoundDataElsewhere, "have", ix.DataOn(v).Nodes)
	case ix.UsableOn(v, node):
		r.Code, r.Reason = inspect.Match, fact.New("BoundVolumeHere")
	case ix.HomeOf(v).State == inspect.HomeUnknown:
		r.Reason = fact.New(CodeBoundHomeUnknown, "why", ix.HomeOf(v).Why)
	default:
		homes := ix.SiteNames(v)
		r.Have, r.Reason = strings.Join(homes, ","), fact.New("BoundVolumeElsewhere", "have", homes)
	}
	return r
}
