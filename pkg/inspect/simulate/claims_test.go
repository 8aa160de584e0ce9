package simulate

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
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
		objects []runtime.Object
		plugin  string // the first to refuse
		reason  string
	}{
		{
			name: "no claim", pod: pod("p", using("c")),
			plugin: "VolumeRestrictions", reason: `persistentvolumeclaim "c" not found`,
		},
		{
			name: "no claim yet for an ephemeral volume", pod: pod("p", ephemeral("v")),
			plugin: "VolumeBinding", reason: `waiting for ephemeral volume controller to create the persistentvolumeclaim "p-v"`,
		},
		{
			name: "claim lost", pod: pod("p", using("c")),
			objects: []runtime.Object{claim("c", waiting, "1Gi", boundTo("v"), func(c *corev1.PersistentVolumeClaim) { c.Status.Phase = corev1.ClaimLost })},
			plugin:  "VolumeBinding", reason: `persistentvolumeclaim "c" bound to non-existent persistentvolume "v"`,
		},
		{
			name: "claim terminating", pod: pod("p", using("c")),
			objects: []runtime.Object{claim("c", waiting, "1Gi", func(c *corev1.PersistentVolumeClaim) { terminating(&c.ObjectMeta) })},
			plugin:  "VolumeBinding", reason: `persistentvolumeclaim "c" is being deleted`,
		},
		{
			name: "claim of an ephemeral volume that is somebody else's", pod: pod("p", ephemeral("v")),
			objects: []runtime.Object{claim("p-v", waiting, "1Gi")},
			plugin:  "VolumeBinding", reason: "PVC default/p-v was not created for pod default/p (pod is not owner)",
		},
		{
			name: "class binds at once", pod: pod("p", using("c")),
			objects: []runtime.Object{claim("c", immediate, "1Gi")},
			plugin:  "VolumeBinding", reason: "pod has unbound immediate PersistentVolumeClaims",
		},
		{
			name: "class missing", pod: pod("p", using("c")),
			objects: []runtime.Object{claim("c", "nowhere", "1Gi")},
			plugin:  "VolumeBinding", reason: "pod has unbound immediate PersistentVolumeClaims",
		},
		{
			name: "no class", pod: pod("p", using("c")),
			objects: []runtime.Object{claim("c", "", "1Gi")},
			plugin:  "VolumeBinding", reason: "pod has unbound immediate PersistentVolumeClaims",
		},
		{
			name: "a volume is named, and not bound", pod: pod("p", using("c")),
			objects: []runtime.Object{
				claim("c", waiting, "1Gi", func(c *corev1.PersistentVolumeClaim) { c.Spec.VolumeName = "v" }),
				volume("v", waiting, "1Gi", "n0"),
			},
			plugin: "VolumeBinding", reason: "pod has unbound immediate PersistentVolumeClaims",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			objects := append(append(classes(), node("n0"), node("n1")), tt.objects...)
			v := verdict(t, simulator(t, snapshot(objects...)), tt.pod, inspect.Change{})
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
		objects []runtime.Object
		want    []string
	}{
		{
			name:    "a volume on its node",
			pod:     pod("p", using("c")),
			objects: []runtime.Object{claim("c", waiting, "1Gi"), volume("v", waiting, "1Gi", "n0")},
			want:    []string{"n0 fits", "n1 VolumeBinding " + a + ": " + noVolume},
		},
		{
			name:    "bound to a volume elsewhere",
			pod:     pod("p", using("c")),
			objects: []runtime.Object{claim("c", waiting, "1Gi", boundTo("v")), volume("v", waiting, "1Gi", "n0", reservedFor("c"))},
			want:    []string{"n0 fits", "n1 VolumeBinding " + a + ": " + elsewhere},
		},
		{
			name:    "bound to a volume that is gone",
			pod:     pod("p", using("c")),
			objects: []runtime.Object{claim("c", waiting, "1Gi", boundTo("v"))},
			want: []string{
				`prefilter VolumeZone ` + a + `: persistentvolume "v" not found`,
				"n0 VolumeBinding " + a + ": " + noSuchVolume,
				"n1 VolumeBinding " + a + ": " + noSuchVolume,
			},
		},
		{
			name: "several reasons of one plugin",
			pod:  pod("p", using("bound", "free")),
			objects: []runtime.Object{
				claim("bound", waiting, "1Gi", boundTo("v")), volume("v", waiting, "1Gi", "n0", reservedFor("bound")),
				claim("free", waiting, "1Gi"),
			},
			want: []string{
				"n0 VolumeBinding " + a + ": " + noVolume,
				"n1 VolumeBinding " + a + ": " + elsewhere + "; " + noVolume,
			},
		},
		{
			name: "a reserved volume refuses the other nodes, although they have free ones",
			pod:  pod("p", using("c")),
			objects: []runtime.Object{
				claim("c", waiting, "1Gi"), volume("v0", waiting, "1Gi", "n0", reservedFor("c")), volume("v1", waiting, "1Gi", "n1"),
			},
			want: []string{"n0 fits", "n1 VolumeBinding " + a + ": " + noVolume},
		},
		{
			name: "a stale selected-node keeps static volumes from being tried",
			pod:  pod("p", using("c")),
			objects: []runtime.Object{
				claim("c", waiting, "1Gi", func(c *corev1.PersistentVolumeClaim) {
					metav1.SetMetaDataAnnotation(&c.ObjectMeta, volumehelpers.AnnSelectedNode, "n0")
				}),
				volume("v", waiting, "1Gi", "n0"),
			},
			want: []string{"n0 VolumeBinding " + a + ": " + noVolume, "n1 VolumeBinding " + a + ": " + noVolume},
		},
		{
			name: "provisioning, where the topology allows",
			pod:  pod("p", using("c")),
			objects: []runtime.Object{
				claim("c", "here", "1Gi"),
				&storagev1.StorageClass{
					ObjectMeta: metav1.ObjectMeta{Name: "here"}, Provisioner: driver,
					VolumeBindingMode: new(storagev1.VolumeBindingWaitForFirstConsumer),
					AllowedTopologies: []corev1.TopologySelectorTerm{{MatchLabelExpressions: []corev1.TopologySelectorLabelRequirement{
						{Key: corev1.LabelHostname, Values: []string{"n1"}}}}},
				},
			},
			want: []string{"n0 VolumeBinding " + a + ": " + noVolume, "n1 fits"},
		},
		{
			name: "provisioning, where the driver has room",
			pod:  pod("p", using("c")),
			objects: []runtime.Object{
				claim("c", dynamic, "10Gi"),
				&storagev1.CSIDriver{ObjectMeta: metav1.ObjectMeta{Name: driver}, Spec: storagev1.CSIDriverSpec{StorageCapacity: new(true)}},
				room("r0", dynamic, "n0", "5Gi"), room("r1", dynamic, "n1", "20Gi"),
			},
			want: []string{"n0 VolumeBinding " + a + ": " + noRoom, "n1 fits"},
		},
		{
			name: "VolumeRestrictions: ReadWriteOncePod in use",
			pod:  pod("p", using("c")),
			objects: []runtime.Object{
				claim("c", waiting, "1Gi", boundTo("v"), func(c *corev1.PersistentVolumeClaim) {
					c.Spec.AccessModes = []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOncePod}
				}),
				volume("v", waiting, "1Gi", "n0", reservedFor("c")),
				pod("other", using("c"), on("n0")),
			},
			want: []string{
				"n0 VolumeRestrictions " + u + ": node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod",
				"n1 VolumeRestrictions " + u + ": node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod",
				"n1 VolumeBinding " + a + ": " + elsewhere,
			},
		},
		{
			name: "NodeVolumeLimits: the node has all it can attach",
			pod:  pod("p", using("c1")),
			objects: []runtime.Object{
				claim("c0", waiting, "1Gi", boundTo("v0")), volume("v0", waiting, "1Gi", "n0", reservedFor("c0"), byCSI),
				claim("c1", waiting, "1Gi", boundTo("v1")), volume("v1", waiting, "1Gi", "n0", reservedFor("c1"), byCSI),
				pod("other", using("c0"), on("n0")),
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
			pod:  pod("p", using("c")),
			objects: []runtime.Object{
				claim("c", waiting, "1Gi", boundTo("v")),
				volume("v", waiting, "1Gi", "n0", reservedFor("c"), func(v *corev1.PersistentVolume) {
					metav1.SetMetaDataLabel(&v.ObjectMeta, corev1.LabelTopologyZone, "other")
				}),
			},
			want: []string{
				"n0 VolumeZone " + a + ": node(s) had no available volume zone",
				"n1 VolumeBinding " + a + ": " + elsewhere,
				"n1 VolumeZone " + a + ": node(s) had no available volume zone",
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			objects := append(append(classes(), node("n0"), node("n1")), tt.objects...)
			v := verdict(t, simulator(t, snapshot(objects...)), tt.pod, inspect.Change{})
			if diff := cmp.Diff(tt.want, told(v)); diff != "" {
				t.Errorf("verdict (-want +got):\n%s", diff)
			}
		})
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
