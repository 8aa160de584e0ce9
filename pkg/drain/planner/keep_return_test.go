package planner

import (
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// without wants a Plan not to say something.
func without(t *testing.T, p *drain.Plan, words string) {
	t.Helper()
	if text := told(p); strings.Contains(text, words) {
		t.Errorf("it says %q: %s", words, text)
	}
}

// onDelete is a set of three whose template has been edited, and whose Pods are recreated only when they are deleted.
func onDelete(edit func(*appsv1.StatefulSet)) *appsv1.StatefulSet {
	return StatefulSet("db", 3, func(s *appsv1.StatefulSet) {
		s.Spec.UpdateStrategy = appsv1.StatefulSetUpdateStrategy{Type: appsv1.OnDeleteStatefulSetStrategyType}
		s.Status.CurrentRevision, s.Status.UpdateRevision = "db-earlier", "db-later"
		edit(s)
	})
}

// TestKeptMembersComeBack: the Pod that the StatefulSet makes next is judged on its own node, back and uncordoned.
func TestKeptMembersComeBack(t *testing.T) {
	of := PodLabel(appsv1.ControllerRevisionHashLabelKey, "db-earlier")
	gold := func(s *appsv1.StatefulSet) { s.Spec.Template.Spec.NodeSelector = map[string]string{"tier": "gold"} }
	base := With(All(Crew(), Db()), MemberPod(StatefulSet("db", 3), 1, "n1", of))
	left, stays := "left out shop/db-1 Nowhere [--allow-down]: the replacement Pod of shop/db-1 asks for something else", "evict Pod shop/db-1"
	for name, tc := range map[string]struct {
		world   []any
		down    bool
		verdict drain.Verdict
		says    string
	}{
		"nothing was edited":                  {base, false, drain.Ready, stays},
		"cordoned already":                    {With(base, Node("n1", Cordoned)), false, drain.Ready, stays},
		"the node does not fit any more":      {All(With(base, onDelete(gold)), Web()), false, drain.Ready, left},
		"and somebody wants that":             {All(With(base, onDelete(gold)), Web()), true, drain.Ready, "note: the replacement Pod of shop/db-1 asks for something else"},
		"the node fits":                       {With(base, onDelete(gold), Node("n1", NodeLabel("tier", "gold"))), false, drain.Ready, stays},
		"one more claim, without a volume":    {All(With(base, onDelete(WithTemplate("wal"))), Web()), false, drain.Ready, left},
		"one more claim, with a free volume":  {All(With(base, onDelete(WithTemplate("wal"))), Free("n1-wal")), false, drain.Ready, stays},
		"a taint that keeps the same Pod off": {With(base, Node("n1", Tainted("service", "disk", corev1.TaintEffectNoSchedule))), false, drain.Ready, "note: shop/db-1 would not be scheduled to n1 again as things are"},
	} {
		t.Run(name, func(t *testing.T) {
			plan := drainPlan(t, ToKeep(func(r *drain.DrainRequest) { r.AllowDown = tc.down }), tc.world...)
			tells(t, plan, tc.verdict, tc.says)
			if tc.says == stays {
				without(t, plan, "scheduled to n1 again")
			}
		})
	}
}

// TestKeptScratchComesBack: a generic ephemeral volume is created with the replacement Pod, and keeps nobody from the node once its disk is free.
func TestKeptScratchComesBack(t *testing.T) {
	volume := Volume("n1-scratch", On("n1"), Has("db-1-scratch", "db-1-scratch-uid"), Deletes)
	world := All(With(All(Crew(), Db()), MemberPod(StatefulSet("db", 3), 1, "n1", scratch)), Claim("db-1-scratch", BoundTo("n1-scratch"), ownedByPod("db-1")))
	without(t, drainPlan(t, ToKeep(), All(world, volume)...), "scheduled to n1 again")
	kept := Volume("n1-scratch", On("n1"), Has("db-1-scratch", "db-1-scratch-uid"))
	tells(t, drainPlan(t, ToKeep(), All(world, kept)...), drain.Ready, "shop/db-1 would not be scheduled to n1 again as things are")
}
