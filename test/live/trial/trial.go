package trial

import (
	"strings"
	"sync"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// Scene is what is asked of a scene: of a *live.Scene, or of what a package has put around it.
type Scene interface {
	State() string
	Run(run live.Run) live.Result
	KindOf(r *live.Request) string
	Relative(text string) string
	ShippedPermissions(command string) []live.Permission
	Token(t testing.TB, permissions []live.Permission) string
	Witnessed() error
}

// Trial is one way through a command, from a scene to its end.
type Trial[S Scene] struct {
	// Name is that of the test, and of the file in testdata.
	Name string
	// Lay lays the scene out.
	Lay func(S)
	// Args are the command line, the command first; --yes is added.
	Args func(S) []string
	// Settle waits until the controllers have done what follows from the command.
	Settle func(S)
	// Check looks at what matters most, besides what the Reference holds.
	Check func(*testing.T, S)
	// Loses says that the manifests of claims are lost on purpose.
	Loses bool
	// Pending says that members wait in the end, on no node.
	Pending bool
	// Raced says that a controller recreates the claim at the same time as the command does, and either may be first.
	Raced bool
	// SideBySide says that Pods are evicted in any order.
	SideBySide bool
	// Again are the exit codes with which the command may end when it is run again after it was done, besides 0. A command
	// that has to tell two claims of one name apart may refuse.
	Again []int
	// Finish is the command line that the refusal names to finish the work, if there is one.
	Finish func(S) []string
}

// Suite is what the trials of a package have in common.
type Suite[S Scene] struct {
	*Options

	// Open opens a scene for a trial.
	Open func(t *testing.T, name string) S
	// Rules are looked at before each write, in all runs on one scene.
	Rules func(p Trial[S], s S) []live.Invariant
	// Settle waits for what follows from every command, after the trial has waited for its own.
	Settle func(S)
	// Watch is called before the run that is the Reference, and what it returns once that has settled.
	Watch func(t *testing.T, p Trial[S], s S) (after func(live.Result))
	// Spares names writes after which no run is killed; all is set if everything is tried. By default it is killed after each.
	Spares func(write live.Request, all bool) bool
	// FaultArgs are added to a command line that is run with a fault.
	FaultArgs []string

	mu         sync.Mutex
	references map[string]*reference
}

// Attempt is a scene that is laid out for a trial, and what is done there.
type Attempt[S Scene] struct {
	Scene S

	trial  Trial[S]
	settle func(S)
	rules  []live.Invariant
	before string
}

// Lay opens a scene and lays it out.
func (u *Suite[S]) Lay(t *testing.T, p Trial[S]) *Attempt[S] {
	t.Helper()
	s := u.Open(t, strings.ReplaceAll(p.Name, " ", "-"))
	p.Lay(s)
	a := &Attempt[S]{Scene: s, trial: p, settle: u.Settle}
	if u.Rules != nil {
		a.rules = u.Rules(p, s)
	}
	return a
}

// Begin lays a trial out, and takes note of how all is.
func (u *Suite[S]) Begin(t *testing.T, p Trial[S]) *Attempt[S] {
	t.Helper()
	a := u.Lay(t, p)
	a.before = a.Scene.State()
	return a
}

// Command is the run of the trial, with more on the command line.
func (a *Attempt[S]) Command(on func(*live.Request) live.Action, more ...string) live.Run {
	args := append(a.trial.Args(a.Scene), "--yes")
	return live.Run{Args: append(args, more...), Loses: a.trial.Loses, Rules: a.rules, On: on}
}

// Run runs the command.
func (a *Attempt[S]) Run(on func(*live.Request) live.Action, more ...string) live.Result {
	return a.Scene.Run(a.Command(on, more...))
}

// Settle waits for the end.
func (a *Attempt[S]) Settle() {
	if a.trial.Settle != nil {
		a.trial.Settle(a.Scene)
	}
	if a.settle != nil {
		a.settle(a.Scene)
	}
}

// Check looks at what matters most.
func (a *Attempt[S]) Check(t *testing.T) {
	t.Helper()
	if a.trial.Check != nil {
		a.trial.Check(t, a.Scene)
	}
}

// Change is what has changed since the beginning.
func (a *Attempt[S]) Change() string { return live.Change(a.before, a.Scene.State()) }

// subcommand is the name of the command.
func (a *Attempt[S]) subcommand() string { return a.trial.Args(a.Scene)[0] }
