package planner

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// backup is a DaemonSet with a Pod on n1 that uses a claim of somebody else, whose name comes before or after that of the member.
func backup(name, claim string) []any {
	return []any{DaemonSet(name), Consumer(name+"-x", "n1", claim, ControlledBy("DaemonSet", name), ToleratesAll)}
}

// evictedBy are the Pods that a Plan evicts or deletes.
func evictedBy(p *drain.Plan) []string {
	var out []string
	for _, s := range p.Steps {
		if s.Action == drain.EvictPod || s.Action == drain.ForceDeletePod {
			out = append(out, s.Object.String())
		}
	}
	return out
}

// TestNobodyIsEvictedWhoseClaimIsHeld: a member whose claim a Pod holds that stays on the node cannot move. It is left out and named, and its
// Pods are not evicted for nothing.
func TestNobodyIsEvictedWhoseClaimIsHeld(t *testing.T) {
	guest := Consumer("guest", "n1", "data-queue-1", PodLabel("app", "guest"), ControlledBy("ReplicaSet", "guest"))
	web := All(Web(Uses("data-web")), HeldBy("data-web", "n1-web", "n1"))
	for name, tc := range map[string]struct {
		world   []any
		request drain.DrainRequest
		out     string
	}{
		"by a Pod of a DaemonSet":                    {All(Crew(), Db(), Queue(), backup("backup", "data-queue-1")), ToMove(IgnoringDaemons), "shop/queue-1 StatefulSet/queue Shared"},
		"by one that comes before it":                {All(Crew(), Db(), web, backup("a", "data-web")), ToMove(IgnoringDaemons), "shop/web-1 Deployment/web Shared"},
		"by one that comes after it":                 {All(Crew(), Db(), web, backup("z", "data-web")), ToMove(IgnoringDaemons), "shop/web-1 Deployment/web Shared"},
		"by a Pod that the selector does not select": {All(Crew(), Db(), Queue(), guest, ReplicaSet("guest", 1, "guest")), ToMove(Selecting("app in (db, queue)")), "shop/queue-1 StatefulSet/queue Shared"},
	} {
		t.Run(name, func(t *testing.T) {
			plan := drainPlan(t, tc.request, tc.world...)
			if plan.Verdict != drain.Ready {
				t.Fatal(told(plan))
			}
			if diff := cmp.Diff([]string{tc.out}, outOf(plan)); diff != "" {
				t.Errorf("left out (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]string{"shop/db-1"}, evictedBy(plan)); diff != "" {
				t.Errorf("evicted (-want +got):\n%s\n%s", diff, told(plan))
			}
		})
	}
}

// TestADaemonOnADeadNode: a DaemonSet recreates its Pod on its node as long as there is a Node, so that the claim never goes. Where there is
// none any more, or no DaemonSet, nobody holds it.
func TestADaemonOnADeadNode(t *testing.T) {
	world := All(Fleet(), Db(), Queue(), backup("backup", "data-queue-1"))
	for name, tc := range map[string]struct {
		world []any
		out   []string
	}{
		"held":                  {Without(world, "DaemonSet shop/backup"), []string{"shop/queue-1 StatefulSet/queue Shared"}},
		"the Node is gone":      {Without(world, "Node n1"), nil},
		"the DaemonSet is gone": {With(Without(world, "DaemonSet shop/backup"), Consumer("backup-x", "n1", "data-queue-1", ControlledBy("DaemonSet", "backup"), ToleratesAll, Terminating)), nil},
		"held, of a ReplicaSet": {All(Fleet(), Db(), Web(Uses("data-web")), HeldBy("data-web", "n1-web", "n1"), backup("a", "data-web")), []string{"shop/web-1 Deployment/web Shared"}},
		"nobody else uses it":   {All(Fleet(), Db(), HeldBy("data-a", "n1-a", "n1"), backup("a", "data-a")), nil},
	} {
		t.Run(name, func(t *testing.T) {
			plan := recoverPlan(t, nil, tc.world...)
			if diff := cmp.Diff(tc.out, outOf(plan)); diff != "" {
				t.Errorf("left out (-want +got):\n%s\n%s", diff, told(plan))
			}
			if deletes := strings.Contains(strings.Join(evictedBy(plan), " "), "backup-x"); deletes != (name != "held" && strings.HasPrefix(name, "the")) {
				t.Errorf("deletes the Pod of the DaemonSet: %t\n%s", deletes, told(plan))
			}
		})
	}
}

// TestKeepingAClaimThatADaemonHolds: the Pod of the member waits for its node, as always.
func TestKeepingAClaimThatADaemonHolds(t *testing.T) {
	plan := drainPlan(t, ToKeep(IgnoringDaemons), All(Crew(), Queue(), backup("backup", "data-queue-1"))...)
	if len(plan.Moves) != 1 || plan.Moves[0].Member != "shop/queue-1" || !plan.Moves[0].Stays {
		t.Error(told(plan))
	}
}

func lostClaim(c *corev1.PersistentVolumeClaim) { c.Status.Phase = corev1.ClaimLost }

// TestNobodyIsEvictedWhoCouldNotReturn: a Pod that runs on a claim whose volume is not there, or is another claim's, starts nowhere again.
func TestNobodyIsEvictedWhoCouldNotReturn(t *testing.T) {
	base := All(Crew(), Db(), Queue())
	for name, world := range map[string][]any{
		"the volume is gone":              With(Without(base, "PersistentVolume n1-queue"), Claim("data-queue-1", BoundTo("n1-queue"), lostClaim)),
		"the volume is gone, not noticed": Without(base, "PersistentVolume n1-queue"),
		"the volume names another claim":  With(base, Claim("data-queue-1", BoundTo("n1-queue"), WithUID("restored"), lostClaim)),
		"the claim is gone":               With(Without(base, "PersistentVolumeClaim shop/data-queue-1"), Volume("n1-queue", On("n1"), Has("data-queue-1", "data-queue-1-uid"), Phase(corev1.VolumeReleased))),
	} {
		for mode, request := range map[string]drain.DrainRequest{"keep": ToKeep(), "move": ToMove()} {
			t.Run(mode+", "+name, func(t *testing.T) {
				plan := drainPlan(t, request, world...)
				if plan.Verdict != drain.Ready {
					t.Fatal(told(plan))
				}
				if diff := cmp.Diff([]string{"shop/queue-1 StatefulSet/queue ClaimLost"}, outOf(plan)); diff != "" {
					t.Errorf("left out (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff([]string{"shop/db-1"}, evictedBy(plan)); diff != "" {
					t.Errorf("evicted (-want +got):\n%s\n%s", diff, told(plan))
				}
			})
		}
	}
}

// TestTheClaimOfAnEphemeralVolumeIsMadeWithItsPod: that it is Lost holds nobody.
func TestTheClaimOfAnEphemeralVolumeIsMadeWithItsPod(t *testing.T) {
	plan := drainPlan(t, ToMove(), All(Crew(), Web(WithEphemeral("scratch")), Claim("web-1-scratch", BoundTo("n1-scratch"), ownedByPod("web-1"), lostClaim))...)
	if diff := cmp.Diff([]string{"shop/web-1"}, evictedBy(plan)); diff != "" || plan.Verdict != drain.Ready {
		t.Errorf("evicted (-want +got):\n%s\n%s", diff, told(plan))
	}
}

// TestAClaimThatGoesWithItsPod: it does not stay where it is, and once the Pod is removed there is no way back to it.
func TestAClaimThatGoesWithItsPod(t *testing.T) {
	world := With(All(Crew(), Queue()), Claim("data-queue-1", BoundTo("n1-queue"), Deleting))
	kept := told(drainPlan(t, ToKeep(), world...))
	if strings.Contains(kept, "claims stay where they are") || !strings.Contains(kept, "lost: claim shop/data-queue-1 is being deleted already") {
		t.Error(kept)
	}
	for command, text := range map[string]string{"drain": told(drainPlan(t, ToMove(), world...)),
		"recover": told(recoverPlan(t, nil, With(All(Fleet(), Queue()), Claim("data-queue-1", BoundTo("n1-queue"), Deleting))...))} {
		if strings.Contains(text, "up to this point") || !strings.Contains(text, "wait until no Pod on a node names claim shop/data-queue-1") {
			t.Errorf("%s: %s", command, text)
		}
	}
}

// TestRecoverBehindOneThatIsNotReady: what a StatefulSet would not recreate keeps its claim, whatever keeps the earlier member from being Ready.
func TestRecoverBehindOneThatIsNotReady(t *testing.T) {
	s := StatefulSet("db", 3, ordered)
	base := All(Fleet(), Db(ordered), Queue())
	for name, tc := range map[string]struct {
		world []any
		out   []string
	}{
		"all are Ready":                    {base, nil},
		"one crashes on a node that lives": {With(base, MemberPod(s, 0, "n0", Unready)), []string{"shop/db-1 StatefulSet/db Behind"}},
		"one is missing":                   {Without(base, "Pod shop/db-0"), []string{"shop/db-1 StatefulSet/db Behind"}},
		"a later one crashes":              {With(base, MemberPod(s, 2, "n2", Unready)), nil},
		"in no order":                      {With(All(Fleet(), Db(Parallel), Queue()), MemberPod(s, 0, "n0", Unready)), nil},
	} {
		t.Run(name, func(t *testing.T) {
			plan := recoverPlan(t, func(r *drain.RecoverRequest) { r.AcceptDataLoss = ToMove(Accepting("data-db-1")).AcceptDataLoss }, tc.world...)
			if plan.Verdict != drain.Ready {
				t.Fatal(told(plan))
			}
			if diff := cmp.Diff(tc.out, outOf(plan)); diff != "" {
				t.Errorf("left out (-want +got):\n%s\n%s", diff, told(plan))
			}
		})
	}
}
