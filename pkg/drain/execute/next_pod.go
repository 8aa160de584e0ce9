package execute

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// asJudged refuses if a Pod that waits, and that a controller has made, asks for something else than the Pods for which a place was
// found: its template has been edited, or admission makes something else of it. The claim is still there then, and the same command
// looks for a place for that Pod.
func asJudged(judged []drain.Demands, pods []*corev1.Pod) error {
	if len(judged) == 0 {
		return nil
	}
	for _, pod := range workload.PodsByName(pods) {
		if !unplaced(pod) || metav1.GetControllerOf(pod) == nil {
			continue
		}
		if others := workload.Others(judged, pod); len(others) > 0 {
			return refused(fact.New("ReplacementAsksOther", "pod", drain.PodObject(pod), "parts", others))
		}
	}
	return nil
}
