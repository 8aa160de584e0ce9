package output

import (
	"fmt"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
)

// scheduler writes what the scheduler itself reported, beside the answer.
func (p *pageWriter) scheduler(v PendingPage, r pending.PodReport) {
	s := r.Scheduler
	switch {
	case s == nil && r.Pending && !r.SchedulerUnknown.IsZero():
		p.blank()
		p.prose(None, 0, 2, "What the scheduler said is "+p.phrase.Text(r.SchedulerUnknown)+".")
	case s == nil && r.Pending && r.Pod.Name != "":
		p.blank()
		p.prose(None, 0, 0, "The scheduler has not said anything about this Pod.")
	case s != nil:
		p.blank()
		when := "at an unknown time"
		if !s.At.IsZero() {
			when = Age(v.Now, s.At.Time) + " ago"
		}
		p.prose(None, 0, 2, fmt.Sprintf("Scheduler (%s)%s%s", when, stance(r), said(s.Message)))
		if r.Schedulable && !s.Agrees {
			p.prose(None, 0, 2, "The scheduler retries when something relevant changes, and every 5 minutes otherwise.")
		}
	}
}

func said(message string) string {
	if message == "" {
		return "."
	}
	return ": " + message
}

// stance says how the scheduler's report and the answer go together. It agrees only where it says the same: where both refuse in
// other words, something may have changed since.
func stance(r pending.PodReport) string {
	s := r.Scheduler
	switch {
	case s.Agrees && !s.SameWords && !r.Schedulable && s.Message != "":
		return " refused it too"
	case s.Agrees:
		return " agrees"
	case r.Schedulable:
		return " refused it, and things have changed since"
	}
	return " did not refuse it"
}

// notes writes what the reader must know.
func (p *pageWriter) notes(r pending.PodReport) {
	if len(r.Notes) == 0 {
		return
	}
	p.blank()
	for _, n := range r.Notes {
		p.prose(Warn, 0, 2, "Note: "+p.phrase.Text(n))
	}
}
