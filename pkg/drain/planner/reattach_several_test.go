package planner

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// was is a volume on a host that an earlier claim of db-1 left.
func was(name, claim, host string) *corev1.PersistentVolume {
	return Volume(name, On(host), Has(claim, "former-"+claim), Phase(Released), SavedFrom(Claim(claim, WithUID("former-"+claim), BoundTo(name))))
}

// pairOfClaims is a set whose members have two claims each. Of db-1 both are gone, and its Pod waits.
func pairOfClaims(more ...any) []any {
	world := Without(All(Crew(), Db(WithTemplate("logs"))), "PersistentVolumeClaim shop/data-db-1", "PersistentVolumeClaim shop/logs-db-1",
		"PersistentVolume n1-data", "PersistentVolume n1-logs")
	return With(world, append([]any{MemberPod(StatefulSet("db", 3, WithTemplate("logs")), 1, "")}, more...)...)
}

// servingPair is the same set, with db-1 on n1 and what it had before on n3.
func servingPair(more ...any) []any {
	return With(All(Crew(), Db(WithTemplate("logs"))), append([]any{was("old-data", "data-db-1", "n3"), was("old-logs", "logs-db-1", "n3")}, more...)...)
}

// bothBound is the same set, whose db-1 waits: its claims are bound on n1 and n2.
func bothBound(more ...any) []any {
	return pairOfClaims(All(HeldBy("data-db-1", "n1-data", "n1"), HeldBy("logs-db-1", "n2-logs-1", "n2"), more)...)
}

// TestVolumesOfOneMember: one Pod needs all of its volumes, so they are judged together, and it is waited for once.
func TestVolumesOfOneMember(t *testing.T) {
	both, replaceBoth := drain.ReattachRequest{Volume: "old-data", More: []string{"old-logs"}}, drain.ReattachRequest{Volume: "old-data", More: []string{"old-logs"}, Replace: true}
	first := drain.ReattachRequest{Volume: "old-data"}
	data, logs := was("old-data", "data-db-1", "n1"), was("old-logs", "logs-db-1", "n1")
	replaceFirst := drain.ReattachRequest{Volume: "old-data", Replace: true}
	exchange := []drain.Action{drain.ReserveVolume, drain.RetainVolume, drain.DeleteClaim, drain.AwaitReleased, drain.CreateClaim, drain.AwaitBound}
	lone := []drain.Action{drain.ReserveVolume, drain.CreateClaim, drain.AwaitBound}
	give := []drain.Action{drain.ReserveVolume, drain.ReserveVolume, drain.CreateClaim, drain.CreateClaim, drain.AwaitBound, drain.AwaitBound, drain.AwaitReady}
	for name, tc := range map[string]struct {
		world   []any
		request drain.ReattachRequest
		codes   []drain.BlockerCode
		steps   []drain.Action
		says    []string
		silent  []string
	}{
		"both": {pairOfClaims(data, logs), both, nil, give, nil, []string{"does not fit", "stays Pending"}},
		"both, and one of them was given back before": {
			pairOfClaims(logs, Volume("old-data", On("n1"), Has("data-db-1", "data-db-1-uid")), Claim("data-db-1", BoundTo("old-data"))),
			both, nil, []drain.Action{drain.ReserveVolume, drain.CreateClaim, drain.AwaitBound, drain.AwaitReady}, nil, []string{"does not fit"},
		},
		"both, and another is left free": {pairOfClaims(data, logs, Free("n1-spare")[0]), both, nil, give, nil, []string{"does not fit", "needs claim"}},
		"both, on different nodes": {
			pairOfClaims(data, was("old-logs", "logs-db-1", "n2")), both, []drain.BlockerCode{drain.BlockedNowhere}, give[:6],
			[]string{"shop/db-1 needs old-data (on n1) and old-logs (on n2) together, and no node has all of them"}, []string{"does not fit"},
		},
		"one of two": {
			pairOfClaims(data, logs), first, nil, lone,
			[]string{
				"shop/db-1 does not fit where old-data (on n1) is before it has its earlier volume old-logs back as well",
				"to give all of them back together: kubectl localpv reattach old-data old-logs",
				"next: shop/db-1 stays Pending until it has old-logs as well. To give that back too: kubectl localpv reattach old-logs",
			}, []string{"--allow-pending"},
		},
		"one of two, and the other claim would be given an empty volume": {
			pairOfClaims(data, logs, Free("n1-spare")[0]), first, nil, append(slices.Clone(lone), drain.AwaitReady),
			[]string{"shop/db-1 needs claim shop/logs-db-1 too, whose data is on old-logs (on n1): that claim has no volume now, and may be given another",
				"kubectl localpv reattach old-data old-logs"}, nil,
		},
		"one of two, and the data of the other is elsewhere": {
			pairOfClaims(data, was("old-logs", "logs-db-1", "n2"), Free("n1-spare")[0]), first, nil, append(slices.Clone(lone), drain.AwaitReady),
			[]string{"whose data is on old-logs (on n2), which cannot be used where this one is"}, []string{"together:"},
		},
		"the other claim is bound elsewhere": {
			pairOfClaims(data, HeldBy("logs-db-1", "n2-logs-1", "n2")[0], HeldBy("logs-db-1", "n2-logs-1", "n2")[1]), first, []drain.BlockerCode{drain.BlockedNowhere}, lone,
			[]string{"shop/db-1 does not fit where old-data (on n1) is: its claim shop/logs-db-1 is bound to n2-logs-1 (on n2), which cannot be used there", "[--allow-pending]"}, nil,
		},
		"the other claim is bound elsewhere, which is accepted": {
			pairOfClaims(data, HeldBy("logs-db-1", "n2-logs-1", "n2")), drain.ReattachRequest{Volume: "old-data", AllowPending: true}, nil, lone,
			[]string{"its claim shop/logs-db-1 is bound to n2-logs-1 (on n2), which cannot be used there"}, nil,
		},
		"the other claim is bound elsewhere, and its node is cordoned": {
			pairOfClaims(data, HeldBy("logs-db-1", "n2-logs-1", "n2"), Node("n1", Cordoned)), first, []drain.BlockerCode{drain.BlockedNowhere}, lone,
			[]string{"its claim shop/logs-db-1 is bound to n2-logs-1 (on n2), which cannot be used there"}, nil,
		},
		"the other claim is bound elsewhere, and has earlier data here": {
			pairOfClaims(data, logs, HeldBy("logs-db-1", "n2-logs-1", "n2")), first, []drain.BlockerCode{drain.BlockedNowhere}, lone,
			[]string{"before it has its earlier volume old-logs back as well, for claim shop/logs-db-1; to give all of them back together: kubectl localpv reattach old-data old-logs --replace"}, nil,
		},
		"one that does not serve replaces, and its other claim is bound elsewhere": {
			bothBound(was("old-data", "data-db-1", "n3")), replaceFirst, []drain.BlockerCode{drain.BlockedNowhere}, exchange,
			[]string{"shop/db-1 does not fit where old-data (on n3) is: its claim shop/logs-db-1 is bound to n2-logs-1 (on n2), which cannot be used there"}, []string{"next: shop/db-1 runs"},
		},
		"one that does not serve replaces, and has another earlier volume that would do": {
			bothBound(was("old-data", "data-db-1", "n3"), was("older-data", "data-db-1", "n2")), replaceFirst, []drain.BlockerCode{drain.BlockedNowhere}, exchange,
			[]string{"older-data (on n2) has earlier data of claim shop/data-db-1 too, and can be used there: kubectl localpv reattach older-data --replace"}, nil,
		},
		"one that does not serve replaces, and its other claim has earlier data there": {
			bothBound(was("old-data", "data-db-1", "n3"), was("old-logs", "logs-db-1", "n3")), replaceFirst, []drain.BlockerCode{drain.BlockedNowhere}, exchange,
			[]string{"to give all of them back together: kubectl localpv reattach old-data old-logs --replace"}, nil,
		},
		"the other claim is lost": {
			pairOfClaims(data, Claim("logs-db-1", BoundTo("erased"), func(c *corev1.PersistentVolumeClaim) { c.Status.Phase = corev1.ClaimLost })), first, nil, lone,
			[]string{"its claim shop/logs-db-1 is bound to volume erased, which does not exist"}, nil,
		},
		"both replace": {
			servingPair(), replaceBoth, nil, []drain.Action{drain.ReserveVolume, drain.ReserveVolume, drain.RetainVolume, drain.RetainVolume, drain.CordonNode, drain.EvictPod,
				drain.AwaitUnused, drain.DeleteClaim, drain.DeleteClaim, drain.AwaitReleased, drain.AwaitReleased, drain.UncordonNode, drain.CreateClaim, drain.CreateClaim,
				drain.AwaitBound, drain.AwaitBound, drain.AwaitReady},
			[]string{"kubectl localpv reattach n1-data n1-logs --replace"}, []string{"does not fit"},
		},
		"one of two replaces": {
			servingPair(), drain.ReattachRequest{Volume: "old-data", Replace: true}, []drain.BlockerCode{drain.BlockedNowhere},
			[]drain.Action{drain.ReserveVolume, drain.RetainVolume, drain.CordonNode, drain.EvictPod, drain.AwaitUnused, drain.DeleteClaim, drain.AwaitReleased,
				drain.UncordonNode, drain.CreateClaim, drain.AwaitBound},
			[]string{"before it has its earlier volume old-logs back as well", "kubectl localpv reattach old-data old-logs --replace"}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			plan := planOf(t, reattaching(tc.request), Snapshot(t, tc.world...))
			checkReadBack(t, plan)
			text := strings.Join(strings.Fields(told(plan)), " ")
			if diff := cmp.Diff(tc.codes, codesOf(plan)); diff != "" {
				t.Errorf("blockers (-want +got):\n%s\n%s", diff, text)
			}
			if diff := cmp.Diff(tc.steps, actionsOf(plan)); diff != "" {
				t.Errorf("steps (-want +got):\n%s", diff)
			}
			for _, words := range tc.says {
				if !strings.Contains(text, words) {
					t.Errorf("it does not say %q:\n%s", words, text)
				}
			}
			for _, words := range tc.silent {
				if strings.Contains(text, words) {
					t.Errorf("it says %q:\n%s", words, text)
				}
			}
		})
	}
}

// TestMemberIsAwaitedWithAllItsClaims: the wait for the member is about all claims that come back, and none of them may be the one that
// was there before.
func TestMemberIsAwaitedWithAllItsClaims(t *testing.T) {
	plan := planOf(t, reattaching(drain.ReattachRequest{Volume: "old-logs", More: []string{"old-data"}, Replace: true}), Snapshot(t, servingPair()...))
	last := plan.Steps[len(plan.Steps)-1]
	p, ok := last.Parameters.(*drain.AwaitReadyParameters)
	if !ok {
		t.Fatalf("the last step is %s", last.ID)
	}
	var uids []types.UID
	for _, c := range p.Claims {
		uids = append(uids, c.UID)
	}
	if want := []types.UID{UID("logs-db-1"), UID("data-db-1")}; !slices.Equal(uids, want) || p.Node != "n3" {
		t.Errorf("claims %v, want %v; node %s", uids, want, p.Node)
	}
	for _, s := range plan.Steps {
		switch p := s.Parameters.(type) {
		case *drain.EvictParameters:
			if len(p.Reserved) != 2 {
				t.Errorf("%s is guarded by %v", s.ID, p.Reserved)
			}
		case *drain.DeleteClaimParameters:
			want := strings.Replace(p.Volume.Name, "n1-", "old-", 1)
			if p.Place == nil || p.Place.Name != want {
				t.Errorf("%s rests on %v, want %s", s.ID, p.Place, want)
			}
		}
	}
	var said []string
	for _, f := range plan.Outcome {
		said = append(said, english(f))
	}
	if diff := cmp.Diff([]string{
		"Claim shop/logs-db-1 goes back to the data on old-logs. What has been written since stays on n1-logs.",
		"Claim shop/data-db-1 goes back to the data on old-data. What has been written since stays on n1-data.",
	}, said); diff != "" {
		t.Errorf("outcome (-want +got):\n%s", diff)
	}
}

// TestWhatTheSchedulerGivesToo: another claim of the member may be given the data of others as soon as the Pod fits.
func TestWhatTheSchedulerGivesToo(t *testing.T) {
	base := pairOfClaims(was("old-data", "data-db-1", "n1"), Claim("logs-db-1", WithUID("new-uid")))
	record := VolumeAnnotation("localpv.dev/data-of", `{"namespace":"shop","name":"cache","uid":"cache-uid"}`)
	for name, tc := range map[string]struct {
		volume *corev1.PersistentVolume
		codes  []drain.BlockerCode
		says   string
	}{
		"the data of another claim": {Volume("spare", On("n1"), record), []drain.BlockerCode{drain.BlockedForeignData}, "spare (on n1) has the data of claim shop/cache, and shop/logs-db-1 could get it"},
		"a record of another version": {Volume("spare", On("n1"), newer), nil,
			"shop/db-1 needs claim shop/logs-db-1 too, which has no volume, and the scheduler would give it spare on n1"},
		"an empty volume": {Volume("spare", On("n1")), nil, "Ready"},
	} {
		t.Run(name, func(t *testing.T) {
			plan := planOf(t, reattaching(drain.ReattachRequest{Volume: "old-data", AllowPending: true}), Snapshot(t, All(base, tc.volume)...))
			if text := strings.Join(strings.Fields(told(plan)), " "); !slices.Equal(codesOf(plan), tc.codes) || !strings.Contains(text, tc.says) {
				t.Errorf("%v: %s", codesOf(plan), text)
			}
		})
	}
}

// TestNothingIsAskedOfARunThatHasNothingToGive: what the scheduler may give to another claim stops nobody who has given his volume back.
func TestNothingIsAskedOfARunThatHasNothingToGive(t *testing.T) {
	record := VolumeAnnotation("localpv.dev/data-of", `{"namespace":"shop","name":"cache","uid":"cache-uid"}`)
	world := pairOfClaims(HeldBy("data-db-1", "old-data", "n1"), Claim("logs-db-1", WithUID("new-uid")), Volume("spare", On("n1"), record))
	plan := planOf(t, reattaching(drain.ReattachRequest{Volume: "old-data"}), Snapshot(t, world...))
	says(t, plan, drain.NothingToDo, "done: volume old-data is Bound to claim shop/data-db-1 already")
}

// TestOneMemberIsReplaced: --replace takes down one member at a time.
func TestOneMemberIsReplaced(t *testing.T) {
	world := With(All(Crew(), Db()), was("old-1", "data-db-1", "n3"), was("old-2", "data-db-2", "n3"))
	_, err := reattaching(drain.ReattachRequest{Volume: "old-1", More: []string{"old-2"}, Replace: true})(inspect.NewIndex(Snapshot(t, world...)))
	if err == nil || !strings.Contains(err.Error(), "OneMemberToReplace") {
		t.Errorf("error %v", err)
	}
}

// TestSharedPodJoinsClaims: without a StatefulSet it is the Pod that joins claims.
func TestSharedPodJoinsClaims(t *testing.T) {
	world := All(Node("n1"), Node("n2"), StorageClass(Class), Consumer("app", "", "a", Uses("b"), ControlledBy("ReplicaSet", "app")), ReplicaSet("app", 1, "app"),
		was("old-a", "a", "n1"), was("old-b", "b", "n2"), Claim("a"), Claim("b"))
	plan := planOf(t, reattaching(drain.ReattachRequest{Volume: "old-a", More: []string{"old-b"}}), Snapshot(t, world...))
	if !slices.Equal(codesOf(plan), []drain.BlockerCode{drain.BlockedNowhere}) || len(plan.Targets) != 1 {
		t.Errorf("%v, %d targets: %s", codesOf(plan), len(plan.Targets), told(plan))
	}
}

// TestPodsJoinClaimsInAChain: in whatever order volumes are named, those that Pods need together are of one member.
func TestPodsJoinClaimsInAChain(t *testing.T) {
	world := All(Node("n1"), StorageClass(Class), Consumer("one", "", "a", Uses("b")), Consumer("two", "", "b", Uses("c")),
		was("old-a", "a", "n1"), was("old-b", "b", "n1"), was("old-c", "c", "n1"), was("old-d", "d", "n1"), Claim("a"), Claim("b"), Claim("c"), Claim("d"))
	plan := planOf(t, reattaching(drain.ReattachRequest{Volume: "old-a", More: []string{"old-d", "old-c", "old-b"}}), Snapshot(t, world...))
	got := map[int]string{}
	for _, s := range plan.Steps {
		if s.Action == drain.ReserveVolume {
			got[s.Target] += s.Object.Name + " "
		}
	}
	if diff := cmp.Diff(map[int]string{0: "old-a old-c old-b ", 1: "old-d "}, got); diff != "" {
		t.Errorf("volumes by target (-want +got):\n%s", diff)
	}
}

// TestReattachByRecord: a volume that reclaim has made available still knows whose data is on it.
func TestReattachByRecord(t *testing.T) {
	record := VolumeAnnotation("localpv.dev/data-of", `{"namespace":"shop","name":"data-db-1","uid":"former-uid"}`)
	world := With(Without(All(Crew(), Db()), "PersistentVolumeClaim shop/data-db-1", "PersistentVolume n1-data"), MemberPod(StatefulSet("db", 3), 1, ""))
	steps := []drain.Action{drain.ReserveVolume, drain.AwaitBound, drain.AwaitReady}
	for name, tc := range map[string]struct {
		volume *corev1.PersistentVolume
		want   []drain.Action
	}{
		"recorded":         {Volume("opened", On("n1"), record), steps},
		"the manifest too": {Volume("opened", On("n1"), record, SavedFrom(Claim("data-db-1", WithUID("former-uid"), BoundTo("opened")))), slices.Insert(slices.Clone(steps), 1, drain.CreateClaim)},
	} {
		t.Run(name, func(t *testing.T) {
			plan := planOf(t, reattaching(drain.ReattachRequest{Volume: "opened"}), Snapshot(t, All(world, tc.volume)...))
			if diff := cmp.Diff(tc.want, actionsOf(plan)); diff != "" || plan.Verdict != drain.Ready {
				t.Errorf("%s, steps (-want +got):\n%s\n%s", plan.Verdict, diff, told(plan))
			}
			if free, ok := plan.Steps[0].Parameters.(*drain.FreeParameters); !ok || free.For == nil || free.For.String() != "shop/data-db-1" {
				t.Errorf("it is reserved by %+v", plan.Steps[0].Parameters)
			}
		})
	}
}

// TestPlaceNamesItsNode: of a volume that can be used on several nodes, a step names the one where the member goes.
func TestPlaceNamesItsNode(t *testing.T) {
	wide := Volume("wide", Within(Term(In(corev1.LabelHostname, "n2", "n3"))))
	world := All(Node("n0"), Node("n1"), Node("n2", Cordoned), Node("n3"), StorageClass(Class), wide, Db())
	text := told(drainPlan(t, ToMove(), world...))
	if !strings.Contains(text, "reserve wide (on n3)") || strings.Contains(text, "wide (on n2") {
		t.Error(text)
	}
	lost := With(Without(All(Crew(), Db()), "PersistentVolumeClaim shop/data-db-1", "PersistentVolume n1-data"), MemberPod(StatefulSet("db", 3), 1, ""),
		Volume("wide", Within(Term(In(corev1.LabelHostname, "n2", "n3"))), Has("data-db-1", "former"), Phase(Released)), Node("n2", Cordoned))
	text = told(planOf(t, reattaching(drain.ReattachRequest{Volume: "wide"}), Snapshot(t, lost...)))
	if !strings.Contains(text, "shop/data-db-1 has wide (on n3) again") {
		t.Error(text)
	}
}

// TestPendingIsNotGivenWhatItMayNotHave: a member that is to stay Pending would not: the scheduler knows nothing of records of another
// version, nor of where data is.
func TestPendingIsNotGivenWhatItMayNotHave(t *testing.T) {
	base := Without(All(Crew(), Db()), "PersistentVolume n0-free", "PersistentVolume n2-free", "PersistentVolume n3-free")
	elsewhere := VolumeAnnotation("local.path.provisioner/selected-node", "n2")
	for name, tc := range map[string]struct {
		volume *corev1.PersistentVolume
		code   drain.BlockerCode
	}{
		"another version's": {Volume("odd", On("n3"), newer), drain.BlockedNewer},
		"astray":            {Volume("odd", Within(Term(In("disk", "ssd"))), elsewhere), drain.BlockedShared},
	} {
		t.Run(name, func(t *testing.T) {
			world := With(base, Node("n3", NodeLabel("disk", "ssd")), tc.volume)
			plan := drainPlan(t, ToMove(AllowingPending), world...)
			text := told(plan)
			if !slices.Contains(codesOf(plan), tc.code) || !strings.Contains(text, "the scheduler would give it odd on n3") {
				t.Errorf("%v: %s", codesOf(plan), text)
			}
		})
	}
}

// TestBehindAnUnreadyMember: a StatefulSet that goes in order recreates nobody while one of a lower ordinal is not Ready, so nobody is
// taken down for that.
func TestBehindAnUnreadyMember(t *testing.T) {
	unready := func(edits ...func(*appsv1.StatefulSet)) []any {
		s := StatefulSet("db", 5, edits...)
		return With(All(Crew(), Queue(), s, MemberPod(s, 3, "n3"), MemberPod(s, 4, "n3"), HeldBy("data-db-3", "n3-a", "n3"), HeldBy("data-db-4", "n3-b", "n3")),
			All(MemberPod(s, 0, "n0", Unready), MemberPod(s, 1, "n1"), MemberPod(s, 2, "n2"), HeldBy("data-db-0", "n0-data", "n0"), HeldBy("data-db-1", "n1-data", "n1"),
				HeldBy("data-db-2", "n2-data", "n2"))...)
	}
	const behind = "shop/db-1 would be down and not come back before shop/db-0 is Ready"
	plan := drainPlan(t, ToMove(), unready()...)
	if diff := cmp.Diff([]string{"shop/db-1 StatefulSet/db Behind"}, outOf(plan)); diff != "" || !strings.Contains(told(plan), behind) {
		t.Errorf("left out (-want +got):\n%s\n%s", diff, told(plan))
	}
	if plan = drainPlan(t, ToMove(), unready(Parallel)...); len(plan.LeftOut) > 0 || plan.Verdict != drain.Ready {
		t.Errorf("%s %v: a set that goes in no order waits for nobody", plan.Verdict, outOf(plan))
	}
	down := With(unready(), MemberPod(StatefulSet("db", 5), 1, ""))
	if plan = drainPlan(t, ToMove(), down...); len(plan.LeftOut) > 0 {
		t.Errorf("%v: a member that waits already is not taken down", outOf(plan))
	}
	request := drain.ReattachRequest{Volume: "earlier", Replace: true}
	plan = planOf(t, reattaching(request), Snapshot(t, All(unready(), earlier("n3"))...))
	if !slices.Equal(codesOf(plan), []drain.BlockerCode{drain.BlockedBehind}) || !strings.Contains(told(plan), behind) {
		t.Errorf("%v: %s", codesOf(plan), told(plan))
	}
	if strings.Contains(told(plan), "give it that back first") {
		t.Errorf("data is offered that is not there: %s", told(plan))
	}
	plan = planOf(t, reattaching(request), Snapshot(t, All(unready(), earlier("n3"), was("first", "data-db-0", "n2"))...))
	if text := told(plan); !slices.Equal(codesOf(plan), []drain.BlockerCode{drain.BlockedBehind}) || !strings.Contains(text, "to give it that back first: kubectl localpv reattach first --replace") {
		t.Errorf("%v: %s", codesOf(plan), text)
	}
	plan = planOf(t, reattaching(request), Snapshot(t, All(unready(Parallel), earlier("n3"))...))
	if len(plan.Blockers) > 0 {
		t.Errorf("%v: %s", codesOf(plan), told(plan))
	}
}

// TestEarlierMembersAreGuarded: those that must be Ready are asked about again right before something is taken away.
func TestEarlierMembersAreGuarded(t *testing.T) {
	for name, plan := range map[string]*drain.Plan{
		"drain":    drainPlan(t, ToMove(), All(Crew(), Db())...),
		"reattach": planOf(t, reattaching(drain.ReattachRequest{Volume: "earlier", Replace: true}), Snapshot(t, All(Crew(), Db(), earlier("n3"))...)),
	} {
		guarded := 0
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
			guarded++
			if got == nil || !slices.Equal(got.Earlier, []string{"db-0"}) {
				t.Errorf("%s: %s is guarded by %+v", name, s.ID, got)
			}
		}
		if guarded != 2 {
			t.Errorf("%s: %d steps take something away", name, guarded)
		}
	}
}
