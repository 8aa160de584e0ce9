package liveness

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// ReturnedError says that a node that was to be left for dead answers again. Everything stops.
type ReturnedError struct{ Message string }

// Error implements error.
func (e *ReturnedError) Error() string { return e.Message }

const Stopped = "; stopped before anything else was deleted"

// StillDead says what speaks against it that a node is as dead as it was.
func StillDead(n *corev1.Node, d DeadNode) error {
	switch {
	case n == nil:
		return nil // gone, or gone since
	case n.UID != d.UID:
		return &ReturnedError{Message: fmt.Sprintf("node %s has been made anew since this was planned%s", d.Name, Stopped)}
	case d.Replaced:
		return nil
	}
	if condition, _ := inspect.ConditionOf(n); condition != inspect.NodeUnknown {
		return &ReturnedError{Message: fmt.Sprintf("node %s answers again (%s)%s", d.Name, condition, Stopped)}
	}
	if d.OutOfService && !OutOfService(n) {
		return &ReturnedError{Message: fmt.Sprintf("the taint %s, which said that node %s is off, has been taken away%s", corev1.TaintNodeOutOfService, d.Name, Stopped)}
	}
	return nil
}
