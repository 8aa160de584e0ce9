package planner

import (
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// renamed is the set db, recreated over its Pods with another template for claims.
func renamed(world []any) []any {
	return With(world, StatefulSet("db", 3, func(s *appsv1.StatefulSet) { s.Spec.VolumeClaimTemplates[0].Name = "data2" }))
}

// TestClaimsThatTheNextPodForsakes: a claim is given up, or its Pod taken down, only if the replacement Pod uses the next one.
func TestClaimsThatTheNextPodForsakes(t *testing.T) {
	const says = "StatefulSet/db has other volumeClaimTemplates now: the replacement Pod shop/db-1 does not use claim shop/data-db-1 any more, but data2-db-1"
	crew := All(renamed(All(Crew(), Db())), earlier("n3"))
	tells(t, drainPlan(t, ToMove(Accepting("data-db-1")), crew...), drain.Blocked, "blocked Nowhere []: "+says)
	plain := drainPlan(t, ToMove(), crew...)
	tells(t, plain, drain.Blocked, says)
	without(t, plain, "blocked LastCopy")
	tells(t, drainPlan(t, ToKeep(), crew...), drain.Blocked, "blocked Nowhere [--allow-down]: "+says)
	tells(t, recoverPlan(t, accepting("data-db-1"), renamed(All(Fleet(), Db()))...), drain.Blocked, "blocked Nowhere []: "+says)
	back := planOf(t, reattaching(drain.ReattachRequest{Volume: "earlier", Replace: true, AcceptDataLoss: claims("data-db-1")}), Snapshot(t, crew...))
	tells(t, back, drain.Blocked, "blocked Nowhere []: "+says)
}

// TestNamespacesThatGo: nobody recreates a member in a namespace that is being deleted.
func TestNamespacesThatGo(t *testing.T) {
	going := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: Ns, UID: "ns", DeletionTimestamp: &metav1.Time{Time: time.Now()}}}
	const says = "blocked Terminating []: namespace shop is being deleted: nobody recreates shop/db-1 there, nor its claims"
	for name, plan := range map[string]*drain.Plan{
		"move":    drainPlan(t, ToMove(), All(Crew(), Db(), going)...),
		"keep":    drainPlan(t, ToKeep(), All(Crew(), Db(), going)...),
		"recover": recoverPlan(t, nil, All(Fleet(), Db(), going)...),
	} {
		t.Run(name, func(t *testing.T) { tells(t, plan, drain.Blocked, says) })
	}
}

// TestClaimsSharedWithUnchosenPods: a member is chosen as a whole, or left out with the reason.
func TestClaimsSharedWithUnchosenPods(t *testing.T) {
	by := func(rs string) func(*corev1.Pod) { return ControlledBy("ReplicaSet", rs) }
	world := All(ReplicaSet("aa-1", 1, "aa"), ReplicaSet("bb-1", 1, "bb"), HeldBy("share", "n1-share", "n1"), Consumer("aa-1-a", "n1", "share", by("aa-1")), Consumer("bb-1-a", "n1", "share", by("bb-1")))
	only := drain.Choice{Namespace: Ns, Kind: "Deployment", Name: "aa"}
	const says = "claim shop/share is also used by Pod shop/bb-1-a, which is not chosen"
	move := drainPlan(t, ToMove(Accepting("share"), func(r *drain.DrainRequest) { r.Only = []drain.Choice{only} }), All(Crew(), world)...)
	tells(t, move, drain.Blocked, "blocked Shared []: "+says)
	dead := recoverPlan(t, func(r *drain.RecoverRequest) { r.AcceptDataLoss, r.Only = claims("share"), []drain.Choice{only} }, All(Fleet(), world)...)
	tells(t, dead, drain.Blocked, "blocked Shared []: "+says)
	both := []drain.Choice{only, {Namespace: Ns, Kind: "Deployment", Name: "bb"}}
	without(t, drainPlan(t, ToMove(Accepting("share"), func(r *drain.DrainRequest) { r.Only = both }), All(Crew(), world)...), says)
}

// TestOwnersThatReplaceNoPod: what is evicted although nobody recreates it, is told so.
func TestOwnersThatReplaceNoPod(t *testing.T) {
	suspended := Job("sum")
	suspended.Spec.Suspend = ptr.To(true)
	attached := ControlledBy(drain.KindPod, "vm")
	for name, tc := range map[string]struct {
		world []any
		why   string
	}{
		"scaled down":          {With(Db(), StatefulSet("db", 1)), "StatefulSet/db has no member of that name any more"},
		"being deleted":        {With(Db(), StatefulSet("db", 3, Deleting[*appsv1.StatefulSet])), "StatefulSet/db is being deleted"},
		"gone":                 {Without(Db(), "StatefulSet shop/db"), "StatefulSet/db does not exist any more"},
		"at no replicas":       {All(ReplicaSet("web", 0, "web"), Consumer("web-1", "n1", "files", ControlledBy("ReplicaSet", "web")), HeldBy("files", "n1-files", "n1")), "wants no Pods any more"},
		"a Job that suspended": {All(suspended, Consumer("sum-a", "n1", "files", ControlledBy("Job", "sum")), HeldBy("files", "n1-files", "n1")), "Job/sum is suspended"},
		"a Pod":                {All(Consumer("hp-vm", "n1", "files", attached, func(p *corev1.Pod) { p.OwnerReferences[0].APIVersion = "v1" }), HeldBy("files", "n1-files", "n1")), "Pod/vm creates no Pods"},
	} {
		for mode, r := range map[string]drain.DrainRequest{"keep": ToKeep(), "move": ToMove(Accepting("files", "data-db-1"))} {
			t.Run(name+", "+mode, func(t *testing.T) {
				plan := drainPlan(t, r, All(Crew(), tc.world)...)
				tells(t, plan, drain.Ready, "no other Pod comes: ", tc.why)
				without(t, plan, "creates a replacement Pod")
				without(t, plan, "is Ready again")
			})
		}
	}
}

// TestNodesThatGo: a Node that is being deleted is no place, though the scheduler takes no notice of that.
func TestNodesThatGo(t *testing.T) {
	going := func(n *corev1.Node) { n.DeletionTimestamp = &metav1.Time{Time: time.Now()} }
	world := With(All(Crew(), Db()), Node("n3", going))
	without(t, drainPlan(t, ToMove(), world...), "n3-free (n3)")
	alone := Without(world, "PersistentVolume n0-free", "PersistentVolume n2-free")
	tells(t, drainPlan(t, ToMove(), alone...), drain.Blocked, "shop/db-1 fits nowhere")
}

// TestUndirectedClaims: what is to be provisioned cannot be directed, and what binds at once waits for no Pod: both can be given a free volume that
// they may not have.
func TestUndirectedClaims(t *testing.T) {
	of := VolumeAnnotation("localpv.dev/data-of", `{"namespace":"shop","name":"ledger","uid":"ledger-uid"}`)
	bare := Without(All(Crew(), Db()), "PersistentVolume n0-free", "PersistentVolume n2-free", "PersistentVolume n3-free")
	dynamic := With(bare, StorageClass(Class, ProvisionedBy("disks.example.com")), Volume("n2-theirs", On("n2"), of))
	const says = "StatefulSet/db recreates claim shop/data-db-1 as soon as that is gone, and the scheduler could give it "
	tells(t, drainPlan(t, ToMove(), dynamic...), drain.Blocked, "blocked ForeignData [--accept-foreign-data n2-theirs]: "+says+"n2-theirs (on n2)")
	accepted := drainPlan(t, ToMove(func(r *drain.DrainRequest) { r.AcceptForeignData = []string{"n2-theirs"} }), dynamic...)
	without(t, accepted, says)
	pending := func(r *drain.DrainRequest) { r.AllowPending = true }
	immediate := With(bare, StorageClass(Class, Immediate), Volume("n1-theirs", On("n1"), of))
	tells(t, drainPlan(t, ToMove(pending), immediate...), drain.Blocked, says+"n1-theirs (on n1)")
	waits := With(bare, Volume("n1-theirs", On("n1"), of))
	without(t, drainPlan(t, ToMove(pending), waits...), says)
}
