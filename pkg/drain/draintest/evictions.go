package draintest

import (
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// What a node that lives needs around it to be emptied: n1 is always the one.

// Crew are four nodes that live, the class, and a free volume on each but n1.
func Crew() []any {
	return append([]any{Machine("n0"), Machine("n1"), Machine("n2"), Machine("n3"), WaitForFirstConsumer()}, Free("n0-free", "n2-free", "n3-free")...)
}

// DrainScene is a Snapshot that may hold what only drain reads.
func DrainScene(t *testing.T, objects ...any) *inspect.Snapshot {
	t.Helper()
	var rest []any
	more := inspect.Snapshot{}
	for _, o := range objects {
		switch o := o.(type) {
		case *policyv1.PodDisruptionBudget:
			more.PodDisruptionBudgets = append(more.PodDisruptionBudgets, o)
		case *appsv1.DaemonSet:
			more.DaemonSets = append(more.DaemonSets, o)
		default:
			rest = append(rest, o)
		}
	}
	s := ClusterOf(t, rest...)
	s.PodDisruptionBudgets, s.DaemonSets = more.PodDisruptionBudgets, more.DaemonSets
	return s
}

// Budget allows so many evictions of an application's Pods now.
func Budget(name, app string, allowed int32) *policyv1.PodDisruptionBudget {
	return &policyv1.PodDisruptionBudget{
		ObjectMeta: metav1.ObjectMeta{Namespace: Ns, Name: name},
		Spec:       policyv1.PodDisruptionBudgetSpec{Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": app}}},
		Status:     policyv1.PodDisruptionBudgetStatus{DisruptionsAllowed: allowed},
	}
}

// DaemonSet is one of which only the name counts.
func DaemonSet(name string) *appsv1.DaemonSet {
	return &appsv1.DaemonSet{ObjectMeta: metav1.ObjectMeta{Namespace: Ns, Name: name, UID: types.UID(name + "-uid")}}
}

// Plain is a Pod on a node without claims.
func Plain(name, onNode string, edits ...func(*corev1.Pod)) *corev1.Pod {
	p := Pod(name, onNode, "")
	p.Spec.Volumes = nil
	p.Labels = map[string]string{"app": name}
	Works(p)
	for _, edit := range edits {
		edit(p)
	}
	return p
}

// Unready is how a Pod looks that is not Ready.
func Unready(p *corev1.Pod) {
	p.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionFalse}}
}

// ToleratesAll lets a Pod tolerate every taint.
func ToleratesAll(p *corev1.Pod) {
	p.Spec.Tolerations = []corev1.Toleration{{Operator: corev1.TolerationOpExists}}
}

// WithEmptyDir gives a Pod an emptyDir.
func WithEmptyDir(p *corev1.Pod) {
	p.Spec.Volumes = append(p.Spec.Volumes, corev1.Volume{Name: "tmp", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}})
}

// Mirrored is how the mirror of a static Pod looks.
func Mirrored(p *corev1.Pod) { p.Annotations = map[string]string{corev1.MirrorPodAnnotationKey: "x"} }

// Web is a Deployment's Pod on n1, its ReplicaSet, and what else it needs.
func Web(edits ...func(*corev1.Pod)) []any {
	p := Plain("web-1", "n1", ControlledBy("ReplicaSet", "web"))
	for _, edit := range edits {
		edit(p)
	}
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
