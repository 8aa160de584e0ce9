package trial

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// runAgain is the code of what a run that is not done says about how to go on.
const runAgain fact.Code = "RunAgainToFinish"

// resumes are the command lines that a run with -o json named to finish its work.
func resumes(r live.Result) [][]string {
	var result drain.Result
	if json.Unmarshal([]byte(r.Out), &result) != nil {
		return nil
	}
	var out [][]string
	for _, next := range result.Next {
		if next.Fact.Code == runAgain && next.Command != nil {
			out = append(out, words(*next.Command))
		}
	}
	return out
}

// words are a command of the plugin as it is typed behind kubectl localpv. Without the connection: a run has its own.
func words(c fact.Command) []string {
	return slices.Concat([]string{strings.TrimPrefix(c.Verb, "localpv ")}, c.Args, c.Flags)
}

// namesAgain reports whether a Result says how to run the same command again.
func namesAgain(result drain.Result, command string) bool {
	return slices.ContainsFunc(result.Next, func(n drain.Next) bool {
		return n.Fact.Code == runAgain && n.Command != nil && strings.HasPrefix(n.Command.Text, "kubectl localpv "+command)
	})
}

// contradiction compares what a command said with what it did, and returns what is not true. It has to be run with -o json.
func contradiction(command string, r live.Result) string {
	if len(r.Problems) > 0 {
		return r.Problems[0]
	}
	if twice := appliedTwice(r); twice != "" {
		return "applied twice: " + twice
	}
	applied := 0
	for _, w := range r.Writes() {
		if w.Applied() && w.Resource != "events" {
			applied++
		}
	}
	var result drain.Result
	if err := json.Unmarshal([]byte(r.Out), &result); err != nil {
		if r.Exit != 0 && applied == 0 && strings.HasPrefix(r.Err, "error: ") && r.Out == "" {
			return "" // it could not even begin, and reports that
		}
		return fmt.Sprintf("exit %d, and no result: %v", r.Exit, err)
	}
	switch result.Status {
	case drain.StatusDone:
		if r.Exit != 0 {
			return fmt.Sprintf("done, with exit %d", r.Exit)
		}
	case drain.StatusBlocked:
		if r.Exit != 3 || applied > 0 {
			return fmt.Sprintf("blocked, with exit %d after %d writes", r.Exit, applied)
		}
	case drain.StatusFailed:
		if r.Exit != 1 || result.Reason.Text == "" || !namesAgain(result, command) {
			return fmt.Sprintf("failed, with exit %d, and does not say how to go on", r.Exit)
		}
	case drain.StatusIncomplete:
		if left := len(result.LeftOut) + len(result.StillWaiting) + len(result.StillHeld); r.Exit != 1 || left == 0 {
			return fmt.Sprintf("incomplete, with exit %d, and %d left out, waiting or held", r.Exit, left)
		}
	case drain.StatusInterrupted, drain.StatusDeclined:
		return string(result.Status) + ", and nobody did that"
	}
	return untrue(result, r)
}

// appliedTwice returns a write that the server took twice.
func appliedTwice(r live.Result) string {
	seen := map[string]bool{}
	for _, w := range r.Writes() {
		if !w.Applied() {
			continue
		}
		text := w.String() + w.Patch + fmt.Sprint(w.Object)
		if seen[text] {
			return w.String()
		}
		seen[text] = true
	}
	return ""
}

// untrue returns a step that is said not to have been begun and whose write was applied.
func untrue(result drain.Result, r live.Result) string {
	wrote := func(verb, resource, name string) bool {
		return slices.ContainsFunc(r.Writes(), func(w live.Request) bool {
			return w.Applied() && w.Verb == verb && w.Resource == resource && (w.Name == name || w.Name == "")
		})
	}
	for _, step := range result.Steps {
		action, object, _ := strings.Cut(step.ID, "/")
		name := object[strings.LastIndex(object, "/")+1:]
		begun := false
		switch drain.Action(action) {
		case drain.DeleteClaim:
			begun = wrote("delete", "persistentvolumeclaims", name)
		case drain.ForceDeletePod:
			begun = wrote("delete", "pods", name)
		case drain.EvictPod:
			begun = wrote("create", "pods/eviction", name)
		case drain.CreateClaim:
			begun = wrote("create", "persistentvolumeclaims", name)
		case drain.CordonNode:
			begun = wrote("patch", "nodes", name)
		case drain.OpenVolume, drain.RecordClaim:
			begun = wrote("patch", "persistentvolumes", name)
		default: // a wait, or one of two patches of the same volume
		}
		if begun && step.Status == drain.StepNotStarted {
			return fmt.Sprintf("step %s is said not to have been begun, and was", step.ID)
		}
	}
	return ""
}
