package workload

import (
	"strconv"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// What the controller of a StatefulSet asks the server for.

// OrdinalOf is the ordinal of the member of a StatefulSet that has a Pod of that name, false if none has.
func OrdinalOf(s *appsv1.StatefulSet, pod string) (int, bool) {
	text, cut := strings.CutPrefix(pod, s.Name+"-")
	if !cut || !inspect.IsOrdinal(s, text) {
		return 0, false
	}
	ordinal, err := strconv.Atoi(text)
	return ordinal, err == nil
}

// CreatedBySet is the Pod of an ordinal as the controller of its StatefulSet creates it next, before admission has seen it
// (controller/statefulset/stateful_set_utils.go: newStatefulSetPod). It is nil if that is of an earlier revision: the template that the set
// has now is another.
func CreatedBySet(s *appsv1.StatefulSet, ordinal int) *corev1.Pod {
	next := nextRevision(s, ordinal)
	if !next.ofTemplate && !next.unknown() && (next.name != s.Status.UpdateRevision || s.Status.ObservedGeneration < s.Generation) {
		return nil
	}
	p := PodOfSet(s, MemberName(s, ordinal))
	metav1.SetMetaDataLabel(&p.ObjectMeta, appsv1.StatefulSetPodNameLabel, p.Name)
	metav1.SetMetaDataLabel(&p.ObjectMeta, appsv1.PodIndexLabel, strconv.Itoa(ordinal))
	if next.name != "" {
		metav1.SetMetaDataLabel(&p.ObjectMeta, appsv1.ControllerRevisionHashLabelKey, next.name)
	}
	p.Spec.Hostname, p.Spec.Subdomain = p.Name, s.Spec.ServiceName
	p.OwnerReferences = []metav1.OwnerReference{{APIVersion: "apps/v1", Kind: "StatefulSet", Name: s.Name, UID: s.UID, Controller: ptr.To(true)}}
	return p
}
