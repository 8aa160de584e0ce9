package handback

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// down is a server that restarts.
func down() live.Fault {
	return live.Fault{Name: "503", Code: http.StatusServiceUnavailable, Reason: metav1.StatusReasonServiceUnavailable}
}

// outages are paths in which every write leads to something else.
func outages() []path {
	var out []path
	for _, p := range paths() {
		switch p.name {
		case "release-reserve", "reclaim-several", "reattach-replace-alone":
			out = append(out, p)
		}
	}
	return out
}

// TestOutage has the server refuse everything for a while, from each write on: the command waits and goes on.
func TestOutage(t *testing.T) {
	t.Parallel()
	for _, p := range outages() {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			want := p.whole(t).change
			s := p.stage(t)
			before := s.State()
			begun, left := map[string]bool{}, 0
			r := s.Run(live.Run{Args: p.line(s), On: func(r *live.Request) live.Action {
				if what := s.KindOf(r) + r.Patch; r.Write > 0 && r.Resource != "events" && !begun[what] {
					begun[what], left = true, 3
				}
				if left == 0 {
					return live.Action{}
				}
				left--
				return live.Action{Fault: down()}
			}})
			if r.Exit != 0 {
				t.Fatal(r)
			}
			p.settle(s)
			if got := live.Change(before, s.State()); got != want {
				t.Errorf("it ended otherwise:\n%s\nwant:\n%s\n%s", got, want, r)
			}
		})
	}
}

// TestServerGone has the server vanish for good once the first write has been applied, before its answer: the command says
// that it gave up and what is left, and finishes when it is run again.
func TestServerGone(t *testing.T) {
	t.Parallel()
	for _, p := range outages() {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			want := p.whole(t).change
			s := p.stage(t)
			before := s.State()
			gone := false
			r := s.Run(live.Run{Args: p.line(s, "--timeout", "3s", "-o", "json"), On: func(r *live.Request) live.Action {
				if r.Write == 1 {
					gone = true
					return live.Action{Fault: live.Fault{Name: "reset after", Applied: true}}
				}
				if gone {
					return live.Action{Fault: live.Fault{Name: "reset"}}
				}
				return live.Action{}
			}})
			var result drain.Result
			if err := json.Unmarshal([]byte(r.Out), &result); err != nil {
				t.Fatal(err, r)
			}
			first := result.Steps[0]
			if r.Exit != 1 || result.Status != drain.StatusFailed || first.Status != drain.StepFailed || !strings.Contains(first.Reason.Text, "gave up after 3s (--timeout)") {
				t.Errorf("%s", r)
			}
			for _, later := range result.Steps[1:] {
				if !p.independent() && later.Status != drain.StepNotStarted {
					t.Errorf("step %s is %s", later.ID, later.Status)
				}
			}
			p.goOn(t, s)
			p.settle(s)
			if got := live.Change(before, s.State()); got != want {
				t.Errorf("it ended otherwise:\n%s\nwant:\n%s\n%s", got, want, r)
			}
		})
	}
}

// independent reports whether the command goes on with the next target when one fails.
func (p path) independent() bool { return p.command() == "reclaim" }
