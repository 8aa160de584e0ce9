package pending

import (
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"

	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// newVolume gives a claim an empty volume elsewhere for one that its Pod cannot use any more. A claim that the
// controller is about to bind, and one whose volume would vanish with it, are left alone.
func (q *inquiry) newVolume(u claimUse) []candidate {
	c := u.claim
	if u.ephemeral || slices.ContainsFunc(q.ix.Consumers(c.Namespace, c.Name), func(p *corev1.Pod) bool { return p.Spec.NodeName != "" }) {
		return nil
	}
	v := q.ix.Volume(c.Spec.VolumeName)
	if v != nil && !misbound(q.ix, c, v) && !settled(c, v) {
		return nil
	}
	all := q.recreate(u, "empty", fact.New("EmptyVolume", "claim", c.Name), func(*corev1.PersistentVolumeClaim) {})
	for i := range all {
		fix := &all[i].fix
		fix.Risk = RiskData
		q.partWith(fix, c, v)
	}
	return all
}

// settled reports whether a claim and its volume have each other, for good: what release asks for as well.
func settled(c *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume) bool {
	ref := v.Spec.ClaimRef
	return ref != nil && ref.UID == c.UID && c.Status.Phase != corev1.ClaimLost && v.DeletionTimestamp == nil
}

// partWith says how a claim parts with its volume, which is nil if it is gone. A local volume is left to the commands that
// keep it and the claim's manifest: a claim that is deleted by hand takes both. They do not touch any other volume, nor
// one that is another claim's.
func (q *inquiry) partWith(fix *Fix, c *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume) {
	if q.recreated(c) {
		fix.Commands, fix.Manifest = []fact.Command{fact.Kubectl("delete", "pvc", c.Name).In(c.Namespace)}, ""
	}
	switch {
	case v == nil:
		fix.Notes = []fact.Fact{fact.New("PodStartsEmpty")}
	case misbound(q.ix, c, v):
		ref := v.Spec.ClaimRef
		fix.Notes = []fact.Fact{fact.New("VolumeStaysElsewhere", "volume", v.Name, "claim", ref.Namespace+"/"+ref.Name, "uid", ref.UID)}
	default:
		fix.Notes = []fact.Fact{fact.New("OldDataStays", "volume", v.Name)}
		if _, local := q.ix.LocalSource(v); local {
			q.release(fix, c)
		} else if v.Spec.PersistentVolumeReclaimPolicy != corev1.PersistentVolumeReclaimRetain {
			retain := fact.Kubectl("patch", "pv", v.Name).With("-p", `{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}`)
			fix.Commands = append([]fact.Command{retain}, fix.Commands...)
		}
	}
}

// release has recover release a claim from its local volume, if the node is unreachable, and else release.
func (q *inquiry) release(fix *Fix, c *corev1.PersistentVolumeClaim) {
	release := fact.Plugin("release", "pvc/"+c.Name).In(c.Namespace)
	dead := q.unreachableHome(c)
	switch {
	case dead != "":
		fix.Notes = append(fix.Notes, fact.New("RecoverDoesIt"))
		fix.Commands, fix.Manifest = []fact.Command{fact.Plugin("recover", dead)}, ""
	case q.recreated(c):
		fix.Commands = []fact.Command{release}
	default:
		file := c.Name + ".yaml"
		fix.Commands = []fact.Command{q.printFix().Into(file), release, fact.Kubectl("create").With("-f", file)}
	}
}

// recreated reports whether a StatefulSet recreates the Pod's claim once it is gone.
func (q *inquiry) recreated(c *corev1.PersistentVolumeClaim) bool {
	return q.ix.OwnerOf(q.pod).Kind == "StatefulSet" && strings.HasSuffix(c.Name, "-"+q.pod.Name)
}

// unreachableHome is the node that holds a claim's data and is unreachable, or is gone; empty if there is none.
func (q *inquiry) unreachableHome(c *corev1.PersistentVolumeClaim) string {
	v := q.ix.Volume(c.Spec.VolumeName)
	if v == nil {
		return ""
	}
	switch home := q.ix.HomeOf(v); {
	case home.State == inspect.HomeMissing && len(home.Hosts) == 1:
		return home.Hosts[0]
	case home.State == inspect.HomeNode && len(home.Nodes) == 1:
		if condition, _ := inspect.ConditionOf(home.Nodes[0]); condition == inspect.NodeUnknown {
			return home.Nodes[0].Name
		}
	}
	return ""
}
