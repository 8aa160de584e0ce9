package pending

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// claimTerminating says who keeps a claim that is being deleted: every Pod with a node that names it, whatever
// its phase (controller/volume/pvcprotection).
func claimTerminating(ix *inspect.Index, c *corev1.PersistentVolumeClaim) claimFinding {
	var holders, ended []fact.Fact
	var names []string
	for _, p := range ix.Consumers(c.Namespace, c.Name) {
		if p.Spec.NodeName == "" {
			continue
		}
		holders = append(holders, fact.New("PodOnNode", "pod", p.Name, "node", p.Spec.NodeName))
		if p.Status.Phase == corev1.PodSucceeded || p.Status.Phase == corev1.PodFailed {
			ended = append(ended, fact.New("EndedPodOnNode", "pod", p.Name, "phase", p.Status.Phase, "node", p.Spec.NodeName))
			names = append(names, p.Name)
		}
	}
	since := ix.Ago(c.DeletionTimestamp.Time)
	switch {
	case len(holders) == 0:
		return finding(inspect.ClaimTerminating, fact.New("TerminatingClaimUnheld", "claim", c.Name, "since", since, "finalizers", c.Finalizers))
	case len(ended) < len(holders):
		return finding(inspect.ClaimTerminating, fact.New("TerminatingClaimHeld", "claim", c.Name, "since", since, "holders", holders))
	}
	volume, commands := "", []fact.Command{fact.Kubectl("delete", append([]string{"pod"}, names...)...).In(c.Namespace)}
	if v := ix.Volume(c.Spec.VolumeName); v != nil && v.Spec.PersistentVolumeReclaimPolicy == corev1.PersistentVolumeReclaimDelete {
		volume = v.Name
		commands = append(commands, fact.Kubectl("patch", "pv", v.Name).With("-p", `{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}`))
	}
	return finding(inspect.ClaimTerminating, fact.New("TerminatingClaimHeldByEnded", "claim", c.Name, "since", since, "holders", ended, "volume", volume).Offering(commands...))
}
