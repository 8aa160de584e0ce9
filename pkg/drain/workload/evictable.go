package workload

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

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
