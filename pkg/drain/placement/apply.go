package placement

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// applied is the Change by which a member runs in its place: its Pods have the node and its claims the volumes.
func (s *search) applied(m Member) inspect.Change { return s.apply(s.pods[m], s.place[m]) }

// apply is the Change by which some Pods run in a place.
func (s *search) apply(pods []*corev1.Pod, at *Place) inspect.Change {
	change := inspect.Change{}
	for _, pod := range pods {
		pod = pod.DeepCopy()
		pod.Spec.NodeName = at.Node
		pod.Status.Phase = corev1.PodRunning
		change.Set = append(change.Set, pod)
	}
	for _, name := range at.claims() {
		v := at.Volumes[name]
		c := s.as.Claim(pods[0].Namespace, name).DeepCopy()
		c.UID = types.UID("new-" + c.Namespace + "-" + c.Name)
		c.Spec.VolumeName, c.Status.Phase = v.Name, corev1.ClaimBound
		metav1.SetMetaDataAnnotation(&c.ObjectMeta, volumehelpers.AnnBindCompleted, "yes")
		bound := v.DeepCopy()
		bound.Spec.ClaimRef = &corev1.ObjectReference{Kind: "PersistentVolumeClaim", Namespace: c.Namespace, Name: c.Name, UID: c.UID}
		bound.Status.Phase = corev1.VolumeBound
		change.Set = append(change.Set, c, bound)
	}
	return change
}
