package fix

import (
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// printFixFlag prints the manifest of a fix. A candidate's commands have it without the ID of the fix, which is not known
// before it is proved: it may become one of a pair.
const printFixFlag = "--print-fix"

// printFix is the command that prints the manifest of a fix, once it is named.
func printFix(q evidence.Question) fact.Command { return again(q).With(printFixFlag) }

// again is the command that explains the same Pod or claim.
func again(q evidence.Question) fact.Command {
	return fact.Plugin("why-pending", argument(q)).In(q.Pod.Namespace)
}

// argument names on the command line what is explained.
func argument(q evidence.Question) string {
	if q.Pod.Name == "" {
		return "pvc/" + q.Uses[0].Name
	}
	return q.Pod.Name
}

// named is the fix as it is reported: with its ID in the command that prints its manifest, and the Nodes that it helps on.
func (f Fix) named(nodes []string) Fix {
	commands := make([]fact.Command, 0, len(f.Commands))
	for _, c := range f.Commands {
		if slices.Equal(c.Flags, []string{printFixFlag}) {
			c = c.With(f.ID)
		}
		commands = append(commands, c)
	}
	f.Commands, f.Nodes = commands, nodes
	return f
}

// replacing is the command that deletes an object and creates it again, as it is on its input.
func replacing() fact.Command { return fact.Kubectl("replace").With("--force", "-f", "-") }
