package drain

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Status says how a command ended.
type Status string

// The ends of a command.
const (
	// StatusDone: all steps are done, or there was nothing to do.
	StatusDone Status = "done"
	// StatusFailed: a step failed, and something may have been changed.
	StatusFailed Status = "failed"
	// StatusBlocked: nothing was changed, because something stood in the way.
	StatusBlocked Status = "blocked"
	// StatusInterrupted: the user stopped it at a safe point.
	StatusInterrupted Status = "interrupted"
	// StatusDeclined: the user did not say yes, and nothing was changed.
	StatusDeclined Status = "declined"
)

// StepStatus says how far a step came.
type StepStatus string

// The ends of a step.
const (
	StepDone       StepStatus = "done"
	StepFailed     StepStatus = "failed"
	StepNotStarted StepStatus = "not-started"
)

// Result is what a command did.
type Result struct {
	metav1.TypeMeta `json:",inline"`

	Command string       `json:"command"`
	Status  Status       `json:"status"`
	Message string       `json:"message,omitempty"`
	Steps   []StepResult `json:"steps"`
	// Placements says where members run that were moved.
	Placements []Placement `json:"landed,omitempty"`
	// Next is what can be done now, or how to go on.
	Next []string `json:"next"`
}

// Placement is where a member runs now.
type Placement struct {
	Member string `json:"member"`
	// Pod is the one that runs in its place; it is empty, like Node, if that has ended by now.
	Pod  string `json:"pod,omitempty"`
	Node string `json:"node,omitempty"`
	// Volumes are those of its claims, in the order of the claims' names.
	Volumes []string `json:"volumes"`
	// Planned is the node that the Plan said, if it is another.
	Planned string `json:"planned,omitempty"`
}

// StepResult is what became of one step.
type StepResult struct {
	ID         string       `json:"id"`
	Title      string       `json:"title"`
	Status     StepStatus   `json:"status"`
	Message    string       `json:"message,omitempty"`
	StartedAt  *metav1.Time `json:"startedAt,omitempty"`
	FinishedAt *metav1.Time `json:"finishedAt,omitempty"`
}

// NewResult is the Result of a Plan of which no step has been done.
func NewResult(p *Plan, status Status, message string) *Result {
	r := &Result{
		TypeMeta: metav1.TypeMeta{APIVersion: inspect.APIVersion, Kind: "Result"},
		Command:  p.Command, Status: status, Message: message, Steps: []StepResult{}, Next: []string{},
	}
	for _, s := range p.Steps {
		r.Steps = append(r.Steps, StepResult{ID: s.ID, Title: s.Title, Status: StepNotStarted})
	}
	return r
}

// Interrupted is the Result of a command that was stopped before it had a Plan.
func Interrupted(command string) *Result {
	return NewResult(NewPlan(command), StatusInterrupted, "nothing was changed")
}

// EventType says what an Event tells.
type EventType string

// The types of Events.
const (
	// EventStarted: a step begins.
	EventStarted EventType = "started"
	// EventWaiting: a step waits; Message says for what. It comes again and again, about once a second.
	EventWaiting EventType = "waiting"
	// EventRetrying: a request failed and will be tried again.
	EventRetrying EventType = "retrying"
	// EventDone, EventFailed and EventStopped end a step.
	EventDone    EventType = "done"
	EventFailed  EventType = "failed"
	EventStopped EventType = "stopped"
)

// Event tells what the Executor does. Index is that of the step in the Plan.
type Event struct {
	Type    EventType
	Index   int
	Step    Step
	Message string
	// At is now, Since when the step began.
	At, Since time.Time
}
