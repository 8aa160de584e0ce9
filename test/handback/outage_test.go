package handback

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
	"github.com/kubectl-localpv/kubectl-localpv/test/live/trial"
)

// down is a server that restarts.
func down() live.Fault {
	return live.Fault{Name: "503", Code: http.StatusServiceUnavailable, Reason: metav1.StatusReasonServiceUnavailable}
}

// outages are paths in which every write leads to something else.
func outages() []path {
	return slices.DeleteFunc(paths(), func(p path) bool {
		return !slices.Contains([]string{"release-reserve", "reclaim-several", "reattach-replace-alone"}, p.Name)
	})
}

// TestOutage has the server refuse everything for a while, from each write on: the command waits and goes on.
func TestOutage(t *testing.T) {
	suite.Disturbed(t, outages(), func(t *testing.T, _ path, a *trial.Attempt[*live.Scene]) live.Result {
		t.Helper()
		begun, left := map[string]bool{}, 0
		r := a.Run(func(r *live.Request) live.Action {
			if what := a.Scene.KindOf(r) + r.Patch; r.Write > 0 && r.Resource != "events" && !begun[what] {
				begun[what], left = true, 3
			}
			if left == 0 {
				return live.Action{}
			}
			left--
			return live.Action{Fault: down()}
		})
		if r.Exit != 0 {
			t.Fatal(r)
		}
		return r
	})
}

// TestServerGone has the server vanish for good once the first write has been applied, before its answer: the command says
// that it gave up and what is left, and finishes when it is run again.
func TestServerGone(t *testing.T) {
	suite.Disturbed(t, outages(), func(t *testing.T, p path, a *trial.Attempt[*live.Scene]) live.Result {
		t.Helper()
		gone := false
		r := a.Run(func(r *live.Request) live.Action {
			if r.Write == 1 {
				gone = true
				return live.Action{Fault: live.Fault{Name: "reset after", Applied: true}}
			}
			if gone {
				return live.Action{Fault: live.Fault{Name: "reset"}}
			}
			return live.Action{}
		}, "--timeout", "3s", "-o", "json")
		var result drain.Result
		if err := json.Unmarshal([]byte(r.Out), &result); err != nil {
			t.Fatal(err, r)
		}
		first := result.Steps[0]
		if r.Exit != 1 || result.Status != drain.StatusFailed || first.Status != drain.StepFailed || !strings.Contains(first.Reason.Text, "gave up after 3s (--timeout)") {
			t.Errorf("%s", r)
		}
		for _, later := range result.Steps[1:] {
			if !independent(p) && later.Status != drain.StepNotStarted {
				t.Errorf("step %s is %s", later.ID, later.Status)
			}
		}
		if _, err := a.Again(); err != nil {
			t.Fatal(err)
		}
		return r
	})
}

// independent reports whether the command goes on with the next target when one fails.
func independent(p path) bool { return strings.HasPrefix(p.Name, "reclaim-") }
