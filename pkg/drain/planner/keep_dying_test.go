package planner

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestKeptClaimsThatAreBeingDeleted: they do not stay, and what may not be moved away without consent may not go so either.
func TestKeptClaimsThatAreBeingDeleted(t *testing.T) {
	set := StatefulSet("db", 3)
	dying := Claim("data-db-1", BoundTo("n1-data"), Deleting)
	for name, tc := range map[string]struct {
		world   []any
		verdict drain.Verdict
		says    string
	}{
		"the others serve": {All(Crew(), Db()), drain.Ready, "the member starts WITHOUT ITS DATA then"},
		"one other serves": {With(All(Crew(), Db()), MemberPod(set, 2, "n2", Unready)), drain.Blocked, "blocked Quorum []: claim shop/data-db-1 is being deleted already"},
		"no other serves":  {With(All(Crew(), Db()), MemberPod(set, 0, "n0", Unready), MemberPod(set, 2, "n2", Unready)), drain.Blocked, "blocked LastCopy []: claim shop/data-db-1 is being deleted already"},
		"another goes too": {With(All(Crew(), Db()), MemberPod(set, 0, "n1"), Volume("n0-data", On("n1"), Has("data-db-0", "data-db-0-uid")),
			Claim("data-db-0", BoundTo("n0-data"), Deleting)), drain.Blocked, "blocked Quorum []: claim shop/data-db-1 is being deleted already"},
	} {
		t.Run(name, func(t *testing.T) { tells(t, drainPlan(t, ToKeep(), With(tc.world, dying)...), tc.verdict, tc.says) })
	}
	files := All(Crew(), ReplicaSet("files-1", 1, "files"), Volume("n1-files", On("n1"), Has("files", "files-uid")), Claim("files", BoundTo("n1-files"), Deleting),
		Consumer("files-1-a", "n1", "files", ControlledBy("ReplicaSet", "files-1"), func(p *corev1.Pod) { p.Labels = map[string]string{"app": "files"} }))
	tells(t, drainPlan(t, ToKeep(), files...), drain.Blocked, "no controller recreates the claim, so that the replacement Pod stays Pending")
}
