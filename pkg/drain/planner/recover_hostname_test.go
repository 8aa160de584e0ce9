package planner

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestRecoverAReusedHostname: another machine has the hostname of one that is gone, so that the affinity of its volumes matches it, and the replacement Pod
// of a member could start there without its data. Once that machine is cordoned, the member moves as from any machine that is gone.
func TestRecoverAReusedHostname(t *testing.T) {
	const localPath, selected, first = "local.path.provisioner/selected-node", "volume.kubernetes.io/selected-node", "first kubectl cordon a-new, and leave that so until the Pod runs"
	s := StatefulSet("db", 3)
	namesake := func(edits ...func(*corev1.Node)) *corev1.Node {
		return Node("a-new", append(edits, NodeLabel(corev1.LabelHostname, "n1"))...)
	}
	base := With(Without(All(Crew(), Db()), "Node n1"), namesake(),
		Volume("n1-data", On("n1"), Has("data-db-1", "data-db-1-uid"), Provisioned("rancher.io/local-path"), VolumeAnnotation(localPath, "a-old")),
		Claim("data-db-1", BoundTo("n1-data"), ClaimAnnotation(selected, "a-old")))
	on, waits := MemberPod(s, 1, "a-old", Terminating), MemberPod(s, 1, "")
	for name, tc := range map[string]struct {
		world   []any
		verdict drain.Verdict
		says    string
	}{
		"the Pod is on the old machine":               {With(base, on), drain.Blocked, first},
		"the Pod waits":                               {With(base, waits), drain.Blocked, first},
		"the Pod is on the old machine, and cordoned": {With(base, on, namesake(Cordoned)), drain.Ready, "a-new stays cordoned. Once the members run that moved: kubectl uncordon a-new"},
		"the Pod waits, and cordoned":                 {With(base, waits, namesake(Cordoned)), drain.Ready, "a-new stays cordoned"},
		"it tolerates the cordon":                     {With(base, MemberPod(s, 1, "a-old", Terminating, ToleratesAll), namesake(Cordoned)), drain.Blocked, "could start on a-new although that is cordoned, without the data"},
		"a Pod runs on the new machine, cordoned":     {With(base, on, Consumer("debug", "a-new", "data-db-1"), namesake(Cordoned)), drain.Blocked, "may be on any of a-new, a-old"},
	} {
		t.Run(name, func(t *testing.T) {
			p := recoverNodes(t, []string{"a-old"}, tc.world...)
			tells(t, p, tc.verdict, tc.says)
			moves := slices.ContainsFunc(p.Steps, func(s drain.Step) bool { return s.Action == drain.DeleteClaim && s.Object.Name == "data-db-1" })
			if tc.verdict == drain.Ready && (!moves || p.Moves[0].ToNode == "a-new") {
				t.Errorf("the member does not move: %s", told(p))
			}
			if strings.Contains(told(p), "replace the volume object") {
				t.Errorf("says what does not help: %s", told(p))
			}
		})
	}
}
