package draintest

import (
	"context"
	"fmt"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/simulate"
)

// What a dead node needs around it: nodes that are as real as the scheduler's filters want them, their leases, owners with
// templates, and members with claims that are bound.

// Scheduler judges by the scheduler's own filters.
func Scheduler(ctx context.Context, s *inspect.Snapshot) (inspect.Judge, error) {
	return simulate.New(ctx, s)
}

// Machine is a Node that is Ready and has room, as its edits say.
func Machine(name string, edits ...func(*corev1.Node)) *corev1.Node {
	n := Node(name)
	n.CreationTimestamp = Ago(100 * 24 * time.Hour)
	n.Status.Allocatable = corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("8"), corev1.ResourceMemory: resource.MustParse("32Gi"), corev1.ResourcePods: resource.MustParse("110")}
	n.Status.Capacity = n.Status.Allocatable
	Condition(corev1.ConditionTrue, 50*24*time.Hour)(n)
	for _, edit := range edits {
		edit(n)
	}
	return n
}

// Condition gives a Node its Ready condition, for so long.
func Condition(status corev1.ConditionStatus, since time.Duration) func(*corev1.Node) {
	return func(n *corev1.Node) {
		n.Status.Conditions = []corev1.NodeCondition{{Type: corev1.NodeReady, Status: status, LastTransitionTime: Ago(since)}}
	}
}

// Dead is how a node looks that has been unreachable for 14 minutes.
func Dead(n *corev1.Node) {
	Condition(corev1.ConditionUnknown, 14*time.Minute)(n)
	n.Spec.Taints = append(n.Spec.Taints, corev1.Taint{Key: corev1.TaintNodeUnreachable, Effect: corev1.TaintEffectNoSchedule})
}

// OutOfServiceTaint taints a Node as one that is powered off.
func OutOfServiceTaint(n *corev1.Node) {
	n.Spec.Taints = append(n.Spec.Taints, corev1.Taint{Key: corev1.TaintNodeOutOfService, Value: "nodeshutdown", Effect: corev1.TaintEffectNoExecute})
}

// Cordoned is how a Node looks that takes no Pods.
func Cordoned(n *corev1.Node) { n.Spec.Unschedulable = true }

// BornAgo gives a Node an age.
func BornAgo(d time.Duration) func(*corev1.Node) {
	return func(n *corev1.Node) { n.CreationTimestamp = Ago(d) }
}

// Cpus gives a Node so many CPUs.
func Cpus(count string) func(*corev1.Node) {
	return func(n *corev1.Node) { n.Status.Allocatable[corev1.ResourceCPU] = resource.MustParse(count) }
}

// Lease is that of a node, at a resourceVersion.
func Lease(node, version string) *coordinationv1.Lease {
	return &coordinationv1.Lease{ObjectMeta: metav1.ObjectMeta{Namespace: corev1.NamespaceNodeLease, Name: node, UID: types.UID(node + "-lease-uid"), ResourceVersion: version}}
}

// WaitForFirstConsumer is the class of all volumes, which are bound once a Pod needs them.
func WaitForFirstConsumer() *storagev1.StorageClass {
	return &storagev1.StorageClass{ObjectMeta: metav1.ObjectMeta{Name: Class}, Provisioner: "kubernetes.io/no-provisioner",
		VolumeBindingMode: ptr.To(storagev1.VolumeBindingWaitForFirstConsumer)}
}

// Set is a StatefulSet whose Pods ask for one CPU and one claim, data, as its edits say.
func Set(name string, replicas int32, edits ...func(*appsv1.StatefulSet)) *appsv1.StatefulSet {
	s := StatefulSet(name, replicas)
	s.Spec.VolumeClaimTemplates[0].Spec = Claim("any").Spec
	s.Spec.Template.Labels = map[string]string{"app": name}
	s.Spec.Template.Spec.Containers = []corev1.Container{container()}
	for _, edit := range edits {
		edit(s)
	}
	return s
}

func container() corev1.Container {
	return corev1.Container{Name: "main", Image: "example/main", Resources: corev1.ResourceRequirements{
		Requests: corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("1")}}}
}

// Parallel lets a set create its Pods at the same time.
func Parallel(s *appsv1.StatefulSet) { s.Spec.PodManagementPolicy = appsv1.ParallelPodManagement }

// Apart keeps the members of a set on nodes of their own.
func Apart(s *appsv1.StatefulSet) {
	s.Spec.Template.Spec.Affinity = &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{{
		TopologyKey: corev1.LabelHostname, LabelSelector: &metav1.LabelSelector{MatchLabels: s.Spec.Template.Labels},
	}}}}
}

// WithTemplate gives a set another template for claims.
func WithTemplate(name string) func(*appsv1.StatefulSet) {
	return func(s *appsv1.StatefulSet) {
		s.Spec.VolumeClaimTemplates = append(s.Spec.VolumeClaimTemplates, corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: Claim("any").Spec})
	}
}

// MemberPod is the Pod of a set's member, Running and Ready on a Node, or Pending on none.
func MemberPod(s *appsv1.StatefulSet, ordinal int, onNode string, edits ...func(*corev1.Pod)) *corev1.Pod {
	p := workload.PodOfSet(s, workload.MemberName(s, ordinal))
	p.UID, p.CreationTimestamp = types.UID(p.Name+"-uid"), Ago(12*time.Hour)
	p.OwnerReferences = []metav1.OwnerReference{reference("StatefulSet", s.Name)}
	p.Spec.NodeName = onNode
	p.Status.Phase = corev1.PodPending
	if onNode != "" {
		running(p)
	}
	for _, edit := range edits {
		edit(p)
	}
	return p
}

func running(p *corev1.Pod) {
	p.Status = corev1.PodStatus{Phase: corev1.PodRunning, Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}}
}

// Terminating is how a Pod looks whose kubelet cannot confirm that it has stopped.
func Terminating(p *corev1.Pod) {
	p.DeletionTimestamp = ptr.To(Ago(5 * time.Minute))
	p.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionFalse}}
}

// Works gives a Pod a container and lets it be Ready if it has a node.
func Works(p *corev1.Pod) {
	p.Spec.Containers = []corev1.Container{container()}
	if p.Spec.NodeName != "" {
		running(p)
	}
}

// Uses lets a Pod name claims.
func Uses(claims ...string) func(*corev1.Pod) {
	return func(p *corev1.Pod) {
		for _, c := range claims {
			p.Spec.Volumes = append(p.Spec.Volumes, corev1.Volume{Name: c, VolumeSource: corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: c}}})
		}
	}
}

// HeldBy is a claim that is bound to a volume on a host, and that volume.
func HeldBy(name, volumeName, host string, edits ...func(*corev1.PersistentVolume)) []any {
	return []any{Claim(name, BoundTo(volumeName)), Volume(volumeName, append([]func(*corev1.PersistentVolume){On(host), Has(name, name+"-uid")}, edits...)...)}
}

// Free are Available volumes, each on the host its name begins with: n2-a is on n2.
func Free(names ...string) []any {
	var out []any
	for _, name := range names {
		host, _, _ := CutHost(name)
		out = append(out, Volume(name, On(host)))
	}
	return out
}

// CutHost cuts the host off the name of a volume: n2 and a of n2-a.
func CutHost(name string) (host, rest string, ok bool) {
	for i := range name {
		if name[i] == '-' {
			return name[:i], name[i+1:], true
		}
	}
	return name, "", false
}

// ReplicaSet may be of a Deployment.
func ReplicaSet(name string, replicas int32, owner string) *appsv1.ReplicaSet {
	rs := &appsv1.ReplicaSet{ObjectMeta: metav1.ObjectMeta{Namespace: Ns, Name: name, UID: types.UID(name + "-uid")}, Spec: appsv1.ReplicaSetSpec{Replicas: ptr.To(replicas)}}
	if owner != "" {
		rs.OwnerReferences = []metav1.OwnerReference{reference("Deployment", owner)}
	}
	return rs
}

// Job has some conditions.
func Job(name string, conditions ...batchv1.JobConditionType) *batchv1.Job {
	j := &batchv1.Job{ObjectMeta: metav1.ObjectMeta{Namespace: Ns, Name: name, UID: types.UID(name + "-uid")}}
	for _, c := range conditions {
		j.Status.Conditions = append(j.Status.Conditions, batchv1.JobCondition{Type: c, Status: corev1.ConditionTrue})
	}
	return j
}

// Fleet are four nodes of which n1 is dead, their leases, the class, and a free volume on each that lives.
func Fleet() []any {
	out := []any{Machine("n0"), Machine("n1", Dead), Machine("n2"), Machine("n3"), WaitForFirstConsumer()}
	for _, n := range []string{"n0", "n1", "n2", "n3"} {
		out = append(out, Lease(n, n+"-lease-7"))
	}
	return append(out, Free("n0-free", "n2-free", "n3-free")...)
}

// Db is a set of three, db-0 on n0 and so on, each with one claim on a volume of its node.
func Db(edits ...func(*appsv1.StatefulSet)) []any { //nolint:staticcheck // the set is called db
	s := Set("db", 3, edits...)
	out := []any{s}
	for i := range 3 {
		host := fmt.Sprintf("n%d", i)
		out = append(out, MemberPod(s, i, host))
		for _, t := range s.Spec.VolumeClaimTemplates {
			out = append(out, HeldBy(t.Name+"-"+workload.MemberName(s, i), host+"-"+t.Name, host)...)
		}
	}
	return out
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

// With replaces an object of the same type and name, or adds it.
func With(objects []any, changed ...any) []any {
	out := append([]any(nil), objects...)
next:
	for _, c := range changed {
		for i, o := range out {
			if identityOf(o) == identityOf(c) {
				out[i] = c
				continue next
			}
		}
		out = append(out, c)
	}
	return out
}

// Without leaves objects out, by what with tells them apart by: "Pod shop/db-1".
func Without(objects []any, names ...string) []any {
	var out []any
next:
	for _, o := range objects {
		for _, name := range names {
			if identityOf(o) == name {
				continue next
			}
		}
		out = append(out, o)
	}
	return out
}

func identityOf(o any) string {
	m, ok := o.(metav1.Object)
	if !ok {
		return fmt.Sprint(o)
	}
	kind := fmt.Sprintf("%T", o)[len("*v1."):]
	if m.GetNamespace() == "" {
		return kind + " " + m.GetName()
	}
	return kind + " " + m.GetNamespace() + "/" + m.GetName()
}

// ClusterOf is a Snapshot of objects.
func ClusterOf(t *testing.T, objects ...any) *inspect.Snapshot {
	t.Helper()
	s := &inspect.Snapshot{TakenAt: Now()}
	for _, o := range objects {
		switch o := o.(type) {
		case *storagev1.StorageClass:
			s.Classes = append(s.Classes, o)
		case *coordinationv1.Lease:
			s.Leases = append(s.Leases, o)
		case *appsv1.ReplicaSet:
			s.ReplicaSets = append(s.ReplicaSets, o)
		case *batchv1.Job:
			s.Jobs = append(s.Jobs, o)
		default:
			part := Snapshot(t, o)
			s.Nodes, s.Volumes, s.Claims = append(s.Nodes, part.Nodes...), append(s.Volumes, part.Volumes...), append(s.Claims, part.Claims...)
			s.Pods, s.StatefulSets, s.Gaps = append(s.Pods, part.Pods...), append(s.StatefulSets, part.StatefulSets...), append(s.Gaps, part.Gaps...)
		}
	}
	return s
}

// Quantity reads an amount.
func Quantity(text string) resource.Quantity { return resource.MustParse(text) }
