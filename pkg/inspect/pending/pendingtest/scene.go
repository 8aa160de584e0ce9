// Package pendingtest is the scene of tests that ask why a Pod is pending: a healthy cluster, of which each test changes what it is about.
package pendingtest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/simulate"
)

// Scene is a cluster in which one Pod asks for one claim.
type Scene struct {
	Snapshot *inspect.Snapshot
	Pod      *corev1.Pod
	Claim    *corev1.PersistentVolumeClaim
}

// New has the nodes n0, n1 and n2, with a free 100Gi volume of class local-ssd each, v-n0 and so on, and the Pod db-0 whose claim, data,
// asks for 50Gi.
func New() *Scene {
	s := &inspect.Snapshot{TakenAt: Now()}
	for _, name := range []string{"n0", "n1", "n2"} {
		s.Nodes = append(s.Nodes, Node(name))
		s.Volumes = append(s.Volumes, Volume("v-"+name, On(name)))
	}
	s.Namespaces = []*corev1.Namespace{{ObjectMeta: metav1.ObjectMeta{Name: Ns}}}
	s.Classes = []*storagev1.StorageClass{StorageClass(Class)}
	c := Claim("data", Asks("50Gi"))
	p := Pod("db-0", Uses("data"), Requests(corev1.ResourceCPU, "500m"))
	s.Claims, s.Pods = []*corev1.PersistentVolumeClaim{c}, []*corev1.Pod{p}
	return &Scene{Snapshot: s, Pod: p, Claim: c}
}

// Volume is a volume of the Snapshot.
func (s *Scene) Volume(name string) *corev1.PersistentVolume {
	return s.Snapshot.Volumes[slices.IndexFunc(s.Snapshot.Volumes, func(v *corev1.PersistentVolume) bool { return v.Name == name })]
}

// Node is a node of the Snapshot.
func (s *Scene) Node(name string) *corev1.Node {
	return s.Snapshot.Nodes[slices.IndexFunc(s.Snapshot.Nodes, func(n *corev1.Node) bool { return n.Name == name })]
}

// With gives the Pod one more claim, which is 20 minutes old.
func (s *Scene) With(name, size, className string) *corev1.PersistentVolumeClaim {
	c := Claim(name, Asks(size), WantsClass(className))
	c.CreationTimestamp = Ago(20 * time.Minute)
	s.Snapshot.Claims = append(s.Snapshot.Claims, c)
	Uses(name)(s.Pod)
	return c
}

// Bind binds the claim to a volume, both ways.
func (s *Scene) Bind(v *corev1.PersistentVolume) {
	BoundTo(v.Name)(s.Claim)
	Has(s.Claim.Name, string(s.Claim.UID))(v)
}

// Reserve reserves the volume of a node for the claim, gives it a phase, and cordons the node.
func (s *Scene) Reserve(node string, phase corev1.PersistentVolumePhase) {
	v := s.Volume("v-" + node)
	ReservedFor(s.Claim.Name)(v)
	v.Status.Phase = phase
	s.Cordon(node)
}

// Cordon cordons nodes, without the taint that the node controller adds.
func (s *Scene) Cordon(nodes ...string) {
	for _, name := range nodes {
		s.Node(name).Spec.Unschedulable = true
	}
}

// Fill leaves no CPU on a node.
func (s *Scene) Fill(name string) {
	s.Snapshot.Pods = append(s.Snapshot.Pods, Pod("filler-"+name, RunsOn(name), Requests(corev1.ResourceCPU, "4")))
}

// Explain explains the Pod by the scheduler's own filters, whose verdicts are only read.
func (s *Scene) Explain(t *testing.T) *pending.PodReport {
	t.Helper()
	r, err := pending.ExplainPod(t.Context(), inspect.NewIndex(s.Snapshot), s.Judge(t), s.Pod)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Judge judges by the scheduler's own filters. The test fails if one of its verdicts is written to.
func (s *Scene) Judge(t *testing.T) inspect.Judge {
	t.Helper()
	judge, err := simulate.New(t.Context(), s.Snapshot)
	if err != nil {
		t.Fatal(err)
	}
	kept := &keeping{Judge: judge}
	t.Cleanup(func() {
		if diff := cmp.Diff(kept.copies, kept.given); diff != "" {
			t.Errorf("verdicts were written to (-given +now):\n%s", diff)
		}
	})
	return kept
}

// keeping is a judge that keeps its verdicts, and copies of them.
type keeping struct {
	inspect.Judge
	given, copies []*inspect.Verdict
}

// Verdict asks the judge, and keeps what it says.
func (k *keeping) Verdict(ctx context.Context, pod *corev1.Pod, change inspect.Change, nodes []string) (*inspect.Verdict, error) {
	v, err := k.Judge.Verdict(ctx, pod, change, nodes)
	if err != nil {
		return nil, err
	}
	c := *v
	c.PreFilter, c.Nodes = slices.Clone(v.PreFilter), slices.Clone(v.Nodes)
	for i := range c.Nodes {
		c.Nodes[i].Refusals = slices.Clone(c.Nodes[i].Refusals)
	}
	k.given, k.copies = append(k.given, v), append(k.copies, &c)
	return v, nil
}
