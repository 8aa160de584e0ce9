package inspect

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// newVolume lets a claim go of a volume that its Pod cannot use any more, for an empty one elsewhere. A claim that the
// controller is about to bind, and one whose volume would vanish with it, are left alone.
func (q *inquiry) newVolume(u claimUse) []candidate {
	c := u.claim
	if u.ephemeral || slices.ContainsFunc(q.ix.Consumers(c.Namespace, c.Name), func(p *corev1.Pod) bool { return p.Spec.NodeName != "" }) {
		return nil
	}
	v := q.ix.Volume(c.Spec.VolumeName)
	if v != nil && !q.ix.misbound(c, v) && !settled(c, v) {
		return nil
	}
	all := q.recreate(u, "empty", "a new, empty volume for claim "+c.Name, "", func(*corev1.PersistentVolumeClaim) {})
	for i := range all {
		fix := &all[i].fix
		fix.Risk = RiskData
		q.letGo(fix, c, v)
	}
	return all
}

// settled reports whether a claim and its volume have each other, for good: what release asks for as well.
func settled(c *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume) bool {
	ref := v.Spec.ClaimRef
	return ref != nil && ref.UID == c.UID && c.Status.Phase != corev1.ClaimLost && v.DeletionTimestamp == nil
}

// letGo says how a claim is let go of its volume, which is nil if it is gone. A local volume is left to the commands that
// keep it and the claim's manifest: a claim that is deleted by hand takes both. They do not touch any other volume, nor
// one that is another claim's.
func (q *inquiry) letGo(fix *Fix, c *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume) {
	if q.remade(c) {
		fix.Commands, fix.Manifest = []string{fmt.Sprintf("kubectl delete pvc %s -n %s", c.Name, c.Namespace)}, ""
	}
	switch {
	case v == nil:
		fix.Note = "the Pod starts without its data"
	case q.ix.misbound(c, v):
		fix.Note = fmt.Sprintf("the Pod starts on an empty volume; %s belongs to %s and stays as it is", v.Name, claimRefText(v))
	default:
		fix.Note = fmt.Sprintf("the Pod starts without its data; the old data stays on %s, which is kept", v.Name)
		if _, local := q.ix.LocalSource(v); local {
			q.release(fix, c)
		} else if v.Spec.PersistentVolumeReclaimPolicy != corev1.PersistentVolumeReclaimRetain {
			keep := fmt.Sprintf(`kubectl patch pv %s -p '{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}'`, v.Name)
			fix.Commands = append([]string{keep}, fix.Commands...)
		}
	}
}

// release has a claim let go of its local volume by recover, if the node does not answer, and else by release.
func (q *inquiry) release(fix *Fix, c *corev1.PersistentVolumeClaim) {
	release := fmt.Sprintf("kubectl localpv release pvc/%s -n %s", c.Name, c.Namespace)
	dead := q.silentHome(c)
	switch {
	case dead != "":
		fix.Note += "; recover does all of it in order, once the node is proved dead"
		fix.Commands, fix.Manifest = []string{"kubectl localpv recover " + dead}, ""
	case q.remade(c):
		fix.Commands = []string{release}
	default:
		file := c.Name + ".yaml"
		fix.Commands = []string{q.printFix(fix.ID) + " > " + file, release, "kubectl create -f " + file}
	}
}

// remade reports whether a StatefulSet makes the Pod's claim anew once it is gone.
func (q *inquiry) remade(c *corev1.PersistentVolumeClaim) bool {
	return q.ix.OwnerOf(q.pod).Kind == "StatefulSet" && strings.HasSuffix(c.Name, "-"+q.pod.Name)
}

// silentHome is the node that holds a claim's data and does not answer, or is gone; empty if there is none.
func (q *inquiry) silentHome(c *corev1.PersistentVolumeClaim) string {
	v := q.ix.Volume(c.Spec.VolumeName)
	if v == nil {
		return ""
	}
	switch home := q.ix.HomeOf(v); {
	case home.State == HomeMissing && len(home.Hosts) == 1:
		return home.Hosts[0]
	case home.State == HomeNode && len(home.Nodes) == 1:
		if condition, _ := ConditionOf(home.Nodes[0]); condition == NodeUnknown {
			return home.Nodes[0].Name
		}
	}
	return ""
}
