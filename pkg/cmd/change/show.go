package change

import (
	"os"

	"golang.org/x/term"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/changes"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// preview shows what would be done. It ends as the run would, as far as that is known.
func (c *change) preview(p *drain.Plan) error {
	var err error
	if c.machine != nil {
		err = c.machine.Print(c.app.Streams, output.Document{Value: p, Phrase: c.app.Phrase})
	} else {
		err = changes.Plan{Plan: p, Phrase: c.app.Phrase, Cluster: c.cluster()}.Write(c.app.Streams)
	}
	switch {
	case err != nil:
		return err
	case p.Verdict == drain.Blocked:
		return &cli.FindingsError{}
	}
	if why, unfinished := p.Unfinished(); unfinished {
		return &cli.ToldError{Err: &fact.Error{Reason: why}}
	}
	return nil
}

// nothing says that all is as it should be.
func (c *change) nothing(p *drain.Plan) error {
	result := drain.NewResult(p, drain.StatusDone, oneReason(p.Done))
	result.Next = append(result.Next, p.Next...)
	result.Settle()
	if c.machine == nil {
		shown := *p
		shown.Next = nil // all of it is told below
		if err := (changes.Plan{Plan: &shown, Phrase: c.app.Phrase}).Write(c.app.Streams); err != nil {
			return err
		}
		for _, next := range p.Next {
			c.app.Note("%s", c.app.Phrase.Next(next))
		}
	}
	return c.ended(result, true)
}

// blocked says why nothing is done.
func (c *change) blocked(p *drain.Plan) error {
	var reasons []fact.Fact
	for _, b := range p.Blockers {
		reasons = append(reasons, b.Reason)
	}
	if err := c.showPlan(p); err != nil {
		return err
	}
	result := drain.NewResult(p, drain.StatusBlocked, oneReason(reasons))
	if p.Alive() {
		result.Next = append(result.Next, p.Next...)
	}
	return c.ended(result, true)
}

// oneReason is the only reason, or one that holds all.
func oneReason(reasons []fact.Fact) fact.Fact {
	switch len(reasons) {
	case 0:
		return fact.Fact{}
	case 1:
		return reasons[0]
	}
	return fact.New("SeveralReasons", "reasons", reasons)
}

// showPlan shows the Plan to people, beside the result.
func (c *change) showPlan(p *drain.Plan) error {
	return changes.Plan{Plan: p, Phrase: c.app.Phrase, Cluster: c.cluster()}.Write(c.app.Streams.Beside())
}

// ended prints a Result for programs and turns it into the exit code. Said reports whether people know it already.
func (c *change) ended(r *drain.Result, said bool) error {
	if c.machine != nil {
		if err := c.machine.Print(c.app.Streams, output.Document{Value: r, Phrase: c.app.Phrase}); err != nil {
			return err
		}
		said = true
	}
	switch r.Status {
	case drain.StatusDone:
		return nil
	case drain.StatusBlocked, drain.StatusDeclined:
		if said {
			return &cli.FindingsError{}
		}
		return &cli.FindingsError{Message: c.app.Phrase.Text(r.Reason)}
	case drain.StatusInterrupted:
		return &interruptedError{}
	case drain.StatusFailed, drain.StatusIncomplete:
	}
	return &cli.ToldError{Err: &fact.Error{Reason: r.Reason}}
}

// isTerminal reports whether a stream is one.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
