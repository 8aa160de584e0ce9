package match

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
)

// onDisk adds to what there is to say of a volume that a claim cannot have who has its disk by another volume, if somebody does.
func onDisk(ix *inspect.Index, claim *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume, why fact.Fact) fact.Fact {
	holders := disk.New(ix).Holders(v, types.NamespacedName{Namespace: claim.Namespace, Name: claim.Name})
	if len(holders) == 0 {
		return why
	}
	return fact.New("DiskHasAnother", "why", why, "subject", why.Get("subject"), "other", holders[0].Volume.Name, "claim", holders[0].Claim)
}
