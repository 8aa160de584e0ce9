package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Claims that were restored and count as bound to a volume of a dead node, which belongs to an earlier claim: no member has them, since the two
// were never bound. They do not move, and whoever uses them is stuck all the same.

// restoredOn are the claims that count as bound to volumes and have them not, with those.
func restoredOn(ix *inspect.Index, volumes []*corev1.PersistentVolume) []workload.Claim {
	var out []workload.Claim
	for _, v := range volumes {
		for _, c := range ix.Claims {
			if restored(c, v) {
				out = append(out, workload.Claim{Volume: v, Claim: c, Manifest: c})
			}
		}
	}
	slices.SortFunc(out, compareClaims)
	return out
}

// lostOnNodes tells of the claims that are Lost with a volume of a dead node, keeps the volumes that there are, unless the loss of their data is
// accepted, and reports whether there are some.
func (p *recoverPlanner) lostOnNodes() bool {
	all := restoredOn(p.ix, p.finder.Volumes())
	for _, c := range all {
		p.tellRestored(c)
		switch {
		case !p.req.ForgetVolumes:
		case slices.Contains(p.req.AcceptDataLoss, c.Key()):
			p.lose(fact.New("RestoredClaimLosesVolume", "claim", c.Object(), "volume", c.Volume.Name))
		default:
			p.kept[c.Volume.Name] = true
			p.warn(fact.New("VolumeKeptForRestored", "claim", c.Object(), "volume", c.Volume.Name, "override", acceptClaim(c.Object())))
		}
	}
	return p.lostWithoutVolume() || len(all) > 0
}

// tellRestored says why a claim that was restored does not move, and both ways out: with the data, and without.
func (p *recoverPlanner) tellRestored(c workload.Claim) {
	ref := c.Volume.Spec.ClaimRef
	if ref == nil { // the volume controller names the claim on it (controller/volume/persistentvolume: syncBoundClaim)
		p.warn(fact.New("RestoredClaimBinds", "claim", c.Object(), "volume", p.where(c.Volume)).Offering(fact.Kubectl("describe", "pvc", c.Claim.Name).In(c.Claim.Namespace)))
		return
	}
	back := fact.Plugin("reattach", c.Volume.Name)
	if earlierOf(c) != "" {
		back = back.With("--claim", c.Object().String(), "--accept-foreign-data", c.Volume.Name)
	}
	waiting, placed := p.usersOf(c.Claim)
	reserved := ""
	if ref.UID == "" {
		reserved = c.Volume.Name
	}
	owner, without := p.startsWithout(c.Claim, reserved)
	p.warn(fact.New("RestoredClaimWaits", "claim", c.Object(), "volume", p.where(c.Volume), "on", c.Volume.Name, "other", earlierOf(c), "reserved", reserved,
		"pods", waiting, "placed", placed, "owner", owner, "without", without).Offering(back))
}

// usersOf are the Pods that wait for a claim, and those that have a node and hold it.
func (p *recoverPlanner) usersOf(c *corev1.PersistentVolumeClaim) (waiting, placed []string) {
	waiting, placed = []string{}, []string{}
	for _, pod := range workload.PodsByName(p.ix.Consumers(c.Namespace, c.Name)) {
		if name := pod.Namespace + "/" + pod.Name; pod.Spec.NodeName == "" {
			waiting = append(waiting, name)
		} else {
			placed = append(placed, name)
		}
	}
	return waiting, placed
}

// startsWithout are the commands after which whoever uses a claim that is Lost starts without its data: the claim goes, and the next one of its
// name takes any volume that fits. Who creates that is the owner, if somebody does. A volume that is reserved for the name would be bound to it.
func (p *recoverPlanner) startsWithout(c *corev1.PersistentVolumeClaim, reserved string) (owner string, commands fact.Fact) {
	owner, pods := p.recreatedWith(c)
	var all []fact.Command
	if reserved != "" {
		all = append(all, fact.Plugin("reclaim", reserved).With("--unreserve"))
	}
	if owner == "" {
		all = append(all, fact.Kubectl("get", "pvc", c.Name).In(c.Namespace).With("-o", "yaml").Into(c.Name+".yaml"))
	}
	return owner, fact.New("InThisOrder").Offering(append(all, deleteWith(c, pods))...)
}

// lostWithoutVolume tells of the claims whose volumes do not exist and whose data was perhaps on the dead nodes, and reports whether there are
// some.
func (p *recoverPlanner) lostWithoutVolume() bool {
	if p.disksGone() {
		return false
	}
	all := lostOf(p.ix, func(name string) bool { return p.departing[name] })
	for _, c := range all {
		waiting, placed := p.usersOf(c)
		owner, without := p.startsWithout(c, "")
		p.warn(fact.New("LostClaimOfDeadNode", "claim", drain.ClaimObject(c), "volume", c.Spec.VolumeName, "pods", waiting, "placed", placed,
			"owner", owner, "without", without))
	}
	return len(all) > 0
}

// lostOf are the claims whose volumes do not exist, of classes that have local volumes, if they were made for certain nodes or Pods hold them
// there, sorted by name.
func lostOf(ix *inspect.Index, on func(node string) bool) []*corev1.PersistentVolumeClaim {
	if _, unread := ix.Gap(inspect.PersistentVolumes); unread {
		return nil
	}
	var out []*corev1.PersistentVolumeClaim
	for _, c := range ix.Claims {
		if c.Spec.VolumeName == "" || !inspect.FullyBound(c) || ix.Volume(c.Spec.VolumeName) != nil || !hasLocalVolumes(ix, volumehelpers.GetPersistentVolumeClaimClass(c)) {
			continue
		}
		there := func(pod *corev1.Pod) bool { return on(pod.Spec.NodeName) && !workload.FinishedPod(pod) }
		if on(c.Annotations[volumehelpers.AnnSelectedNode]) || slices.ContainsFunc(ix.Consumers(c.Namespace, c.Name), there) {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b *corev1.PersistentVolumeClaim) int {
		return slices.Compare([]string{a.Namespace, a.Name}, []string{b.Namespace, b.Name})
	})
	return out
}

// hasLocalVolumes reports whether a class has volumes of certain nodes, so that a claim of it probably had one.
func hasLocalVolumes(ix *inspect.Index, class string) bool {
	if c := ix.Class(class); c != nil && c.Provisioner == volumehelpers.NotSupportedProvisioner {
		return true
	}
	return slices.ContainsFunc(ix.OfClass(class), func(v *corev1.PersistentVolume) bool {
		_, local := ix.LocalSource(v)
		return local
	})
}

// stuckWith are the members that use a claim which is Lost, and do not serve elsewhere.
func stuckWith(ix *inspect.Index, c *corev1.PersistentVolumeClaim, on func(node string) bool) []string {
	var names []string
	for _, pod := range ix.Consumers(c.Namespace, c.Name) {
		switch {
		case pod.Spec.NodeName != "" && !on(pod.Spec.NodeName) && workload.Ready(pod):
			return nil
		case !workload.FinishedPod(pod):
			names = append(names, pod.Namespace+"/"+pod.Name)
		}
	}
	if set, ordinal, ok := ix.SetOfClaim(types.NamespacedName{Namespace: c.Namespace, Name: c.Name}); ok {
		return []string{c.Namespace + "/" + workload.MemberName(set, ordinal)}
	}
	return names
}

// earlierOf names the claim that a volume belongs to if it is one of another name than the claim that counts as bound to it.
func earlierOf(c workload.Claim) string {
	ref := c.Volume.Spec.ClaimRef
	if ref == nil || ref.Namespace == c.Claim.Namespace && ref.Name == c.Claim.Name {
		return ""
	}
	return drain.RefObject(ref).String()
}

// compareClaims sorts claims by their names.
func compareClaims(a, b workload.Claim) int {
	return slices.Compare([]string{a.Claim.Namespace, a.Claim.Name}, []string{b.Claim.Namespace, b.Claim.Name})
}
