// Package placement finds places for members that leave their nodes, or are yet to come, so that all of them fit together: it asks
// the scheduler's filters, in the cluster as it is when they have left. It reads no cluster and writes nothing.
package placement

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// NewJudge makes the judge of a Snapshot: the scheduler's filters.
type NewJudge func(context.Context, *inspect.Snapshot) (inspect.Judge, error)

// Member is what gets a place as one: Pods that share claims, as a rule one Pod.
type Member interface {
	// Key names it: the namespace and name of its Pod, if that is known.
	Key() types.NamespacedName
	// Owner is the topmost controller of its Pods.
	Owner() inspect.Owner
	// Group is the same for all members of one owner. They are spread over nodes where that is possible.
	Group() string
	// Moves reports whether a place is to be found for it. One that does not move leaves all the same what Claims and Present
	// say that it leaves.
	Moves() bool
	// Present are the Pods that it has and that are gone when it moves.
	Present() []*corev1.Pod
	// Future are the Pods that it will have, none if that cannot be told. They are copies.
	Future() []*corev1.Pod
	// Claims are those that it leaves, or that are yet to come.
	Claims() []Claim
	// Siblings are the Pods of other members of its owner that are to exist, by what their controller makes of them.
	Siblings() []*corev1.Pod
}

// Claim is a claim of a Member.
type Claim struct {
	Key types.NamespacedName
	// Leaves is the volume that it leaves, nil for none.
	Leaves *corev1.PersistentVolume
	// Becomes is the claim as it will be recreated, nil if it has another volume already and stays.
	Becomes *corev1.PersistentVolumeClaim
}

// Problem is what places are looked for.
type Problem struct {
	Index    *inspect.Index
	NewJudge NewJudge
	// Departing are the nodes that are left; nobody gets a place there.
	Departing map[string]bool
	// Avoid reports whether a volume may not be given to a member although nothing else speaks against it; nil: none is.
	Avoid func(*corev1.PersistentVolume) bool
	// Barred reports whether a volume may not be given to one claim, for what is on it; nil: none is. One that is barred for any is for
	// a claim without a name.
	Barred func(*corev1.PersistentVolume, types.NamespacedName) bool
	// Sharing are the other volumes that are the same disk as one, of which only one is given away; nil: there are none.
	Sharing func(*corev1.PersistentVolume) []*corev1.PersistentVolume
	// Preferred reports whether a volume is better than others; nil: none is.
	Preferred func(*corev1.PersistentVolume) bool
	// Members in the order in which they move.
	Members []Member
}

// Place is where a member can run.
type Place struct {
	Node string
	// Volumes are those that its claims get, by the claims' names. A claim that gets a new volume from a provisioner is not
	// among them.
	Volumes map[string]*corev1.PersistentVolume
}

// Solution are the places that were found. Its slices are parallel to Problem.Members.
type Solution struct {
	// Places are nil for members that do not move, and for those that fit nowhere.
	Places []*Place
	// Why says of a member that fits nowhere why.
	Why []fact.Fact
	// Pods is how many Pods each member will have.
	Pods []int
	// Reserved are the volumes that are reserved for claims that are yet to be recreated: by an earlier run, or by somebody.
	Reserved map[types.NamespacedName][]*corev1.PersistentVolume
}
