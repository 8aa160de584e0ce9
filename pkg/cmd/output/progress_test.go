package output

import (
	"strings"
	"testing"
	"time"
)

// story is a run that waits, retries, and ends well or badly.
func story() []StepEvent {
	at := func(seconds int) time.Time {
		return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).Add(time.Duration(seconds) * time.Second)
	}
	const first, second, third = "delete claim shop/data-0", "wait until local-pv-0 is Released", "keep local-pv-0 for the next claim shop/data-0"
	held := "claim shop/data-0 is being deleted and held by Pod db-0 (Terminating on node-0)"
	events := []StepEvent{
		{State: StepStarted, Number: 1, Title: first, At: at(0), Since: at(0)},
		{State: StepRetrying, Number: 1, Title: first, Message: "the server did not answer as it should (503): trying again", At: at(0), Since: at(0)},
		{State: StepDone, Number: 1, Title: first, At: at(1), Since: at(0)},
		{State: StepStarted, Number: 2, Title: second, At: at(1), Since: at(1)},
	}
	for s := 1; s < 64; s++ {
		events = append(events, StepEvent{State: StepWaiting, Number: 2, Title: second, Message: held, At: at(s), Since: at(1)})
	}
	return append(events,
		StepEvent{State: StepWaiting, Number: 2, Title: second, Message: "claim shop/data-0 is gone, volume local-pv-0 is still Bound", At: at(64), Since: at(1)},
		StepEvent{State: StepDone, Number: 2, Title: second, Message: "Released", At: at(65), Since: at(1)},
		StepEvent{State: StepFailed, Number: 3, Title: third, Message: "volume local-pv-0 is \x1b[2JBound by now", At: at(66), Since: at(65)},
		StepEvent{State: StepStopped, Number: 3, Title: third, At: at(67), Since: at(65)},
	)
}

func TestProgressGolden(t *testing.T) {
	for name, tc := range map[string]struct {
		live    bool
		streams Streams
	}{
		"progress.80":        {live: true, streams: Streams{IsTerminal: true, Width: 80}},
		"progress.120-color": {live: true, streams: Streams{IsTerminal: true, Width: 120, Color: true}},
		"progress.pipe":      {streams: Streams{Color: true}},
	} {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			p := NewProgress(&b, tc.live, tc.streams)
			for _, e := range story() {
				p.Event(e)
			}
			if strings.Contains(b.String(), "\x1b[2J") {
				t.Error("a message reached the terminal as it was")
			}
			if !tc.live && strings.Contains(b.String(), "\x1b") {
				t.Error("escape sequences in a pipe")
			}
			// Only the last state of each line that is written over is kept, to be read.
			golden(t, name, strings.ReplaceAll(b.String(), eraseLine, "\n<"))
		})
	}
}

func TestResultGolden(t *testing.T) {
	steps := []ResultStep{{Title: "delete claim shop/data-0", Status: "done"}, {Title: "wait until local-pv-0 is Released", Status: "failed"}, {Title: "keep local-pv-0", Status: "not-started"}}
	again := []string{"to finish, run the same command again: kubectl localpv release pvc/data-0 --namespace=shop"}
	for name, r := range map[string]Result{
		"result-done":        {Status: "done", Steps: steps[:1], Next: []string{"the data is still on local-pv-0 (on node-0)"}, Took: 1234 * time.Millisecond},
		"result-failed":      {Status: "failed", Message: "gave up after 10m0s (--timeout): wait until local-pv-0 is Released", Steps: steps, Next: again},
		"result-interrupted": {Status: "interrupted", Message: "stopped at a safe point", Steps: []ResultStep{steps[0], {Title: steps[1].Title, Status: "not-started"}}, Next: again},
	} {
		for view, s := range map[string]Streams{"80-color": {IsTerminal: true, Width: 80, Color: true}, "pipe": {}} {
			var b strings.Builder
			s.Out = &b
			if err := r.Write(s); err != nil {
				t.Fatal(err)
			}
			golden(t, name+"."+view, b.String())
		}
	}
}
