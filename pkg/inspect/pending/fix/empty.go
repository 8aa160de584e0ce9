package fix

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// newVolume gives a claim an empty volume elsewhere for one that its Pod cannot use any more. A claim that the
// controller is about to bind, and one whose volume would vanish with it, are left alone.
func newVolume(e evidence.Evidence, u evidence.ClaimUse) []candidate {
	c := u.Claim
	if u.Ephemeral || slices.ContainsFunc(e.Index.Consumers(c.Namespace, c.Name), func(p *corev1.Pod) bool { return p.Spec.NodeName != "" }) {
		return nil
	}
	v := e.Index.Volume(c.Spec.VolumeName)
	if v != nil && !evidence.Misbound(e.Index, c, v) && (!boundForGood(c, v) || onLivingNode(e.Index, v)) {
		return nil
	}
	all := recreate(e, u, "empty", fact.New("EmptyVolume", "claim", c.Name), func(*corev1.PersistentVolumeClaim) {})
	for i := range all {
		all[i].fix = partWith(e, all[i].fix, c, v)
	}
	return all
}

// boundForGood reports whether a claim and its volume have each other, for good: what release asks for as well.
func boundForGood(c *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume) bool {
	ref := v.Spec.ClaimRef
	return ref != nil && ref.UID == c.UID && c.Status.Phase != corev1.ClaimLost && v.DeletionTimestamp == nil
}

// partWith says how a claim parts with its volume, which is nil if it is gone. A local volume is left to the commands that
// keep it and the claim's manifest: a claim that is deleted by hand takes both. They do not touch any other volume, nor
// one that is another claim's.
func partWith(e evidence.Evidence, fix Fix, c *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume) Fix {
	fix.Risk = RiskData
	if recreated(e, c) {
		fix.Commands, fix.Manifest = []fact.Command{fact.Kubectl("delete", "pvc", c.Name).In(c.Namespace)}, ""
	}
	switch {
	case v == nil:
		fix.Notes = []fact.Fact{fact.New("PodStartsEmpty")}
	case evidence.Misbound(e.Index, c, v):
		ref := v.Spec.ClaimRef
		fix.Notes = []fact.Fact{fact.New("VolumeStaysElsewhere", "volume", v.Name, "claim", ref.Namespace+"/"+ref.Name, "uid", ref.UID)}
	default:
		fix.Notes = []fact.Fact{fact.New("OldDataStays", "volume", v.Name)}
		if _, local := e.Index.LocalSource(v); local {
			return releaseVolume(e, fix, c)
		}
		if v.Spec.PersistentVolumeReclaimPolicy != corev1.PersistentVolumeReclaimRetain {
			retain := fact.Kubectl("patch", "pv", v.Name).With("-p", `{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}`)
			fix.Commands = append([]fact.Command{retain}, fix.Commands...)
		}
	}
	return fix
}

// releaseVolume has recover release a claim from its local volume, if the node is unreachable, and else release.
func releaseVolume(e evidence.Evidence, fix Fix, c *corev1.PersistentVolumeClaim) Fix {
	release := fact.Plugin("release", "pvc/"+c.Name).In(c.Namespace)
	dead := unreachableHome(e.Index, c)
	switch {
	case dead != "":
		fix.Notes = append(fix.Notes, fact.New("RecoverDoesIt"))
		fix.Commands, fix.Manifest = []fact.Command{fact.Plugin("recover", dead)}, ""
	case recreated(e, c):
		fix.Commands = []fact.Command{release}
	default:
		file := c.Name + ".yaml"
		fix.Commands = []fact.Command{printFix(e.Question).Into(file), release, fact.Kubectl("create").With("-f", file)}
	}
	return fix
}

// unreachableHome is the node that holds a claim's data and is unreachable, or is gone; empty if there is none.
func unreachableHome(ix *inspect.Index, c *corev1.PersistentVolumeClaim) string {
	v := ix.Volume(c.Spec.VolumeName)
	if v == nil {
		return ""
	}
	site := ix.DataOn(v)
	if !site.Known() {
		return ""
	}
	if ix.SiteGone(v) {
		return site.Nodes[0]
	}
	if n := ix.Node(site.Nodes[0]); n != nil {
		if condition, _ := inspect.ConditionOf(n); condition == inspect.NodeUnknown {
			return n.Name
		}
	}
	return ""
}
