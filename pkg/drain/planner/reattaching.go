package planner

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

type reattachPlanner struct {
	planner
	req drain.ReattachRequest
	// pairs are all volumes of the request, with the claims that get them.
	pairs []*returning
	// comeback is the member that is being planned for, returning its volume of which that is.
	*comeback
	*returning
}

// returning is one of the volumes that are given back.
type returning struct {
	volume *corev1.PersistentVolume
	// claim is who gets the volume, by name.
	claim drain.Object
	// current is the claim of that name that there is, nil if none.
	current *corev1.PersistentVolumeClaim
	// starts says that the volume is in a state to be given away, refused that something forbids it. Else an earlier run has come further.
	starts, refused bool
	// fitsHome says that the volume's node takes Pods, as far as can be seen of the node alone.
	fitsHome bool
	// away says that no Node with the data takes the Pods, which has been said.
	away bool
	// replaced is the volume that the present claim leaves, nil if it leaves none.
	replaced *corev1.PersistentVolume
}

// comeback is a member, or a claim that nobody uses, with the volumes that it gets back together.
type comeback struct {
	together []*returning
	// user is the member that uses the claims: how it is taken down, if it is, and where it comes back; why it fits nowhere there.
	user *relocation
	why  fact.Fact
	// waiting are volumes with data of other claims of the member, which would be enough to let it fit.
	waiting []*returning
	// cordoned are the nodes that are to be uncordoned.
	cordoned []briefCordon
}

// briefCordon is a node that is cordoned for the sake of a volume, for a while.
type briefCordon struct {
	node   *corev1.Node
	volume *corev1.PersistentVolume
}

// replaces reports whether another claim of that name, which has another volume, has to go first.
func (r *returning) replaces() bool {
	return r.current != nil && r.current.Spec.VolumeName != "" && r.current.Spec.VolumeName != r.volume.Name
}

// leaving reports whether the claim of that name is on its way out.
func (r *returning) leaving() bool { return r.current != nil && r.current.DeletionTimestamp != nil }

// before is the claim that is to go before another of that name can be bound.
func (r *returning) before() drain.Object {
	if r.replaces() || r.leaving() {
		return drain.ClaimObject(r.current)
	}
	return r.claim
}

// starting are the volumes that are yet to be given away.
func (c *comeback) starting() []*returning {
	return c.those(func(r *returning) bool { return r.starts })
}

// replacing are those of them for which a claim has to go.
func (c *comeback) replacing() []*returning {
	return c.those(func(r *returning) bool { return r.starts && r.replaces() })
}

func (c *comeback) those(is func(*returning) bool) []*returning {
	var out []*returning
	for _, r := range c.together {
		if is(r) {
			out = append(out, r)
		}
	}
	return out
}

// fitsHomes reports whether the nodes of all volumes take Pods.
func (c *comeback) fitsHomes() bool {
	return len(c.those(func(r *returning) bool { return r.starts && !r.fitsHome })) == 0
}
