package trial

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// toy is a scene with a command that reads once and opens two volumes, one after the other.
type toy struct {
	opened []string
	// log counts the runs of all scenes of a test.
	log *toyLog
	// lies says that the command says that it is done when a write has failed, clumsy that it undoes its work if it is run again.
	lies, clumsy bool
}

type toyLog struct{ runs, killed, denied atomic.Int32 }

func (s *toy) State() string {
	text := "--- scene\nname: scene\n"
	for _, name := range s.opened {
		text += "--- " + name + "\nopen: true\n"
	}
	return text
}

func (*toy) Witnessed() error              { return nil }
func (*toy) KindOf(r *live.Request) string { return r.String() }
func (*toy) Relative(text string) string   { return text }
func (*toy) ShippedPermissions(string) []live.Permission {
	return []live.Permission{{Verb: "get", Resource: "nodes"}, {Verb: "patch", Resource: "volumes"}, {Verb: "list", Resource: "events"}}
}

// Token is the permissions themselves.
func (*toy) Token(_ testing.TB, permissions []live.Permission) string {
	var names []string
	for _, p := range permissions {
		names = append(names, p.String())
	}
	return strings.Join(names, ",")
}

// Run plays the command.
func (s *toy) Run(run live.Run) live.Result {
	s.log.runs.Add(1)
	var r live.Result
	writes := 0
	// ask makes a request, and reports whether the command is told that it went well.
	ask := func(req live.Request, apply func()) bool {
		if req.Verb == "patch" {
			writes++
			req.Write = writes
		}
		var do live.Action
		if run.On != nil {
			do = run.On(&req)
		}
		req.Fault = do.Fault
		if do.Fault.Name == "" || do.Fault.Applied {
			apply()
			req.Status = 200
		}
		r.Requests = append(r.Requests, req)
		if do.Kill {
			s.log.killed.Add(1)
			r.Exit = -1
		}
		return do.Fault.Name == "" && !do.Kill
	}
	for _, need := range []string{"get nodes", "patch volumes"} {
		if run.Token != "" && !slices.Contains(strings.Split(run.Token, ","), need) {
			s.log.denied.Add(1)
			r.Exit, r.Err = 1, "error: you may not "+need
			return r
		}
	}
	ok := ask(live.Request{Verb: "get", Resource: "nodes"}, func() {})
	if s.clumsy && len(s.opened) > 0 {
		s.opened = nil
	}
	for _, name := range []string{"a", "b"} {
		if ok && !slices.Contains(s.opened, name) {
			ok = ask(live.Request{Verb: "patch", Resource: "volumes", Name: name}, func() { s.opened = append(s.opened, name) })
		}
	}
	switch {
	case r.Exit < 0:
		return r
	case ok || s.lies:
		r.Out = said(drain.Result{Status: drain.StatusDone})
	default:
		again := fact.New(runAgain)
		command := fact.Command{Verb: "localpv open", Flags: []string{"--yes"}, Text: "kubectl localpv open --yes"}
		r.Exit, r.Out = 1, said(drain.Result{Status: drain.StatusFailed, Reason: fact.Fact{Code: "ServerFailed", Text: "it failed"}, Next: []drain.Next{{Fact: again, Command: &command}}})
	}
	return r
}

func said(r drain.Result) string {
	text, err := json.Marshal(r)
	if err != nil {
		return fmt.Sprint(err)
	}
	return string(text)
}
