package execute

import (
	"errors"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestStands lets the cluster change between the Plan and the deletion of a claim.
func TestStands(t *testing.T) {
	peer := func(name, on string, edits ...func(*corev1.Pod)) *corev1.Pod {
		return Consumer(name, on, "data-"+name, append([]func(*corev1.Pod){ControlledBy("StatefulSet", "db")}, edits...)...)
	}
	ending := func(p *corev1.Pod) { p.DeletionTimestamp, p.Finalizers = &metav1.Time{Time: Now()}, []string{"x/y"} }
	dead, one, two := Node("n0", Unreachable), peer("db-1", "n1"), peer("db-2", "n2")
	for _, tc := range []struct {
		name    string
		world   []any
		accept  bool
		outage  bool
		place   bool
		earlier []string
		waits   string
		refuses string
		returns string
	}{
		{name: "as planned", world: []any{dead, Node("n1"), Node("n2"), Node("n3"), one, two}},
		{name: "a peer is not Ready", world: []any{dead, Node("n1"), Node("n2"), Node("n3"), one, peer("db-2", "n2", Unready)}, waits: "1 other member of StatefulSet/db is Ready now, and 2 must be"},
		{name: "a peer is on its way out", world: []any{dead, Node("n1"), Node("n2"), Node("n3"), one, peer("db-2", "n2", ending)}, waits: "1 other member of"},
		{name: "the node of a peer is unreachable", world: []any{dead, Node("n1", Unreachable), Node("n2"), Node("n3"), Node("n4"), one, two}, waits: "1 other member of"},
		{name: "the loss is accepted", world: []any{dead, Node("n1"), Node("n2"), Node("n3")}, accept: true},
		{name: "an earlier member is Ready", world: []any{dead, Node("n1"), Node("n2"), Node("n3"), one}, accept: true, earlier: []string{"db-1"}},
		{name: "an earlier member is not Ready", world: []any{dead, Node("n1"), Node("n2"), Node("n3"), peer("db-1", "n1", Unready), two}, accept: true, earlier: []string{"db-1"},
			waits: "db-1 is not Ready, and StatefulSet/db recreates its Pods in order"},
		{name: "an earlier member is on its way out", world: []any{dead, Node("n1"), Node("n2"), Node("n3"), one, peer("db-2", "n2", ending)}, accept: true, earlier: []string{"db-1", "db-2"},
			waits: "db-2 is not Ready"},
		{name: "an earlier member is gone", world: []any{dead, Node("n1"), Node("n2"), Node("n3"), two}, accept: true, earlier: []string{"db-1"}, waits: "db-1 is not Ready"},
		{name: "the member's own Pod is no peer", world: []any{dead, Node("n1"), Node("n2"), Node("n3"), one, peer("db-0", "n3")}, waits: "1 other member of"},
		{name: "the place is cordoned", world: []any{dead, Node("n1"), Node("n2"), Node("n3", Cordoned), one, two}, refuses: "node n3, where the member was to run, is cordoned now"},
		{name: "the place is unreachable", world: []any{dead, Node("n1"), Node("n2"), Node("n3", Unreachable), one, two}, refuses: "node n3, where the member was to run, is unreachable now"},
		{name: "the place is gone", world: []any{dead, Node("n1"), Node("n2"), one, two}, refuses: "node n3, where the member was to run, no longer exists"},
		{name: "the place is reserved", world: []any{dead, Node("n1"), Node("n2"), Node("n3"), one, two, Volume("p", On("n3"), Has("data-db-0", ""))}, place: true},
		{name: "the place was freed", world: []any{dead, Node("n1"), Node("n2"), Node("n3"), one, two, Volume("p", On("n3"))}, place: true, refuses: "volume p is no longer reserved for claim shop/data-db-0"},
		{name: "the place was given away", world: []any{dead, Node("n1"), Node("n2"), Node("n3"), one, two, Volume("p", On("n3"), Has("other", "other-uid"))}, place: true, refuses: "volume p is no longer reserved for claim shop/data-db-0"},
		{name: "the place was deleted", world: []any{dead, Node("n1"), Node("n2"), Node("n3"), one, two}, place: true, refuses: "volume p has been deleted"},
		{name: "an outage", world: []any{dead, Node("n1", Unreachable), Node("n2", Unreachable), Node("n3"), one, two}, refuses: "3 of 4 nodes are down now"},
		{name: "an outage that was accepted", world: []any{dead, Node("n1", Unreachable), Node("n2", Unreachable), Node("n3")}, accept: true, outage: true},
		{name: "the node is there under another name", world: []any{dead, Node("n1"), Node("n2"), Node("n3"), one, two,
			Node("new", NodeLabel(corev1.LabelHostname, "n0"))}, returns: "node new, which volume v is on, exists again"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := NewWorld(t, tc.world...)
			plan := drain.New("recover")
			plan.RestsOn = []liveness.DeadNode{{Name: "n0", UID: "n0-uid"}}
			want := &drain.Safeguards{Owner: "StatefulSet/db", OwnerUID: "db-uid", Named: []string{"db-1", "db-2"}, Ready: 2, Node: "n3", NoOutage: !tc.outage, Earlier: tc.earlier}
			if tc.accept {
				want.Ready = 0
			}
			p := &drain.DeleteClaimParameters{Pair: drain.Pair{Claim: drain.Object{Kind: drain.KindClaim, Namespace: Ns, Name: "data-db-0"}}, Member: "db-0", Nodes: plan.RestsOn, Safeguards: want}
			if tc.place {
				p.Place = &drain.Object{Kind: drain.KindVolume, Name: "p", UID: "p-uid"}
			}
			plan.Steps = []drain.Step{{Action: drain.DeleteClaim, Parameters: p}}
			s := (&Executor{Client: w.Client, Clock: NewInstantClock()}).newRun(plan).newStep(0, actions()[drain.DeleteClaim])
			told, err := s.mayGo(t.Context(), p, Volume("v", On("n0")))
			waiting, why := said(told), ""
			if err != nil {
				why = said(fact.Of(err))
			}
			var refused *refusedError
			var returned *liveness.ReturnedError
			switch {
			case tc.refuses != "" && (!errors.As(err, &refused) || !strings.Contains(why, tc.refuses)),
				tc.returns != "" && (!errors.As(err, &returned) || !strings.Contains(why, tc.returns)),
				tc.refuses+tc.returns == "" && err != nil,
				(waiting == "") != (tc.waits == ""), !strings.Contains(waiting, tc.waits):
				t.Errorf("waiting %q, error %q", waiting, why)
			}
		})
	}
}
