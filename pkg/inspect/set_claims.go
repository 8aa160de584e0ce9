package inspect

import (
	"slices"
	"strconv"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"
)

// SetOfClaim finds the StatefulSet of which a claim is a member's, whether it exists or not, by the name that the controller gives it
// (controller/statefulset/stateful_set_utils.go: getPersistentVolumeClaimName), and the ordinal of that member. Of two that would give the
// same name it is the one whose Pod names the claim, else the first by name.
func (ix *Index) SetOfClaim(claim types.NamespacedName) (set *appsv1.StatefulSet, ordinal int, ok bool) {
	for _, s := range ix.StatefulSets {
		if s.Namespace != claim.Namespace || s.DeletionTimestamp != nil {
			continue
		}
		for i := range s.Spec.VolumeClaimTemplates {
			text, cut := strings.CutPrefix(claim.Name, s.Spec.VolumeClaimTemplates[i].Name+"-"+s.Name+"-")
			if !cut || !IsOrdinal(s, text) || ok && (ix.setUses(set, claim) || s.Name > set.Name && !ix.setUses(s, claim)) {
				continue
			}
			ordinal, _ = strconv.Atoi(text)
			set, ok = s, true
		}
	}
	return set, ordinal, ok
}

// setUses reports whether a Pod of a StatefulSet names a claim.
func (ix *Index) setUses(s *appsv1.StatefulSet, claim types.NamespacedName) bool {
	return slices.ContainsFunc(ix.Consumers(claim.Namespace, claim.Name), func(p *corev1.Pod) bool {
		owner := metav1.GetControllerOf(p)
		return owner != nil && owner.UID == s.UID
	})
}

// IsOrdinal reports whether a StatefulSet has a member of that ordinal.
func IsOrdinal(s *appsv1.StatefulSet, text string) bool {
	n, err := strconv.Atoi(text)
	if err != nil || text != strconv.Itoa(n) {
		return false
	}
	start := 0
	if s.Spec.Ordinals != nil {
		start = int(s.Spec.Ordinals.Start)
	}
	return n >= start && n < start+int(ptr.Deref(s.Spec.Replicas, 1))
}
