package workload

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// ForeignFinalizers are those that the Kubernetes controllers do not take away by themselves.
func ForeignFinalizers(c *corev1.PersistentVolumeClaim) []string {
	return slices.DeleteFunc(slices.Clone(c.Finalizers), func(f string) bool { return strings.HasPrefix(f, "kubernetes.io/") })
}
