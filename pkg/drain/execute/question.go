package execute

import (
	"context"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// question is what the server is asked.
type question struct {
	// what is asked for: a step, or what follows from it.
	what fact.Fact
	ask  func(ctx context.Context) error
	// by is the controller that does it in the end, empty if we do.
	by string
	// claim or pod is the one to create, nil if none is.
	claim *corev1.PersistentVolumeClaim
	pod   *corev1.Pod
	// unknown is why the server cannot be asked; nothing, if it can.
	unknown fact.Fact
}

// inquiry is all that the server is asked before the first step.
type inquiry struct {
	*run
	// asked are the claims and Pods that have been asked for.
	asked map[drain.Object]bool
	// sets are the StatefulSets of namespaces, once somebody wanted them.
	sets map[string]setsRead
	// barred are the namespaces in which we may create no Pods, not even to try.
	barred map[string]bool
}

// setsRead are StatefulSets, or why they could not be read.
type setsRead struct {
	sets []*appsv1.StatefulSet
	err  error
}
