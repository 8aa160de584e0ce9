package inspecttest

import (
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	resourcev1 "k8s.io/api/resource/v1"
	storagev1 "k8s.io/api/storage/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Snapshot sorts objects, lists of objects and Gaps into a Snapshot that was taken Now.
func Snapshot(tb testing.TB, objects ...any) *inspect.Snapshot {
	tb.Helper()
	s := &inspect.Snapshot{TakenAt: Now()}
	for _, o := range All(objects...) {
		if !addVolumes(s, o) && !addWorkload(s, o) && !addDevices(s, o) {
			tb.Fatalf("a Snapshot of the tests has no %T", o)
		}
	}
	return s
}

// All is one list of what single objects and lists hold.
func All(parts ...any) []any {
	var out []any
	for _, p := range parts {
		if list, ok := p.([]any); ok {
			out = append(out, All(list...)...)
		} else {
			out = append(out, p)
		}
	}
	return out
}

func addVolumes(s *inspect.Snapshot, o any) bool {
	switch o := o.(type) {
	case *corev1.Node:
		s.Nodes = append(s.Nodes, o)
	case *coordinationv1.Lease:
		s.Leases = append(s.Leases, o)
	case *corev1.PersistentVolume:
		s.Volumes = append(s.Volumes, o)
	case *corev1.PersistentVolumeClaim:
		s.Claims = append(s.Claims, o)
	case *storagev1.StorageClass:
		s.Classes = append(s.Classes, o)
	case inspect.Gap:
		s.Gaps = append(s.Gaps, o)
	default:
		return false
	}
	return true
}

func addWorkload(s *inspect.Snapshot, o any) bool {
	switch o := o.(type) {
	case *corev1.Namespace:
		s.Namespaces = append(s.Namespaces, o)
	case *corev1.Pod:
		s.Pods = append(s.Pods, o)
	case *corev1.Event:
		s.Events = append(s.Events, o)
	case *appsv1.StatefulSet:
		s.StatefulSets = append(s.StatefulSets, o)
	case *appsv1.ReplicaSet:
		s.ReplicaSets = append(s.ReplicaSets, o)
	case *appsv1.Deployment:
		s.Deployments = append(s.Deployments, o)
	case *appsv1.DaemonSet:
		s.DaemonSets = append(s.DaemonSets, o)
	case *batchv1.Job:
		s.Jobs = append(s.Jobs, o)
	case *policyv1.PodDisruptionBudget:
		s.PodDisruptionBudgets = append(s.PodDisruptionBudgets, o)
	default:
		return false
	}
	return true
}

func addDevices(s *inspect.Snapshot, o any) bool {
	switch o := o.(type) {
	case *storagev1.CSINode:
		s.CSINodes = append(s.CSINodes, o)
	case *storagev1.CSIDriver:
		s.CSIDrivers = append(s.CSIDrivers, o)
	case *storagev1.CSIStorageCapacity:
		s.CSIStorageCapacities = append(s.CSIStorageCapacities, o)
	case *resourcev1.ResourceClaim:
		s.ResourceClaims = append(s.ResourceClaims, o)
	case *resourcev1.ResourceSlice:
		s.ResourceSlices = append(s.ResourceSlices, o)
	case *resourcev1.DeviceClass:
		s.DeviceClasses = append(s.DeviceClasses, o)
	default:
		return false
	}
	return true
}
