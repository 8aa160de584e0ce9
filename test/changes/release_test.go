package changes

import (
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// TestReleaseAlone lets the claim of one volume go.
func TestReleaseAlone(t *testing.T) {
	s := lab.Scene(t, "release")
	s.Volume("a", "node-0")
	s.BoundClaim("data", "a")
	if r := s.Run(live.Run{Args: []string{"release", "pvc/data", "--yes"}}); r.Exit != 0 || len(r.Writes()) != 4 {
		t.Errorf("%d writes: %s", len(r.Writes()), r)
	}
}
