package drain

import (
	"encoding/json"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// planOf is what a drain says it would do.
func planOf(t *testing.T, s *live.Scene, args []string) *drain.Plan {
	t.Helper()
	r := s.Run(live.Run{Args: append(args, "--dry-run", "-o", "json")})
	var plan drain.Plan
	if err := json.Unmarshal([]byte(r.Out), &plan); err != nil || len(r.Writes()) > 0 {
		t.Fatalf("%v: %s", err, r)
	}
	return &plan
}

// asPlanned wants every member where the Plan said it would be, with the volume that it said, and its old volume kept
// with all that is needed to go back; and those that wait, with the claims that they had.
func asPlanned(t *testing.T, s *live.Scene, plan *drain.Plan) {
	t.Helper()
	if plan.Verdict != drain.Ready {
		t.Fatalf("the Plan was %s: %v", plan.Verdict, plan.Blockers)
	}
	for _, m := range plan.Moves {
		_, name, _ := strings.Cut(m.Claim, "/")
		claim := s.WaitClaim(name, func(c *corev1.PersistentVolumeClaim) (bool, string) { return c != nil, "there is none" })
		from := s.GetVolume(s.ShortName(m.From))
		switch {
		case m.Stays:
			if claim.Spec.VolumeName != m.From || from.Spec.ClaimRef.UID != claim.UID || from.Status.Phase != corev1.VolumeBound {
				t.Errorf("claim %s was to stay on %s, and is on %s, which is %s", name, m.From, claim.Spec.VolumeName, from.Status.Phase)
			}
			continue
		case m.To != "":
			bound := s.WaitClaim(name, controlplane.ClaimPhase(corev1.ClaimBound))
			if bound.Spec.VolumeName != m.To {
				t.Errorf("claim %s was to go to %s, and is on %s", name, m.To, bound.Spec.VolumeName)
			}
		}
		keptOn(t, from, name, m.FromNode)
		if m.Owner != "" && m.ToNode != "" {
			s.UsedOn(name, m.ToNode)
		}
	}
}

// keptOn wants a volume Released with policy Retain, and all that is needed to give it back.
func keptOn(t *testing.T, v *corev1.PersistentVolume, claim, node string) {
	t.Helper()
	if v.Annotations[retain.AnnMovedFrom] != node && v.Status.Phase == corev1.VolumeAvailable {
		return // cleaned and recreated
	}
	saved, err := retain.RecordedClaim(v)
	switch {
	case err != nil || saved == nil:
		t.Errorf("volume %s does not have the manifest of claim %s: %v", v.Name, claim, err)
	case v.Status.Phase != corev1.VolumeReleased || v.Spec.PersistentVolumeReclaimPolicy != corev1.PersistentVolumeReclaimRetain:
		t.Errorf("volume %s is %s with policy %s", v.Name, v.Status.Phase, v.Spec.PersistentVolumeReclaimPolicy)
	case saved.Name != claim || saved.UID != v.Spec.ClaimRef.UID || v.Annotations[retain.AnnMovedFrom] != node:
		t.Errorf("volume %s was left by %s on %s, and says %s on %s", v.Name, claim, node, saved.Name, v.Annotations[retain.AnnMovedFrom])
	}
}
