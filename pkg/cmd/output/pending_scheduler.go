package output

import (
	"fmt"
	"strings"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// scheduler writes the scheduler's own last word beside the answer.
func (p *page) scheduler(v Pending, r inspect.PodReport) {
	s := r.Scheduler
	switch {
	case s == nil && r.Pending && r.SchedulerUnknown != "":
		p.blank()
		p.prose(None, 0, 2, "What the scheduler said is "+r.SchedulerUnknown+".")
	case s == nil && r.Pending && r.Pod.Name != "":
		p.blank()
		p.prose(None, 0, 0, "The scheduler has not said anything about this Pod.")
	case s != nil:
		p.blank()
		when := "at an unknown time"
		if !s.At.IsZero() {
			when = Age(v.Now, s.At.Time) + " ago"
		}
		p.prose(None, 0, 2, fmt.Sprintf("The scheduler, %s, %s%s", when, stance(r), said(s.Message)))
		if r.Schedulable && !s.Agrees {
			p.prose(None, 0, 2, "It tries again when something that may help changes, and 5 minutes after its last try at the latest.")
		}
	}
}

func said(message string) string {
	if message == "" {
		return "."
	}
	return ": " + message
}

// stance says how the scheduler's word and the answer go together.
func stance(r inspect.PodReport) string {
	s := r.Scheduler
	switch {
	case s.Agrees && s.SameWords:
		return "agrees"
	case s.Agrees && !r.Schedulable:
		return "refused it too, in other words"
	case s.Agrees:
		return "agrees"
	case r.Schedulable:
		return "refused it, and things have changed since"
	}
	return "did not refuse it"
}

// notes writes what the reader must know. What is said of several things in the same words is said once.
func (p *page) notes(r inspect.PodReport) {
	if len(r.Notes) == 0 {
		return
	}
	p.blank()
	for _, n := range joinNotes(r.Notes) {
		p.prose(Warn, 0, 2, "Note: "+n)
	}
}

// joinNotes makes "a: x" and "b: x" one note, "a, b: x".
func joinNotes(notes []string) []string {
	var joined []string
	place := map[string]int{}
	for _, n := range notes {
		about, text, ok := strings.Cut(n, ": ")
		i, known := place[text]
		switch {
		case !ok || strings.Contains(about, " "):
			joined = append(joined, n)
		case known:
			joined[i] = strings.TrimSuffix(joined[i], ": "+text) + ", " + about + ": " + text
		default:
			place[text] = len(joined)
			joined = append(joined, n)
		}
	}
	return joined
}
