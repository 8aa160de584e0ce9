package match_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// TestDiskOfAnotherIsSaid holds what is said of a volume that looks as if it only had to be freed, and is the disk of somebody else
// or cordoned.
func TestDiskOfAnotherIsSaid(t *testing.T) {
	released := Volume("v", On("n0"), Has("gone", "gone-uid"), Phase(Released))
	twin := Volume("w", On("n0"), Has("theirs", "theirs-uid"), func(v *corev1.PersistentVolume) { v.Spec.Local.Path = "/mnt/v/" })
	cordoned := Volume("v", On("n0"), func(v *corev1.PersistentVolume) {
		v.Spec.ClaimRef = &corev1.ObjectReference{Namespace: disk.CordonNamespace, Name: "slow"}
	})
	for name, tc := range map[string]struct {
		world []any
		want  string
	}{
		"its own disk":     {[]any{released}, "claimed by shop/gone, which is gone"},
		"another has it":   {[]any{released, twin, Claim("theirs", BoundTo("w"))}, "claimed by shop/gone, which is gone; the same disk as w, of claim shop/theirs"},
		"it is cordoned":   {[]any{cordoned}, "cordoned (slow), so it is given to no claim"},
		"it is, by a mark": {[]any{Volume("v", On("n0"), Has("gone", "gone-uid"), Phase(Released), VolumeAnnotation(disk.AnnCordoned, ""))}, "cordoned, so it is given to no claim"},
	} {
		ix := inspect.NewIndex(Snapshot(t, append(tc.world, Node("n0"), Claim("c"))...))
		m, err := match.NewMatcher(ix, Claim("c"))
		if err != nil {
			t.Fatal(err)
		}
		if got := phrase.New(phrase.Connection{}).Text(m.Explain(ix.Volume("v"), true, "").Fact()); got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}
