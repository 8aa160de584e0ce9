package inspect

import (
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// Owner is the controller that stands behind a Pod. The zero Owner means that nobody does.
type Owner struct {
	APIVersion string    `json:"-"`
	Kind       string    `json:"kind"`
	Name       string    `json:"name"`
	UID        types.UID `json:"-"`
}

// None reports whether there is no owner.
func (o Owner) None() bool { return o.Kind == "" }

// String is Kind/Name, or "none".
func (o Owner) String() string {
	if o.None() {
		return "none"
	}
	return o.Kind + "/" + o.Name
}

// ownerIndex finds the second step of the two-step owners: ReplicaSet → Deployment, Job → CronJob.
type ownerIndex struct {
	replicaSets map[types.UID]*appsv1.ReplicaSet
	jobs        map[types.UID]*batchv1.Job
}

func newOwnerIndex(s *Snapshot) ownerIndex {
	return ownerIndex{
		replicaSets: byName(s.ReplicaSets, func(r *appsv1.ReplicaSet) types.UID { return r.UID }),
		jobs:        byName(s.Jobs, func(j *batchv1.Job) types.UID { return j.UID }),
	}
}

// OwnerOf returns the topmost controller of a Pod that the Snapshot can tell: StatefulSet, DaemonSet,
// Deployment (through its ReplicaSet), CronJob (through its Job), a custom owner, or none.
func (ix *Index) OwnerOf(p *corev1.Pod) Owner {
	ref := metav1.GetControllerOf(p)
	if ref == nil {
		return Owner{}
	}
	var next *metav1.OwnerReference
	if rs, ok := ix.owners.replicaSets[ref.UID]; ok {
		next = metav1.GetControllerOf(rs)
	} else if job, ok := ix.owners.jobs[ref.UID]; ok {
		next = metav1.GetControllerOf(job)
	}
	if next != nil {
		ref = next
	}
	return Owner{APIVersion: ref.APIVersion, Kind: ref.Kind, Name: ref.Name, UID: ref.UID}
}
