package drain

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Verdict says whether a Plan can be run.
type Verdict string

// The verdicts.
const (
	Ready       Verdict = "ready"
	Blocked     Verdict = "blocked"
	NothingToDo Verdict = "nothing-to-do"
)

// Plan is what a command would do, and why it may not. It is complete: whoever reads one back from JSON can carry it out.
type Plan struct {
	metav1.TypeMeta `json:",inline"`

	Command string `json:"command"`
	// Targets are what the command works on. Stages and Steps name them by their places here.
	Targets  []Object  `json:"targets"`
	Verdict  Verdict   `json:"verdict"`
	Blockers []Blocker `json:"blockers"`
	// LeftOut are members that stay as they are because they alone cannot be moved, or volumes of a selection.
	LeftOut []LeftOut `json:"leftOut,omitempty"`
	// Warnings are what the reader should know before confirming.
	Warnings []fact.Fact `json:"warnings"`
	// Losses name what cannot be had back afterwards. Usually there are none.
	Losses []fact.Fact `json:"losses"`
	// Outcome says, of a Plan that is ready, what becomes of the data besides.
	Outcome []fact.Fact `json:"outcome,omitempty"`
	// Stages say in which order the targets are worked on, and Steps what is done, in order.
	Stages []Stage `json:"stages"`
	Steps  []Step  `json:"steps"`
	// RestsOn are the nodes that must be as dead as they were, all of them, whenever something is deleted.
	RestsOn []liveness.DeadNode `json:"restsOn,omitempty"`
	// Done says, of a Plan with nothing to do, how things stand.
	Done []fact.Fact `json:"done,omitempty"`
	// Next is what can be done once the Plan has been carried out; if a node turned out to be alive, instead of it. What is Missing is last.
	Next []Next `json:"next,omitempty"`
	// StillWaiting are claims and members that the command was asked to help, and that wait all the same, once the Plan has been carried out,
	// until somebody has done what is Missing.
	StillWaiting []string `json:"stillWaiting,omitempty"`
	// StillHeld are claims that the command was asked to release and whose data it keeps, but which go only when the Pods do that hold them.
	StillHeld []string `json:"stillHeld,omitempty"`

	// Evidence is what was seen of the nodes that are left, Moves where the members go.
	Evidence []liveness.Evidence `json:"evidence,omitempty"`
	Moves    []Move              `json:"moves,omitempty"`
}

// New returns a Plan of a command with nothing in it.
func New(command string) *Plan {
	return &Plan{
		TypeMeta: metav1.TypeMeta{APIVersion: inspect.APIVersion, Kind: "Plan"},
		Command:  command,
		Targets:  []Object{}, Blockers: []Blocker{}, Warnings: []fact.Fact{}, Losses: []fact.Fact{}, Stages: []Stage{}, Steps: []Step{},
	}
}

// Members are the Pods that a Plan moves, each once, in order.
func (p *Plan) Members() []string {
	var names []string
	for _, m := range p.Moves {
		if !slices.Contains(names, m.Member) {
			names = append(names, m.Member)
		}
	}
	return names
}

// Alive reports whether the Plan is blocked because a node is alive that was to be recovered. Nothing is planned for it then, and Next
// is what can be done at once.
func (p *Plan) Alive() bool {
	return slices.ContainsFunc(p.Blockers, func(b Blocker) bool { return b.Code == BlockedAlive && b.Override == "" })
}

// Stage is a part of a Plan. One stage begins when the one before has ended, and only if nothing failed there.
type Stage struct {
	// Targets are worked on in this stage, by their places in the Plan; the steps of one target are run in their order.
	Targets []int `json:"targets"`
	// Parallel is how many targets are worked on at the same time, 1 or more.
	Parallel int `json:"parallel"`
	// OnFailure is what a failed step stops, besides the other steps of its target and the stages that follow.
	OnFailure OnFailure `json:"onFailure"`
}

// OnFailure says what a failed step of a Stage stops.
type OnFailure string

// What a failed step stops.
const (
	// StopStage: no other target of the stage is begun.
	StopStage OnFailure = "stop-stage"
	// FinishTargets: the other targets of the stage are worked on all the same.
	FinishTargets OnFailure = "finish-targets"
)

// Next is something that can be done afterwards.
type Next struct {
	// Fact is how things stand, or what for, with the command if there is one.
	Fact fact.Fact `json:"fact"`
	// Title is the Fact in English, Command the command line, and Text both as they are shown. Title and Text are empty until
	// they are printed.
	Title   string        `json:"title"`
	Command *fact.Command `json:"command,omitempty"`
	Text    string        `json:"text"`
	// Missing says that without it nobody can use what was given: it is told with the Plan already.
	Missing bool `json:"missing,omitempty"`
}

// NextIs returns something that can be done afterwards, with at most one command line.
func NextIs(f fact.Fact) Next {
	n := Next{Fact: f}
	if len(f.Commands) > 0 {
		n.Command = &f.Commands[0]
	}
	return n
}
