package pending

import (
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// printFixFlag prints the manifest of a fix. A candidate's commands have it without the ID of the fix, which is not known
// before it is proved: it may become one of a pair.
const printFixFlag = "--print-fix"

// printFix is the command that prints the manifest of a fix, once it is named.
func (q question) printFix() fact.Command { return q.again().With(printFixFlag) }

// again is the command that explains the same Pod or claim.
func (q question) again() fact.Command {
	return fact.Plugin("why-pending", q.argument()).In(q.pod.Namespace)
}

// argument names on the command line what is explained.
func (q question) argument() string {
	if q.pod.Name == "" {
		return "pvc/" + q.uses[0].name
	}
	return q.pod.Name
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
