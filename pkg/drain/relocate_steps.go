package drain

import (
	corev1 "k8s.io/api/core/v1"
)

func PodObject(p *corev1.Pod) Object {
	return Object{Kind: KindPod, Namespace: p.Namespace, Name: p.Name, UID: p.UID}
}
