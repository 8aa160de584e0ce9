package planner

import (
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

// unclear names the claims of which nothing says whether their data is on the dead nodes, and reports whether there are some.
func (p *recoverPlanner) unclear() bool {
	found := p.finder.Unclear()
	for _, u := range found {
		p.warn(fact.New("ClaimPerhapsOnDeadNode", "claim", u.Object(), "volume", u.Volume.Name, "why", u.Why, "pods", workload.Names(u.Pods)).
			Offering(fact.Plugin("release", "pvc/"+u.Claim.Name).In(u.Claim.Namespace)))
		p.lose(fact.New("DataPerhapsLeft", "claim", u.Object(), "volume", u.Volume.Name))
	}
	return len(found) > 0
}

// held tells of volume objects that are being deleted and wait for a driver whose node does not exist any more, and reports whether
// there are some.
func (p *recoverPlanner) held() bool {
	found := false
	for _, v := range p.finder.Volumes() {
		finalizers := foreignFinalizers(v)
		if v.DeletionTimestamp == nil || len(finalizers) == 0 || !p.ix.SiteGone(v) || p.ix.ClaimOf(v) != nil {
			continue
		}
		found = true
		f := fact.New("VolumeHeldByFinalizers", "volume", v.Name, "finalizers", finalizers, "node", p.siteOf(v), "driver", driverName(v))
		p.warn(f.Offering(fact.Kubectl("patch", "pv", v.Name).With("--type=merge", "-p", `{"metadata":{"finalizers":null}}`)))
	}
	return found
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

// nothingElse replaces that nothing is left to do by that nothing else is.
func (p *recoverPlanner) nothingElse() {
	p.plan.Done = slices.DeleteFunc(p.plan.Done, func(f fact.Fact) bool { return f.Code == "NothingLeft" })
	p.done(fact.New("NothingElseLeft"))
}

// astray names what the drain leaves in doubt: claims that stay, and whose Pods nothing keeps on the node; claims whose Pods could not
// come back, since no Node matches their volumes; and claims of which nothing says where their data is.
func (p *drainPlanner) astray(f *workload.Finder) {
	for _, v := range f.Volumes() {
		c := p.ix.ClaimOf(v)
		if c == nil || c.Spec.VolumeName != v.Name || workload.OwnedByPod(c) {
			continue
		}
		if why, astray := p.ix.Astray(v); astray && p.req.KeepClaims {
			p.leavesData(v, c, why)
		}
		if home := p.ix.HomeOf(v); home.State == inspect.HomeUnknown {
			p.warn(fact.New("DataHasNoHome", "claim", drain.ClaimObject(c), "volume", v.Name, "node", p.node.Name, "why", home.Why))
		}
	}
	for _, u := range f.Unclear() {
		p.doubtful = append(p.doubtful, u.Claim.Namespace+"/"+u.Claim.Name)
		p.warn(fact.New("ClaimInDoubt", "claim", u.Object(), "volume", u.Volume.Name, "why", u.Why))
		if len(u.Pods) > 0 {
			p.lose(fact.New("DataPerhapsLeft", "claim", u.Object(), "volume", u.Volume.Name))
		}
	}
}

// leavesData is about a claim that stays on the node, whose Pods the scheduler may place elsewhere.
func (p *drainPlanner) leavesData(v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim, why fact.Fact) {
	for _, pod := range workload.Placed(p.ix.Consumers(c.Namespace, c.Name)) {
		if pod.Spec.NodeName != p.node.Name {
			p.warn(fact.New("ClaimUsedWithoutData", "claim", drain.ClaimObject(c), "volume", v.Name, "why", why, "pod", pod.Namespace+"/"+pod.Name, "node", pod.Spec.NodeName))
			return
		}
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
