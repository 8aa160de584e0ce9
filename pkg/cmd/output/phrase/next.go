package phrase

import (
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// Next is something that can be done, as it is shown: how things stand, or what for, and the command line if there is one.
func (p *Phraser) Next(n drain.Next) string {
	title := p.Text(n.Fact)
	if commands := nextCommands(n); len(commands) > 0 {
		return title + ": " + p.Line(commands...)
	}
	return title
}

// nextCommands are the commands of the Fact: as a rule one, which the Next repeats for programs.
func nextCommands(n drain.Next) []fact.Command {
	if len(n.Fact.Commands) == 0 && n.Command != nil {
		return []fact.Command{*n.Command}
	}
	return n.Fact.Commands
}
