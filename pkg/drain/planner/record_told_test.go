package planner

import (
	"strings"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestRecordOfAnotherNode: that the record of a volume names another node than its affinity is told where the volume is given back.
func TestRecordOfAnotherNode(t *testing.T) {
	const words = "local.path.provisioner/selected-node says that it was made on n2"
	recorded := VolumeAnnotation("local.path.provisioner/selected-node", "n2")
	for command, r := range givenBack("v") {
		plan := planOf(t, r, Snapshot(t, Node("n1"), Node("n2"), left("v", "c", On("n1"), recorded), Claim("c", WithUID("new"))))
		if !strings.Contains(told(plan), words) || !strings.Contains(outcome(plan), "as far as the disk is the one that had it") {
			t.Errorf("%s: %s", command, told(plan))
		}
	}
}

// outcome is what a Plan says of the data in the end.
func outcome(p *drain.Plan) string {
	return strings.Join(phrase.New(phrase.Connection{}).Texts(drain.Outcome(p)), " ")
}
