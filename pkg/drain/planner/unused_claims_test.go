package planner

import (
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// renamed is a set that was recreated over its Pods with another name for its claims.
func renamed(s *appsv1.StatefulSet) { s.Spec.VolumeClaimTemplates[0].Name = "fresh" }

// TestClaimsThatTheNextPodDoesNotName: the claim would be given up and recreated for nobody, and the member never be Ready.
func TestClaimsThatTheNextPodDoesNotName(t *testing.T) {
	says := "the Pod that StatefulSet/db creates next for shop/db-1 does not use shop/data-db-1, but shop/fresh-db-1"
	accepted := Accepting("data-db-1")
	crew := All(With(All(Crew(), Db()), StatefulSet("db", 3, renamed)), Free("n1-fresh", "n4-fresh"))
	tells(t, drainPlan(t, ToMove(accepted), All(crew, Web())...), drain.Ready, "left out shop/db-1 Pods []: "+says)
	tells(t, drainPlan(t, ToKeep(), All(crew, Web())...), drain.Ready, "left out shop/db-1 Nowhere [--allow-down]: "+says)
	tells(t, drainPlan(t, ToKeep(func(r *drain.DrainRequest) { r.AllowDown = true }), crew...), drain.Ready, "note: "+says)
	tells(t, recoverPlan(t, nil, All(With(All(Fleet(), Db()), StatefulSet("db", 3, renamed)), Queue())...), drain.Ready, says)
	without(t, drainPlan(t, ToMove(), With(All(Crew(), Db()), StatefulSet("db", 3))...), "does not use")
}

// TestReplacementsThatTolerateMore: what counts is the Pod that comes, not the one that goes.
func TestReplacementsThatTolerateMore(t *testing.T) {
	of := PodLabel(appsv1.ControllerRevisionHashLabelKey, "db-earlier")
	base := With(All(Crew(), Db(), Web()), MemberPod(StatefulSet("db", 3), 1, "n1", of))
	tolerant := onDelete(func(s *appsv1.StatefulSet) {
		s.Spec.Template.Spec.Tolerations = []corev1.Toleration{{Operator: corev1.TolerationOpExists}}
	})
	named := onDelete(func(s *appsv1.StatefulSet) { s.Spec.Template.Spec.NodeName = "n1" })
	for why, set := range map[string]*appsv1.StatefulSet{"it tolerates the cordon": tolerant, "its template names that node": named} {
		tells(t, drainPlan(t, ToMove(), With(base, set)...), drain.Ready, "Pod shop/db-1 would come back to n1 as soon as it is evicted, since "+why)
		tells(t, drainPlan(t, ToKeep(), With(base, set)...), drain.Ready, "note: Pod shop/db-1 may come back to n1 as soon as it is evicted, since "+why)
	}
	stricter := With(base, onDelete(func(*appsv1.StatefulSet) {}), MemberPod(StatefulSet("db", 3), 1, "n1", of, ToleratesAll))
	without(t, drainPlan(t, ToMove(), stricter...), "would come back")
}
