package planner

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// A claim that names a volume in vain takes no other one: its spec.volumeName stays. It is the next claim of its name that gets a volume, and
// that volume is reserved first, so that the next claim is bound to it at once and takes no other that is free.

// namesInVain reports whether a claim names another volume than the one that is meant for it, and in vain, so that it has to go: it has no data
// that would go with it. Of one that Pods with a node hold that is not known: what they run with may be on another disk.
func (p *planner) namesInVain(c *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume) bool {
	if c == nil || c.DeletionTimestamp != nil || c.Spec.VolumeName == v.Name || len(workload.Placed(p.ix.Consumers(c.Namespace, c.Name))) > 0 {
		return false
	}
	_, inVain := match.NamesInVain(p.ix, c)
	return inVain
}

// isForNext reports whether a volume that is reserved for the name of a claim is for the next one: there is none, or it goes.
func (p *planner) isForNext(c *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume) bool {
	return c == nil || c.DeletionTimestamp != nil || p.namesInVain(c, v)
}
