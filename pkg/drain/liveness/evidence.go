// Package liveness weighs whether a node is dead: what its Node, its lease and its taints showed, and whether so many nodes are down
// that it is no matter of single machines. It is asked when a Plan is made, and again before each deletion.
package liveness

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// State is what the evidence says of a node.
type State string

// The states of a node.
const (
	// Dead: nothing runs on it any more, as far as the cluster can tell and somebody has said.
	Dead State = "dead"
	// Unproven: it does not answer, and may still run and write.
	Unproven State = "unproven"
	// Alive: it answers.
	Alive State = "alive"
	// Replaced: the Node object is younger than the volumes: another machine may have taken the name.
	Replaced State = "replaced"
)

// Evidence is what was seen of a node.
type Evidence struct {
	Node  string    `json:"node"`
	UID   types.UID `json:"uid,omitempty"`
	State State     `json:"state"`
	// Condition is what the Node's Ready condition says (Ready, NotReady, Unknown), and Since from when on. They are empty
	// if there is no Node.
	Condition inspect.NodeCondition `json:"condition,omitempty"`
	Since     *metav1.Time          `json:"since,omitempty"`
	// Leases are the samples of the node's lease, the earlier first.
	Leases []LeaseSeen `json:"leases,omitempty"`
	// Taints are those that say something about its state: KEY:EFFECT or KEY=VALUE:EFFECT.
	Taints []string `json:"taints,omitempty"`
	// Seen are the signs.
	Seen []fact.Fact `json:"seen"`
}

// OutOfService is the taint by which somebody says that a node is off
// (k8s.io/api/core/v1: TaintNodeOutOfService).
func OutOfService(n *corev1.Node) bool {
	return slices.ContainsFunc(n.Spec.Taints, func(t corev1.Taint) bool { return t.Key == corev1.TaintNodeOutOfService })
}

// UnreachableSince is the condition of a Node and since when it holds. A Node that has never said anything is silent since it was
// made.
func UnreachableSince(n *corev1.Node) (inspect.NodeCondition, time.Time) {
	condition, since := inspect.ConditionOf(n)
	if since.IsZero() {
		since = n.CreationTimestamp.Time
	}
	return condition, since
}

// Outage reports whether so many nodes are down that it is no matter of single machines.
func Outage(down, all int) bool { return 2*down > all }
