package workload

import (
	"cmp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
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

// Ready reports whether a Pod serves: it is Running and its condition Ready is true.
func Ready(p *corev1.Pod) bool {
	return inspect.PodReady(p)
}

// IsMirror reports whether a kubelet has made a Pod from a file of its own, and nothing else can delete it.
func IsMirror(p *corev1.Pod) bool {
	_, mirror := p.Annotations[corev1.MirrorPodAnnotationKey]
	return mirror
}

const daemonSet = "DaemonSet"

// OfDaemonSet reports whether a DaemonSet has made a Pod.
func OfDaemonSet(p *corev1.Pod) bool {
	ref := metav1.GetControllerOf(p)
	return ref != nil && ref.Kind == daemonSet
}

// FinishedPod reports whether a Pod has ended, well or not.
func FinishedPod(p *corev1.Pod) bool {
	return p.Status.Phase == corev1.PodSucceeded || p.Status.Phase == corev1.PodFailed
}

// lasting are those of some Pods that have not ended, in their order; all if there are no such: what a controller has left behind of Pods that
// ended, as evictions by a kubelet do, says nothing of those that run.
func lasting(pods []*corev1.Pod) []*corev1.Pod {
	if run := slices.DeleteFunc(slices.Clone(pods), FinishedPod); len(run) > 0 {
		return run
	}
	return pods
}

// Names are the namespaces and names of Pods, in their order.
func Names(pods []*corev1.Pod) []string {
	out := make([]string, 0, len(pods))
	for _, p := range pods {
		out = append(out, p.Namespace+"/"+p.Name)
	}
	return out
}

// PodsByName are Pods in an order that does not depend on how they were read.
func PodsByName(pods []*corev1.Pod) []*corev1.Pod {
	return slices.SortedFunc(slices.Values(pods), func(a, b *corev1.Pod) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
}
