package pending_test

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
)

// TestClaimsTogether has Pods with two claims that are fine, each by itself, and keep each other from every node.
func TestClaimsTogether(t *testing.T) {
	addClaim := func(s *scene) *corev1.PersistentVolumeClaim { return s.with("wal", "50Gi", Class) }
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
				s.bind(s.volume("v-n0"))
				s.claim = addClaim(s)
				s.bind(s.volume("v-n1"))
			},
			cause: "BoundNodeUnfit", says: "claim data is bound to v-n0, which is on n0, and claim wal to v-n1 on n1",
			codes: []inspect.ClaimCode{inspect.BoundNodeUnfit, inspect.BoundNodeUnfit},
		},
		{
			name:  "volume elsewhere",
			alter: func(s *scene) { s.bind(s.volume("v-n0")); addClaim(s) },
			cause: "NoMatchingVolume", says: "claim wal finds no volume on n0, where claim data is bound to v-n0",
			codes: []inspect.ClaimCode{inspect.ClaimOk, inspect.NoMatchingVolume},
		},
		{
			name: "volume there, no CPU",
			alter: func(s *scene) {
				s.bind(s.volume("v-n0"))
				addClaim(s)
				s.snapshot.Volumes = append(s.snapshot.Volumes, Volume("v-n0-2", On("n0")))
				s.fill("n0")
			},
			cause: "BoundNodeUnfit", says: "n0 refuses the Pod: cpu: asks 500m, 0 free",
			codes: []inspect.ClaimCode{inspect.BoundNodeUnfit, inspect.ClaimOk},
		},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			s := newScene()
			tc.alter(s)
			r := s.explain(t)
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
	s.snapshot.Volumes = s.snapshot.Volumes[:1]
	s.pod.Spec.NodeSelector = map[string]string{corev1.LabelHostname: "n0"}
	s.fill("n0")
	r := s.explain(t)
	const says = "fits no node, but not because of volumes: n0 has a volume for it and refuses it for another reason (cpu: asks 500m, 0 free)"
	if r.Cause.Code != pending.CauseNotVolumes || !strings.Contains(text(r.Cause.Reason), says) {
		t.Errorf("cause %s: %s\nwant %s: ...%s...", r.Cause.Code, text(r.Cause.Reason), pending.CauseNotVolumes, says)
	}
}

// TestNewVolumeForTheRightClaim has a Pod with two claims of which the second lacks a volume on n0, and both lack one on n1:
// the manifest has to be that of the claim, on a node where it helps.
func TestNewVolumeForTheRightClaim(t *testing.T) {
	s := newScene()
	s.snapshot.Nodes, s.snapshot.Volumes = s.snapshot.Nodes[:2], s.snapshot.Volumes[1:2] // one volume, on n1
	s.with("wal", "80Gi", Class)
	r := s.explain(t)
	for _, fix := range r.Fixes {
		claim, ok := strings.CutPrefix(fix.ID, "volume-")
		if !ok {
			continue
		}
		if len(fix.Nodes) != 1 || fix.Nodes[0] != "n1" {
			t.Errorf("%s fits %q, want n1", fix.ID, fix.Nodes)
		}
		if !strings.Contains(fix.Manifest, "name: local-"+claim+"-n1") {
			t.Errorf("%s has the manifest:\n%s", fix.ID, fix.Manifest)
		}
		want := map[string][]string{"data": {"--print-fix", "volume-data"}, "wal": {"--print-volume", "n1"}}[claim]
		if !slices.Equal(fix.Commands[0].Flags, want) {
			t.Errorf("%s has the command %v, want %q", fix.ID, fix.Commands[0], want)
		}
	}
	if len(r.Fixes) == 0 {
		t.Errorf("no fixes; %s", text(r.Cause.Reason))
	}
}
