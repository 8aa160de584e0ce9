package execute

import (
	"context"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// gone reports whether a claim no longer exists, whoever has its name now.
func gone(c *corev1.PersistentVolumeClaim, o drain.Object) bool {
	return c == nil || o.UID != "" && c.UID != o.UID
}

// awaitGone says what a claim that is being deleted waits for.
func (s *stepRun) awaitGone(ctx context.Context, c *corev1.PersistentVolumeClaim) (decision, error) {
	claim := drain.ClaimObject(c)
	if c.DeletionTimestamp == nil {
		return refuse(fact.New("ClaimNotTerminating", "claim", claim))
	}
	if others := workload.ForeignFinalizers(c); len(others) > 0 {
		return waitFor(fact.New("ClaimEndHeldByFinalizers", "claim", claim, "finalizers", others))
	}
	pods, err := s.live.naming(ctx, claim)
	if err != nil {
		return decision{}, err
	}
	if pods = workload.Placed(pods); len(pods) > 0 {
		return waitFor(fact.New("ClaimEndHeldByPods", "claim", claim, "pods", workload.PodList(pods, workload.DirectOwner)))
	}
	return waitFor(fact.New("ClaimTerminating", "claim", claim))
}
