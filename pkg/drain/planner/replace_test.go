package planner

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// earlier is the volume that db-1 had before the one on n1, on a host.
func earlier(host string) *corev1.PersistentVolume {
	return Volume("earlier", On(host), Has("data-db-1", "former-uid"), Phase(Released), SavedFrom(Claim("data-db-1", WithUID("former-uid"), BoundTo("earlier"))))
}

// crowd is a Pod that leaves no CPU on a node of the crew.
func crowd(node string) *corev1.Pod { return Plain("crowd", node, Requests(corev1.ResourceCPU, "4")) }

// cordonedFor is how a Node looks that an earlier run has cordoned for the sake of some volumes.
func cordonedFor(volumes string) func(*corev1.Node) {
	return func(n *corev1.Node) {
		n.Annotations = map[string]string{drain.AnnCordonedFor: volumes}
		Cordoned(n)
		Tainted(corev1.TaintNodeUnschedulable, "", corev1.TaintEffectNoSchedule)(n)
	}
}

func never(b *policyv1.PodDisruptionBudget) *policyv1.PodDisruptionBudget {
	b.Spec.MaxUnavailable = ptr.To(intstr.FromInt32(0))
	return b
}

func finalized(p *corev1.Pod) { p.Finalizers = []string{"backup.example.com/hold"} }

// TestReplaceIsGuarded takes a member of three down for its earlier volume, in clusters in which that must not be, and in some in which it
// may.
func TestReplaceIsGuarded(t *testing.T) {
	s := StatefulSet("db", 3)
	on := func(host string, edits ...func(*appsv1.StatefulSet)) []any {
		return All(Crew(), Db(edits...), earlier(host))
	}
	base := on("n3")
	allow, accept := func(r *drain.ReattachRequest) { r.AllowPending = true }, func(r *drain.ReattachRequest) {
		r.AcceptDataLoss = []types.NamespacedName{*Key("data-db-1")}
	}
	steps := []drain.Action{drain.ReserveVolume, drain.RetainVolume, drain.CordonNode, drain.EvictPod, drain.AwaitUnused, drain.DeleteClaim, drain.AwaitReleased,
		drain.UncordonNode, drain.CreateClaim, drain.AwaitBound, drain.AwaitReady}
	unfit := steps[:len(steps)-1]
	without := func(actions ...drain.Action) []drain.Action {
		return slices.DeleteFunc(slices.Clone(steps), func(a drain.Action) bool { return slices.Contains(actions, a) })
	}
	for name, tc := range map[string]struct {
		world []any
		edit  func(*drain.ReattachRequest)
		codes []drain.BlockerCode
		steps []drain.Action
		// says are words of the blockers, the warnings and what is lost.
		says []string
	}{
		"all serve":                            {world: base, steps: steps},
		"the home was uncordoned a moment ago": {world: With(base, Node("n3", Tainted(corev1.TaintNodeUnschedulable, "", corev1.TaintEffectNoSchedule))), steps: steps},
		"one of the others is not Ready": {world: With(base, MemberPod(s, 2, "n2", Unready)), steps: steps, codes: []drain.BlockerCode{drain.BlockedQuorum},
			says: []string{"1 of 3 members of StatefulSet/db are ready besides shop/db-1, fewer than a majority"}},
		"one of the others is on an unreachable node": {world: With(base, Node("n2", Unreachable)), steps: steps, codes: []drain.BlockerCode{drain.BlockedQuorum}},
		"none of the others is Ready": {world: With(base, MemberPod(s, 0, "n0", Unready), MemberPod(s, 2, "n2", Unready)), steps: without(drain.AwaitReady),
			codes: []drain.BlockerCode{drain.BlockedLastCopy, drain.BlockedBehind}, says: []string{"no other ready member holds what claim shop/data-db-1 has on n1-data"}},
		"none of the others is Ready, accepted, but the set goes in order": {world: With(base, MemberPod(s, 0, "n0", Unready), MemberPod(s, 2, "n2", Unready)), edit: accept,
			steps: without(drain.AwaitReady), codes: []drain.BlockerCode{drain.BlockedBehind}},
		"none of the others is Ready, accepted": {world: With(on("n3", Parallel), MemberPod(s, 0, "n0", Unready), MemberPod(s, 2, "n2", Unready)), edit: accept, steps: steps, says: []string{"Given up (accepted): the only ready copy of shop/data-db-1. The disk of n1-data (on n1) keeps the data."}},
		"no quorum, accepted":                   {world: With(base, MemberPod(s, 2, "n2", Unready)), edit: accept, steps: steps, says: []string{"Given up (accepted): the copy of shop/data-db-1"}},
		"a sibling is there already": {world: on("n2", Apart), steps: unfit, codes: []drain.BlockerCode{drain.BlockedNowhere},
			says: []string{"shop/db-1 does not fit where earlier (on n2) is", "anti-affinity"}},
		"a sibling is there already, allowed": {world: on("n2", Apart), edit: allow, steps: unfit, says: []string{"shop/db-1 does not fit where earlier (on n2) is"}},
		"no CPU is left there":                {world: All(base, crowd("n3")), steps: unfit, codes: []drain.BlockerCode{drain.BlockedNowhere}, says: []string{"Insufficient cpu"}},
		"another of its claims is elsewhere": {world: on("n3", WithTemplate("logs")), steps: unfit, codes: []drain.BlockerCode{drain.BlockedNowhere},
			says: []string{"shop/db-1 does not fit where earlier (on n3) is: its claim shop/logs-db-1 is bound to n1-logs (on n1), which cannot be used there"}},
		"its node is unreachable": {world: With(base, Node("n1", Unreachable)), steps: steps, codes: []drain.BlockerCode{drain.BlockedUnreachable},
			says: []string{"Pod shop/db-1 is on n1, which is unreachable, so nobody there can confirm that it has stopped"}},
		"its node is gone": {world: Without(base, "Node n1"), steps: without(drain.CordonNode, drain.UncordonNode, drain.EvictPod, drain.AwaitUnused),
			codes: []drain.BlockerCode{drain.BlockedUnreachable, drain.BlockedInUse}, says: []string{"Pod shop/db-1 is on n1, which does not exist"}},
		"somebody else holds the claim": {world: With(base, Claim("data-db-1", BoundTo("n1-data"), func(c *corev1.PersistentVolumeClaim) {
			c.Finalizers = append(c.Finalizers, "backup.example.com/hold")
		})), steps: steps, codes: []drain.BlockerCode{drain.BlockedFinalizer}, says: []string{"claim shop/data-db-1 has finalizer backup.example.com/hold"}},
		"somebody else holds the Pod": {world: With(base, MemberPod(s, 1, "n1", finalized)), steps: steps, codes: []drain.BlockerCode{drain.BlockedFinalizer}},
		"a budget allows none now":    {world: All(base, Budget("db", "db", 0)), steps: steps, says: []string{"the eviction of Pod shop/db-1 waits: disruption budget db allows none now"}},
		"a budget never allows one":   {world: All(base, never(Budget("db", "db", 0))), steps: steps, says: []string{"so it never allows one"}},
		"two budgets":                 {world: All(base, Budget("db", "db", 1), Budget("all", "db", 1)), steps: steps, codes: []drain.BlockerCode{drain.BlockedPods}},
		"it would come back": {world: With(base, MemberPod(s, 1, "n1", ToleratesAll)), steps: steps, codes: []drain.BlockerCode{drain.BlockedPods},
			says: []string{"Pod shop/db-1 would come back to n1 as soon as it is evicted"}},
		"the present volume is on two nodes": {world: With(base, Volume("n1-data", Within(Term(In(corev1.LabelHostname, "n1", "n0"))), Has("data-db-1", "data-db-1-uid"))),
			steps: without(drain.CordonNode, drain.UncordonNode, drain.EvictPod, drain.AwaitUnused), codes: []drain.BlockerCode{drain.BlockedInUse}},
		"the set asks for more now": {world: With(base, StatefulSet("db", 3, func(s *appsv1.StatefulSet) { Asks("150Gi")(&s.Spec.VolumeClaimTemplates[0]) })), steps: steps,
			codes: []drain.BlockerCode{drain.BlockedNoFit}, says: []string{"StatefulSet/db recreates claim shop/data-db-1, and as its template asks for it now"}},
		"the sets are not known": {world: All(base, inspect.Gap{Kind: inspect.StatefulSets, Reason: "not in the files"}), steps: steps, codes: []drain.BlockerCode{drain.BlockedUnknown}},
		"the set is gone": {world: Without(base, "StatefulSet shop/db"), steps: steps, codes: []drain.BlockerCode{drain.BlockedLastCopy, drain.BlockedBarePod},
			says: []string{"nothing would recreate it: StatefulSet/db does not exist any more"}},
		"an earlier run has cordoned the node": {world: With(base, Node("n1", cordonedFor("earlier"))), steps: without(drain.CordonNode)},
		"another run has cordoned the node":    {world: With(base, Node("n1", cordonedFor("other"))), steps: steps},
		"somebody has cordoned the node":       {world: With(base, Node("n1", Cordoned)), steps: without(drain.CordonNode, drain.UncordonNode)},
		"its Pod waits already": {world: With(base, MemberPod(s, 1, ""), MemberPod(s, 2, "n2", Unready)),
			steps: without(drain.CordonNode, drain.UncordonNode, drain.EvictPod, drain.AwaitUnused)},
		"an earlier run has evicted its Pod": {world: With(base, MemberPod(s, 1, ""), Node("n1", cordonedFor("earlier"))),
			steps: without(drain.CordonNode, drain.EvictPod, drain.AwaitUnused)},
	} {
		t.Run(name, func(t *testing.T) {
			req := drain.ReattachRequest{Volume: "earlier", Replace: true}
			if tc.edit != nil {
				tc.edit(&req)
			}
			plan := planOf(t, reattaching(req), Snapshot(t, tc.world...))
			checkReadBack(t, plan)
			if diff := cmp.Diff(tc.codes, codesOf(plan)); diff != "" {
				t.Errorf("blockers (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.steps, actionsOf(plan)); diff != "" {
				t.Errorf("steps (-want +got):\n%s", diff)
			}
			text := told(plan)
			for _, words := range tc.says {
				if !strings.Contains(strings.Join(strings.Fields(text), " "), words) {
					t.Errorf("it does not say %q:\n%s", words, text)
				}
			}
		})
	}
}

// TestReplaceOnTheSameNode: the node that is cordoned while the Pod goes is the one that it comes back to, and that is no reason to stop.
func TestReplaceOnTheSameNode(t *testing.T) {
	plan := planOf(t, reattaching(drain.ReattachRequest{Volume: "earlier", Replace: true}), Snapshot(t, All(Crew(), Db(), earlier("n1"))...))
	for _, s := range plan.Steps {
		var got *drain.Safeguards
		switch p := s.Parameters.(type) {
		case *drain.EvictParameters:
			got = p.Safeguards
		case *drain.DeleteClaimParameters:
			got = p.Safeguards
		default:
			continue
		}
		want := &drain.Safeguards{Owner: "StatefulSet/db", OwnerUID: UID("db"), Named: []string{"db-0", "db-2"}, Ready: 2, Earlier: []string{"db-0"}, Node: "n1", Cordoned: true}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", s.ID, diff)
		}
	}
	if plan.Verdict != drain.Ready {
		t.Error(plan.Verdict, codesOf(plan))
	}
}

// TestReattachAwaitsWhoComes: a member is waited for if its Pod is there or sure to come, and only then.
func TestReattachAwaitsWhoComes(t *testing.T) {
	s := StatefulSet("db", 3)
	gone := Without(All(Crew(), Db(), earlier("n3")), "PersistentVolumeClaim shop/data-db-1", "PersistentVolume n1-data")
	together := StatefulSet("db", 3, Parallel)
	for name, tc := range map[string]struct {
		world []any
		want  []drain.Action
	}{
		"its Pod waits":         {With(gone, MemberPod(s, 1, "")), []drain.Action{drain.AwaitBound, drain.AwaitReady}},
		"its Pod is to come":    {Without(gone, "Pod shop/db-1"), []drain.Action{drain.AwaitBound, drain.AwaitReady}},
		"an earlier one is not": {With(Without(gone, "Pod shop/db-1"), MemberPod(s, 0, "n0", Unready)), []drain.Action{drain.AwaitBound}},
		"all come at once":      {With(Without(gone, "Pod shop/db-1"), together, MemberPod(s, 0, "n0", Unready)), []drain.Action{drain.AwaitBound, drain.AwaitReady}},
		"the set has shrunk":    {With(Without(gone, "Pod shop/db-1", "Pod shop/db-2"), StatefulSet("db", 1)), []drain.Action{drain.AwaitBound}},
		"it fits nowhere":       {All(With(gone, MemberPod(s, 1, "")), crowd("n3")), []drain.Action{drain.AwaitBound}},
		"being bound": {With(gone, MemberPod(s, 1, ""), Claim("data-db-1"), Volume("earlier", On("n3"), Has("data-db-1", "data-db-1-uid"))),
			[]drain.Action{drain.AwaitBound, drain.AwaitReady}},
		"bound, and its Pod not Ready": {With(gone, MemberPod(s, 1, "n3", Unready), Claim("data-db-1", BoundTo("earlier")), Volume("earlier", On("n3"), Has("data-db-1", "data-db-1-uid"))),
			[]drain.Action{drain.AwaitReady}},
		"bound, and its Pod apart from it": {With(gone, MemberPod(s, 1, "n2"), Claim("data-db-1", BoundTo("earlier")), Volume("earlier", On("n3"), Has("data-db-1", "data-db-1-uid"))),
			[]drain.Action{drain.AwaitReady}},
		"bound and Ready": {With(gone, MemberPod(s, 1, "n3"), Claim("data-db-1", BoundTo("earlier")), Volume("earlier", On("n3"), Has("data-db-1", "data-db-1-uid"))), nil},
		"bound, and a node still cordoned for it": {With(gone, MemberPod(s, 1, "n3"), Node("n1", cordonedFor("earlier")), Claim("data-db-1", BoundTo("earlier")),
			Volume("earlier", On("n3"), Has("data-db-1", "data-db-1-uid"))), []drain.Action{drain.UncordonNode}},
	} {
		t.Run(name, func(t *testing.T) {
			plan := planOf(t, reattaching(drain.ReattachRequest{Volume: "earlier"}), Snapshot(t, tc.world...))
			got := slices.DeleteFunc(actionsOf(plan), func(a drain.Action) bool { return a == drain.ReserveVolume || a == drain.CreateClaim })
			if diff := cmp.Diff(tc.want, got); diff != "" && (len(tc.want) > 0 || len(got) > 0) || len(plan.Blockers) > 0 {
				t.Errorf("%v, steps (-want +got):\n%s", codesOf(plan), diff)
			}
		})
	}
}

// TestWhatIsNewerIsNotClaimed: which of two claims is younger says nothing of the data.
func TestWhatIsNewerIsNotClaimed(t *testing.T) {
	plan := planOf(t, reattaching(drain.ReattachRequest{Volume: "earlier", Replace: true}), Snapshot(t, All(Crew(), Db(), earlier("n3"))...))
	text := strings.Join(strings.Fields(told(plan)), " ")
	if !strings.Contains(text, "which of the two volumes holds the newer data is not known") || strings.Contains(text, "newer data is on") {
		t.Error(text)
	}
}

// TestMembersWithoutOthersAreLeftToTheUser: --replace itself decides of data of which there is no other copy in any case.
func TestMembersWithoutOthersAreLeftToTheUser(t *testing.T) {
	former := Volume("former", On("n3"), Has("data-web", "former-uid"), Phase(Released), SavedFrom(Claim("data-web", WithUID("former-uid"), BoundTo("former"))))
	plan := planOf(t, reattaching(drain.ReattachRequest{Volume: "former", Replace: true}),
		Snapshot(t, All(Crew(), Web(Uses("data-web")), HeldBy("data-web", "n1-web", "n1"), former)...))
	if plan.Verdict != drain.Ready {
		t.Fatal(codesOf(plan), told(plan))
	}
	for _, s := range plan.Steps {
		if p, ok := s.Parameters.(*drain.DeleteClaimParameters); ok && (p.Safeguards.Ready != 0 || !p.Unused || p.Place == nil) {
			t.Errorf("%+v", p)
		}
	}
}

// TestForeignPodFinalizers tells those that Kubernetes removes by itself from others.
func TestForeignPodFinalizers(t *testing.T) {
	p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Finalizers: []string{"batch.kubernetes.io/job-tracking", "foregroundDeletion", "orphan", "a.example.com/b"}}}
	if got := workload.ForeignPodFinalizers(p); !slices.Equal(got, []string{"a.example.com/b"}) {
		t.Error(got)
	}
}
