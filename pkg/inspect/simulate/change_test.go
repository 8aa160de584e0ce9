package simulate

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

func TestChange(t *testing.T) {
	base := append(classes(), Node("n0", Cordoned), Node("n1"),
		Claim("c", Asks("10Gi")), Volume("v0", Sized("10Gi"), On("n0")), Volume("v1", Sized("5Gi"), On("n1")),
		Pod("other", Requests(corev1.ResourceCPU, "3"), RunsOn("n1")),
	)
	p := Pod("p", Uses("c"), Requests(corev1.ResourceCPU, "2"))
	before := []string{
		"n0 NodeUnschedulable " + a + ": node(s) were unschedulable",
		"n1 NodeResourcesFit " + u + ": Insufficient cpu",
		"n1 VolumeBinding " + a + ": " + noVolume,
	}
	tests := []struct {
		name   string
		change inspect.Change
		want   []string
	}{
		{
			name:   "a node",
			change: inspect.Change{Set: []runtime.Object{Node("n0")}},
			want:   []string{"n0 fits", before[1], before[2]},
		},
		{
			name:   "a node less",
			change: inspect.Change{Remove: []runtime.Object{Node("n0")}},
			want:   before[1:],
		},
		{
			name:   "a node more, with a volume",
			change: inspect.Change{Set: []runtime.Object{Node("n2"), Volume("v2", Sized("10Gi"), On("n2"))}},
			want:   append(slices.Clone(before), "n2 fits"),
		},
		{
			name:   "a Pod less, and a bigger volume",
			change: inspect.Change{Remove: []runtime.Object{Pod("other")}, Set: []runtime.Object{Volume("v1", Sized("10Gi"), On("n1"))}},
			want:   []string{before[0], "n1 fits"},
		},
		{
			name:   "a Pod that moves",
			change: inspect.Change{Set: []runtime.Object{Pod("other", Requests(corev1.ResourceCPU, "3"), RunsOn("n0"))}},
			want:   []string{before[0], "n0 NodeResourcesFit " + u + ": Insufficient cpu", before[2]},
		},
		{
			name:   "a smaller claim",
			change: inspect.Change{Set: []runtime.Object{Claim("c", Asks("5Gi"))}},
			want:   []string{before[0], before[1]},
		},
		{
			name:   "a volume that goes",
			change: inspect.Change{Remove: []runtime.Object{Volume("v0")}},
			want:   []string{before[0], "n0 VolumeBinding " + a + ": " + noVolume, before[1], before[2]},
		},
		{
			name:   "a volume that moves",
			change: inspect.Change{Set: []runtime.Object{Volume("v0", Sized("10Gi"), On("n1"))}},
			want:   []string{before[0], "n0 VolumeBinding " + a + ": " + noVolume, before[1]},
		},
		{
			name:   "a volume that is reserved, elsewhere than the free ones",
			change: inspect.Change{Set: []runtime.Object{Volume("v2", Sized("10Gi"), On("n1"), ReservedFor("c"))}},
			want:   []string{before[0], "n0 VolumeBinding " + a + ": " + noVolume, before[1]},
		},
		{
			name:   "a class",
			change: inspect.Change{Set: []runtime.Object{StorageClass(Class, ProvisionedBy(driver))}},
			want:   []string{before[0], before[1]},
		},
		{
			name:   "no claim",
			change: inspect.Change{Remove: []runtime.Object{Claim("c")}},
			want: []string{
				`prefilter VolumeRestrictions ` + a + `: persistentvolumeclaim "c" not found`,
				`prefilter VolumeBinding ` + a + `: persistentvolumeclaim "c" not found`,
				`prefilter VolumeZone ` + a + `: persistentvolumeclaim "c" not found`,
				before[0],
				`n0 NodeVolumeLimits ` + a + `: looking up PVC shop/c: persistentvolumeclaim "c" not found`,
				before[1],
				`n1 NodeVolumeLimits ` + a + `: looking up PVC shop/c: persistentvolumeclaim "c" not found`,
			},
		},
		{
			name:   "recreated",
			change: inspect.Change{Set: []runtime.Object{Claim("c", Asks("5Gi"))}, Remove: []runtime.Object{Claim("c")}},
			want:   []string{before[0], before[1]},
		},
		{
			name:   "removed and not there",
			change: inspect.Change{Remove: []runtime.Object{Claim("x"), Volume("x"), Node("x"), Pod("x")}},
			want:   before,
		},
	}
	s := simulator(t, Snapshot(t, base...))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, told(verdict(t, s, p, tt.change))); diff != "" {
				t.Errorf("after the change (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(before, told(verdict(t, s, p, inspect.Change{}))); diff != "" {
				t.Errorf("the change has left a trace (-want +got):\n%s", diff)
			}
		})
	}
}

// TestChangeIsAsGoodAsNew compares, on generated clusters, a question with a change to the same question on the
// changed cluster.
func TestChangeIsAsGoodAsNew(t *testing.T) {
	differs := 0
	for seed := range uint64(800) {
		g := newGenerator(t, seed)
		s, p := g.cluster()
		change := g.change(s)
		sim := simulator(t, s)
		before := verdict(t, sim, p, inspect.Change{})
		got := verdict(t, sim, p, change)
		want := verdict(t, simulator(t, changed(s, change)), p, inspect.Change{})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("seed %d: with the change (-fresh +changed):\n%s", seed, diff)
		}
		if diff := cmp.Diff(before, verdict(t, sim, p, inspect.Change{})); diff != "" {
			t.Fatalf("seed %d: the change has left a trace (-before +after):\n%s", seed, diff)
		}
		if !cmp.Equal(before, got) {
			differs++
		}
		if len(got.Nodes) < 2 {
			continue
		}
		some := verdict(t, sim, p, change, got.Nodes[1].Node, got.Nodes[0].Node)
		if diff := cmp.Diff(&inspect.Verdict{PreFilter: got.PreFilter, Nodes: got.Nodes[:2]}, some); diff != "" {
			t.Fatalf("seed %d: two of the nodes (-of all +alone):\n%s", seed, diff)
		}
	}
	if differs < 150 {
		t.Errorf("only %d changes made a difference", differs)
	}
}

// change is one of any number of objects, that are there or not.
func (g *generator) change(s *inspect.Snapshot) inspect.Change {
	var c inspect.Change
	set := func(o runtime.Object) { c.Set = append(c.Set, o) }
	remove := func(o runtime.Object) { c.Remove = append(c.Remove, o) }
	for range 1 + g.IntN(5) {
		switch g.IntN(11) {
		case 0:
			n := g.node(g.IntN(9))
			n.Name = oneOf(g, n.Name, "n0", "n1")
			set(n)
		case 1:
			remove(oneOf(g, s.Nodes...))
		case 2:
			set(g.otherPod())
		case 3:
			if len(s.Pods) > 0 {
				moved := oneOf(g, s.Pods...).DeepCopy()
				moved.Spec.NodeName = oneOf(g, "", "n0", "n1", "gone")
				set(moved)
			}
		case 4:
			if len(s.Pods) > 0 {
				remove(oneOf(g, s.Pods...))
			}
		case 5, 6:
			v := g.volume()
			if len(s.Volumes) > 0 && g.chance(2) {
				v.Name = oneOf(g, s.Volumes...).Name
				v.Spec.ClaimRef = nil
			}
			set(v)
		case 7:
			if len(s.Volumes) > 0 {
				remove(oneOf(g, s.Volumes...))
			}
		case 8:
			if len(g.claims) > 0 {
				set(g.claim(oneOf(g, g.claims...).Name))
			}
		case 9:
			if len(g.claims) > 0 {
				remove(oneOf(g, g.claims...))
			}
		case 10:
			set(StorageClass(oneOf(g, Class, dynamic, missing), ProvisionedBy(driver), oneOf(g, Immediate, func(*storagev1.StorageClass) {})))
		}
	}
	return c
}

// changed is the cluster as it is after a change.
func changed(s *inspect.Snapshot, c inspect.Change) *inspect.Snapshot {
	out := *s
	for _, o := range c.Remove {
		replace(&out, o, true)
	}
	for _, o := range c.Set {
		replace(&out, o, false)
	}
	return &out
}

func replace(s *inspect.Snapshot, o runtime.Object, remove bool) {
	switch o := o.(type) {
	case *corev1.Node:
		s.Nodes = replaced(s.Nodes, o, remove, func(x *corev1.Node) bool { return x.Name == o.Name })
	case *corev1.Pod:
		s.Pods = replaced(s.Pods, o, remove, func(x *corev1.Pod) bool { return x.Name == o.Name })
	case *corev1.PersistentVolume:
		s.Volumes = replaced(s.Volumes, o, remove, func(x *corev1.PersistentVolume) bool { return x.Name == o.Name })
	case *corev1.PersistentVolumeClaim:
		s.Claims = replaced(s.Claims, o, remove, func(x *corev1.PersistentVolumeClaim) bool { return x.Name == o.Name })
	case *storagev1.StorageClass:
		s.Classes = replaced(s.Classes, o, remove, func(x *storagev1.StorageClass) bool { return x.Name == o.Name })
	}
}

func replaced[T any](items []*T, o *T, remove bool, same func(*T) bool) []*T {
	items = slices.DeleteFunc(slices.Clone(items), same)
	if remove {
		return items
	}
	return append(items, o)
}
