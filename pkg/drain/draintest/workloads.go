package draintest

import (
	"fmt"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// What a dead node needs around it: other nodes, their leases, owners, and members with claims that are bound.

// MemberPod is the Pod of a set's member, Running and Ready on a Node, or Pending on none.
func MemberPod(s *appsv1.StatefulSet, ordinal int, onNode string, edits ...func(*corev1.Pod)) *corev1.Pod {
	p := workload.PodOfSet(s, workload.MemberName(s, ordinal))
	p.UID, p.CreationTimestamp = UID(p.Name), Ago(12*time.Hour)
	p.Status.Phase = corev1.PodPending
	ControlledBy("StatefulSet", s.Name)(p)
	placed(onNode)(p)
	for _, edit := range edits {
		edit(p)
	}
	return p
}

// HeldBy is a claim that is bound to a volume on a host, and that volume.
func HeldBy(name, volumeName, host string, edits ...func(*corev1.PersistentVolume)) []any {
	return []any{Claim(name, BoundTo(volumeName)), Volume(volumeName, append([]func(*corev1.PersistentVolume){On(host), Has(name, name+"-uid")}, edits...)...)}
}

// Free are Available volumes, each on the host its name begins with: n2-a is on n2.
func Free(names ...string) []any {
	var out []any
	for _, name := range names {
		host, _, _ := strings.Cut(name, "-")
		out = append(out, Volume(name, On(host)))
	}
	return out
}

// Fleet are four nodes of which n1 is dead, their leases, the class, and a free volume on each that lives.
func Fleet() []any {
	out := []any{Node("n0"), Node("n1", Unreachable), Node("n2"), Node("n3"), StorageClass(Class)}
	for _, n := range []string{"n0", "n1", "n2", "n3"} {
		out = append(out, Lease(n, n+"-lease-7"))
	}
	return append(out, Free("n0-free", "n2-free", "n3-free")...)
}

// Db is a set of three, db-0 on n0 and so on, each with one claim on a volume of its node.
func Db(edits ...func(*appsv1.StatefulSet)) []any { //nolint:staticcheck // the set is called db
	s := StatefulSet("db", 3, edits...)
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
