package inspect_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

func namesOf[T metav1.Object](objects []T) []string {
	var out []string
	for _, o := range objects {
		out = append(out, o.GetName())
	}
	return out
}

func TestConsumers(t *testing.T) {
	elsewhere := func(p *corev1.Pod) { p.Namespace = "bank" }
	ix := inspect.NewIndex(&inspect.Snapshot{Pods: []*corev1.Pod{
		Pod("z", WithEmptyDir, Uses("data")), Pod("a", Uses("data"), elsewhere), Pod("done", Uses("data"), RunsOn("n0"), Ended),
		Pod("twice", Uses("data", "data"), WithEmptyDir), Pod("e", WithEphemeral("scratch")), Pod("none", WithEmptyDir)}})
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
	got := inspect.ClaimNames(Pod("p", Uses("b"), WithEmptyDir, WithEphemeral("scratch"), Uses("a")))
	if diff := cmp.Diff([]string{"b", "p-scratch", "a"}, got); diff != "" {
		t.Errorf("claims (-want +got):\n%s", diff)
	}
}

func TestClaimOf(t *testing.T) {
	c := Claim("data", WithUID("new"))
	ix := inspect.NewIndex(&inspect.Snapshot{Claims: []*corev1.PersistentVolumeClaim{c}})
	for name, tc := range map[string]struct {
		volume *corev1.PersistentVolume
		want   *corev1.PersistentVolumeClaim
	}{
		"no claim":             {Volume("v"), nil},
		"this claim":           {Volume("v", Has("data", "new")), c},
		"reserved for it":      {Volume("v", ReservedFor("data")), c},
		"an earlier namesake":  {Volume("v", Has("data", "old")), nil},
		"another namespace":    {Volume("v", Has("data", "new"), func(v *corev1.PersistentVolume) { v.Spec.ClaimRef.Namespace = "bank" }), nil},
		"a claim that is gone": {Volume("v", Has("gone", "new")), nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got := ix.ClaimOf(tc.volume); got != tc.want {
				t.Errorf("claim %v, want %v", got, tc.want)
			}
		})
	}
}

func TestIndexOfVolumes(t *testing.T) {
	beta := VolumeAnnotation(corev1.BetaStorageClassAnnotation, "ssd")
	ix := inspect.NewIndex(&inspect.Snapshot{Nodes: []*corev1.Node{Node("n0"), Node("n1")}, Volumes: []*corev1.PersistentVolume{
		Volume("d", On("n0"), OfClass("ssd")), Volume("c", Within(Term(In(corev1.LabelHostname, "n0", "n1"))), OfClass("hdd"), beta),
		Volume("anywhere", Anywhere, OfClass("nfs")), Volume("b", On("gone"), OfClass("")), Volume("a", On("n1"), OfClass("ssd"))}})
	for what, c := range map[string]struct{ want, got []string }{
		"class ssd, the annotation first": {[]string{"a", "c", "d"}, namesOf(ix.OfClass("ssd"))},
		"class hdd":                       {nil, namesOf(ix.OfClass("hdd"))},
		"the empty class":                 {[]string{"b"}, namesOf(ix.OfClass(""))},
		"on n0":                           {[]string{"c", "d"}, namesOf(ix.OnNode("n0"))},
		"on n1":                           {[]string{"a", "c"}, namesOf(ix.OnNode("n1"))},
		"on a Node that is gone":          {nil, namesOf(ix.OnNode("gone"))},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
}

func TestIndexFindsByName(t *testing.T) {
	s := &inspect.Snapshot{
		Nodes: []*corev1.Node{Node("x")}, Volumes: []*corev1.PersistentVolume{Volume("x")},
		Claims:  []*corev1.PersistentVolumeClaim{Claim("x")},
		Pods:    []*corev1.Pod{Pod("x")},
		Classes: []*storagev1.StorageClass{StorageClass("x")},
	}
	ix := inspect.NewIndex(s)
	if ix.Node("x") != s.Nodes[0] || ix.Volume("x") != s.Volumes[0] || ix.Claim("shop", "x") != s.Claims[0] ||
		ix.Pod("shop", "x") != s.Pods[0] || ix.Class("x") != s.Classes[0] {
		t.Error("an object was not found by its name")
	}
	if ix.Node("y") != nil || ix.Volume("y") != nil || ix.Claim("bank", "x") != nil || ix.Pod("bank", "x") != nil || ix.Class("y") != nil {
		t.Error("an object was found that is not there")
	}
}
