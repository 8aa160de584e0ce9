package execute

import (
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestReleaseOfAHeldClaim: of a claim that is being deleted and that a Pod holds, the volume is retained with the manifest, and that is the only
// write. The command does not count as done.
func TestReleaseOfAHeldClaim(t *testing.T) {
	for name, edits := range map[string][]func(*corev1.Pod){"runs": nil, "has ended": {Ended}} {
		t.Run(name, func(t *testing.T) {
			w := NewWorld(t, Node("node-0"), Volume("v", Has("c", "c-uid"), Deletes), Claim("c", BoundTo("v"), Deleting), Consumer("tool", "node-0", "c", edits...))
			r := command(t.Context(), t, w, toRelease(drain.ReleaseRequest{Targets: Pvc("c")}))
			v := w.Volume("v")
			if r.Status != drain.StatusIncomplete || !slices.Equal(r.StillHeld, []string{"shop/c"}) || len(r.Next) != 1 || !r.Next[0].Missing {
				t.Errorf("%s: %s, next %v", r.Status, said(r.Reason), r.Next)
			}
			if v.Spec.PersistentVolumeReclaimPolicy != corev1.PersistentVolumeReclaimRetain || v.Annotations[retain.AnnReleasedClaim] == "" {
				t.Errorf("the data goes with the Pod: %s %v", v.Spec.PersistentVolumeReclaimPolicy, v.Annotations)
			}
			if want := []string{"get persistentvolumes v", "get persistentvolumeclaims c", "patch persistentvolumes v", "get persistentvolumes v", "get persistentvolumeclaims c"}; !slices.Equal(w.Calls, want) {
				t.Errorf("requests %q", w.Calls)
			}
			if again := command(t.Context(), t, w, toRelease(drain.ReleaseRequest{Targets: Pvc("c")})); again.Status != drain.StatusBlocked {
				t.Errorf("once the data is kept: %s", again.Status)
			}
		})
	}
}
