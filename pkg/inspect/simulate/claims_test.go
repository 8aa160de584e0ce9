package simulate

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

const (
	noVolume     = "node(s) didn't find available persistent volumes to bind"
	elsewhere    = "node(s) didn't match PersistentVolume's node affinity"
	noSuchVolume = "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)"
	noRoom       = "node(s) did not have enough free storage"
)

// TestClaimsBeforeNodes has what VolumeBinding refuses before any Node is looked at, and its message.
func TestClaimsBeforeNodes(t *testing.T) {
	tests := []struct {
		name    string
		pod     *corev1.Pod
		objects []any
		plugin  string // the first to refuse
		reason  string
	}{
		{
			name: "no claim", pod: Pod("p", Uses("c")),
			plugin: "VolumeRestrictions", reason: `persistentvolumeclaim "c" not found`,
		},
		{
			name: "no claim yet for an ephemeral volume", pod: Pod("p", WithEphemeral("v")),
			plugin: "VolumeBinding", reason: `waiting for ephemeral volume controller to create the persistentvolumeclaim "p-v"`,
		},
		{
			name: "claim lost", pod: Pod("p", Uses("c")),
			objects: []any{Claim("c", BoundTo("v"), func(c *corev1.PersistentVolumeClaim) { c.Status.Phase = corev1.ClaimLost })},
			plugin:  "VolumeBinding", reason: `persistentvolumeclaim "c" bound to non-existent persistentvolume "v"`,
		},
		{
			name: "claim terminating", pod: Pod("p", Uses("c")),
			objects: []any{Claim("c", Deleting)},
			plugin:  "VolumeBinding", reason: `persistentvolumeclaim "c" is being deleted`,
		},
		{
			name: "claim of an ephemeral volume that is somebody else's", pod: Pod("p", WithEphemeral("v")),
			objects: []any{Claim("p-v")},
			plugin:  "VolumeBinding", reason: "PVC shop/p-v was not created for pod shop/p (pod is not owner)",
		},
		{
			name: "class binds at once", pod: Pod("p", Uses("c")),
			objects: []any{Claim("c", WantsClass(immediate))},
			plugin:  "VolumeBinding", reason: "pod has unbound immediate PersistentVolumeClaims",
		},
		{
			name: "class missing", pod: Pod("p", Uses("c")),
			objects: []any{Claim("c", WantsClass("nowhere"))},
			plugin:  "VolumeBinding", reason: "pod has unbound immediate PersistentVolumeClaims",
		},
		{
			name: "no class", pod: Pod("p", Uses("c")),
			objects: []any{Claim("c", WantsClass(""))},
			plugin:  "VolumeBinding", reason: "pod has unbound immediate PersistentVolumeClaims",
		},
		{
			name: "a volume is named, and not bound", pod: Pod("p", Uses("c")),
			objects: []any{
				Claim("c", func(c *corev1.PersistentVolumeClaim) { c.Spec.VolumeName = "v" }),
				Volume("v", On("n0")),
			},
			plugin: "VolumeBinding", reason: "pod has unbound immediate PersistentVolumeClaims",
		},
	}
	zone := NodeLabel(corev1.LabelTopologyZone, "z")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			objects := append(append(classes(), Node("n0", zone), Node("n1", zone)), tt.objects...)
			v := verdict(t, simulator(t, Snapshot(t, objects...)), tt.pod, inspect.Change{})
			if len(v.PreFilter) == 0 {
				t.Fatal("no PreFilter plugin refuses")
			}
			want := inspect.Refusal{Plugin: tt.plugin, Code: a, Reasons: []string{tt.reason}}
			if diff := cmp.Diff(want, v.PreFilter[0]); diff != "" {
				t.Errorf("first refusal (-want +got):\n%s", diff)
			}
			if want := "0/2 nodes are available: " + tt.reason + "."; v.Message != want {
				t.Errorf("message\n got %q\nwant %q", v.Message, want)
			}
			if f := v.Feasible(); f != nil {
				t.Errorf("feasible: %v", f)
			}
		})
	}
}

// TestClaimsPerNode has what the volume plugins refuse Node by Node.
func TestClaimsPerNode(t *testing.T) {
	tests := []struct {
		name    string
		pod     *corev1.Pod
		objects []any
		want    []string
	}{
		{
			name:    "a volume on its node",
			pod:     Pod("p", Uses("c")),
			objects: []any{Claim("c"), Volume("v", On("n0"))},
			want:    []string{"n0 fits", "n1 VolumeBinding " + a + ": " + noVolume},
		},
		{
			name:    "bound to a volume elsewhere",
			pod:     Pod("p", Uses("c")),
			objects: []any{Claim("c", BoundTo("v")), Volume("v", On("n0"), ReservedFor("c"))},
			want:    []string{"n0 fits", "n1 VolumeBinding " + a + ": " + elsewhere},
		},
		{
			name:    "bound to a volume that is gone",
			pod:     Pod("p", Uses("c")),
			objects: []any{Claim("c", BoundTo("v"))},
			want: []string{
				`prefilter VolumeZone ` + a + `: persistentvolume "v" not found`,
				"n0 VolumeBinding " + a + ": " + noSuchVolume,
				"n1 VolumeBinding " + a + ": " + noSuchVolume,
			},
		},
		{
			name: "several reasons of one plugin",
			pod:  Pod("p", Uses("bound", "free")),
			objects: []any{
				Claim("bound", BoundTo("v")), Volume("v", On("n0"), ReservedFor("bound")),
				Claim("free"),
			},
			want: []string{
				"n0 VolumeBinding " + a + ": " + noVolume,
				"n1 VolumeBinding " + a + ": " + elsewhere + "; " + noVolume,
			},
		},
		{
			name: "a reserved volume refuses the other nodes, although they have free ones",
			pod:  Pod("p", Uses("c")),
			objects: []any{
				Claim("c"), Volume("v0", On("n0"), ReservedFor("c")), Volume("v1", On("n1")),
			},
			want: []string{"n0 fits", "n1 VolumeBinding " + a + ": " + noVolume},
		},
		{
			name: "a stale selected-node keeps static volumes from being tried",
			pod:  Pod("p", Uses("c")),
			objects: []any{
				Claim("c", ClaimAnnotation(volumehelpers.AnnSelectedNode, "n0")),
				Volume("v", On("n0")),
			},
			want: []string{"n0 VolumeBinding " + a + ": " + noVolume, "n1 VolumeBinding " + a + ": " + noVolume},
		},
		{
			name: "provisioning, where the topology allows",
			pod:  Pod("p", Uses("c")),
			objects: []any{
				Claim("c", WantsClass("here")),
				StorageClass("here", ProvisionedBy(driver), onlyWhere(corev1.LabelHostname, "n1")),
			},
			want: []string{"n0 VolumeBinding " + a + ": " + noVolume, "n1 fits"},
		},
		{
			name: "provisioning, where the driver has room",
			pod:  Pod("p", Uses("c")),
			objects: []any{
				Claim("c", WantsClass(dynamic), Asks("10Gi")),
				&storagev1.CSIDriver{ObjectMeta: metav1.ObjectMeta{Name: driver}, Spec: storagev1.CSIDriverSpec{StorageCapacity: new(true)}},
				room("r0", dynamic, "n0", "5Gi"), room("r1", dynamic, "n1", "20Gi"),
			},
			want: []string{"n0 VolumeBinding " + a + ": " + noRoom, "n1 fits"},
		},
		{
			name: "VolumeRestrictions: ReadWriteOncePod in use",
			pod:  Pod("p", Uses("c")),
			objects: []any{
				Claim("c", BoundTo("v"), func(c *corev1.PersistentVolumeClaim) {
					c.Spec.AccessModes = []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOncePod}
				}),
				Volume("v", On("n0"), ReservedFor("c")),
				Pod("other", Uses("c"), RunsOn("n0")),
			},
			want: []string{
				"n0 VolumeRestrictions " + u + ": node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod",
				"n1 VolumeRestrictions " + u + ": node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod",
				"n1 VolumeBinding " + a + ": " + elsewhere,
			},
		},
		{
			name: "NodeVolumeLimits: the node has all it can attach",
			pod:  Pod("p", Uses("c1")),
			objects: []any{
				Claim("c0", BoundTo("v0")), Volume("v0", On("n0"), ReservedFor("c0"), byCSI),
				Claim("c1", BoundTo("v1")), Volume("v1", On("n0"), ReservedFor("c1"), byCSI),
				Pod("other", Uses("c0"), RunsOn("n0")),
				&storagev1.CSINode{ObjectMeta: metav1.ObjectMeta{Name: "n0"}, Spec: storagev1.CSINodeSpec{Drivers: []storagev1.CSINodeDriver{
					{Name: driver, NodeID: "n0", Allocatable: &storagev1.VolumeNodeResources{Count: new(int32(1))}}}}},
			},
			want: []string{
				"n0 NodeVolumeLimits " + u + ": node(s) exceed max volume count",
				"n1 VolumeBinding " + a + ": " + elsewhere,
			},
		},
		{
			name: "VolumeZone: the volume's zone label is not the node's",
			pod:  Pod("p", Uses("c")),
			objects: []any{
				Claim("c", BoundTo("v")),
				Volume("v", On("n0"), ReservedFor("c"), VolumeLabel(corev1.LabelTopologyZone, "other")),
			},
			want: []string{
				"n0 VolumeZone " + a + ": node(s) had no available volume zone",
				"n1 VolumeBinding " + a + ": " + elsewhere,
				"n1 VolumeZone " + a + ": node(s) had no available volume zone",
			},
		},
	}
	zone := NodeLabel(corev1.LabelTopologyZone, "z")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			objects := append(append(classes(), Node("n0", zone), Node("n1", zone)), tt.objects...)
			v := verdict(t, simulator(t, Snapshot(t, objects...)), tt.pod, inspect.Change{})
			if diff := cmp.Diff(tt.want, told(v)); diff != "" {
				t.Errorf("verdict (-want +got):\n%s", diff)
			}
		})
	}
}

// onlyWhere lets the volumes of a class be provisioned only for Nodes with a label.
func onlyWhere(key, value string) func(*storagev1.StorageClass) {
	return func(c *storagev1.StorageClass) {
		c.AllowedTopologies = []corev1.TopologySelectorTerm{{MatchLabelExpressions: []corev1.TopologySelectorLabelRequirement{{Key: key, Values: []string{value}}}}}
	}
}

func byCSI(v *corev1.PersistentVolume) {
	v.Spec.PersistentVolumeSource = corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{Driver: driver, VolumeHandle: v.Name}}
}

// room is the capacity that a driver reports for a class on a host.
func room(name, class, host, size string) *storagev1.CSIStorageCapacity {
	return &storagev1.CSIStorageCapacity{
		ObjectMeta:       metav1.ObjectMeta{Namespace: "kube-system", Name: name},
		StorageClassName: class,
		NodeTopology:     &metav1.LabelSelector{MatchLabels: map[string]string{corev1.LabelHostname: host}},
		Capacity:         new(resource.MustParse(size)),
	}
}
