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

// endedJob is a Job that has ended, with Pods on n1 that hold its claim, and the claim and its volume, which has policy Delete.
func endedJob(claim func(*corev1.PersistentVolumeClaim), pods ...string) []any {
	out := []any{Volume("n1-export", On("n1"), Has("export", "export-uid"), Deletes), Claim("export", BoundTo("n1-export"), claim),
		Job("export", batchv1.JobComplete)}
	for _, name := range pods {
		out = append(out, Consumer(name, "n1", "export", ControlledBy("Job", "export"), Ended))
	}
	return out
}

// TestEndedPodsHoldDyingClaims: a Pod that has ended keeps a claim that is being deleted, and with policy Delete the data goes with the two. So
// the volume is retained first, whether claims stay or move.
func TestEndedPodsHoldDyingClaims(t *testing.T) {
	const goes = "lost: claim shop/export is being deleted already, and goes when "
	for _, tc := range []struct {
		name        string
		world       []any
		says, never string
		protects    int
	}{
		{"alone", endedJob(Deleting, "export-x"), goes + "Pod shop/export-x does: no controller recreates either", "left as it is", 1},
		{"two of them", endedJob(Deleting, "export-x", "export-y"), goes + "Pods shop/export-x, shop/export-y do", "left as it is", 1},
		{"beside one that stays", All(endedJob(Deleting, "export-x"), Plain("daemon-a", "n1", Uses("export"), ControlledBy("DaemonSet", "daemon")), DaemonSet("daemon")),
			"n1", goes, 0},
		{"of a claim that stays", endedJob(func(*corev1.PersistentVolumeClaim) {}, "export-x"), "n1", goes, 0},
		{"of an orphan", All(Volume("n1-export", On("n1"), Has("export", "export-uid"), Deletes), Claim("export", BoundTo("n1-export"), Deleting),
			Consumer("daemon-a", "n1", "export", ControlledBy("DaemonSet", "daemon"))), goes + "Pod shop/daemon-a does", "left as it is", 1},
	} {
		for mode, r := range map[string]drain.DrainRequest{"keep": ToKeep(IgnoringDaemons, Forced), "move": ToMove(IgnoringDaemons, Forced)} {
			t.Run(tc.name+", "+mode, func(t *testing.T) {
				plan := drainPlan(t, r, All(Crew(), tc.world)...)
				text, protected := told(plan), 0
				for i, s := range plan.Steps {
					if s.Action == drain.RetainVolume && s.Object.Name == "n1-export" {
						protected++
						if slices.ContainsFunc(plan.Steps[:i], func(b drain.Step) bool { return b.Action == drain.EvictPod }) {
							t.Errorf("a Pod is evicted before the volume is protected: %s", text)
						}
					}
				}
				if protected != tc.protects || !strings.Contains(text, tc.says) || strings.Contains(text, tc.never) {
					t.Errorf("want %d steps that protect, %q and not %q:\n%s", tc.protects, tc.says, tc.never, text)
				}
			})
		}
	}
}

// TestLeftOutOfKeep: what can be left out of a drain that keeps claims is the member's owner, and the plugin takes the name that it offers.
func TestLeftOutOfKeep(t *testing.T) {
	world := All(Crew(), ReplicaSet("files-1", 1, "files"), Volume("n1-files", On("n1"), Has("files", "files-uid")), Claim("files", BoundTo("n1-files"), Deleting),
		Consumer("files-1-a", "n1", "files", ControlledBy("ReplicaSet", "files-1"), func(p *corev1.Pod) { p.Labels = map[string]string{"app": "files"} }),
		Volume("n1-tool", On("n1"), Has("tool", "tool-uid")), Claim("tool", BoundTo("n1-tool"), Deleting), Consumer("tool", "n1", "tool"))
	plan := drainPlan(t, ToKeep(Forced), world...)
	var except []string
	for _, b := range plan.Blockers {
		except = append(except, b.Except)
		if _, ok := drain.ParseChoice(b.Except); !ok {
			t.Errorf("%q is offered and is not understood", b.Except)
		}
	}
	if !slices.Equal(except, []string{"shop/Deployment/files", "shop/Pod/tool"}) {
		t.Errorf("offers %q:\n%s", except, told(plan))
	}
}

// TestLeftAloneOfDeadNode: claims of Pods that have ended are left alone. What is said of one that is being deleted does not lead to the loss of
// its data.
func TestLeftAloneOfDeadNode(t *testing.T) {
	const patch = `to keep it, first kubectl patch pv n1-export -p '{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}'`
	const end = "kubectl delete pod export-x export-y -n shop (with --force if its node is dead)"
	dying := recoverPlan(t, nil, All(Fleet(), Db(), endedJob(Deleting, "export-x", "export-y"))...)
	tells(t, dying, drain.Ready, "note: claim shop/export is being deleted already, and goes with the last Pod that holds it", patch, end)
	if text := told(dying); strings.Contains(text, "localpv release pvc/export") {
		t.Errorf("there will be nothing to release:\n%s", text)
	}
	stays := recoverPlan(t, nil, All(Fleet(), Db(), endedJob(func(*corev1.PersistentVolumeClaim) {}, "export-x", "export-y"))...)
	tells(t, stays, drain.Ready, "note: claim shop/export, bound to n1-export, is left as it is", end+", then kubectl localpv release pvc/export -n shop")
}

// TestClaimsThatGoTogether: Pods whose claims go with them are no copies for each other, though their volumes mean a node that is gone: where their
// Pods run, there the data is. Members that move go one after the other.
func TestClaimsThatGoTogether(t *testing.T) {
	set := StatefulSet("db", 3)
	world := All(Crew(), set, MemberPod(set, 0, "n1"), MemberPod(set, 1, "n1"), MemberPod(set, 2, "n2"), HeldBy("data-db-2", "v-2", "n2"))
	for _, name := range []string{"data-db-0", "data-db-1"} {
		world = All(world, Claim(name, BoundTo("v-"+name), Deleting), Volume("v-"+name, On("n9"), Has(name, name+"-uid"), Deletes))
	}
	tells(t, drainPlan(t, ToKeep(func(r *drain.DrainRequest) { r.AllowDown = true }), world...), drain.Blocked,
		"blocked Quorum [--accept-data-loss shop/data-db-0]: claim shop/data-db-0 is being deleted already", "blocked Quorum [--accept-data-loss shop/data-db-1]: claim shop/data-db-1 is being deleted already")
	tells(t, drainPlan(t, ToMove(), world...), drain.Ready, "wait until shop/db-0 is Ready again; before the next member is touched")
}
