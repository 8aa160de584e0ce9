package planner

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// A volume that is released keeps its data as long as nobody writes to its disk by another volume.

// tellsDisk warns of a volume whose data is to stay, if another volume of its disk is in use, or could be given to anybody. That it is reserved is
// refused for that, as every command does.
func (p *releasePlanner) tellsDisk(v *corev1.PersistentVolume) {
	if p.req.Reserve && v.Spec.ClaimRef != nil && v.Spec.ClaimRef.UID != "" {
		return
	}
	if b := p.notGivable(v, p.reservedKey(v)); b != nil && b.Code == drain.BlockedSharedDisk {
		p.warn(fact.New("DataOnSharedDisk", "volume", v.Name, "why", b.Reason))
	}
}

// reservedKey is the claim that a volume is reserved for, empty if it is for none.
func (p *releasePlanner) reservedKey(v *corev1.PersistentVolume) types.NamespacedName {
	if ref := v.Spec.ClaimRef; ref != nil && ref.UID == "" {
		return types.NamespacedName{Namespace: ref.Namespace, Name: ref.Name}
	}
	return types.NamespacedName{}
}
