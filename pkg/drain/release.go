package drain

import (
	corev1 "k8s.io/api/core/v1"
)

func RefObject(ref *corev1.ObjectReference) Object {
	return Object{Kind: KindClaim, Namespace: ref.Namespace, Name: ref.Name, UID: ref.UID}
}
