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
			golden(t, name, readable(b.String()))
		})
	}
}

// sideBySide are two members at a time.
func sideBySide() []StepEvent {
	at := func(seconds int) time.Time {
		return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).Add(time.Duration(seconds) * time.Second)
	}
	a := StepEvent{Member: "shop/db-1", Heading: "shop/db-1: local-pv-1-0 (node-1) → local-pv-2-0 (node-2)"}
	b := StepEvent{Member: "shop/mq-0", Heading: "shop/mq-0: local-pv-1-1 (node-1) → local-pv-3-0 (node-3)"}
	event := func(of StepEvent, number int, state StepState, title string, since, now int, message string) StepEvent {
		of.Number, of.State, of.Title, of.Since, of.At, of.Message = number, state, title, at(since), at(now), message
		return of
	}
	const wait, other = "wait until shop/db-1 is Ready again", "wait until shop/mq-0 is Ready again"
	return []StepEvent{
		event(a, 2, StepStarted, "delete claim shop/data-db-1", 0, 0, ""), event(b, 4, StepStarted, "delete claim shop/data-mq-0", 0, 0, ""),
		event(a, 2, StepDone, "delete claim shop/data-db-1", 0, 1, ""), event(a, 3, StepStarted, wait, 1, 1, ""),
		event(b, 4, StepDone, "delete claim shop/data-mq-0", 0, 2, ""), event(b, 5, StepStarted, other, 2, 2, ""),
		event(a, 3, StepWaiting, wait, 1, 9, "ContainerCreating"), event(b, 5, StepWaiting, other, 2, 9, "it was never seen on a node, and this goes on for longer than a line"),
		event(a, 3, StepDone, wait, 1, 12, "db-1 runs on node-2 with local-pv-2-0"), event(b, 5, StepStopped, other, 2, 13, ""),
	}
}

// readable keeps every state of what is written over, to be read.
func readable(terminal string) string {
	return strings.ReplaceAll(strings.ReplaceAll(terminal, eraseBelow, "\n<"), lineUp, "^")
}

func TestSideBySideGolden(t *testing.T) {
	for name, s := range map[string]Streams{"progress-side.80": {IsTerminal: true, Width: 80}, "progress-side.pipe": {}} {
		var b strings.Builder
		p := NewProgress(&b, s.IsTerminal, s)
		for _, e := range sideBySide() {
			p.Event(e)
		}
		golden(t, name, readable(b.String()))
	}
}

func TestResultGolden(t *testing.T) {
	steps := []ResultStep{{Title: "delete claim shop/data-0", Status: "done"}, {Title: "wait until local-pv-0 is Released", Status: "failed"}, {Title: "keep local-pv-0", Status: "not-started"}}
	again := []string{"to finish, run the same command again: kubectl localpv release pvc/data-0 --namespace=shop"}
	for name, r := range map[string]Result{
		"result-done": {Status: "done", Steps: steps[:1], Next: []string{"the data is still on local-pv-0 (on node-0)"}, Took: 1234 * time.Millisecond},
		"result-landed": {Status: "done", Steps: steps, Took: 21 * time.Second, Next: []string{"local-pv-1-0 (on node-1) is Released, its data untouched"}, Landed: []ResultMember{
			{Member: "shop/db-1", Node: "node-2", Volumes: []string{"local-pv-2-0"}, Took: 21 * time.Second},
			{Member: "shop/mq-0", Node: "node-0", Planned: "node-3", Volumes: []string{"local-pv-0-0", "local-pv-0-1"}, Took: 9 * time.Second},
			{Member: "shop/once-1", Volumes: []string{"local-pv-3-0"}, Took: time.Second},
		}},
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
