package pending_test

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
)

// TestClaimsTogether has Pods with two claims that are fine, each by itself, and keep each other from every node.
func TestClaimsTogether(t *testing.T) {
	addClaim := func(s *scene) *corev1.PersistentVolumeClaim { return s.With("wal", "50Gi", Class) }
	tests := []struct {
		name  string
		alter func(*scene)
		cause pending.CauseCode
		says  string
		codes []inspect.ClaimCode
	}{
		{
			name: "bound apart",
			alter: func(s *scene) {
				s.Bind(s.Volume("v-n0"))
				s.Claim = addClaim(s)
				s.Bind(s.Volume("v-n1"))
			},
			cause: "BoundNodeUnfit", says: "claim data is bound to v-n0, which is on n0, and claim wal to v-n1 on n1",
			codes: []inspect.ClaimCode{inspect.BoundNodeUnfit, inspect.BoundNodeUnfit},
		},
		{
			name:  "volume elsewhere",
			alter: func(s *scene) { s.Bind(s.Volume("v-n0")); addClaim(s) },
			cause: "NoMatchingVolume", says: "claim wal finds no volume on n0, where claim data is bound to v-n0",
			codes: []inspect.ClaimCode{inspect.ClaimOk, inspect.NoMatchingVolume},
		},
		{
			name: "volume there, no CPU",
			alter: func(s *scene) {
				s.Bind(s.Volume("v-n0"))
				addClaim(s)
				s.Snapshot.Volumes = append(s.Snapshot.Volumes, Volume("v-n0-2", On("n0")))
				s.Fill("n0")
			},
			cause: "BoundNodeUnfit", says: "n0 refuses the Pod: cpu: asks 500m, 0 free",
			codes: []inspect.ClaimCode{inspect.BoundNodeUnfit, inspect.ClaimOk},
		},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			s := newScene()
			tc.alter(s)
			r := s.Explain(t)
			checkReport(t, r)
			if r.Cause.Code != tc.cause || !strings.Contains(text(r.Cause.Reason), tc.says) {
				t.Errorf("cause %s: %s\nwant %s: ...%s...", r.Cause.Code, text(r.Cause.Reason), tc.cause, tc.says)
			}
			for i, c := range r.Claims {
				if c.Code != tc.codes[i] {
					t.Errorf("claim %s: %s, want %s (%s)", c.Name, c.Code, tc.codes[i], text(c.Reason))
				}
			}
		})
	}
}

// TestVolumesAreNotTheReason has nodes without a volume that refuse the Pod anyway: a volume there would not help.
func TestVolumesAreNotTheReason(t *testing.T) {
	s := newScene()
	s.Snapshot.Volumes = s.Snapshot.Volumes[:1]
	s.Pod.Spec.NodeSelector = map[string]string{corev1.LabelHostname: "n0"}
	s.Fill("n0")
	r := s.Explain(t)
	const says = "fits no node, but not because of volumes: n0 has a volume for it and refuses it for another reason (cpu: asks 500m, 0 free)"
	if r.Cause.Code != pending.CauseNotVolumes || !strings.Contains(text(r.Cause.Reason), says) {
		t.Errorf("cause %s: %s\nwant %s: ...%s...", r.Cause.Code, text(r.Cause.Reason), pending.CauseNotVolumes, says)
	}
}
