package collect

import (
	"context"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	resourcev1 "k8s.io/api/resource/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// lister is a typed client's List.
type lister[L any] = func(context.Context, metav1.ListOptions) (L, error)

// table is the table of kinds that a Snapshot holds, those that tend to be largest first: they are read at
// the same time as the others, and so should start before them.
func table() []kindSpec {
	return slices.Concat(coreRows(), workloadRows(), storageRows(), deviceRows())
}

func coreRows() []kindSpec {
	v1 := corev1.SchemeGroupVersion
	return []kindSpec{
		newKindSpec(inspect.PersistentVolumes, v1.WithKind("PersistentVolume"), cluster,
			func(c kubernetes.Interface, _ string) lister[*corev1.PersistentVolumeList] {
				return c.CoreV1().PersistentVolumes().List
			},
			func(l *corev1.PersistentVolumeList) []corev1.PersistentVolume { return l.Items },
			func(s *inspect.Snapshot) *[]*corev1.PersistentVolume { return &s.Volumes }),
		newKindSpec(inspect.Pods, v1.WithKind("Pod"), everywhere,
			func(c kubernetes.Interface, ns string) lister[*corev1.PodList] { return c.CoreV1().Pods(ns).List },
			func(l *corev1.PodList) []corev1.Pod { return l.Items },
			func(s *inspect.Snapshot) *[]*corev1.Pod { return &s.Pods }),
		newKindSpec(inspect.PersistentVolumeClaims, v1.WithKind("PersistentVolumeClaim"), everywhere,
			func(c kubernetes.Interface, ns string) lister[*corev1.PersistentVolumeClaimList] {
				return c.CoreV1().PersistentVolumeClaims(ns).List
			},
			func(l *corev1.PersistentVolumeClaimList) []corev1.PersistentVolumeClaim { return l.Items },
			func(s *inspect.Snapshot) *[]*corev1.PersistentVolumeClaim { return &s.Claims }),
		newKindSpec(inspect.Nodes, v1.WithKind("Node"), cluster,
			func(c kubernetes.Interface, _ string) lister[*corev1.NodeList] { return c.CoreV1().Nodes().List },
			func(l *corev1.NodeList) []corev1.Node { return l.Items },
			func(s *inspect.Snapshot) *[]*corev1.Node { return &s.Nodes }),
		newKindSpec(inspect.Namespaces, v1.WithKind("Namespace"), cluster,
			func(c kubernetes.Interface, _ string) lister[*corev1.NamespaceList] {
				return c.CoreV1().Namespaces().List
			},
			func(l *corev1.NamespaceList) []corev1.Namespace { return l.Items },
			func(s *inspect.Snapshot) *[]*corev1.Namespace { return &s.Namespaces }),
		aboutPlacement(newKindSpec(inspect.Events, v1.WithKind("Event"), local,
			func(c kubernetes.Interface, ns string) lister[*corev1.EventList] { return c.CoreV1().Events(ns).List },
			func(l *corev1.EventList) []corev1.Event { return l.Items },
			func(s *inspect.Snapshot) *[]*corev1.Event { return &s.Events })),
	}
}

func workloadRows() []kindSpec {
	apps, batch := appsv1.SchemeGroupVersion, batchv1.SchemeGroupVersion
	return []kindSpec{
		newKindSpec(inspect.ReplicaSets, apps.WithKind("ReplicaSet"), local,
			func(c kubernetes.Interface, ns string) lister[*appsv1.ReplicaSetList] {
				return c.AppsV1().ReplicaSets(ns).List
			},
			func(l *appsv1.ReplicaSetList) []appsv1.ReplicaSet { return l.Items },
			func(s *inspect.Snapshot) *[]*appsv1.ReplicaSet { return &s.ReplicaSets }),
		newKindSpec(inspect.StatefulSets, apps.WithKind("StatefulSet"), local,
			func(c kubernetes.Interface, ns string) lister[*appsv1.StatefulSetList] {
				return c.AppsV1().StatefulSets(ns).List
			},
			func(l *appsv1.StatefulSetList) []appsv1.StatefulSet { return l.Items },
			func(s *inspect.Snapshot) *[]*appsv1.StatefulSet { return &s.StatefulSets }),
		newKindSpec(inspect.Deployments, apps.WithKind("Deployment"), local,
			func(c kubernetes.Interface, ns string) lister[*appsv1.DeploymentList] {
				return c.AppsV1().Deployments(ns).List
			},
			func(l *appsv1.DeploymentList) []appsv1.Deployment { return l.Items },
			func(s *inspect.Snapshot) *[]*appsv1.Deployment { return &s.Deployments }),
		newKindSpec(inspect.DaemonSets, apps.WithKind("DaemonSet"), local,
			func(c kubernetes.Interface, ns string) lister[*appsv1.DaemonSetList] {
				return c.AppsV1().DaemonSets(ns).List
			},
			func(l *appsv1.DaemonSetList) []appsv1.DaemonSet { return l.Items },
			func(s *inspect.Snapshot) *[]*appsv1.DaemonSet { return &s.DaemonSets }),
		newKindSpec(inspect.Jobs, batch.WithKind("Job"), local,
			func(c kubernetes.Interface, ns string) lister[*batchv1.JobList] { return c.BatchV1().Jobs(ns).List },
			func(l *batchv1.JobList) []batchv1.Job { return l.Items },
			func(s *inspect.Snapshot) *[]*batchv1.Job { return &s.Jobs }),
		nodeLeases(newKindSpec(inspect.Leases, coordinationv1.SchemeGroupVersion.WithKind("Lease"), local,
			func(c kubernetes.Interface, ns string) lister[*coordinationv1.LeaseList] {
				return c.CoordinationV1().Leases(ns).List
			},
			func(l *coordinationv1.LeaseList) []coordinationv1.Lease { return l.Items },
			func(s *inspect.Snapshot) *[]*coordinationv1.Lease { return &s.Leases })),
		newKindSpec(inspect.PodDisruptionBudgets, policyv1.SchemeGroupVersion.WithKind("PodDisruptionBudget"), local,
			func(c kubernetes.Interface, ns string) lister[*policyv1.PodDisruptionBudgetList] {
				return c.PolicyV1().PodDisruptionBudgets(ns).List
			},
			func(l *policyv1.PodDisruptionBudgetList) []policyv1.PodDisruptionBudget { return l.Items },
			func(s *inspect.Snapshot) *[]*policyv1.PodDisruptionBudget { return &s.PodDisruptionBudgets }),
	}
}

func storageRows() []kindSpec {
	storage := storagev1.SchemeGroupVersion
	return []kindSpec{
		newKindSpec(inspect.StorageClasses, storage.WithKind("StorageClass"), cluster,
			func(c kubernetes.Interface, _ string) lister[*storagev1.StorageClassList] {
				return c.StorageV1().StorageClasses().List
			},
			func(l *storagev1.StorageClassList) []storagev1.StorageClass { return l.Items },
			func(s *inspect.Snapshot) *[]*storagev1.StorageClass { return &s.Classes }),
		newKindSpec(inspect.CSINodes, storage.WithKind("CSINode"), cluster,
			func(c kubernetes.Interface, _ string) lister[*storagev1.CSINodeList] {
				return c.StorageV1().CSINodes().List
			},
			func(l *storagev1.CSINodeList) []storagev1.CSINode { return l.Items },
			func(s *inspect.Snapshot) *[]*storagev1.CSINode { return &s.CSINodes }),
		newKindSpec(inspect.CSIDrivers, storage.WithKind("CSIDriver"), cluster,
			func(c kubernetes.Interface, _ string) lister[*storagev1.CSIDriverList] {
				return c.StorageV1().CSIDrivers().List
			},
			func(l *storagev1.CSIDriverList) []storagev1.CSIDriver { return l.Items },
			func(s *inspect.Snapshot) *[]*storagev1.CSIDriver { return &s.CSIDrivers }),
		newKindSpec(inspect.CSIStorageCapacities, storage.WithKind("CSIStorageCapacity"), everywhere,
			func(c kubernetes.Interface, ns string) lister[*storagev1.CSIStorageCapacityList] {
				return c.StorageV1().CSIStorageCapacities(ns).List
			},
			func(l *storagev1.CSIStorageCapacityList) []storagev1.CSIStorageCapacity { return l.Items },
			func(s *inspect.Snapshot) *[]*storagev1.CSIStorageCapacity { return &s.CSIStorageCapacities }),
	}
}

func deviceRows() []kindSpec {
	dra := resourcev1.SchemeGroupVersion
	return []kindSpec{
		newKindSpec(inspect.ResourceClaims, dra.WithKind("ResourceClaim"), everywhere,
			func(c kubernetes.Interface, ns string) lister[*resourcev1.ResourceClaimList] {
				return c.ResourceV1().ResourceClaims(ns).List
			},
			func(l *resourcev1.ResourceClaimList) []resourcev1.ResourceClaim { return l.Items },
			func(s *inspect.Snapshot) *[]*resourcev1.ResourceClaim { return &s.ResourceClaims }),
		newKindSpec(inspect.ResourceSlices, dra.WithKind("ResourceSlice"), cluster,
			func(c kubernetes.Interface, _ string) lister[*resourcev1.ResourceSliceList] {
				return c.ResourceV1().ResourceSlices().List
			},
			func(l *resourcev1.ResourceSliceList) []resourcev1.ResourceSlice { return l.Items },
			func(s *inspect.Snapshot) *[]*resourcev1.ResourceSlice { return &s.ResourceSlices }),
		newKindSpec(inspect.DeviceClasses, dra.WithKind("DeviceClass"), cluster,
			func(c kubernetes.Interface, _ string) lister[*resourcev1.DeviceClassList] {
				return c.ResourceV1().DeviceClasses().List
			},
			func(l *resourcev1.DeviceClassList) []resourcev1.DeviceClass { return l.Items },
			func(s *inspect.Snapshot) *[]*resourcev1.DeviceClass { return &s.DeviceClasses }),
	}
}

// aboutPlacement limits events to those that say why a Pod has no node or a claim no volume. Most events of a
// busy namespace are about neither, and the server can leave them out. Events of claims are taken whatever their
// reason: WaitForFirstConsumer and FailedBinding come as Normal ones.
func aboutPlacement(r kindSpec) kindSpec {
	r.selectors = []string{
		"involvedObject.kind=Pod,reason=FailedScheduling",
		"involvedObject.kind=PersistentVolumeClaim",
	}
	return r
}

// nodeLeases limits leases to those by which kubelets say that they live.
func nodeLeases(r kindSpec) kindSpec {
	r.only = corev1.NamespaceNodeLease
	return r
}
