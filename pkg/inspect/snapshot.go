// Package inspect is the model on which everything is decided: the Snapshot and its Index, homes and owners, what could not be
// read; the Judge, the Changes that it is asked about and its Verdicts; and the codes of volumes and claims. It has no client, no
// clock and no writer; what it is given is all it knows. The packages below it decide, in the same way.
package inspect

import (
	"fmt"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	resourcev1 "k8s.io/api/resource/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// Kind names a kind of object as RBAC and kubectl do: the plural resource, in lower case.
type Kind string

// The kinds that a Snapshot can hold.
const (
	Nodes                  Kind = "nodes"
	Namespaces             Kind = "namespaces"
	Pods                   Kind = "pods"
	PersistentVolumes      Kind = "persistentvolumes"
	PersistentVolumeClaims Kind = "persistentvolumeclaims"
	Events                 Kind = "events"
	StorageClasses         Kind = "storageclasses"
	CSINodes               Kind = "csinodes"
	CSIDrivers             Kind = "csidrivers"
	CSIStorageCapacities   Kind = "csistoragecapacities"
	StatefulSets           Kind = "statefulsets"
	ReplicaSets            Kind = "replicasets"
	Deployments            Kind = "deployments"
	DaemonSets             Kind = "daemonsets"
	Jobs                   Kind = "jobs"
	Leases                 Kind = "leases"
	PodDisruptionBudgets   Kind = "poddisruptionbudgets"
	ResourceClaims         Kind = "resourceclaims"
	ResourceSlices         Kind = "resourceslices"
	DeviceClasses          Kind = "deviceclasses"
)

// Snapshot is what was read of a cluster, as plain data. Its objects are shared and must not be changed;
// to ask "what if", build a Change.
type Snapshot struct {
	// TakenAt is when reading ended. Every age that is reported counts back from here.
	TakenAt time.Time

	Nodes                []*corev1.Node
	Namespaces           []*corev1.Namespace
	Pods                 []*corev1.Pod
	Volumes              []*corev1.PersistentVolume
	Claims               []*corev1.PersistentVolumeClaim
	Events               []*corev1.Event
	Classes              []*storagev1.StorageClass
	CSINodes             []*storagev1.CSINode
	CSIDrivers           []*storagev1.CSIDriver
	CSIStorageCapacities []*storagev1.CSIStorageCapacity
	StatefulSets         []*appsv1.StatefulSet
	ReplicaSets          []*appsv1.ReplicaSet
	Deployments          []*appsv1.Deployment
	DaemonSets           []*appsv1.DaemonSet
	Jobs                 []*batchv1.Job
	Leases               []*coordinationv1.Lease
	PodDisruptionBudgets []*policyv1.PodDisruptionBudget
	ResourceClaims       []*resourcev1.ResourceClaim
	ResourceSlices       []*resourcev1.ResourceSlice
	DeviceClasses        []*resourcev1.DeviceClass

	// Gaps are the kinds that were wanted and could not be read, sorted by kind and namespace.
	Gaps []Gap
}

// Gap is a kind that was wanted and could not be read. What depends on it is unknown, never fine.
type Gap struct {
	Kind Kind
	// Namespace is where it could not be read, empty for the whole cluster.
	Namespace string
	// Reason is short and in words, e.g. "forbidden: list leases" or "not in the files".
	Reason string
}

// CodeUnread is the code of Gap.Fact: whatever holds it rests on something that could not be read.
const CodeUnread fact.Code = "Unread"

// Fact is what there is to say of what could not be read.
func (g Gap) Fact() fact.Fact {
	return fact.New(CodeUnread, "kind", g.Kind, "namespace", g.Namespace, "reason", g.Reason)
}

// String is a Gap for developers: "unknown (forbidden: list leases)".
func (g Gap) String() string { return fmt.Sprintf("unknown (%s)", g.Reason) }

// Gap returns the first recorded gap of a kind, and whether there is one.
func (s *Snapshot) Gap(kind Kind) (Gap, bool) {
	for _, g := range s.Gaps {
		if g.Kind == kind {
			return g, true
		}
	}
	return Gap{}, false
}

// Ago is how long before the Snapshot something was, as kubectl writes durations: "14m". Empty if that is not recorded.
func (s *Snapshot) Ago(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return duration.HumanDuration(max(0, s.TakenAt.Sub(t)))
}

// APIVersion is that of every machine-readable output.
const APIVersion = "localpv.dev/v1alpha2"
