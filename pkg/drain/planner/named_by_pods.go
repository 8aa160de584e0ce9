package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// namedByPods are the machines without a Node that Pods name which have not ended and use volumes that are disks or directories of nobody knows which
// machine, sorted: nothing else may be left of such a one.
func namedByPods(ix *inspect.Index) []string {
	names := []string{}
	if _, unread := ix.Gap(inspect.Nodes); unread {
		return names
	}
	for _, pod := range ix.Pods {
		if name := pod.Spec.NodeName; name != "" && ix.Node(name) == nil && !workload.FinishedPod(pod) && usesDisk(ix, pod) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// usesDisk reports whether a Pod uses a claim that has such a volume.
func usesDisk(ix *inspect.Index, pod *corev1.Pod) bool {
	return slices.ContainsFunc(inspect.ClaimNames(pod), func(name string) bool {
		c := ix.Claim(pod.Namespace, name)
		if c == nil {
			return false
		}
		v := ix.Volume(c.Spec.VolumeName)
		if v == nil || ix.ClaimOf(v) != c {
			return false
		}
		_, local := ix.LocalSource(v)
		return (local || v.Spec.HostPath != nil) && len(ix.DataOn(v).Nodes) == 0
	})
}
