package live

import (
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
)

// OwnNodes adds Nodes of the scene's own, and keeps its Pods to them.
func (s *Scene) OwnNodes(short ...string) {
	s.t.Helper()
	s.NodeSelector = map[string]string{sceneLabel: s.Name}
	var nodes []*corev1.Node
	for _, name := range short {
		n := controlplane.NewNode(s.VolumeName(name))
		metav1.SetMetaDataLabel(&n.ObjectMeta, sceneLabel, s.Name)
		nodes = append(nodes, n)
	}
	s.must(s.Cluster.AddNodes(s.Context(), nodes...))
}

// Ordered lets a StatefulSet create its members one after the other.
func Ordered(set *appsv1.StatefulSet) {
	set.Spec.PodManagementPolicy = appsv1.OrderedReadyPodManagement
}

// Apart keeps the members of a StatefulSet on nodes of their own.
func Apart(set *appsv1.StatefulSet) {
	set.Spec.Template.Spec.Affinity = &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{{
		TopologyKey: corev1.LabelHostname, LabelSelector: set.Spec.Selector,
	}}}}
}
