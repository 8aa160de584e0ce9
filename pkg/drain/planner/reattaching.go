package planner

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

type reattachPlanner struct {
	planner
	req drain.ReattachRequest
	returning
}

// returning is about one of the volumes that are given back.
type returning struct {
	volume *corev1.PersistentVolume
	// claim is who gets the volume, by name.
	claim drain.Object
	// current is the claim of that name that there is, nil if none.
	current *corev1.PersistentVolumeClaim
	// user is the member that uses the claim: how it is taken down, if it is, and where it comes back; why it fits nowhere there.
	user *relocation
	why  fact.Fact
	// fitsHome says that the volume's node takes Pods, as far as can be seen of the node alone.
	fitsHome bool
	// cordoned are the nodes that are to be uncordoned.
	cordoned []*corev1.Node
}

// replaces reports whether another claim of that name, which has another volume, has to go first.
func (p *reattachPlanner) replaces() bool {
	return p.current != nil && p.current.Spec.VolumeName != "" && p.current.Spec.VolumeName != p.volume.Name
}

// replaced is the claim that is to go before another of that name can be bound.
func (p *reattachPlanner) replaced(replaces bool) drain.Object {
	if replaces || p.current != nil && p.current.DeletionTimestamp != nil {
		return drain.ClaimObject(p.current)
	}
	return p.claim
}
