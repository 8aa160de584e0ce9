package planner

import (
	"slices"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestClaimsToCome: a StatefulSet was recreated with one more template for claims than its Pods have. It creates the claim before the
// replacement Pod, so the member gets a volume for that, too.
func TestClaimsToCome(t *testing.T) {
	onDelete := func(s *appsv1.StatefulSet) {
		s.Spec.UpdateStrategy = appsv1.StatefulSetUpdateStrategy{Type: appsv1.OnDeleteStatefulSetStrategyType}
		s.Status.CurrentRevision, s.Status.UpdateRevision = "db-earlier", "db-later"
	}
	same := func(s *appsv1.StatefulSet) {
		s.Status.CurrentRevision, s.Status.UpdateRevision = "db-earlier", "db-earlier"
	}
	wal := func(edit func(*corev1.PersistentVolumeClaim)) func(*appsv1.StatefulSet) {
		return func(s *appsv1.StatefulSet) { edit(&s.Spec.VolumeClaimTemplates[1]) }
	}
	world := func(set *appsv1.StatefulSet, more ...any) []any {
		plain, revision := StatefulSet("db", 3), PodLabel(appsv1.ControllerRevisionHashLabelKey, "db-earlier")
		return With(With(All(Fleet(), Db()), MemberPod(plain, 0, "n0", revision), MemberPod(plain, 1, "n1", revision), MemberPod(plain, 2, "n2", revision), set), more...)
	}
	set := func(edits ...func(*appsv1.StatefulSet)) *appsv1.StatefulSet {
		return StatefulSet("db", 3, append([]func(*appsv1.StatefulSet){WithTemplate("wal")}, edits...)...)
	}
	second := Volume("n3-free2", On("n3"))
	both := []string{"cordon-node n1", "retain-volume n1-data", "force-delete-pod db-1", "await-unused db-1", "reserve-volume n3-free", "reserve-volume n3-free2",
		"delete-claim data-db-1", "await-released n1-data", "await-ready db-1"}
	const gets = "note: StatefulSet/db creates claim shop/wal-db-1 as well, which does not exist now and which its template names: "
	foreign := Volume("n3-free2", On("n3"), VolumeAnnotation(disk.AnnDataOf, `{"namespace":"shop","name":"gone","uid":"gone-uid"}`))
	for _, tc := range []struct {
		name    string
		world   []any
		verdict drain.Verdict
		steps   []string
		says    string
	}{
		{"of the next revision", world(set(onDelete), second), drain.Ready, both, gets + "it gets n3-free2 (on n3)"},
		{"of the same revision, as no revision holds templates for claims", world(set(same), second), drain.Ready, both, gets},
		{"somebody has deleted the claim", With(Without(All(Fleet(), Db(WithTemplate("wal"))), "PersistentVolumeClaim shop/wal-db-1", "PersistentVolume n1-wal"), second), drain.Ready, both, gets},
		{"one volume is not enough", world(set(onDelete)), drain.Blocked, nil, "blocked Nowhere [--allow-pending]: shop/db-1 fits nowhere: "},
		{"the data of another is on it", world(set(onDelete), foreign), drain.Blocked, nil, "blocked ForeignData [--accept-foreign-data n3-free2]: "},
		{"reserved by an earlier run", world(set(onDelete), Volume("n3-free2", On("n3"), ReservedFor("wal-db-1"))), drain.Ready,
			slices.DeleteFunc(slices.Clone(both), func(s string) bool { return s == "reserve-volume n3-free2" }), gets + "it gets n3-free2 (on n3)"},
		{"a provisioner makes it", world(set(onDelete, wal(WantsClass("made"))), StorageClass("made", ProvisionedBy("made.example.com"))), drain.Ready, nil, gets + "a new volume is made for it"},
		{"it would be reclaimed first", world(set(onDelete), Volume("n3-old", On("n3"), Has("gone", "gone-uid"), Phase(Released))), drain.Blocked, nil,
			"note: shop/db-1 has no volume for claim shop/"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			plan := recoverPlan(t, nil, tc.world...)
			says(t, plan, tc.verdict, tc.says)
			if steps := stepsOf(plan); tc.steps != nil && !slices.Equal(steps, tc.steps) {
				t.Errorf("steps %q", steps)
			}
			checkReadBack(t, plan)
		})
	}
	t.Run("drain leaves the way back open until the replacement Pod waits", func(t *testing.T) {
		plan := drainPlan(t, ToMove(), With(world(set(onDelete), second), Node("n1"))...)
		says(t, plan, drain.Ready, gets)
		want := []string{"cordon-node n1", "retain-volume n1-data", "reserve-volume n3-free", "evict-pod db-1", "await-unused db-1", "reserve-volume n3-free2",
			"delete-claim data-db-1", "await-released n1-data", "await-ready db-1", "check-empty n1"}
		if steps := stepsOf(plan); !slices.Equal(steps, want) {
			t.Errorf("steps %q", steps)
		}
		if p, ok := plan.Steps[3].Parameters.(*drain.EvictParameters); !ok || len(p.Reserved) != 1 {
			t.Errorf("it checks %v", plan.Steps[3].Parameters)
		}
		checkReadBack(t, plan)
	})
	t.Run("a claim to come that binds at once is told its volume first, and drain checks that right before it evicts", func(t *testing.T) {
		now := []any{StorageClass("now", Immediate), Volume("n3-now", On("n3"), OfClass("now"))}
		plan := drainPlan(t, ToMove(), With(world(set(onDelete, wal(WantsClass("now"))), append(now, Node("n1"))...))...)
		says(t, plan, drain.Ready, gets)
		for _, s := range plan.Steps {
			if p, ok := s.Parameters.(*drain.EvictParameters); ok && len(p.Reserved) != 2 {
				t.Errorf("it checks %v", p.Reserved)
			}
		}
	})
}
