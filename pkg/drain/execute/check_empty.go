package execute

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// checkEmpty refuses if Pods have come to the node that nobody decided about.
func (s *stepRun) checkEmpty(ctx context.Context, params *drain.CheckEmptyParameters) (decision, error) {
	selector, err := labels.Parse(params.PodSelector)
	if err != nil {
		return decision{}, err
	}
	pods, err := s.live.podsOn(ctx, s.step.Object.Name)
	if err != nil {
		return decision{}, err
	}
	var left []*corev1.Pod
	for _, p := range pods {
		known := slices.Contains(params.Stays, p.UID) || slices.Contains(params.Stays, workload.DirectOwner(p).UID) || s.isOutPod(p.UID)
		if known || workload.IsMirror(p) || workload.OfDaemonSet(p) || !selector.Matches(labels.Set(p.Labels)) {
			continue
		}
		left = append(left, p)
	}
	if len(left) > 0 {
		return refuse(fact.New("PodsCameToNode", "n", len(left), "node", s.step.Object.Name, "pods", workload.Names(left)))
	}
	return done()
}
