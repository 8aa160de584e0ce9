package planner

import (
	"strings"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestRecordOfAnotherNode: that the record of a volume names another node than its affinity is told where either is drained, and where the volume is
// given back.
func TestRecordOfAnotherNode(t *testing.T) {
	const words = "it was made on n2, by local.path.provisioner/selected-node, and its affinity means n1 now"
	recorded := VolumeAnnotation("local.path.provisioner/selected-node", "n2")
	world := With(All(Crew(), Db()), Volume("n1-data", On("n1"), Has("data-db-1", "data-db-1-uid"), recorded))
	for _, node := range []string{"n1", "n2"} {
		for mode, r := range map[string]drain.DrainRequest{"keep": ToKeep(), "move": ToMove()} {
			r.Node = node
			if text := told(drainPlan(t, r, world...)); strings.Count(text, words) != 1 {
				t.Errorf("%s, %s: %s", node, mode, text)
			}
		}
	}
	for command, r := range givenBack("v") {
		if text := told(planOf(t, r, Snapshot(t, Node("n1"), Node("n2"), left("v", "c", On("n1"), recorded), Claim("c", WithUID("new"))))); !strings.Contains(text, words) {
			t.Errorf("%s: %s", command, text)
		}
	}
}

// outcome is what a Plan says of the data in the end.
func outcome(p *drain.Plan) string {
	return strings.Join(phrase.New(phrase.Connection{}).Texts(drain.Outcome(p)), " ")
}
