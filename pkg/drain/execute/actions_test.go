package execute

import (
	"slices"
	"strings"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestEveryActionHasARow, and none is for anything else.
func TestEveryActionHasARow(t *testing.T) {
	all := drain.Actions()
	rows := actions()
	for _, a := range all {
		if row := rows[a]; row.decide == nil || row.watches == nil || len(Needs(&drain.Plan{}, drain.Step{Action: a, Object: drain.Object{Namespace: Ns}, Parameters: a.Parameters()})) == 0 {
			t.Errorf("%s has no row, or half of one: %+v", a, row)
		}
	}
	for a := range rows {
		if !slices.Contains(all, a) {
			t.Errorf("there is a row for %q, which is no action", a)
		}
	}
}

// other are parameters of no action.
type other struct{ drain.NoParameters }

// TestDecidersGetTheirParameters holds that every decider takes those of its action, and only those.
func TestDecidersGetTheirParameters(t *testing.T) {
	for _, a := range drain.Actions() {
		for _, tc := range []struct {
			given drain.Parameters
			taken bool
		}{{a.Parameters(), true}, {&other{}, false}, {nil, false}} {
			plan := drain.New("test")
			plan.Steps = []drain.Step{{ID: "s", Action: a, Object: drain.Object{Namespace: Ns, Name: "x", UID: "x-uid"}, Parameters: tc.given}}
			w := NewWorld(t)
			s := (&Executor{Client: w.Client, Clock: NewInstantClock()}).newRun(plan).newStep(0, actions()[a])
			_, err := s.action.decide(s, t.Context())
			if refused := err != nil && strings.Contains(err.Error(), "parameters of type"); refused == tc.taken {
				t.Errorf("%s with %T: %v", a, tc.given, err)
			}
			if !tc.taken && len(w.Calls) > 0 {
				t.Errorf("%s with %T asks %v", a, tc.given, w.Calls)
			}
		}
	}
}
