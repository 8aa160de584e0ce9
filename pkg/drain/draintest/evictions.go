package draintest

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// What a node that lives needs around it to be emptied: n1 is always the one.

// Crew are four nodes that live, the class, and a free volume on each but n1.
func Crew() []any {
	return append([]any{Node("n0"), Node("n1"), Node("n2"), Node("n3"), StorageClass(Class)}, Free("n0-free", "n2-free", "n3-free")...)
}

// Web is a Deployment's Pod on n1, its ReplicaSet, and what else it needs.
func Web(edits ...func(*corev1.Pod)) []any {
	p := Plain("web-1", "n1", append([]func(*corev1.Pod){ControlledBy("ReplicaSet", "web")}, edits...)...)
	return []any{p, ReplicaSet("web", 1, "web")}
}

// ToKeep asks to empty n1 and leave its claims.
func ToKeep(edits ...func(*drain.DrainRequest)) drain.DrainRequest {
	return DrainRequest(append(edits, func(r *drain.DrainRequest) { r.KeepClaims = true }))
}

// ToMove asks to empty n1 and move its claims.
func ToMove(edits ...func(*drain.DrainRequest)) drain.DrainRequest {
	return DrainRequest(append(edits, func(r *drain.DrainRequest) { r.MoveClaims = true }))
}

// DrainRequest asks to empty n1, in a way that is still to be said.
func DrainRequest(edits []func(*drain.DrainRequest)) drain.DrainRequest {
	r := drain.DrainRequest{Node: "n1", Eviction: drain.Eviction{GracePeriodSeconds: -1}}
	for _, edit := range edits {
		edit(&r)
	}
	return r
}

// Forced evicts Pods without a controller, too.
func Forced(r *drain.DrainRequest) { r.Eviction.Force = true }

// IgnoringDaemons leaves Pods of DaemonSets.
func IgnoringDaemons(r *drain.DrainRequest) { r.Eviction.IgnoreDaemonSets = true }

// DeletingEmptyDir evicts Pods with an emptyDir, too.
func DeletingEmptyDir(r *drain.DrainRequest) { r.Eviction.DeleteEmptyDirData = true }

// AllowingPending goes on although a member fits nowhere.
func AllowingPending(r *drain.DrainRequest) { r.AllowPending = true }

// Selecting evicts only Pods with some labels.
func Selecting(labels string) func(*drain.DrainRequest) {
	return func(r *drain.DrainRequest) { r.Eviction.PodSelector = labels }
}

// Accepting accepts the loss of what claims hold.
func Accepting(claims ...string) func(*drain.DrainRequest) {
	return func(r *drain.DrainRequest) {
		for _, c := range claims {
			r.AcceptDataLoss = append(r.AcceptDataLoss, types.NamespacedName{Namespace: Ns, Name: c})
		}
	}
}
