package changes

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// TestTimesOfMembers: what is told is how long the steps took that a member waited for, and nothing where there was no wait.
func TestTimesOfMembers(t *testing.T) {
	claim := drain.Object{Kind: drain.KindClaim, Namespace: "shop", Name: "data-db-1"}
	ready := func(target int) drain.Step {
		return drain.Step{Action: drain.AwaitReady, Target: target, Object: drain.Object{Kind: drain.KindPod, Namespace: "shop", Name: "db-1"},
			Parameters: &drain.AwaitReadyParameters{Member: "db-1", Claims: []drain.Object{claim}}}
	}
	reserve := drain.Step{Action: drain.ReserveVolume, Parameters: &drain.FreeParameters{Pair: drain.Pair{Claim: claim}, For: &claim}}
	other := drain.Step{Action: drain.ReserveVolume, Target: 5, Parameters: &drain.FreeParameters{}}
	named := ready(0)
	named.Member = "shop/db-1"
	for name, tc := range map[string]struct {
		steps []drain.Step
		took  []time.Duration
		want  string
	}{
		"steps that name the member":         {[]drain.Step{named, other}, []time.Duration{12 * time.Second, time.Minute}, "12s"},
		"a volume that goes back":            {[]drain.Step{reserve, ready(0), other}, []time.Duration{time.Second, 3 * time.Second, time.Minute}, "3.0s"},
		"a volume that goes back, elsewhere": {[]drain.Step{reserve, ready(1)}, []time.Duration{time.Second, 3 * time.Second}, "3.0s"},
		"nothing was waited for":             {[]drain.Step{reserve, ready(0)}, []time.Duration{0, 20 * time.Millisecond}, ""},
		"somebody else has done it all":      {[]drain.Step{ready(0)}, []time.Duration{0}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := drain.New("reattach")
			p.Steps = tc.steps
			r := drain.NewResult(p, drain.StatusDone, fact.Fact{})
			for i, took := range tc.took {
				began, finished := metav1.NewTime(second(0)), metav1.NewTime(second(0).Add(took))
				r.Steps[i].StartedAt, r.Steps[i].FinishedAt = &began, &finished
			}
			r.Placements = []drain.Placement{{Member: "shop/db-1", Node: "node-1"}}
			times := Result{Plan: p, Result: r}.times()
			if got := times["shop/db-1"]; got != tc.want || (tc.want == "") != (len(times) == 0) {
				t.Errorf("it took %q, want %q", got, tc.want)
			}
		})
	}
}
