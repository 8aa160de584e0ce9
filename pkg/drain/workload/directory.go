package workload

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// HoldTo is the command that lets a directory of whichever Node its Pod is on be used on one only. It works once: what spec.nodeAffinity says
// cannot be changed later (core/validation: ValidatePersistentVolumeUpdate).
func HoldTo(ix *inspect.Index, v *corev1.PersistentVolume, node string) fact.Command {
	host := node
	if n := ix.Node(node); n != nil && n.Labels[corev1.LabelHostname] != "" {
		host = n.Labels[corev1.LabelHostname]
	}
	const affinity = `{"spec":{"nodeAffinity":{"required":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"` + corev1.LabelHostname + `","operator":"In","values":["%s"]}]}]}}}}`
	return fact.Kubectl("patch", "pv", v.Name).With("-p", fmt.Sprintf(affinity, host))
}

// held says, with why a claim cannot move, how its volume can be held to the Node that has its data, if it is such a directory.
func (g *Finder) held(why fact.Fact, v *corev1.PersistentVolume) fact.Fact {
	site, unheld := g.Ix.UnheldDirectory(v)
	if !unheld {
		return why
	}
	return why.With("node", site.Nodes[0]).Offering(HoldTo(g.Ix, v, site.Nodes[0]))
}
