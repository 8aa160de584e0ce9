package drain

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Status says how a command ended.
type Status string

// The ends of a command.
const (
	// StatusDone: all steps are done, or there was nothing to do.
	StatusDone Status = "done"
	// StatusIncomplete: all steps are done, and members, or volumes of a selection, were left out; or somebody whom the command was asked to
	// help waits all the same.
	StatusIncomplete Status = "incomplete"
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

	Command string `json:"command"`
	Status  Status `json:"status"`
	// Reason is why it is not done; of one that is, how things stand if there was nothing to do.
	Reason fact.Fact `json:"reason,omitzero"`
	// Blockers are those of the Plan, of a command that it blocked. Without any, what stood in the way was found after planning.
	Blockers []Blocker `json:"blockers,omitempty"`
	// LeftOut are members that stay as they were because they alone could not be moved, or volumes of a selection.
	LeftOut []LeftOut `json:"leftOut,omitempty"`
	// StillWaiting and StillHeld are those of the Plan.
	StillWaiting []string     `json:"stillWaiting,omitempty"`
	StillHeld    []string     `json:"stillHeld,omitempty"`
	Steps        []StepResult `json:"steps"`
	// Placements says where members run that were moved.
	Placements []Placement `json:"placements,omitempty"`
	// Warnings are what became known before the first step, and should be known besides.
	Warnings []fact.Fact `json:"warnings,omitempty"`
	// Left is, of a command that came to no good end, what it has left behind that nothing else takes back, each with what does.
	Left []Next `json:"left,omitempty"`
	// Next is what can be done now, or how to go on.
	Next []Next `json:"next"`
}

// Placement is where a member runs now.
type Placement struct {
	Member string `json:"member"`
	// Pod is the one that runs in its place; it is empty, like Node, if that has ended.
	Pod  string `json:"pod,omitempty"`
	Node string `json:"node,omitempty"`
	// Volumes are those of its claims, in the order of the claims' names.
	Volumes []string `json:"volumes"`
	// Planned is the node that the Plan said, if it is another.
	Planned string `json:"planned,omitempty"`
}

// StepResult is what became of one step.
type StepResult struct {
	ID     string     `json:"id"`
	Title  fact.Fact  `json:"title"`
	Status StepStatus `json:"status"`
	// Reason is how the step ended, or what it waited for last.
	Reason     fact.Fact    `json:"reason,omitzero"`
	StartedAt  *metav1.Time `json:"startedAt,omitempty"`
	FinishedAt *metav1.Time `json:"finishedAt,omitempty"`
}

// NewResult is the Result of a Plan of which no step has been done.
func NewResult(p *Plan, status Status, reason fact.Fact) *Result {
	r := &Result{
		TypeMeta: metav1.TypeMeta{APIVersion: inspect.APIVersion, Kind: "Result"},
		Command:  p.Command, Status: status, Reason: reason, Steps: []StepResult{}, Next: []Next{},
		LeftOut: slices.Clone(p.LeftOut), StillWaiting: slices.Clone(p.StillWaiting), StillHeld: slices.Clone(p.StillHeld),
	}
	for _, s := range p.Steps {
		r.Steps = append(r.Steps, StepResult{ID: s.ID, Title: s.Title, Status: StepNotStarted})
	}
	if status == StatusBlocked {
		r.Blockers = slices.Clone(p.Blockers)
	}
	return r
}

// Interrupted is the Result of a command that was stopped before it had a Plan.
func Interrupted(command string) *Result {
	return NewResult(New(command), StatusInterrupted, fact.New("NothingChanged"))
}
