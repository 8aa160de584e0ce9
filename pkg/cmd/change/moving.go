package change

import (
	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/complete"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
)

// movingFlags are the flags that recover and drain have in common, which move members, as typed.
type movingFlags struct {
	sharedFlags
	lost, foreign, only, except []string
}

// moving is what the flags say: whose loss and which volumes' data is accepted, and who is chosen.
type moving struct {
	lost         []types.NamespacedName
	foreign      []string
	only, except []drain.Choice
}

// add adds the flags to a command that has its own already, and says what the shell offers for them.
func (m *movingFlags) add(cmd *cobra.Command, names *complete.Names, allowPending, failJobs *bool) {
	addAcceptForeignData(cmd, names, &m.foreign)
	f := cmd.Flags()
	const owner = "NAMESPACE, NAMESPACE/KIND/NAME or KIND/NAME. May be repeated."
	f.BoolVar(allowPending, "allow-pending", false, "Proceed even though a member fits no other node: it stays Pending.")
	f.BoolVar(failJobs, "fail-jobs", false, "Proceed even though Jobs without tries left fail for good.")
	f.StringArrayVar(&m.lost, "accept-data-loss", nil, "Give up the last good copy, or the quorum, of this `claim`, NAMESPACE/NAME. May be repeated.")
	f.StringArrayVar(&m.only, "only", nil, "Work only on what this `owner` or namespace has there: "+owner)
	f.StringArrayVar(&m.except, "except", nil, "Leave what this `owner` or namespace has there as it is: "+owner)
	complete.Flags(cmd, map[string]complete.Func{"accept-data-loss": names.Claims("Bound"), "only": cobra.NoFileCompletions, "except": cobra.NoFileCompletions})
	m.sharedFlags.add(cmd)
}

// read is what was typed.
func (m *movingFlags) read() (moving, error) {
	var out moving
	var err error
	if out.lost, out.foreign, err = accepted(m.lost, m.foreign); err != nil {
		return out, err
	}
	if out.only, err = choices("--only", m.only); err != nil {
		return out, err
	}
	out.except, err = choices("--except", m.except)
	return out, err
}
