package execute

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestKeptMembersAreGuarded plans a reboot, lets the cluster change before the Plan is carried out, and wants what would have blocked the Plan to
// hold the eviction, that of others not, and the cordon that is left to be told with its undoing.
func TestKeptMembersAreGuarded(t *testing.T) {
	set := StatefulSet("db", 3)
	base := All(Crew(), Db(), Web())
	down := func(r *drain.DrainRequest) { r.AllowDown = true }
	for name, tc := range map[string]struct {
		before  []any
		request drain.DrainRequest
		after   []any
		gone    []string
		says    string
	}{
		"as planned":                  {},
		"a peer is not Ready":         {after: All(MemberPod(set, 2, "n2", Unready)), says: "1 other member of StatefulSet/db is Ready now, and 2 must be before shop/db-1 goes"},
		"that is allowed":             {request: ToKeep(down), after: All(MemberPod(set, 2, "n2", Unready))},
		"a peer's node has died":      {after: All(Node("n2", Unreachable)), says: "1 other member of StatefulSet/db is Ready now"},
		"a peer is on its way out":    {after: All(MemberPod(set, 2, "n2", Terminating)), says: "1 other member of StatefulSet/db is Ready now"},
		"an earlier one is not Ready": {after: All(MemberPod(set, 0, "n0", Unready)), says: "db-0 is not Ready, and StatefulSet/db recreates its Pods in order"},
		"it serves nobody any more":   {after: All(MemberPod(set, 1, "n1", Unready), MemberPod(set, 2, "n2", Unready))},
		"it serves now, and others do not": {before: All(MemberPod(set, 1, "n1", Unready), MemberPod(set, 2, "n2", Unready)), after: All(MemberPod(set, 1, "n1")),
			says: "1 other member of StatefulSet/db is Ready now"},
		"somebody holds the Pod":     {after: All(MemberPod(set, 1, "n1", heldPod)), says: "Pod shop/db-1 has finalizer backup/hold now"},
		"its claim is being deleted": {after: All(Claim("data-db-1", BoundTo("n1-data"), Deleting)), says: "claim shop/data-db-1 is being deleted since this was planned"},
		"its claim is another":       {after: All(Claim("data-db-1", BoundTo("n1-data"), WithUID("another"))), says: "claim shop/data-db-1"},
		"its claim is gone":          {gone: []string{"PersistentVolumeClaim shop/data-db-1"}, says: "claim shop/data-db-1"},
		"its node is tainted":        {after: All(Node("n1", Tainted("maintenance", "now", corev1.TaintEffectNoSchedule))), says: "node n1, where the member was to run, has taint maintenance=now:NoSchedule now"},
		"its node is not well":       {after: All(Node("n1", Condition(corev1.ConditionFalse, time.Minute), Tainted("node.kubernetes.io/disk-pressure", "", corev1.TaintEffectNoSchedule)))},
		"its template has been edited": {after: All(StatefulSet("db", 3, func(s *appsv1.StatefulSet) {
			s.Spec.Template.Spec.NodeSelector = map[string]string{"tier": "gold"}
			s.Spec.UpdateStrategy.Type, s.Status.UpdateRevision = appsv1.OnDeleteStatefulSetStrategyType, "db-later"
		})), says: "the Pod that StatefulSet/db creates next in the place of shop/db-1 asks for something else"},
		"that may be": {request: ToKeep(down), after: All(StatefulSet("db", 3, func(s *appsv1.StatefulSet) {
			s.Spec.Template.Spec.NodeSelector = map[string]string{"tier": "gold"}
			s.Spec.UpdateStrategy.Type, s.Status.UpdateRevision = appsv1.OnDeleteStatefulSetStrategyType, "db-later"
		}))},
		"one that leaves with it is no peer": {before: All(StatefulSet("db", 5), MemberPod(set, 3, "n1"), HeldBy("data-db-3", "n1-more", "n1"), MemberPod(set, 4, "n3"), HeldBy("data-db-4", "n3-more", "n3")),
			after: All(MemberPod(set, 4, "n3", Unready)), says: "2 other members of StatefulSet/db are Ready now, and 3 must be"},
	} {
		t.Run(name, func(t *testing.T) {
			if tc.request.Node == "" {
				tc.request = ToKeep()
			}
			before := With(base, tc.before...)
			plan := planned(t, toDrain(t, tc.request), NewWorld(t, before...).Everything())
			if plan.Verdict != drain.Ready {
				t.Fatal(plan.Blockers)
			}
			w := NewWorld(t, Without(With(before, tc.after...), tc.gone...)...)
			result := carryOut(t.Context(), t, w, plan)
			if tc.says == "" {
				if result.Status != drain.StatusDone {
					t.Errorf("%s: %s", result.Status, said(result.Reason))
				}
				return
			}
			if result.Status != drain.StatusFailed || !strings.Contains(said(result.Reason), tc.says) {
				t.Errorf("%s: %s", result.Status, said(result.Reason))
			}
			for pod, stays := range map[string]bool{"db-1": true, "web-1": false} {
				if there := slices.ContainsFunc(w.Everything().Pods, func(p *corev1.Pod) bool { return p.Name == pod && p.Spec.NodeName == "n1" }); there != stays {
					t.Errorf("%s is on n1: %t", pod, there)
				}
			}
			if diff := cmp.Diff([]string{"n1 was cordoned. To undo that: kubectl uncordon n1"}, leftBy(result)); diff != "" {
				t.Errorf("left (-want +got):\n%s", diff)
			}
		})
	}
}
