package trial

import (
	"fmt"
	"slices"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// Twice runs a command that is done once more: it must not change anything.
func (a *Attempt[S]) Twice(t *testing.T) {
	t.Helper()
	r, err := a.Again()
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Writes()) > 0 {
		t.Errorf("run once more, it should find nothing to do: %s", r)
	}
}

// Again runs the command again, and the command that it names if it refuses. It is an error if that does not end well.
func (a *Attempt[S]) Again() (live.Result, error) {
	r := a.Run(nil)
	refuses := slices.Contains(a.trial.Again, r.Exit)
	if a.trial.Finish != nil && refuses {
		return a.finish(r)
	}
	if r.Exit != 0 && !refuses {
		return r, fmt.Errorf("run again: %s", r)
	}
	return r, nil
}

// finish runs the command line that a refusal names.
func (a *Attempt[S]) finish(refusal live.Result) (live.Result, error) {
	if len(refusal.Writes()) > 0 {
		return refusal, fmt.Errorf("it refuses and writes: %s", refusal)
	}
	run := a.Command(nil)
	run.Args = append(a.trial.Finish(a.Scene), "--yes")
	r := a.Scene.Run(run)
	if r.Exit != 0 {
		return r, fmt.Errorf("run as the refusal says: %s", r)
	}
	return r, nil
}

// obey runs the command line that a run named to finish its work, else the same one again.
func (a *Attempt[S]) obey(r live.Result) error {
	for _, words := range resumes(r) {
		run := a.Command(nil)
		run.Args = words
		second := a.Scene.Run(run)
		if second.Exit == 0 {
			return nil
		}
		if !slices.Contains(a.trial.Again, second.Exit) {
			return fmt.Errorf("%v: %s", words, second)
		}
	}
	_, err := a.Again()
	return err
}
