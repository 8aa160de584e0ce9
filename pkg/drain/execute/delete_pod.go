package execute

import (
	"context"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// forceDeletePod deletes a Pod without waiting for its kubelet, in the version that was read: if that has changed, everything is read and
// judged again.
func (s *stepRun) forceDeletePod(ctx context.Context, params *drain.DeletePodParameters) (decision, error) {
	if len(params.Nodes) == 0 {
		return refuse(fact.New("PodOnNoDeadNode", "pod", s.step.Object))
	}
	p, err := s.live.pod(ctx, s.step.Object)
	if err != nil {
		return decision{}, err
	}
	switch {
	case p == nil || p.UID != s.step.Object.UID:
		return done()
	case p.DeletionTimestamp != nil && ptr.Deref(p.DeletionGracePeriodSeconds, 1) == 0:
		return waitFor(fact.New("PodHeldByFinalizers", "pod", s.step.Object, "finalizers", p.Finalizers))
	case params.KeepsJob:
		if err := s.jobStands(ctx, p, workload.Forced(nodeGone(params.Nodes, p.Spec.NodeName))); err != nil {
			return decision{}, err
		}
	}
	return decision{write: func(ctx context.Context) error {
		return s.Client.CoreV1().Pods(p.Namespace).Delete(ctx, p.Name, metav1.DeleteOptions{
			// A kubelet that is back writes the Pod's status: then the server refuses, and everything is checked again.
			GracePeriodSeconds: ptr.To(int64(0)), Preconditions: &metav1.Preconditions{UID: ptr.To(p.UID), ResourceVersion: ptr.To(p.ResourceVersion)},
		})
	}}, nil
}

// nodeGone reports whether a Node did not exist when the Plan was made. Of one that has gone since, the Pod itself tells in time.
func nodeGone(dead []liveness.DeadNode, name string) bool {
	return slices.ContainsFunc(dead, func(d liveness.DeadNode) bool { return d.Name == name && d.UID == "" })
}
