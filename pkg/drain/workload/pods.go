package workload

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// StaticProvisioner is how the sig-storage local static provisioner calls itself: with the name and, unless it is told
// not to, the UID of its Node.
const StaticProvisioner = "local-volume-provisioner"

// ExternalCleaner returns the external provisioner of a volume, empty if the volume has none. Names of kubernetes.io
// stand for the volume controller's own plugins.
func ExternalCleaner(v *corev1.PersistentVolume) string {
	by := v.Annotations[volumehelpers.AnnDynamicallyProvisioned]
	if strings.HasPrefix(by, "kubernetes.io/") {
		return ""
	}
	return by
}

func Ready(p *corev1.Pod) bool {
	for _, c := range p.Status.Conditions {
		if c.Type == corev1.PodReady {
			return c.Status == corev1.ConditionTrue && p.Status.Phase == corev1.PodRunning
		}
	}
	return false
}

func IsMirror(p *corev1.Pod) bool {
	_, mirror := p.Annotations[corev1.MirrorPodAnnotationKey]
	return mirror
}

func OfDaemonSet(p *corev1.Pod) bool {
	ref := metav1.GetControllerOf(p)
	return ref != nil && ref.Kind == "DaemonSet"
}

func FinishedPod(p *corev1.Pod) bool {
	return p.Status.Phase == corev1.PodSucceeded || p.Status.Phase == corev1.PodFailed
}

// Names lists Pods for a sentence, the first few.
func Names(pods []*corev1.Pod) string {
	const most = 5
	var out []string
	for i, p := range pods {
		if i == most {
			out = append(out, fmt.Sprintf("and %d more", len(pods)-most))
			break
		}
		out = append(out, p.Namespace+"/"+p.Name)
	}
	return strings.Join(out, ", ")
}

// PodsByName are Pods in an order that does not depend on how they were read.
func PodsByName(pods []*corev1.Pod) []*corev1.Pod {
	return slices.SortedFunc(slices.Values(pods), func(a, b *corev1.Pod) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
}
