package planner

import (
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// twoOwners are Pods of the Deployments aa and bb with one claim, on n1.
func twoOwners(edits ...func(*corev1.Pod)) []any {
	by := func(rs string) []func(*corev1.Pod) { return []func(*corev1.Pod){ControlledBy("ReplicaSet", rs)} }
	return All(ReplicaSet("aa-1", 1, "aa"), ReplicaSet("bb-1", 1, "bb"), HeldBy("share", "n1-share", "n1"), Consumer("aa-1-a", "n1", "share", by("aa-1")...),
		Consumer("bb-1-a", "n1", "share", append(by("bb-1"), edits...)...))
}

// TestMembersChosenInPart: whoever is chosen is told why it does not move, by whichever flag the other is not.
func TestMembersChosenInPart(t *testing.T) {
	one := func(name string) []drain.Choice {
		return []drain.Choice{{Namespace: Ns, Kind: "Deployment", Name: name}}
	}
	for name, tc := range map[string]struct {
		only, except   []drain.Choice
		member, unless string
	}{
		"only the first":      {one("aa"), nil, "shop/aa-1-a", "bb-1-a"},
		"only the second":     {one("bb"), nil, "shop/bb-1-a", "aa-1-a"},
		"all but the second":  {nil, one("bb"), "shop/aa-1-a", "bb-1-a"},
		"all but the first":   {nil, one("aa"), "shop/bb-1-a", "aa-1-a"},
		"by another namesake": {one("aa"), one("bb"), "shop/aa-1-a", "bb-1-a"},
	} {
		for command, plan := range map[string]*drain.Plan{
			"drain": drainPlan(t, ToMove(Accepting("share"), func(r *drain.DrainRequest) { r.Only, r.Except = tc.only, tc.except }), All(Crew(), twoOwners())...),
			"recover": recoverPlan(t, func(r *drain.RecoverRequest) {
				r.AcceptDataLoss, r.Only, r.Except = claims("share"), tc.only, tc.except
			}, All(Fleet(), twoOwners())...),
		} {
			t.Run(command+", "+name, func(t *testing.T) {
				tells(t, plan, drain.Blocked, "claim shop/share is also used by Pod shop/"+tc.unless+", which is not chosen")
				for _, b := range plan.Blockers {
					if b.Member != tc.member {
						t.Errorf("said of %s", b.Member)
					}
				}
			})
		}
	}
	ended := drainPlan(t, ToMove(Accepting("share"), func(r *drain.DrainRequest) { r.Only = one("aa") }), All(Crew(), twoOwners(Ended))...)
	tells(t, ended, drain.Blocked, "claim shop/share is also held by Pod shop/bb-1-a on n1, which has ended and is not chosen")
	without(t, recoverPlan(t, func(r *drain.RecoverRequest) { r.AcceptDataLoss, r.Only = claims("share"), one("aa") }, All(Fleet(), twoOwners(Ended))...), "not chosen: choose both")
}

// TestOthersLoseDataToo: whoever uses the claim of a member besides starts without it as well, and is named.
func TestOthersLoseDataToo(t *testing.T) {
	const says = "shop/bb-1-a uses claim shop/share as well, and starts WITHOUT ITS DATA, too."
	tells(t, drainPlan(t, ToMove(Accepting("share")), All(Crew(), twoOwners())...), drain.Ready, says)
	tells(t, recoverPlan(t, accepting("share"), All(Fleet(), twoOwners())...), drain.Ready, says)
	without(t, recoverPlan(t, accepting("share"), All(Fleet(), twoOwners(Ended))...), "as well, and starts")
	scaled := With(All(Fleet(), twoOwners()), ReplicaSet("bb-1", 0, "bb")) // of which nothing starts
	without(t, recoverPlan(t, accepting("share"), scaled...), "as well, and starts")
}

// TestMachinesThatPodsAloneName: of a machine that is gone nothing may be left but a Pod, where its volume names no node.
func TestMachinesThatPodsAloneName(t *testing.T) {
	world := With(Without(All(Fleet(), Db()), "Node n1"), Volume("n1-data", Anywhere, Has("data-db-1", "data-db-1-uid")))
	plan := recoverPlan(t, nil, world...)
	tells(t, plan, drain.Blocked, "claim shop/data-db-1")
	list := Suspects(inspect.NewIndex(Snapshot(t, world...)))
	found := false
	for _, s := range list.Items {
		found = found || s.Node == "n1" && len(s.Stuck) == 1 && s.Stuck[0] == "shop/db-1"
	}
	if !found {
		t.Errorf("%+v", list.Items)
	}
	_, err := PlanRecover(t.Context(), inspect.NewIndex(Snapshot(t, Without(world, "Pod shop/db-1")...)), Scheduler, drain.RecoverRequest{Nodes: []string{"n1"}})
	if err == nil {
		t.Error("a name that nothing has is accepted")
	}
}

// TestReservedInDoubt: a reservation whose disk somebody has now can be opened to nobody, and the way out is named.
func TestReservedInDoubt(t *testing.T) {
	twin := All(Volume("twin", On("n3"), at("/mnt/n3-free"), Has("theirs", "theirs-uid")), Claim("theirs", BoundTo("twin")))
	world := All(With(All(Crew(), Db()), Volume("n3-free", On("n3"), ReservedFor("data-db-1"))), twin)
	tells(t, drainPlan(t, ToMove(), world...), drain.Blocked, "are the same disk", "n3-free (on n3) is reserved for claim shop/data-db-1 and may not be given to it; to keep it from everybody",
		`"claimRef":{"namespace":"localpv-cordoned"`)
	cordoned := With(world, Volume("n3-free", On("n3"), cordonedVolume))
	tells(t, drainPlan(t, ToMove(), cordoned...), drain.Ready, "delete claim shop/data-db-1")
}

// TestReleasedAndNamedByTemplates: a Job that names a claim and has no Pod now waits for it later.
func TestReleasedAndNamedByTemplates(t *testing.T) {
	job := func(edits ...func(*batchv1.Job)) *batchv1.Job {
		j := Job("nightly")
		j.Spec.Suspend = ptr.To(true)
		j.Spec.Template.Spec = Consumer("any", "", "c").Spec
		for _, edit := range edits {
			edit(j)
		}
		return j
	}
	bound := All(Volume("v", Has("c", "c-uid")), Claim("c", BoundTo("v")), Node("node-0"))
	const says = "Job/nightly names claim shop/c in its Pod template and does not recreate it"
	ask := func(objects ...any) *drain.Plan {
		return planOf(t, releasing(drain.ReleaseRequest{Targets: Pvc("c")}), Snapshot(t, objects...))
	}
	tells(t, ask(All(bound, job())...), drain.Ready, says)
	without(t, ask(All(bound, job(func(j *batchv1.Job) {
		j.Status.Conditions = []batchv1.JobCondition{{Type: batchv1.JobComplete, Status: corev1.ConditionTrue}}
	}))...), says)
	without(t, ask(bound...), says)
}

// TestReleaseFreesWhatElseIsReserved: what a volume that is only freed becomes is not said to be kept for the claim.
func TestReleaseFreesWhatElseIsReserved(t *testing.T) {
	world := All(Node("node-0"), Volume("v", Has("c", "c-uid")), Claim("c", BoundTo("v")), Volume("w", ReservedFor("c")))
	plan := planOf(t, releasing(drain.ReleaseRequest{Targets: Pvc("c"), Reserve: true}), Snapshot(t, world...))
	tells(t, plan, drain.Ready, "No data is erased: v keeps it, for the next claim shop/c.", "From now on any claim can be given w")
}
