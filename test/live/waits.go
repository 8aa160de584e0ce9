package live

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
)

// WaitVolume waits for a volume of the scene.
func (s *Scene) WaitVolume(short string, met controlplane.Condition[*corev1.PersistentVolume]) *corev1.PersistentVolume {
	s.t.Helper()
	v, err := controlplane.WaitFor(s.Context(), s.client().CoreV1().PersistentVolumes(), s.VolumeName(short), met)
	s.must(err)
	return v
}

// WaitClaim waits for a claim of the scene.
func (s *Scene) WaitClaim(name string, met controlplane.Condition[*corev1.PersistentVolumeClaim]) *corev1.PersistentVolumeClaim {
	s.t.Helper()
	c, err := controlplane.WaitFor(s.Context(), s.client().CoreV1().PersistentVolumeClaims(s.Name), name, met)
	s.must(err)
	return c
}

// WaitPod waits for a Pod of the scene.
func (s *Scene) WaitPod(name string, met controlplane.Condition[*corev1.Pod]) *corev1.Pod {
	s.t.Helper()
	p, err := controlplane.WaitFor(s.Context(), s.client().CoreV1().Pods(s.Name), name, met)
	s.must(err)
	return p
}

// WaitPods waits until there are so many Pods that an application's label selects, all of them Ready.
func (s *Scene) WaitPods(app string, count int) {
	s.t.Helper()
	err := controlplane.WaitForAll(s.Context(), s.client().CoreV1().Pods(s.Name), "of "+app, metav1.ListOptions{LabelSelector: "app=" + app},
		func(pods []*corev1.Pod) (bool, string) {
			for _, p := range pods {
				if met, state := controlplane.PodReady(p); !met {
					return false, p.Name + ": " + state
				}
			}
			return len(pods) == count, fmt.Sprintf("%d Ready", len(pods))
		})
	s.must(err)
}

// WaitStatefulSet waits until the controller has seen that all members are Ready and that there are no others.
func (s *Scene) WaitStatefulSet(name string) {
	s.t.Helper()
	_, err := controlplane.WaitFor(s.Context(), s.client().AppsV1().StatefulSets(s.Name), name, func(set *appsv1.StatefulSet) (bool, string) {
		if set == nil {
			return false, "it does not exist"
		}
		want := ptr.Deref(set.Spec.Replicas, 1)
		return set.Status.ObservedGeneration == set.Generation && set.Status.Replicas == want && set.Status.ReadyReplicas == want,
			fmt.Sprintf("%d of %d members are Ready", set.Status.ReadyReplicas, want)
	})
	s.must(err)
}

// WaitDeployment waits until the controller has seen that the one Pod of a Deployment is Ready.
func (s *Scene) WaitDeployment(name string) {
	s.t.Helper()
	_, err := controlplane.WaitFor(s.Context(), s.client().AppsV1().Deployments(s.Name), name, func(d *appsv1.Deployment) (bool, string) {
		if d == nil {
			return false, "it does not exist"
		}
		return d.Status.ObservedGeneration == d.Generation && d.Status.AvailableReplicas == 1 && d.Status.Replicas == 1,
			fmt.Sprintf("%d Pods are available", d.Status.AvailableReplicas)
	})
	s.must(err)
	s.WaitPods(name, 1)
}

// Scale sets the number of a StatefulSet's members and waits until it has them.
func (s *Scene) Scale(name string, replicas int32) {
	s.t.Helper()
	s.ScaleOnly(name, replicas)
	s.WaitStatefulSet(name)
	s.WaitPods(name, int(replicas))
}

// ScaleOnly sets the number of a StatefulSet's members.
func (s *Scene) ScaleOnly(name string, replicas int32) {
	s.t.Helper()
	patch := fmt.Appendf(nil, `{"spec":{"replicas":%d}}`, replicas)
	_, err := s.client().AppsV1().StatefulSets(s.Name).Patch(s.Context(), name, types.MergePatchType, patch, metav1.PatchOptions{})
	s.must(err)
}
