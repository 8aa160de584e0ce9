package generate

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// Cluster is a Pod whose claims want volumes, and what there is.
type Cluster struct {
	Nodes   []*corev1.Node
	Volumes []*corev1.PersistentVolume
	Claims  []*corev1.PersistentVolumeClaim
	Classes []*storagev1.StorageClass
	Pod     *corev1.Pod
}

// Size bounds a Cluster. Of each kind there are between one and that many.
type Size struct{ Nodes, Volumes, Claims int }

// NewCluster makes a Cluster. Volumes are sorted by name. The Pod rarely names one of its claims twice.
func NewCluster(s Source, size Size) Cluster {
	c := Cluster{Classes: Classes()}
	c.Nodes = Nodes(s, 1+s.IntN(size.Nodes))
	for i := range 1 + s.IntN(size.Claims) {
		c.Claims = append(c.Claims, Claim(s, fmt.Sprintf("data-%d", i)))
	}
	for i := range 1 + s.IntN(size.Volumes) {
		c.Volumes = append(c.Volumes, Volume(s, fmt.Sprintf("pv-%02d", i), c.Nodes, c.Claims))
	}
	c.Pod = podOf(c.Claims)
	if rarely(s, 10) {
		c.Pod.Spec.Volumes = append(c.Pod.Spec.Volumes, c.Pod.Spec.Volumes[0])
	}
	return c
}

// Classes are the classes that claims name, both of which wait for the first consumer.
func Classes() []*storagev1.StorageClass {
	return []*storagev1.StorageClass{inspecttest.StorageClass(inspecttest.Class), inspecttest.StorageClass("local-hdd")}
}

func podOf(claims []*corev1.PersistentVolumeClaim) *corev1.Pod {
	pod := inspecttest.Pod("pod")
	for _, c := range claims {
		inspecttest.Uses(c.Name)(pod)
	}
	return pod
}
