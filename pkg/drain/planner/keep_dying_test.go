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
		"one other serves": {With(All(Crew(), Db()), MemberPod(set, 2, "n2", Unready)), drain.Blocked, "blocked Quorum [--accept-data-loss shop/data-db-1]: claim shop/data-db-1 is being deleted already"},
		"no other serves":  {With(All(Crew(), Db()), MemberPod(set, 0, "n0", Unready), MemberPod(set, 2, "n2", Unready)), drain.Blocked, "blocked LastCopy [--accept-data-loss shop/data-db-1]: claim shop/data-db-1 is being deleted already"},
		"another goes too": {With(All(Crew(), Db()), MemberPod(set, 0, "n1"), Volume("n0-data", On("n1"), Has("data-db-0", "data-db-0-uid")),
			Claim("data-db-0", BoundTo("n0-data"), Deleting)), drain.Blocked, "blocked Quorum [--accept-data-loss shop/data-db-1]: claim shop/data-db-1 is being deleted already"},
		"another leaves and keeps its claim": {With(All(Crew(), Db()), MemberPod(set, 0, "n1"), Volume("n0-data", On("n1"), Has("data-db-0", "data-db-0-uid"))),
			drain.Blocked, "blocked Quorum [--allow-down]: shop/db-0 is down until n1 is back, and 1 of 3 members of StatefulSet/db are ready and stay"},
	} {
		t.Run(name, func(t *testing.T) { tells(t, drainPlan(t, ToKeep(), With(tc.world, dying)...), tc.verdict, tc.says) })
	}
}

// TestKeptClaimsOfADeployment: its Pods share the one claim, so that it goes with the last of them that leaves, and no copy is left. A Pod that stays,
// here or elsewhere, keeps it, and then nothing goes yet.
func TestKeptClaimsOfADeployment(t *testing.T) {
	pod := func(name, node string, edits ...func(*corev1.Pod)) *corev1.Pod {
		return Consumer(name, node, "files", append([]func(*corev1.Pod){ControlledBy("ReplicaSet", "files-1"), func(p *corev1.Pod) { p.Labels = map[string]string{"app": "files"} }}, edits...)...)
	}
	const lost, kept = "no controller recreates the claim, so that the replacement Pod stays Pending", "note: claim shop/files is being deleted already, and goes when Pod shop/"
	files := All(Crew(), ReplicaSet("files-1", 2, "files"), Volume("n1-files", On("n1"), Has("files", "files-uid")), Claim("files", BoundTo("n1-files"), Deleting), pod("files-1-a", "n1"))
	for name, tc := range map[string]struct {
		pods        []any
		verdict     drain.Verdict
		says, never string
	}{
		"alone":                             {nil, drain.Blocked, "blocked LastCopy [--accept-data-loss shop/files]: claim shop/files is being deleted already", kept},
		"two leave":                         {All(pod("files-1-b", "n1")), drain.Blocked, lost, kept},
		"one is elsewhere":                  {All(pod("files-1-b", "n2")), drain.Ready, kept + "files-1-b on n2 does: until then the Pod that replaces shop/files-1-a cannot start", lost},
		"one is elsewhere and has ended":    {All(pod("files-1-b", "n2", Ended)), drain.Ready, kept + "files-1-b on n2 does", lost},
		"one is elsewhere and goes":         {All(pod("files-1-b", "n2", Terminating)), drain.Blocked, lost, kept},
		"one waits":                         {All(pod("files-1-b", "")), drain.Blocked, lost, kept},
		"one of another owner is elsewhere": {All(Consumer("reader", "n2", "files")), drain.Ready, kept + "reader on n2 does", lost},
	} {
		t.Run(name, func(t *testing.T) {
			plan := drainPlan(t, ToKeep(), All(files, tc.pods)...)
			tells(t, plan, tc.verdict, tc.says)
			if text := told(plan); strings.Contains(text, tc.never) {
				t.Errorf("it says %q:\n%s", tc.never, text)
			}
			if tc.verdict == drain.Ready && !slices.Contains(stepsOf(plan), "retain-volume n1-files") {
				t.Errorf("the volume is not retained: %v", stepsOf(plan))
			}
		})
	}
}
