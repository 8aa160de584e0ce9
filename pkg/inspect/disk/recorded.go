package disk

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// recordedKey is where an Index keeps what its volumes record.
type recordedKey struct{}

// Recorded are the volumes that name no claim, or are reserved for one by name, and on which the data of a claim of a namespace and name is recorded to be, sorted by name.
func Recorded(ix *inspect.Index, claim types.NamespacedName) []*corev1.PersistentVolume {
	all, _ := ix.Derived(recordedKey{}, func() any {
		of := map[types.NamespacedName][]*corev1.PersistentVolume{}
		for _, v := range ix.SortedVolumes() {
			if ref := v.Spec.ClaimRef; ref != nil && (ref.UID != "" || ref.Namespace == CordonNamespace) {
				continue
			}
			if d := DataOf(v, ix.TakenAt); d.State == Known {
				of[d.Claim.Key()] = append(of[d.Claim.Key()], v)
			}
		}
		return of
	}).(map[types.NamespacedName][]*corev1.PersistentVolume)
	return all[claim]
}
