package execute

import (
	"errors"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	clienttesting "k8s.io/client-go/testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestEvictionIsGuarded lets the cluster change between the Plan and the eviction of a member's Pod, as while a question is open.
func TestEvictionIsGuarded(t *testing.T) {
	own, place := Node("n1"), Node("n3")
	base := All(Node("n0"), own, Node("n2"), place, Db(), Volume("p", On("n3"), ReservedFor("data-db-1")))
	s := StatefulSet("db", 3)
	for name, tc := range map[string]struct {
		world   []any
		edit    func(*drain.Safeguards)
		guards  drain.PodGuards
		waits   string
		refuses string
	}{
		"as planned":             {world: base},
		"a peer is not Ready":    {world: With(base, MemberPod(s, 2, "n2", Unready)), waits: "1 other member of StatefulSet/db is Ready now, and 2 must be before shop/db-1 goes"},
		"a peer's node has died": {world: With(base, Node("n2", Unreachable)), waits: "1 other member of StatefulSet/db is Ready now"},
		"a peer is gone":         {world: Without(base, "Pod shop/db-0"), waits: "1 other member of"},
		"the loss is accepted":   {world: Without(base, "Pod shop/db-0"), edit: func(s *drain.Safeguards) { s.Ready = 0 }},
		"an earlier one is not Ready": {world: With(base, MemberPod(s, 0, "n0", Unready)), edit: func(s *drain.Safeguards) { s.Ready, s.Earlier = 0, []string{"db-0"} },
			waits: "db-0 is not Ready, and StatefulSet/db recreates its Pods in order: it must be before shop/db-1 goes"},
		"an earlier one is Ready": {world: base, edit: func(s *drain.Safeguards) { s.Earlier = []string{"db-0"} }},
		"the place is cordoned":   {world: With(base, Node("n3", Cordoned)), refuses: "node n3, where the member was to run, is cordoned now"},
		"the command cordons it":  {world: With(base, Node("n3", Cordoned)), edit: func(s *drain.Safeguards) { s.Cordoned = true }},
		"the place is down":       {world: With(base, Node("n3", Unreachable)), refuses: "node n3, where the member was to run, is unreachable now"},
		"the place is gone":       {world: Without(base, "Node n3"), refuses: "node n3, where the member was to run, no longer exists"},
		"its own node has died":   {world: With(base, Node("n1", Unreachable)), refuses: "node n1 is unreachable now: an eviction there never ends"},
		"its own node is gone":    {world: Without(base, "Node n1"), refuses: "n1"},
		"the place was freed":     {world: With(base, Volume("p", On("n3"))), refuses: "volume p is no longer reserved for claim shop/data-db-1"},
		"the place was deleted":   {world: Without(base, "PersistentVolume p"), refuses: "volume p has been deleted"},
		"its disk was given away": {world: With(base, Volume("twin", sameDisk, Has("other", "other-uid")), Claim("other", BoundTo("twin"))),
			refuses: "volume twin, which is the same disk as p (/mnt/p), is Bound for claim shop/other now"},
		"its disk has another name":  {world: All(base, Volume("later", sameDisk)), refuses: "volume later, which is the same disk as p (/mnt/p), has been created since"},
		"its directory is mounted":   {world: All(base, Plain("exporter", "n3", MountsPath("/mnt/p"))), refuses: "p is in use: shop/exporter mounts /mnt/p by hostPath"},
		"that of another node is":    {world: All(base, Plain("exporter", "n2", MountsPath("/mnt/p")))},
		"its path is on other nodes": {world: All(base, Volume("elsewhere", sameDisk, On("n2"), Has("other", "other-uid")))},
		"the place was cordoned":     {world: With(base, Volume("p", On("n3"), ReservedFor("data-db-1"), VolumeAnnotation("localpv.dev/cordoned", "slow"))), refuses: "volume p is cordoned (slow)"},
		"data has come to it":        {world: With(base, Volume("p", On("n3"), ReservedFor("data-db-1"), VolumeAnnotation("localpv.dev/data-of", theirs))), refuses: "it was unknown, and is the data of claim shop/theirs"},
		"the place is tainted":       {world: With(base, Node("n3", Tainted("maintenance", "now", corev1.TaintEffectNoSchedule))), refuses: "node n3, where the member was to run, has taint maintenance=now:NoSchedule now"},
		"the place was tainted":      {world: With(base, Node("n3", Tainted("disk", "fast", corev1.TaintEffectNoSchedule))), edit: func(s *drain.Safeguards) { s.Taints = []string{"disk=fast:NoSchedule"} }},
		"somebody holds the Pod":     {world: With(base, MemberPod(s, 1, "n1", heldPod)), waits: "Pod shop/db-1 has finalizer backup/hold now, and had not when this was planned"},
		"somebody held the Pod":      {world: With(base, MemberPod(s, 1, "n1", heldPod)), guards: drain.PodGuards{Finalizers: []string{"backup/hold"}}},
		"somebody holds the claim":   {world: With(base, Claim("data-db-1", BoundTo("n1-data"), heldClaim)), waits: "claim shop/data-db-1 has finalizer backup/hold now, and had not when this was planned"},
		"the place was given up ":    {world: With(base, Volume("p", On("n3"), Has("other", "other-uid"))), refuses: "volume p is no longer reserved"},
	} {
		t.Run(name, func(t *testing.T) {
			w := NewWorld(t, tc.world...)
			want := &drain.Safeguards{Owner: "StatefulSet/db", OwnerUID: UID("db"), Named: []string{"db-0", "db-2"}, Ready: 2, Node: "n3"}
			if tc.edit != nil {
				tc.edit(want)
			}
			claim := drain.Object{Kind: drain.KindClaim, Namespace: Ns, Name: "data-db-1"}
			tc.guards.Member, tc.guards.Safeguards = "db-1", want
			p := &drain.EvictParameters{PodGuards: tc.guards, Reserved: []drain.Reservation{{
				Pair: drain.Pair{Volume: drain.VolumeObject(Volume("p")), Claim: claim}, Disk: []drain.OtherVolume{{Object: drain.VolumeObject(Volume("twin"))}}, Data: &drain.KnownData{},
			}}}
			deletes := &drain.DeleteClaimParameters{Pair: drain.Pair{Claim: drain.ClaimObject(Claim("data-db-1"))}}
			plan := drain.New("drain")
			plan.Steps = []drain.Step{{Action: drain.EvictPod, Object: drain.PodObject(MemberPod(s, 1, "n1")), Parameters: p},
				{Action: drain.DeleteClaim, Object: deletes.Claim, Parameters: deletes}}
			d, err := (&Executor{Client: w.Client, Clock: NewInstantClock()}).newRun(plan).newStep(0, actions()[drain.EvictPod]).evictPod(t.Context(), p)
			var refusal *refusedError
			switch {
			case tc.refuses != "" && (!errors.As(err, &refusal) || !strings.Contains(said(fact.Of(err)), tc.refuses)),
				tc.refuses == "" && err != nil,
				tc.waits != "" && (d.write != nil || !strings.Contains(said(d.reason), tc.waits)),
				tc.refuses+tc.waits == "" && d.write == nil:
				t.Errorf("evicts: %t, waiting for %q, error %v", d.write != nil, said(d.reason), err)
			}
		})
	}
}

// sameDisk gives a volume the path and the node of p.
func sameDisk(v *corev1.PersistentVolume) {
	On("n3")(v)
	v.Spec.Local.Path = "/mnt/p"
}

func heldPod(p *corev1.Pod) { p.Finalizers = []string{"backup/hold"} }

func heldClaim(c *corev1.PersistentVolumeClaim) { c.Finalizers = append(c.Finalizers, "backup/hold") }

// TestEarlierMemberFailsBeforeTheAnswer plans a drain and a replacement, lets a member fail that must be Ready before the one that moves is
// recreated, and carries the Plans out: nobody is evicted.
func TestEarlierMemberFailsBeforeTheAnswer(t *testing.T) {
	for _, s := range moves(t) {
		if s.name != "drain and move" && s.name != "drain and keep" && s.name != "reattach a member" {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			w := NewWorld(t, s.objects...)
			plan := planned(t, s.request, w.Everything())
			w.Must(w.Client.Tracker().Update(Pods(), MemberPod(StatefulSet("db", 3), 0, "n0", Unready), Ns))
			result := carryOut(t.Context(), t, w, plan)
			if result.Status != drain.StatusFailed || !strings.Contains(said(result.Reason), "db-0 is not Ready, and StatefulSet/db recreates its Pods in order") {
				t.Errorf("%s: %s", result.Status, said(result.Reason))
			}
			if slices.ContainsFunc(w.Calls, func(call string) bool {
				return strings.HasPrefix(call, "create pods") || strings.HasPrefix(call, "delete")
			}) {
				t.Errorf("it does: %v", w.Calls)
			}
		})
	}
}

// TestPeerDiesBeforeTheAnswer plans a drain and a replacement, lets a peer die, and carries the Plans out: nobody is evicted.
func TestPeerDiesBeforeTheAnswer(t *testing.T) {
	for _, s := range moves(t) {
		if s.name != "drain and move" && s.name != "drain and keep" && s.name != "reattach a member" {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			w := NewWorld(t, s.objects...)
			plan := planned(t, s.request, w.Everything())
			w.Must(w.Client.Tracker().Update(corev1.SchemeGroupVersion.WithResource("nodes"), Node("n2", Unreachable), ""))
			result := carryOut(t.Context(), t, w, plan)
			if result.Status != drain.StatusFailed || !strings.Contains(said(result.Reason), "1 other member of StatefulSet/db is Ready now, and 2 must be") {
				t.Errorf("%s: %s", result.Status, said(result.Reason))
			}
			for _, call := range w.Calls {
				if strings.HasPrefix(call, "create pods") || strings.HasPrefix(call, "delete") {
					t.Errorf("it does: %s", call)
				}
			}
			if c := w.Claim("data-db-1"); c == nil || c.DeletionTimestamp != nil {
				t.Error("the claim was deleted")
			}
		})
	}
}

// TestRefusedEvictionLeavesTheClaim: a policy that denies the eviction is met while nothing has been taken away yet.
func TestRefusedEvictionLeavesTheClaim(t *testing.T) {
	for _, s := range moves(t) {
		if s.name != "reattach a member" {
			continue
		}
		w := NewWorld(t, s.objects...)
		w.Fault = func(_ int, a clienttesting.Action) (error, bool) {
			if a.GetSubresource() == "eviction" {
				return apierrors.NewForbidden(corev1.Resource("pods"), "db-1", errors.New("denied by policy")), false
			}
			return nil, false
		}
		result := command(t.Context(), t, w, s.request)
		if result.Status != drain.StatusFailed || !strings.Contains(said(result.Reason), "denied by policy") {
			t.Errorf("%s: %s", result.Status, said(result.Reason))
		}
		if c := w.Claim("data-db-1"); c == nil || c.DeletionTimestamp != nil || c.Spec.VolumeName != "n1-data" {
			t.Errorf("the claim is %+v", c)
		}
		if left := result.Left; len(left) == 0 || left[0].Fact.Code != "NodeCordonedForReturn" || left[0].Fact.Get("node") != "n1" {
			t.Errorf("it does not say what is left: %+v", left)
		}
		w.Fault = nil
		if result := command(t.Context(), t, w, s.request); result.Status != drain.StatusDone || slices.ContainsFunc(result.Left, func(n drain.Next) bool { return n.Fact.Code == "NodeCordonedForReturn" }) {
			t.Errorf("once it is allowed: %s: %s", result.Status, said(result.Reason))
		}
		for _, n := range w.Everything().Nodes {
			if n.Spec.Unschedulable {
				t.Errorf("node %s is left cordoned", n.Name)
			}
		}
	}
}
