package planner

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// What becomes of claims whose data is not where the scheduler would send their Pods, or of which nobody knows where it is.

// siteOf is where the data of a volume is, as it is told: the names of Nodes or hosts.
func (p *planner) siteOf(v *corev1.PersistentVolume) string {
	if site := p.ix.DataOn(v); len(site.Nodes) > 0 {
		return strings.Join(site.Nodes, ",")
	}
	return strings.Join(p.ix.HomeOf(v).Names(), ",")
}

// isAstray reports whether the scheduler may send the Pods of a volume to Nodes without its data. No member is moved to such a volume.
func isAstray(ix *inspect.Index, v *corev1.PersistentVolume) bool {
	_, astray := ix.Astray(v)
	return astray
}

// tellUnclear says of each member that cannot move since nothing says where its data is what that means for the command.
func tellUnclear(f *workload.Finder, why func(workload.UnclearClaim) fact.Fact) {
	for i := range f.Shared {
		if u := f.Shared[i].Unclear; u != nil {
			f.Shared[i].Why = why(*u)
		}
	}
}

// isMember reports whether a volume is one of a member that cannot move.
func isMember(f *workload.Finder, v *corev1.PersistentVolume) bool {
	return slices.ContainsFunc(f.Shared, func(i workload.Immovable) bool {
		return slices.ContainsFunc(i.Member.Claims, func(c workload.Claim) bool { return c.Volume == v })
	})
}

// protects says what the finalizers of volumes are for that are known.
func protects(finalizers []string) []fact.Fact {
	var out []fact.Fact
	for _, f := range finalizers {
		switch {
		case f == "external-provisioner.volume.kubernetes.io/finalizer": // sig-storage-lib-external-provisioner: finalizerPV
			out = append(out, fact.New("FinalizerOfProvisioner", "finalizer", f))
		case strings.HasPrefix(f, "external-attacher/"): // external-attacher: GetFinalizerName
			out = append(out, fact.New("FinalizerOfAttacher", "finalizer", f))
		default:
			out = append(out, fact.New("FinalizerOfOthers", "finalizer", f))
		}
	}
	return out
}

// withoutFinalizers is the command that takes some finalizers off a volume and leaves the others, if it has them as it had.
func withoutFinalizers(v *corev1.PersistentVolume, finalizers []string) fact.Command {
	var ops []string
	for i, f := range slices.Backward(v.Finalizers) { // so that those that are still to go keep their places
		if slices.Contains(finalizers, f) {
			ops = append(ops, fmt.Sprintf(`{"op":"test","path":"/metadata/finalizers/%d","value":%q},{"op":"remove","path":"/metadata/finalizers/%d"}`, i, f, i))
		}
	}
	return fact.Kubectl("patch", "pv", v.Name).With("--type=json", "-p", "["+strings.Join(ops, ",")+"]")
}

// foreignFinalizers are those of a volume that the Kubernetes controllers do not remove by themselves.
func foreignFinalizers(v *corev1.PersistentVolume) []string {
	return slices.DeleteFunc(slices.Clone(v.Finalizers), func(f string) bool { return strings.HasPrefix(f, "kubernetes.io/") })
}

// driverName is who made a volume and deletes it.
func driverName(v *corev1.PersistentVolume) string {
	if v.Spec.CSI != nil {
		return v.Spec.CSI.Driver
	}
	return workload.ExternalCleaner(v)
}

// astray names what the drain leaves in doubt: claims that stay, and whose Pods nothing keeps on the node; claims whose Pods could not
// come back, since no Node matches their volumes; and claims of which nothing says where their data is.
func (p *drainPlanner) astray(f *workload.Finder) {
	for _, v := range f.Volumes() {
		c := p.ix.ClaimOf(v)
		if c == nil || c.Spec.VolumeName != v.Name || workload.OwnedByPod(c) {
			continue
		}
		if why, astray := p.ix.Astray(v); astray && p.req.KeepClaims && !p.usedHere(c) {
			p.leavesData(v, c, why)
		}
		if home := p.ix.HomeOf(v); home.State == inspect.HomeUnknown {
			p.warn(fact.New("DataHasNoHome", "claim", drain.ClaimObject(c), "volume", v.Name, "node", p.node.Name, "why", home.Why))
		}
	}
	for _, u := range f.Unclear() {
		p.doubtful = append(p.doubtful, u.Claim.Namespace+"/"+u.Claim.Name)
		if p.usedHere(u.Claim) || !p.req.KeepClaims && isMember(f, u.Volume) { // of a member that is left out, that is said
			continue
		}
		if pod := p.podDown(u); pod != nil && p.req.MoveClaims {
			p.saidOf(drain.PodObject(pod).String(), func() {
				p.block(drain.BlockedShared, "", fact.New("ClaimOfDownPodInDoubt", "claim", u.Object(), "volume", u.Volume.Name, "why", u.Why,
					"pod", drain.PodObject(pod), "node", p.node.Name))
			})
			continue
		}
		p.warn(fact.New("ClaimInDoubt", "claim", u.Object(), "volume", u.Volume.Name, "why", u.Why))
	}
}

// podDown is the Pod that is to be moved and has a claim of which nothing says whether its data is on the node, nil if there is none, or one of
// them is on another Node: what it has there is not left behind.
func (p *drainPlanner) podDown(u workload.UnclearClaim) *corev1.Pod {
	pods := slices.DeleteFunc(workload.PodsByName(p.ix.Consumers(u.Claim.Namespace, u.Claim.Name)), workload.FinishedPod)
	there := func(pod *corev1.Pod) bool { return p.ix.Node(pod.Spec.NodeName) != nil }
	if len(pods) == 0 || slices.ContainsFunc(pods, there) || !p.chosenPod(pods[0]) || !p.anySelected(pods) {
		return nil
	}
	return pods[0]
}

// usedHere reports whether a Pod on the node uses a claim.
func (p *drainPlanner) usedHere(c *corev1.PersistentVolumeClaim) bool {
	return slices.ContainsFunc(p.ix.Consumers(c.Namespace, c.Name), p.isHere)
}

// isHere reports whether a Pod is on the node and has not ended.
func (p *drainPlanner) isHere(pod *corev1.Pod) bool {
	return pod.Spec.NodeName == p.node.Name && !workload.FinishedPod(pod)
}

// mightLose is about a claim of which nothing says where its data is, and whose Pod is on the node.
func (p *drainPlanner) mightLose(u workload.UnclearClaim) fact.Fact {
	here := slices.IndexFunc(u.Stuck, p.isHere)
	if here < 0 && p.homelessHere(u.Volume) {
		return fact.New("ClaimPerhapsHere", "claim", u.Object(), "volume", u.Volume.Name, "node", p.node.Name, "why", p.ix.HomeOf(u.Volume).Why)
	}
	pod := u.Stuck[max(0, here)]
	return fact.New("UnclearClaimLeaves", "claim", u.Object(), "volume", u.Volume.Name, "why", u.Why, "pod", drain.PodObject(pod), "node", p.node.Name)
}

// homelessHere reports whether the data of a volume may be on the node, and no Node is labeled as the volume asks.
func (p *drainPlanner) homelessHere(v *corev1.PersistentVolume) bool {
	return p.ix.HomeOf(v).State == inspect.HomeUnknown && p.ix.MayBeOn(v, p.node.Name)
}

// heldHere blocks the eviction of Pods that nothing would bring back to the data of the claims that they leave.
func (p *drainPlanner) heldHere(f *workload.Finder) {
	for _, i := range f.Shared {
		for _, pod := range i.Member.Placed {
			if i.Loose && p.isHere(pod) && slices.Contains(p.pods, pod) {
				p.saidOf(drain.PodObject(pod).String(), func() { p.block(drain.BlockedShared, "", i.Why) })
			}
		}
	}
}

// evicts reports whether the drain evicts a Pod of a member.
func (p *drainPlanner) evicts(m *workload.Member) bool {
	return slices.ContainsFunc(m.Placed, func(pod *corev1.Pod) bool { return p.isHere(pod) && slices.Contains(p.pods, pod) })
}

// leavesData is about a claim that stays on the node, and whose Pods the scheduler may place elsewhere.
func (p *drainPlanner) leavesData(v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim, why fact.Fact) {
	for _, pod := range workload.Placed(p.ix.Consumers(c.Namespace, c.Name)) {
		if workload.FinishedPod(pod) {
			continue
		}
		p.warn(fact.New("ClaimUsedWithoutData", "claim", drain.ClaimObject(c), "volume", v.Name, "why", why, "pod", pod.Namespace+"/"+pod.Name, "node", pod.Spec.NodeName))
		return
	}
	p.warn(fact.New("ClaimInDoubt", "claim", drain.ClaimObject(c), "volume", v.Name, "why", why))
	p.lose(fact.New("DataLeftByPod", "claim", drain.ClaimObject(c), "volume", v.Name, "node", p.node.Name))
}

// named resolves the name of the node to drain, which may be its hostname, and notes it.
func (p *drainPlanner) named(typed string) {
	if m := p.ix.MachineOf(typed); p.node == nil && len(m.Nodes) == 1 {
		p.node, p.req.Node = m.Nodes[0], m.Nodes[0].Name
		p.warn(fact.New("NodeByHostname", "node", p.node.Name, "hostname", typed))
	}
}
