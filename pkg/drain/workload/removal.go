package workload

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// maxRemoved is how many Pods a command deletes. Whoever runs it sees the others next time.
const maxRemoved = 10

// Removal says how to delete Pods of one namespace by hand, and to save first what exists nowhere else: the manifests of those that no
// controller recreates. Of no Pods there is nothing to say.
func Removal(pods []*corev1.Pod, owner func(*corev1.Pod) inspect.Owner) fact.Fact {
	if len(pods) == 0 {
		return fact.Fact{}
	}
	more := max(0, len(pods)-maxRemoved)
	remove := fact.Kubectl("delete", "pod").In(pods[0].Namespace)
	save := fact.Kubectl("get", "pod").In(pods[0].Namespace).With("-o", "yaml").Into("pods.yaml")
	for _, p := range pods[:len(pods)-more] {
		remove.Args = append(remove.Args, p.Name)
		if owner(p).None() {
			save.Args = append(save.Args, p.Name)
		}
	}
	bare := len(save.Args) - 1
	switch bare {
	case 0:
		return fact.New("PodsRemoved", "more", more).Offering(remove)
	case 1:
		save = save.Into(save.Args[1] + ".yaml")
	}
	return fact.New("BarePodsRemoved", "count", bare, "more", more).Offering(save, remove)
}
