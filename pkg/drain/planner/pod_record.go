package planner

import (
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// recordedPods are the manifests of Pods as they are recorded on a volume, and says that the Pods themselves are lost. It blocks if
// they are too large.
func (p *planner) recordedPods(v *corev1.PersistentVolume, pods []*corev1.Pod) string {
	show := fact.Kubectl("get", "pod").In(pods[0].Namespace).With("-o", "yaml")
	var stripped []*corev1.Pod
	for _, pod := range pods {
		show.Args = append(show.Args, pod.Name)
		bare := inspect.StripPod(pod)
		bare.Spec.NodeName = ""
		stripped = append(stripped, bare)
	}
	text, err := retain.EncodePods(stripped)
	if err != nil || len(text) > retain.MaxPods {
		p.block(drain.BlockedTooLarge, "", fact.New("PodRecordTooLarge", "pods", workload.Names(pods), "volume", v.Name).Offering(show))
	}
	p.lose(fact.New("PodDeletedAndRecorded", "pods", workload.Names(pods), "volume", v.Name).Offering(recreatePods(v)))
	return text
}

// recreatePods creates the Pods whose manifests are recorded on a volume.
func recreatePods(v *corev1.PersistentVolume) fact.Command {
	key := strings.ReplaceAll(retain.AnnDeletedPod, ".", `\.`)
	return fact.Kubectl("get", "pv", v.Name).With("-o", "jsonpath={.metadata.annotations."+key+"}").To(fact.Kubectl("create").With("-f", "-"))
}
