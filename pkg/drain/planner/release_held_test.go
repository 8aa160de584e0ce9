package planner

import (
	"slices"
	"strings"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestReleaseOfHeldClaims: who releases a claim wants to keep its data, so that what ends its Pods is told only with what that costs.
func TestReleaseOfHeldClaims(t *testing.T) {
	const patch = `first kubectl patch pv v -p '{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}', and save the claim's manifest: kubectl get pvc c -n shop -o yaml > c.yaml`
	const goes = "claim shop/c is being deleted already, and goes with the last Pod that holds it"
	web := []any{Node("n0"), Node("n1"), ReplicaSet("web-1", 1, "web"), Consumer("web-1-a", "n1", "c", ControlledBy("ReplicaSet", "web-1"))}
	lost := func(c *corev1.PersistentVolumeClaim) { c.Status.Phase = corev1.ClaimLost }
	dying, deletes := Claim("c", BoundTo("v"), Deleting), Volume("v", On("n1"), Has("c", "c-uid"), Deletes)
	for _, tc := range []struct {
		name    string
		world   []any
		reserve bool
		says    []string
		never   string
	}{
		{"dying and kept", All(web, dying, Volume("v", On("n1"), Has("c", "c-uid"), SavedFrom(dying))), false, []string{goes, "the data on v, which has policy Retain, stays"}, "patch"},
		{"dying, too large to save", All(web, Claim("c", BoundTo("v"), Deleting, Large), deletes), false, []string{goes, patch}, ""},
		{"dying, to be cleaned", All(web, dying, deletes), false, []string{"scale Deployment/web down first"}, "Retain"},
		{"not dying", All(web, Claim("c", BoundTo("v")), deletes), false, []string{"scale Deployment/web down first"}, "patch"},
		{"held on a node that is gone", All(Node("n0"), web[2:], Claim("c", BoundTo("v")), deletes), false, []string{"Pod web-1-a (Running on n1, Deployment/web)", "kubectl localpv recover n1"}, "scale"},
		{"held on a node that is unreachable", All(Node("n0"), Node("n1", Unreachable), web[2:], Claim("c", BoundTo("v")), deletes), false, []string{"kubectl localpv recover n1"}, "scale"},
		{"held by a bare Pod", All(Node("n1"), Claim("c", BoundTo("v")), deletes, Consumer("tool", "n1", "c")), false,
			[]string{"kubectl get pod tool -n shop -o yaml > tool.yaml), then kubectl delete pod tool -n shop"}, ""},
		{"held by a bare Pod that has ended", All(Node("n1"), Claim("c", BoundTo("v")), deletes, Consumer("tool", "n1", "c", Ended)), false,
			[]string{"kubectl get pod tool -n shop -o yaml > tool.yaml), then kubectl delete pod tool -n shop"}, ""},
		{"of an ephemeral volume", All(Node("n1"), Claim("c", BoundTo("v"), OwnedBy(drain.KindPod, "tool")), deletes, Consumer("tool", "n1", "c")), false,
			[]string{patch, "kubectl get pod tool -n shop -o yaml > tool.yaml), then kubectl delete pod tool -n shop"}, "stop it first"},
		{"lost, and a Pod runs on it", All(web, Claim("c", BoundTo("v"), lost)), false, []string{"Pod web-1-a (Running on n1, Deployment/web)", "without a claimRef"}, "kubectl delete"},
		{"lost, and a Pod that has ended", All(Node("n1"), Claim("c", BoundTo("v"), lost), Job("j", batchv1.JobComplete), Consumer("j-x", "n1", "c", ControlledBy("Job", "j"), Ended)), false,
			[]string{"j-x (Succeeded on n1, Job/j)", "without a claimRef"}, "delete pvc"},
		{"lost, and nobody has it", All(Node("n1"), Claim("c", BoundTo("v"), lost)), false, []string{"without a claimRef", "kubectl delete pvc c -n shop"}, "nothing to keep"},
		{"lost and dying", All(Node("n1"), Claim("c", BoundTo("v"), lost, Deleting)), false, []string{"is being deleted already"}, "delete pvc"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			request := drain.ReleaseRequest{Targets: Pvc("c"), Reserve: tc.reserve, Clean: tc.name == "dying, to be cleaned"}
			plan := planOf(t, releasing(request), Snapshot(t, tc.world...))
			text := told(plan)
			for _, want := range tc.says {
				if !strings.Contains(text, want) {
					t.Errorf("does not say %q:\n%s", want, text)
				}
			}
			if plan.Verdict != drain.Blocked || tc.never != "" && strings.Contains(text, tc.never) {
				t.Errorf("wants to be blocked, without %q:\n%s", tc.never, text)
			}
		})
	}
}

// TestReleaseKeepsWhatGoesWithPods: a claim that is being deleted goes with the last Pod that holds it, and with policy Delete its data. So release
// keeps the data at once, deletes nothing, and ends as what is not done.
func TestReleaseKeepsWhatGoesWithPods(t *testing.T) {
	const goes = "claim shop/c is being deleted already, and goes with the last Pod that holds it"
	web := []any{Node("n0"), Node("n1"), ReplicaSet("web-1", 1, "web"), Consumer("web-1-a", "n1", "c", ControlledBy("ReplicaSet", "web-1"))}
	dying, deletes := Claim("c", BoundTo("v"), Deleting), Volume("v", On("n1"), Has("c", "c-uid"), Deletes)
	release, reserve := drain.ReleaseRequest{Targets: Pvc("c")}, drain.ReleaseRequest{Targets: Pv("v"), Reserve: true}
	member := All(Node("n1"), StatefulSet("db", 1), Volume("v", On("n1"), Has("data-db-0", "data-db-0-uid"), Deletes), Claim("data-db-0", BoundTo("v"), Deleting),
		Consumer("db-0", "n1", "data-db-0", ControlledBy("StatefulSet", "db")))
	for name, tc := range map[string]struct {
		world []any
		ask   drain.ReleaseRequest
		says  []string
	}{
		"one that runs":               {All(web, dying, deletes), release, []string{"scale Deployment/web down first", "kubectl localpv reattach v"}},
		"to be reserved":              {All(web, dying, deletes), reserve, []string{"scale Deployment/web down first", "kubectl localpv release pv/v --reserve"}},
		"retained, and not recorded":  {All(web, dying, Volume("v", On("n1"), Has("c", "c-uid"))), release, []string{"kubectl localpv reattach v"}},
		"recorded, and not retained":  {All(web, dying, Volume("v", On("n1"), Has("c", "c-uid"), SavedFrom(dying), Deletes)), release, []string{"kubectl localpv reattach v"}},
		"a Pod that has ended":        {All(Node("n1"), dying, deletes, Job("j", batchv1.JobComplete), Consumer("j-x", "n1", "c", ControlledBy("Job", "j"), Ended)), release, []string{"kubectl delete pod j-x -n shop"}},
		"on a node that is gone":      {All(Node("n0"), web[2:], dying, deletes), release, []string{"kubectl localpv recover n1"}},
		"with a foreign finalizer":    {All(web, Claim("c", BoundTo("v"), Deleting, func(c *corev1.PersistentVolumeClaim) { c.Finalizers = append(c.Finalizers, "backup.example/hold") }), deletes), release, []string{"backup.example/hold"}},
		"a member of a StatefulSet":   {member, drain.ReleaseRequest{Targets: Pv("v")}, []string{"StatefulSet/db recreates it then, without the data", "kubectl localpv reattach v --replace"}},
		"of an ephemeral volume":      {All(Node("n1"), Claim("c", BoundTo("v"), OwnedBy(drain.KindPod, "tool"), Deleting), deletes, Consumer("tool", "n1", "c")), release, []string{"kubectl delete pod tool -n shop"}},
		"on a disk that another uses": {All(web, dying, deletes, Volume("twin", On("n1"), at("/mnt/v"))), release, []string{"kubectl patch pv twin"}},
	} {
		t.Run(name, func(t *testing.T) {
			plan := planOf(t, releasing(tc.ask), Snapshot(t, tc.world...))
			text := told(plan)
			for _, want := range append(tc.says, "is being deleted already, and goes with the last Pod that holds it", "No data is erased: v keeps it.") {
				if !strings.Contains(text, want) {
					t.Errorf("does not say %q:\n%s", want, text)
				}
			}
			if got := actionsOf(plan); plan.Verdict != drain.Ready || !slices.Equal(got, []drain.Action{drain.RetainVolume}) {
				t.Errorf("wants to keep the data, and no more: %v\n%s", got, text)
			}
			if _, unfinished := plan.Unfinished(); !unfinished {
				t.Error("counts as released")
			}
			checkReadBack(t, plan)
		})
	}
	two := Claim("d", BoundTo("w"))
	besides := planOf(t, releasing(drain.ReleaseRequest{Targets: Pvc("c", "d")}), Snapshot(t, All(web, dying, deletes, two, Volume("w", On("n1"), Has("d", "d-uid")))...))
	if want := []drain.Action{drain.RetainVolume, drain.RetainVolume, drain.DeleteClaim, drain.AwaitReleased}; !slices.Equal(actionsOf(besides), want) || !slices.Equal(besides.StillHeld, []string{"shop/c"}) {
		t.Errorf("beside another that is released: %s", told(besides))
	}
	blocked := planOf(t, releasing(drain.ReleaseRequest{Targets: Pvc("c", "d")}), Snapshot(t, All(web, dying, deletes, two, Volume("w", On("n1"), Has("d", "d-uid")), Consumer("tool", "n1", "d"))...))
	if text := told(blocked); blocked.Verdict != drain.Blocked || !strings.Contains(text, goes) || !strings.Contains(text, "kubectl patch pv v") {
		t.Errorf("beside another that is refused: %s", text)
	}
}

// TestReleaseOfAClaimOfAPod: a claim that belongs to a Pod is that of an ephemeral volume, or of a member that was scaled away, and which of the two is
// said where it is known.
func TestReleaseOfAClaimOfAPod(t *testing.T) {
	of := func(claim, pod string, p *corev1.Pod) string {
		world := All(Node("n1"), Claim(claim, BoundTo("v"), OwnedBy(drain.KindPod, pod)), Volume("v", On("n1"), Has(claim, claim+"-uid")))
		if p != nil {
			world = append(world, p)
		}
		return told(planOf(t, releasing(drain.ReleaseRequest{Targets: Pvc(claim)}), Snapshot(t, world...)))
	}
	for want, text := range map[string]string{
		"claim shop/tool-scratch is that of a generic ephemeral volume: it goes with Pod tool": of("tool-scratch", "tool", Pod("tool", WithEphemeral("scratch"), RunsOn("n1"))),
		"claim shop/data-db-1 is that of a member of StatefulSet/db that was scaled away":      of("data-db-1", "db-1", Consumer("db-1", "n1", "data-db-1", ControlledBy("StatefulSet", "db"))),
		"is that of a generic ephemeral volume, or of a member that was scaled away":           of("tool-scratch", "tool", nil),
	} {
		if !strings.Contains(text, want) {
			t.Errorf("does not say %q:\n%s", want, text)
		}
	}
}
