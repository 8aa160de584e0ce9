package match_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// TestCordonedVolumesAreNotLeftByOthers: a cordoned volume counts as that, whichever claim had it.
func TestCordonedVolumesAreNotLeftByOthers(t *testing.T) {
	claim, mark := Claim("data"), VolumeAnnotation(disk.AnnCordoned, "slow")
	ix := inspect.NewIndex(Snapshot(t, Node("n0"), claim, Volume("own", On("n0"), Has("data", "before"), Phase(Released), mark),
		Volume("reserved", On("n0"), ReservedFor("other"), mark), Volume("gone", On("n0"), Has("gone", "gone-uid"), Phase(Released))))
	m, err := match.NewMatcher(ix, claim)
	if err != nil {
		t.Fatal(err)
	}
	want := []match.Claimed{{By: match.GoneClaim, Count: 1, Claims: []string{"shop/gone"}}, {By: match.NoClaim, Count: 2}}
	if diff := cmp.Diff(want, m.ClaimedBy()); diff != "" {
		t.Errorf("who has the volumes (-want +got):\n%s", diff)
	}
}
