package pending

import (
	corev1 "k8s.io/api/core/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// findings say of each claim of the Pod what stands between it and a volume, each by itself.
func findings(e evidence.Evidence) []claimFinding {
	found := make([]claimFinding, 0, len(e.Uses))
	for _, u := range e.Uses {
		found = append(found, findingOf(e, u))
	}
	return found
}

// findingOf says what stands between one claim and a volume, now that the Nodes have been asked.
func findingOf(e evidence.Evidence, u evidence.ClaimUse) claimFinding {
	f, ok := precondition(e.Index, e.Pod, u)
	c := u.Claim
	switch {
	case !ok:
		f.stops = true
		return f
	case inspect.FullyBound(c):
		return boundFinding(e, c)
	case u.HandedOver():
		return selectedNodeFinding(e, c)
	}
	if v := e.Index.ReservedFor(c); v != nil {
		if f, decides := reservedFinding(e, u, v); decides {
			return f
		}
	}
	return unboundFinding(e, u)
}

// boundFinding is about a claim that has its volume.
func boundFinding(e evidence.Evidence, c *corev1.PersistentVolumeClaim) claimFinding {
	v := e.Index.Volume(c.Spec.VolumeName)
	if v == nil {
		if gap, ok := e.Index.Gap(inspect.PersistentVolumes); ok {
			return finding(inspect.BoundVolumeUnknown, fact.New("ClaimVolumeUnread", "claim", c.Name, "volume", c.Spec.VolumeName, "why", gap.Fact()))
		}
		return finding(inspect.BoundVolumeMissing, fact.New("ClaimVolumeAbsent", "claim", c.Name, "volume", c.Spec.VolumeName))
	}
	return pinnedFinding(e, c, v, bindingBound)
}

// reservedFinding is about a volume that is held for an unbound claim. It decides alone if the scheduler stops
// at it: if it fails no check but, perhaps, that of the Node.
func reservedFinding(e evidence.Evidence, u evidence.ClaimUse, v *corev1.PersistentVolume) (claimFinding, bool) {
	if u.Matcher == nil || u.Matcher.Explain(v, true, "").Code != inspect.Match {
		return claimFinding{}, false
	}
	return pinnedFinding(e, u.Claim, v, bindingReserved), true
}

// selectedNodeFinding is about a claim with the annotation by which the scheduler hands it to a provisioner. No
// existing volume is tried for it any more, not even on that node.
func selectedNodeFinding(e evidence.Evidence, c *corev1.PersistentVolumeClaim) claimFinding {
	node := c.Annotations[volumehelpers.AnnSelectedNode]
	class := e.Index.Class(volumehelpers.GetPersistentVolumeClaimClass(c))
	if class == nil || !evidence.Provisioned(class) {
		return finding(inspect.SelectedNodeStale, fact.New("SelectedNodeWithoutProvisioner", "claim", c.Name,
			"annotation", volumehelpers.AnnSelectedNode, "node", node, "class", volumehelpers.GetPersistentVolumeClaimClass(c)))
	}
	nv, ok := e.NodeVerdict(node)
	switch {
	case !ok:
		return finding(inspect.SelectedNodeStale, fact.New("SelectedNodeAbsent", "claim", c.Name, "provisioner", class.Provisioner, "node", node))
	case !nv.Fits():
		return finding(inspect.SelectedNodeStale, fact.New("SelectedNodeRefuses", "claim", c.Name, "provisioner", class.Provisioner, "node", node,
			"why", refusalFacts(e.Index, e.Pod, e.Index.Node(node), nv.Refusals[0])))
	}
	return finding(inspect.AwaitingProvisioner, fact.New("ProvisioningAwaited", "claim", c.Name, "provisioner", class.Provisioner, "node", node,
		"waited", awaitedSince(e.Index, c)))
}

// unboundFinding is about a claim for which the scheduler tries the volumes of its class on every Node.
func unboundFinding(e evidence.Evidence, u evidence.ClaimUse) claimFinding {
	c := u.Claim
	if f, missed := greedyFinding(e, c); missed {
		return f
	}
	if first, n := volumesFor(e, c); n > 0 {
		return finding(inspect.ClaimOk, fact.New("ClaimMatches", "claim", c.Name, "volumes", first, "count", n))
	}
	class := e.Index.Class(volumehelpers.GetPersistentVolumeClaimClass(c))
	if class != nil && evidence.Provisioned(class) {
		return provisionableFinding(e, c, class)
	}
	return finding(inspect.NoMatchingVolume, noMatch(e.Index, u))
}

// volumesFor tell which volumes a claim gets on the first Nodes, and on how many it gets one.
func volumesFor(e evidence.Evidence, c *corev1.PersistentVolumeClaim) (first []fact.Fact, n int) {
	for _, m := range e.Matches {
		chosen := chosenFor(m, c)
		if chosen == nil {
			continue
		}
		if n++; n <= maxTold {
			first = append(first, fact.New("VolumeOnNode", "volume", chosen.Name, "node", m.Node))
		}
	}
	return first, n
}

// greedyFinding is about a claim that the scheduler's smallest-first order leaves without a volume (always or
// sometimes) on a Node whose volumes would do for all claims, and which is in the reach of its other claims.
func greedyFinding(e evidence.Evidence, c *corev1.PersistentVolumeClaim) (claimFinding, bool) {
	if len(e.Matcher.Distinct()) < 2 {
		return claimFinding{}, false
	}
	for i, nv := range e.Verdict.Nodes {
		if !evidence.OtherwiseFits(nv) || !e.InReach(nv.Node) || e.Matches[i].Complete() || chosenFor(e.Matches[i], c) != nil {
			continue
		}
		if g := e.Matcher.Greedy(nv.Node); g.Miss() {
			return finding(inspect.GreedyMiss, fact.New("SmallerClaimsFirst", "claim", c.Name, "node", nv.Node, "assignment", assignmentFacts(g.Assignment))), true
		}
	}
	return claimFinding{}, false
}

// assignmentFacts tell which volume each claim could have.
func assignmentFacts(as []match.Assigned) []fact.Fact {
	parts := make([]fact.Fact, 0, len(as))
	for _, a := range as {
		parts = append(parts, fact.New("VolumeForClaim", "volume", a.Volume.Name, "claim", a.Claim.Name))
	}
	return parts
}

// chosenFor is the volume that a claim gets, nil if it gets none.
func chosenFor(m match.PodMatch, c *corev1.PersistentVolumeClaim) *corev1.PersistentVolume {
	for _, cm := range m.Claims {
		if cm.Claim == c && cm.Chosen != nil {
			return cm.Chosen
		}
	}
	return nil
}
