package liveness

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// DeadNode is a node that must still be as dead right before anything is deleted.
type DeadNode struct {
	Name string `json:"name"`
	// UID is that of the Node object, empty if there is none.
	UID types.UID `json:"uid,omitempty"`
	// Lease is the resourceVersion of its lease, empty if there is none.
	Lease string `json:"lease,omitempty"`
	// Replaced says that the node may well live: it is the disks of an earlier one that are gone.
	Replaced bool `json:"replaced,omitempty"`
	// OutOfService says that it is the taint that says that the node is off.
	OutOfService bool `json:"outOfService,omitempty"`
}

// ReturnedError says that a node that was taken for dead can be reached again. Everything stops.
type ReturnedError struct{ Reason fact.Fact }

// Error implements error, for developers: pkg/cmd/output/phrase has the words.
func (e *ReturnedError) Error() string { return e.Reason.String() }

// Fact is what the error says.
func (e *ReturnedError) Fact() fact.Fact { return e.Reason }

// StillDead returns what speaks against it that a node is as dead as it was, a *ReturnedError, or nil. The Node is nil if it
// does not exist.
func StillDead(n *corev1.Node, d DeadNode) error {
	switch {
	case n == nil:
		return nil // gone, or gone since
	case n.UID != d.UID:
		return &ReturnedError{Reason: fact.New("NodeRecreatedSince", "node", d.Name)}
	case d.Replaced:
		return nil
	}
	if condition, _ := inspect.ConditionOf(n); condition != inspect.NodeUnknown {
		return &ReturnedError{Reason: fact.New("NodeReachableAgain", "node", d.Name, "condition", condition)}
	}
	if d.OutOfService && !OutOfService(n) {
		return &ReturnedError{Reason: fact.New("NodeTaintRemoved", "node", d.Name, "taint", corev1.TaintNodeOutOfService)}
	}
	return nil
}
