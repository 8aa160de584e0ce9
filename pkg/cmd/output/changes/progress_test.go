package changes

import (
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// second is a time of the stories.
func second(n int) time.Time {
	return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).Add(time.Duration(n) * time.Second)
}

func say() *phrase.Phraser {
	return phrase.New(phrase.Connection{Flags: []string{"--context", "far"}})
}

// event tells of a step that began at since.
func event(t drain.EventType, number int, step drain.Step, since, now int, reason fact.Fact) drain.Event {
	return drain.Event{Type: t, Index: number - 1, Step: step, Reason: reason, Since: second(since), At: second(now)}
}

// handBack is a Plan of three steps.
func handBack() *drain.Plan {
	p := drain.New("release")
	p.Steps = []drain.Step{
		{Title: fact.New("StepDeleteClaim", "claim", "shop/data-0")},
		{Title: fact.New("StepAwaitReleased", "volume", "local-pv-0")},
		{Title: fact.New("StepReserveForNext", "volume", "local-pv-0", "claim", "shop/data-0")},
	}
	return p
}

// story is a run that waits, retries, and ends well or badly.
func story() []drain.Event {
	steps := handBack().Steps
	holder := fact.New("PodList", "pods", []fact.Fact{fact.New("BarePodInState", "pod", "db-0", "state", "Terminating", "node", "node-0")})
	held := fact.New("ClaimEndHeldByPods", "claim", "shop/data-0", "pods", holder)
	nothing := fact.Fact{}
	events := []drain.Event{
		event(drain.EventStarted, 1, steps[0], 0, 0, nothing),
		event(drain.EventRetrying, 1, steps[0], 0, 0, fact.New("RequestFailedSoAgain", "why", fact.New("Error", "text", "the server is starting"))),
		event(drain.EventDone, 1, steps[0], 0, 1, nothing),
		event(drain.EventStarted, 2, steps[1], 1, 1, nothing),
	}
	for s := 1; s < 64; s++ {
		events = append(events, event(drain.EventWaiting, 2, steps[1], 1, s, held))
	}
	return append(events,
		event(drain.EventWaiting, 2, steps[1], 1, 64, fact.New("ClaimGoneVolumeStill", "claim", "shop/data-0", "volume", "local-pv-0", "phase", "Bound")),
		event(drain.EventDone, 2, steps[1], 1, 65, fact.New("VolumeHasPhase", "phase", "Released")),
		event(drain.EventFailed, 3, steps[2], 65, 66, fact.New("VolumePhaseChanged", "volume", "local-pv-0", "phase", "\x1b[2JBound")),
		event(drain.EventStopped, 3, steps[2], 65, 67, nothing),
	)
}

func TestProgressGolden(t *testing.T) {
	for name, s := range map[string]output.Streams{
		"progress.80":        {IsTerminal: true, Escapes: true, Width: 80},
		"progress.120-color": {IsTerminal: true, Escapes: true, Width: 120, Color: true},
		"progress.pipe":      {Color: true},
	} {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			s.Out = &b
			p := NewProgress(s, handBack(), say())
			for _, e := range story() {
				p.Event(e)
			}
			if strings.Contains(b.String(), "\x1b[2J") {
				t.Error("a message reached the terminal as it was")
			}
			if !s.Escapes && strings.Contains(b.String(), "\x1b") {
				t.Error("escape sequences in a pipe")
			}
			golden(t, name, readable(b.String()))
		})
	}
}

// sideBySide are two members at a time.
func sideBySide() (*drain.Plan, []drain.Event) {
	p := drain.New("recover")
	p.Moves = []drain.Move{
		{Member: "shop/db-1", From: "local-pv-1-0", FromNode: "node-1", To: "local-pv-2-0", ToNode: "node-2"},
		{Member: "shop/mq-0", From: "local-pv-1-1", FromNode: "node-1", To: "local-pv-3-0", ToNode: "node-3"},
		{Member: "shop/mq-0", From: "local-pv-1-2", FromNode: "node-1", ToNode: "node-3"},
	}
	one := drain.Step{Member: "shop/db-1", Title: fact.New("StepDeleteClaim", "claim", "shop/data-db-1")}
	other := drain.Step{Member: "shop/mq-0", Title: fact.New("StepDeleteClaim", "claim", "shop/data-mq-0")}
	wait, otherWait := one, other
	wait.Title, otherWait.Title = fact.New("StepAwaitReady", "member", "shop/db-1"), fact.New("StepAwaitReady", "member", "shop/mq-0")
	nothing := fact.Fact{}
	return p, []drain.Event{
		event(drain.EventStarted, 2, one, 0, 0, nothing), event(drain.EventStarted, 4, other, 0, 0, nothing),
		event(drain.EventDone, 2, one, 0, 1, nothing), event(drain.EventStarted, 3, wait, 1, 1, nothing),
		event(drain.EventDone, 4, other, 0, 2, nothing), event(drain.EventStarted, 5, otherWait, 2, 2, nothing),
		event(drain.EventWaiting, 3, wait, 1, 9, fact.New("PodHasPhase", "pod", "db-1", "phase", "Pending")),
		event(drain.EventWaiting, 5, otherWait, 2, 9, fact.New("PodHasPhaseBecause", "pod", "mq-0", "phase", "Pending",
			"why", "0/3 nodes are available: 3 Insufficient cpu")),
		event(drain.EventDone, 3, wait, 1, 12, fact.New("MemberRuns", "pod", "db-1", "node", "node-2", "volumes", []string{"local-pv-2-0"}, "planned", "")),
		event(drain.EventStopped, 5, otherWait, 2, 13, nothing),
	}
}

// readable keeps every state of what is written over, to be read.
func readable(terminal string) string {
	return strings.ReplaceAll(strings.ReplaceAll(terminal, eraseBelow, "\n<"), lineUp, "^")
}

func TestSideBySideGolden(t *testing.T) {
	for name, s := range map[string]output.Streams{"progress-side.80": {IsTerminal: true, Escapes: true, Width: 80}, "progress-side.pipe": {}} {
		var b strings.Builder
		s.Out = &b
		plan, events := sideBySide()
		p := NewProgress(s, plan, say())
		for _, e := range events {
			p.Event(e)
		}
		golden(t, name, readable(b.String()))
	}
}

// ended is a Result of handBack, its steps ended so, with what can be done next.
func ended(status drain.Status, reason fact.Fact, next drain.Next, steps ...drain.StepStatus) *drain.Result {
	r := drain.NewResult(handBack(), status, reason)
	for i, s := range steps {
		r.Steps[i].Status = s
	}
	r.Next = []drain.Next{next}
	return r
}

// relocated is a Result with members that run elsewhere now, and the Plan that it is of.
func relocated() (*drain.Plan, *drain.Result) {
	p := handBack()
	members := []string{"shop/db-1", "shop/mq-0", "shop/once-1"}
	for i, member := range members {
		p.Steps[i].Member = member
	}
	r := drain.NewResult(p, drain.StatusDone, fact.Fact{})
	for i, took := range []int{21, 9, 1} {
		began, finished := metav1.NewTime(second(0)), metav1.NewTime(second(took))
		r.Steps[i].Status, r.Steps[i].StartedAt, r.Steps[i].FinishedAt = drain.StepDone, &began, &finished
	}
	r.Placements = []drain.Placement{
		{Member: members[0], Node: "node-2", Volumes: []string{"local-pv-2-0"}},
		{Member: members[1], Node: "node-0", Planned: "node-3", Volumes: []string{"local-pv-0-0", "local-pv-0-1"}},
		{Member: members[2], Volumes: []string{"local-pv-3-0"}},
	}
	r.Next = []drain.Next{drain.NextIs(fact.New("ReattachIfDiskReturns", "volume", fact.New("VolumeAtHome", "volume", "local-pv-1-0", "node", "node-1")).
		Offering(fact.Plugin("reattach", "local-pv-1-0").With("--replace")))}
	return p, r
}

func TestResultGolden(t *testing.T) {
	again := drain.NextIs(fact.New("RunAgainToFinish").Offering(fact.Plugin("release", "pvc/data-0").With("--namespace=shop", "--reserve")))
	reserved := drain.NextIs(fact.New("ReservedForNext", "volume", fact.New("VolumeAtHome", "volume", "local-pv-0", "node", "node-0"), "claim", "shop/data-0"))
	held := fact.New("StepFailed", "step", handBack().Steps[1].Title, "why", fact.New("GaveUpWaiting", "timeout", "10m0s",
		"seen", fact.New("ClaimGoneVolumeStill", "claim", "shop/data-0", "volume", "local-pv-0", "phase", "Bound")))
	movedPlan, moved := relocated()
	for name, r := range map[string]Result{
		"result-done":        {Result: ended(drain.StatusDone, fact.Fact{}, reserved, drain.StepDone, drain.StepDone, drain.StepDone), Took: 1234 * time.Millisecond},
		"result-relocated":   {Plan: movedPlan, Result: moved, Took: 21 * time.Second},
		"result-failed":      {Result: ended(drain.StatusFailed, held, again, drain.StepDone, drain.StepFailed)},
		"result-interrupted": {Result: ended(drain.StatusInterrupted, fact.New("StoppedAtSafePoint"), again, drain.StepDone)},
	} {
		if r.Plan == nil {
			r.Plan = handBack()
		}
		r.Phrase = say()
		for view, s := range map[string]output.Streams{"80-color": {IsTerminal: true, Width: 80, Color: true}, "pipe": {}} {
			var b strings.Builder
			s.Out = &b
			if err := r.Write(s); err != nil {
				t.Fatal(err)
			}
			golden(t, name+"."+view, b.String())
		}
	}
}
