package inspect

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// consumer is a Pod of namespace shop whose volumes are these claims; "" is one that needs no claim, and a name
// that begins with "~" is a generic ephemeral volume.
func consumer(name string, claims ...string) *corev1.Pod {
	p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: name}}
	for _, c := range claims {
		v := corev1.Volume{Name: c}
		switch {
		case c == "":
			v.EmptyDir = &corev1.EmptyDirVolumeSource{}
		case c[0] == '~':
			v.Name, v.Ephemeral = c[1:], &corev1.EphemeralVolumeSource{}
		default:
			v.PersistentVolumeClaim = &corev1.PersistentVolumeClaimVolumeSource{ClaimName: c}
		}
		p.Spec.Volumes = append(p.Spec.Volumes, v)
	}
	return p
}

func claimed(v *corev1.PersistentVolume, namespace, name string, uid types.UID) *corev1.PersistentVolume {
	v.Spec.ClaimRef = &corev1.ObjectReference{Namespace: namespace, Name: name, UID: uid}
	return v
}

func namesOf[T metav1.Object](objects []T) []string {
	var out []string
	for _, o := range objects {
		out = append(out, o.GetName())
	}
	return out
}

func TestConsumers(t *testing.T) {
	elsewhere := consumer("a", "data")
	elsewhere.Namespace = "bank"
	done := consumer("done", "data")
	done.Status.Phase = corev1.PodSucceeded
	ix := NewIndex(&Snapshot{Pods: []*corev1.Pod{
		consumer("z", "", "data"), elsewhere, done, consumer("twice", "data", "", "data"), consumer("e", "~scratch"), consumer("none", "")}})
	for _, c := range []struct {
		namespace, claim string
		want             []string
	}{
		{"shop", "data", []string{"done", "twice", "z"}},
		{"bank", "data", []string{"a"}},
		{"shop", "e-scratch", []string{"e"}},
		{"shop", "scratch", nil},
		{"shop", "", nil},
	} {
		if diff := cmp.Diff(c.want, namesOf(ix.Consumers(c.namespace, c.claim))); diff != "" {
			t.Errorf("consumers of %s/%s (-want +got):\n%s", c.namespace, c.claim, diff)
		}
	}
}

func TestClaimNames(t *testing.T) {
	got := ClaimNames(consumer("p", "b", "", "~scratch", "a"))
	if diff := cmp.Diff([]string{"b", "p-scratch", "a"}, got); diff != "" {
		t.Errorf("claims (-want +got):\n%s", diff)
	}
}

func TestClaimOf(t *testing.T) {
	c := &corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "data", UID: "new"}}
	ix := NewIndex(&Snapshot{Claims: []*corev1.PersistentVolumeClaim{c}})
	for name, tc := range map[string]struct {
		volume *corev1.PersistentVolume
		want   *corev1.PersistentVolumeClaim
	}{
		"no claim":             {pinned("v"), nil},
		"this claim":           {claimed(pinned("v"), "shop", "data", "new"), c},
		"reserved for it":      {claimed(pinned("v"), "shop", "data", ""), c},
		"an earlier namesake":  {claimed(pinned("v"), "shop", "data", "old"), nil},
		"another namespace":    {claimed(pinned("v"), "bank", "data", "new"), nil},
		"a claim that is gone": {claimed(pinned("v"), "shop", "gone", "new"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got := ix.ClaimOf(tc.volume); got != tc.want {
				t.Errorf("claim %v, want %v", got, tc.want)
			}
		})
	}
}

func TestIndexOfVolumes(t *testing.T) {
	on := func(names ...string) corev1.NodeSelectorTerm { return term(in(corev1.LabelHostname, names...)) }
	classed := func(v *corev1.PersistentVolume, class, beta string) *corev1.PersistentVolume {
		v.Spec.StorageClassName = class
		if beta != "" {
			v.Annotations = map[string]string{corev1.BetaStorageClassAnnotation: beta}
		}
		return v
	}
	anywhere := classed(pinned("anywhere"), "nfs", "")
	anywhere.Spec.NodeAffinity = nil
	ix := NewIndex(&Snapshot{Nodes: []*corev1.Node{host("n0"), host("n1")}, Volumes: []*corev1.PersistentVolume{
		classed(pinned("d", on("n0")), "ssd", ""), classed(pinned("c", on("n0", "n1")), "hdd", "ssd"), anywhere,
		classed(pinned("b", on("gone")), "", ""), classed(pinned("a", on("n1")), "ssd", "")}})
	for what, c := range map[string]struct{ want, got []string }{
		"class ssd, the annotation first": {[]string{"a", "c", "d"}, namesOf(ix.OfClass("ssd"))},
		"class hdd":                       {nil, namesOf(ix.OfClass("hdd"))},
		"the empty class":                 {[]string{"b"}, namesOf(ix.OfClass(""))},
		"on n0":                           {[]string{"c", "d"}, namesOf(ix.OnNode("n0"))},
		"on n1":                           {[]string{"a", "c"}, namesOf(ix.OnNode("n1"))},
		"on a Node that is gone":          {nil, namesOf(ix.OnNode("gone"))},
		"anywhere":                        {[]string{"anywhere"}, namesOf(ix.Anywhere())},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
}

func TestIndexFindsByName(t *testing.T) {
	s := &Snapshot{
		Nodes: []*corev1.Node{host("x")}, Volumes: []*corev1.PersistentVolume{pinned("x")},
		Claims:  []*corev1.PersistentVolumeClaim{{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "x"}}},
		Pods:    []*corev1.Pod{consumer("x")},
		Classes: []*storagev1.StorageClass{{ObjectMeta: metav1.ObjectMeta{Name: "x"}}},
	}
	ix := NewIndex(s)
	if ix.Node("x") != s.Nodes[0] || ix.Volume("x") != s.Volumes[0] || ix.Claim("shop", "x") != s.Claims[0] ||
		ix.Pod("shop", "x") != s.Pods[0] || ix.Class("x") != s.Classes[0] {
		t.Error("an object was not found by its name")
	}
	if ix.Node("y") != nil || ix.Volume("y") != nil || ix.Claim("bank", "x") != nil || ix.Pod("bank", "x") != nil || ix.Class("y") != nil {
		t.Error("an object was found that is not there")
	}
}
