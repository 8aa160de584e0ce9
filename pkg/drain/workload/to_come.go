package workload

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// ToCome are the claims of the member that are not among those that there are, as its StatefulSet creates them before the Pod: its template has
// named them only since, or somebody has deleted them (controller/statefulset/stateful_set_control.go: createMissingPersistentVolumeClaims).
func (m *Member) ToCome(ix *inspect.Index, there func(types.NamespacedName) bool) []Claim {
	if m.Set == nil {
		return nil
	}
	var out []Claim
	for _, t := range m.Set.Spec.VolumeClaimTemplates {
		named := &corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Namespace: m.Key.Namespace, Name: t.Name + "-" + m.Key.Name}}
		if there(types.NamespacedName{Namespace: named.Namespace, Name: named.Name}) {
			continue
		}
		next := fromTemplate(m.Set, m.Key.Name, named).withClass(ix).Claim
		out = append(out, Claim{Manifest: next, Recreated: true})
	}
	return out
}
