package simulate

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	resourcev1 "k8s.io/api/resource/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

const gpu = "gpu.example.com"

// TestDevices: dynamic resource allocation reads the Snapshot's claims, slices and device classes.
func TestDevices(t *testing.T) {
	byClaim := Pod("p", func(p *corev1.Pod) {
		p.Spec.ResourceClaims = []corev1.PodResourceClaim{{Name: "gpu", ResourceClaimName: new("mine")}}
	})
	tests := []struct {
		name    string
		pod     *corev1.Pod
		objects []any
		want    []string
	}{
		{
			name:    "a device where there is one",
			pod:     byClaim,
			objects: []any{deviceClass(), deviceClaim("mine")},
			want:    []string{"n0 fits", "n1 DynamicResources " + a + ": cannot allocate all claims"},
		},
		{
			name:    "the device is taken",
			pod:     byClaim,
			objects: []any{deviceClass(), deviceClaim("mine"), deviceClaim("theirs", allocated)},
			want: []string{
				"n0 DynamicResources " + a + ": cannot allocate all claims",
				"n1 DynamicResources " + a + ": cannot allocate all claims",
			},
		},
		{
			name:    "no such device class",
			pod:     byClaim,
			objects: []any{deviceClaim("mine")},
			want: []string{
				"prefilter DynamicResources " + a + ": request gpu: device class " + gpu + " does not exist",
				"n0 fits", "n1 fits",
			},
		},
		{
			name: "an extended resource that devices stand for",
			pod: Pod("p", func(p *corev1.Pod) {
				Requests(gpu+"/card", "1")(p)
				p.Spec.Containers[0].Resources.Limits = p.Spec.Containers[0].Resources.Requests
			}),
			objects: []any{deviceClass()},
			want:    []string{"n0 fits", "n1 DynamicResources " + a + ": cannot allocate all claims"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			objects := append([]any{Node("n0"), Node("n1"), slice("n0")}, tt.objects...)
			v := verdict(t, simulator(t, Snapshot(t, objects...)), tt.pod, inspect.Change{})
			if diff := cmp.Diff(tt.want, told(v)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// slice says that a node has one device.
func slice(node string) *resourcev1.ResourceSlice {
	return &resourcev1.ResourceSlice{
		ObjectMeta: metav1.ObjectMeta{Name: node},
		Spec: resourcev1.ResourceSliceSpec{
			Driver: gpu, NodeName: &node,
			Pool:    resourcev1.ResourcePool{Name: node, ResourceSliceCount: 1},
			Devices: []resourcev1.Device{{Name: "card-0"}},
		},
	}
}

func deviceClass() *resourcev1.DeviceClass {
	return &resourcev1.DeviceClass{
		ObjectMeta: metav1.ObjectMeta{Name: gpu},
		Spec:       resourcev1.DeviceClassSpec{ExtendedResourceName: new(gpu + "/card")},
	}
}

func deviceClaim(name string, bend ...func(*resourcev1.ResourceClaim)) *resourcev1.ResourceClaim {
	c := &resourcev1.ResourceClaim{
		ObjectMeta: metav1.ObjectMeta{Namespace: Ns, Name: name, UID: UID(name)},
		Spec: resourcev1.ResourceClaimSpec{Devices: resourcev1.DeviceClaim{Requests: []resourcev1.DeviceRequest{{
			Name: "gpu",
			Exactly: &resourcev1.ExactDeviceRequest{
				DeviceClassName: gpu, AllocationMode: resourcev1.DeviceAllocationModeExactCount, Count: 1,
			},
		}}}},
	}
	for _, f := range bend {
		f(c)
	}
	return c
}

// allocated gives a claim the device of n0.
func allocated(c *resourcev1.ResourceClaim) {
	c.Status.Allocation = &resourcev1.AllocationResult{Devices: resourcev1.DeviceAllocationResult{
		Results: []resourcev1.DeviceRequestAllocationResult{{Request: "gpu", Driver: gpu, Pool: "n0", Device: "card-0"}},
	}}
}
