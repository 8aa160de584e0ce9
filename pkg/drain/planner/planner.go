// Package planner turns an inspect.Index and a request into a drain.Plan, without a client, a clock or a word of English. One
// file per command says what is planned when; steps.go and waits.go have one constructor for each kind of step.
package planner

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// planner gathers a Plan.
type planner struct {
	ix   *inspect.Index
	plan *drain.Plan
	// target is the one whose steps are being planned, member the one that they move.
	target int
	member string
	// about is the member or Pod that what is found now is about, where no steps are planned for it.
	about string
	// selected is the volume of a selection that is being planned, empty if it was named.
	selected string
	// choice says which members are worked on, out are those that are left out, and kept the volumes of both.
	choice choice
	out    []drain.LeftOut
	kept   map[string]bool
}

func (p *planner) block(code drain.BlockerCode, override string, reason fact.Fact) {
	b := drain.Blocker{Code: code, Reason: reason, Override: override, Member: cmp.Or(p.about, p.member), Volume: p.selected}
	b.Except = p.exceptInstead(b)
	same := func(o drain.Blocker) bool {
		return o.Code == b.Code && o.Override == b.Override && o.Member == b.Member && o.Volume == b.Volume && o.Reason.Equal(b.Reason)
	}
	if !slices.ContainsFunc(p.plan.Blockers, same) {
		p.plan.Blockers = append(p.plan.Blockers, b)
	}
}

func (p *planner) warn(f fact.Fact) {
	if !slices.ContainsFunc(p.plan.Warnings, f.Equal) {
		p.plan.Warnings = append(p.plan.Warnings, f)
	}
}

func (p *planner) lose(f fact.Fact) { p.plan.Losses = append(p.plan.Losses, f) }

func (p *planner) done(f fact.Fact) { p.plan.Done = append(p.plan.Done, f) }

func (p *planner) next(f fact.Fact) { p.plan.Next = append(p.plan.Next, drain.NextIs(f)) }

// missing is next for what nobody can do without who is to use what the Plan gives.
func (p *planner) missing(f fact.Fact) {
	n := drain.NextIs(f)
	n.Missing = true
	p.plan.Next = append(p.plan.Next, n)
}

// stillWaits notes whom the command was asked to help, and who waits until somebody has done what is missing.
func (p *planner) stillWaits(name string) {
	if !slices.Contains(p.plan.StillWaiting, name) {
		p.plan.StillWaiting = append(p.plan.StillWaiting, name)
	}
}

// begin starts a target.
func (p *planner) begin(o drain.Object) {
	p.target = len(p.plan.Targets)
	p.plan.Targets = append(p.plan.Targets, o)
}

// stage ends a stage: it has all targets that no earlier one has. A stage without targets is none.
func (p *planner) stage(parallel int, onFailure drain.OnFailure) {
	s := drain.Stage{Parallel: max(parallel, 1), OnFailure: onFailure}
	for i := p.staged(); i < len(p.plan.Targets); i++ {
		s.Targets = append(s.Targets, i)
	}
	if len(s.Targets) > 0 {
		p.plan.Stages = append(p.plan.Stages, s)
	}
}

// staged is how many targets are in stages.
func (p *planner) staged() int {
	n := 0
	for _, s := range p.plan.Stages {
		n += len(s.Targets)
	}
	return n
}

// step adds a step of the present target.
func (p *planner) step(s drain.Step) {
	s.ID = string(s.Action) + "/" + s.Object.String()
	s.Target, s.Member = p.target, p.member
	if v := p.ix.Volume(s.Parameters.About().Volume.Name); v != nil {
		p.understood(v)
	}
	p.guardDisk(&s)
	p.knownFinalizers(&s)
	p.plan.Steps = append(p.plan.Steps, s)
}

// understood blocks if something is recorded on the volume that this version of the program does not understand.
func (p *planner) understood(v *corev1.PersistentVolume) {
	if err := retain.CheckVersion(v); err != nil {
		p.block(drain.BlockedNewer, "", fact.Of(err))
	}
}

// unreadable blocks if a kind could not be read on which safety rests.
func (p *planner) unreadable(kinds ...inspect.Kind) {
	for _, kind := range kinds {
		gap, ok := p.ix.Gap(kind)
		switch {
		case !ok:
		case kind == inspect.Pods:
			p.block(drain.BlockedUnknown, "", fact.New("UnknownWhichPodsUseClaims", "why", gap.Fact()))
		case kind == inspect.PersistentVolumes:
			p.block(drain.BlockedUnknown, "", fact.New("UnknownWhichVolumes", "why", gap.Fact()))
		default:
			p.block(drain.BlockedUnknown, "", fact.New("UnknownWhetherClaimsExist", "why", gap.Fact()))
		}
	}
}

// finish puts what is left into a last stage and settles the verdict. A Plan that is blocked shows the steps that it would
// have.
func (p *planner) finish() *drain.Plan {
	p.stage(1, drain.StopStage)
	p.plan.LeftOut = p.out
	switch {
	case len(p.plan.Blockers) > 0:
		p.plan.Verdict = drain.Blocked
	case len(p.plan.Steps) == 0:
		p.plan.Verdict = drain.NothingToDo
	default:
		p.plan.Verdict = drain.Ready
	}
	if p.plan.Verdict == drain.Ready {
		p.plan.Outcome = drain.Outcome(p.plan)
	} else {
		p.plan.Losses = []fact.Fact{}
	}
	slices.SortStableFunc(p.plan.Next, func(a, b drain.Next) int { return cmp.Compare(rank(a), rank(b)) })
	if p.plan.Verdict == drain.Blocked {
		p.plan.StillWaiting = nil // nobody is helped, and that is told
	}
	if p.plan.Verdict != drain.NothingToDo {
		p.plan.Done = nil // of what is done already, beside what is not, the steps that are missing tell
	}
	return p.plan
}

// rank puts what is missing behind what can be done besides.
func rank(n drain.Next) int {
	if n.Missing {
		return 1
	}
	return 0
}

// deadNodesNamed are those of the nodes that the Plan rests on that a deletion is about. The others are checked as well, all
// at once.
func (p *planner) deadNodesNamed(names ...string) []liveness.DeadNode {
	var out []liveness.DeadNode
	for _, d := range p.plan.RestsOn {
		if slices.Contains(names, d.Name) {
			out = append(out, d)
		}
	}
	return out
}

// deadHomesOf are the nodes of a volume that the Plan rests on.
func (p *planner) deadHomesOf(v *corev1.PersistentVolume) []liveness.DeadNode {
	return p.deadNodesNamed(slices.Concat(p.ix.HomeOf(v).Names(), p.ix.DataOn(v).Nodes)...)
}
