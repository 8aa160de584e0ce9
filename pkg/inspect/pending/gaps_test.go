package pending_test

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	resourcev1 "k8s.io/api/resource/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
)

// forbidden leaves a hole in what was read.
func (s *scene) forbidden(kinds ...inspect.Kind) {
	for _, k := range kinds {
		s.Snapshot.Gaps = append(s.Snapshot.Gaps, inspect.Gap{Kind: k, Reason: "forbidden: list " + string(k)})
	}
}

// wantsDevice gives the Pod a resource claim.
func (s *scene) wantsDevice() {
	s.Pod.Spec.ResourceClaims = []corev1.PodResourceClaim{{Name: "gpu", ResourceClaimName: ptr.To("gpu")}}
}

// deviceClaim is one that the Pod names, for a device of a class that exists.
func (s *scene) deviceClaim() {
	s.Snapshot.ResourceClaims = []*resourcev1.ResourceClaim{{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "gpu", UID: "uid-gpu"},
		Spec: resourcev1.ResourceClaimSpec{Devices: resourcev1.DeviceClaim{Requests: []resourcev1.DeviceRequest{
			{Name: "gpu", Exactly: &resourcev1.ExactDeviceRequest{DeviceClassName: "gpu", AllocationMode: resourcev1.DeviceAllocationModeExactCount, Count: 1}}}}},
	}}
	s.Snapshot.DeviceClasses = []*resourcev1.DeviceClass{{ObjectMeta: metav1.ObjectMeta{Name: "gpu"}}}
}

func (s *scene) refused() {
	s.Pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: corev1.PodReasonUnschedulable, Message: "0/3"}}
}

// TestNotesNameTheGapsThatMatter: a hole is told if the answer rests on what is missing, and only then.
func TestNotesNameTheGapsThatMatter(t *testing.T) {
	tests := []struct {
		name  string
		alter func(*scene)
		kinds string
	}{
		{"nothing in particular", func(s *scene) { s.refused() }, ""},
		{"devices", func(s *scene) { s.refused(); s.wantsDevice() }, "resourceclaims resourceslices deviceclasses"},
		{"a CSI volume", func(s *scene) {
			s.refused()
			v := s.Volume("v-n0")
			v.Spec.PersistentVolumeSource = corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{Driver: "topolvm.io", VolumeHandle: "x"}}
			s.Bind(v)
		}, "csinodes"},
		{"a class with a provisioner", func(s *scene) { s.refused(); s.provisioned() }, "csinodes csidrivers csistoragecapacities"},
		{"no condition", func(*scene) {}, "events"},
		{"gated", func(s *scene) {
			s.Pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: corev1.PodReasonSchedulingGated}}
		}, ""},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			s := newScene()
			tc.alter(s)
			s.forbidden(inspect.ResourceClaims, inspect.ResourceSlices, inspect.DeviceClasses, inspect.CSINodes, inspect.CSIDrivers,
				inspect.CSIStorageCapacities, inspect.Events)
			r := s.Explain(t)
			var kinds []string
			for _, n := range r.Notes {
				if !n.Tells(inspect.CodeUnread) {
					t.Errorf("a note on something else: %s", text(n))
				}
				kinds = append(kinds, n.Get("kinds"))
			}
			if got := strings.Join(kinds, " "); got != tc.kinds {
				t.Errorf("notes on %s, want %s", got, tc.kinds)
			}
			if unknown := text(r.SchedulerUnknown) == "unknown (forbidden: list events)"; unknown != slices.Contains(kinds, "events") {
				t.Errorf("what the scheduler said: %v", r.SchedulerUnknown)
			}
		})
	}
}

// TestDevicesUnknown has Pods of which nothing is known to refuse them but what was read too little of.
func TestDevicesUnknown(t *testing.T) {
	const claims = "whether there are devices for it cannot be told, because the resourceclaims are unknown (forbidden: list resourceclaims)"
	const unlisted = "whether there are devices for it cannot be told, because the resourceslices are unknown (forbidden: list resourceslices)"
	tests := []struct {
		name  string
		alter func(*scene)
		cause pending.CauseCode
		says  string
	}{
		{"claims", func(s *scene) { s.forbidden(inspect.ResourceClaims) }, pending.CauseNotVolumes, "may fit n0, n1, n2, and volumes are not the reason if it does not: " + claims},
		{"slices", func(s *scene) { s.deviceClaim(); s.forbidden(inspect.ResourceSlices) }, pending.CauseNotVolumes, unlisted},
		{"where the volume is", func(s *scene) {
			s.deviceClaim()
			s.Bind(s.Volume("v-n1"))
			s.forbidden(inspect.ResourceSlices)
		}, pending.CauseNotVolumes, "may fit n1, and volumes are not the reason if it does not: " + unlisted},
		{"gated", func(s *scene) {
			s.forbidden(inspect.ResourceClaims)
			s.Pod.Spec.SchedulingGates = []corev1.PodSchedulingGate{{Name: "quota"}}
		}, pending.CauseGated, "otherwise it may fit n0, n1, n2"},
		{"something else is known", func(s *scene) { s.forbidden(inspect.ResourceClaims); s.Snapshot.Claims = nil }, "ClaimNotFound", "claim data does not exist"},
		{"all is known", func(s *scene) { s.deviceClaim() }, pending.CauseNotVolumes, "fits no node, but not because of volumes: 3 nodes: cannot allocate all claims"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			s := newScene()
			s.wantsDevice()
			tc.alter(s)
			r := s.Explain(t)
			checkReport(t, r)
			if r.Cause.Code != tc.cause || !strings.Contains(text(r.Cause.Reason), tc.says) || r.Schedulable {
				t.Errorf("cause %s: %s (schedulable: %v)\nwant %s: ...%s...", r.Cause.Code, text(r.Cause.Reason), r.Schedulable, tc.cause, tc.says)
			}
		})
	}
}

// TestUnreadVolumeIsUnknown: a bound volume that could not be read is not said to be missing.
func TestUnreadVolumeIsUnknown(t *testing.T) {
	s := newScene()
	s.Bind(s.Volume("v-n1"))
	s.blind(inspect.PersistentVolumes)
	for _, n := range s.Explain(t).Nodes {
		if len(n.Volumes) != 1 || n.Volumes[0].Fact().Code != "BoundVolumeNotRead" {
			t.Errorf("%v: %+v", n.Names, n.Volumes)
		}
	}
}
