package change

import (
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
)

// TestReleaseQuestion: what is only kept, since Pods hold the claim, is not asked about as released.
func TestReleaseQuestion(t *testing.T) {
	for want, p := range map[string]*drain.Plan{
		"Release 2 claims?":                              {Targets: make([]drain.Object, 2)},
		"Keep the data of 1 claim?":                      {Targets: make([]drain.Object, 1), StillHeld: []string{"shop/c"}},
		"Release 1 claim, and keep the data of 1 claim?": {Targets: make([]drain.Object, 2), StillHeld: []string{"shop/c"}},
	} {
		if got := releaseQuestion(p); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
