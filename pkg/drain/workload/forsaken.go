package workload

import (
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Forsaken are the claims of a Pod that the next one of its StatefulSet does not use any more, and those that it uses in their place: the set was
// recreated over its Pods, with other templates for claims (controller/statefulset/stateful_set_utils.go: updateStorage).
func Forsaken(ix *inspect.Index, p *corev1.Pod) (claims, next []string) {
	i := slices.IndexFunc(ix.StatefulSets, func(s *appsv1.StatefulSet) bool { return s.UID == DirectOwner(p).UID && s.DeletionTimestamp == nil })
	if i < 0 {
		return nil, nil
	}
	set := ix.StatefulSets[i]
	if _, ok := OrdinalOf(set, p.Name); !ok {
		return nil, nil
	}
	ofTemplate := inspect.ClaimNames(&corev1.Pod{Spec: set.Spec.Template.Spec})
	for _, t := range set.Spec.VolumeClaimTemplates {
		next = append(next, t.Name+"-"+p.Name)
	}
	for _, name := range inspect.ClaimNames(p) {
		named := slices.Contains(next, name) || slices.Contains(ofTemplate, name)
		if !named && strings.HasSuffix(name, "-"+p.Name) { // by its name it is of a template for claims
			claims = append(claims, name)
		}
	}
	return claims, next
}
