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
)

// TestStands lets the cluster change between the Plan and the deletion of a claim.
func TestStands(t *testing.T) {
	silent := func(n *corev1.Node) {
		n.Status.Conditions = []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionUnknown}}
	}
	well := func(n *corev1.Node) {
		n.Status.Conditions = []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue}}
	}
	at := func(name string, edits ...func(*corev1.Node)) *corev1.Node {
		n := Node(name)
		well(n)
		for _, edit := range edits {
			edit(n)
		}
		return n
	}
	serving := func(p *corev1.Pod) {
		p.Status.Phase = corev1.PodRunning
		p.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}
	}
	peer := func(name, on string, edits ...func(*corev1.Pod)) *corev1.Pod {
		return Pod(name, on, "data-"+name, append([]func(*corev1.Pod){ControlledBy("StatefulSet", "db"), serving}, edits...)...)
	}
	unready := func(p *corev1.Pod) { p.Status.Conditions[0].Status = corev1.ConditionFalse }
	ending := func(p *corev1.Pod) { p.DeletionTimestamp, p.Finalizers = &metav1.Time{Time: Now()}, []string{"x/y"} }
	dead, one, two := at("n0", silent), peer("db-1", "n1"), peer("db-2", "n2")
	for _, tc := range []struct {
		name    string
		world   []any
		accept  bool
		outage  bool
		place   bool
		waits   string
		refuses string
		returns string
	}{
		{name: "as planned", world: []any{dead, at("n1"), at("n2"), at("n3"), one, two}},
		{name: "a peer is not Ready", world: []any{dead, at("n1"), at("n2"), at("n3"), one, peer("db-2", "n2", unready)}, waits: "1 other members of StatefulSet/db are Ready by now, and 2 have to be"},
		{name: "a peer is on its way out", world: []any{dead, at("n1"), at("n2"), at("n3"), one, peer("db-2", "n2", ending)}, waits: "1 other members"},
		{name: "the node of a peer is silent", world: []any{dead, at("n1", silent), at("n2"), at("n3"), at("n4"), one, two}, waits: "1 other members"},
		{name: "the loss is accepted", world: []any{dead, at("n1"), at("n2"), at("n3")}, accept: true},
		{name: "the member's own Pod is no peer", world: []any{dead, at("n1"), at("n2"), at("n3"), one, peer("db-0", "n3")}, waits: "1 other members"},
		{name: "the place is cordoned", world: []any{dead, at("n1"), at("n2"), at("n3", func(n *corev1.Node) { n.Spec.Unschedulable = true }), one, two}, refuses: "node n3, where the member was to land, is cordoned by now"},
		{name: "the place is silent", world: []any{dead, at("n1"), at("n2"), at("n3", silent), one, two}, refuses: "node n3, where the member was to land, is Unknown by now"},
		{name: "the place is gone", world: []any{dead, at("n1"), at("n2"), one, two}, refuses: "node n3, where the member was to land, is gone by now"},
		{name: "the place is kept", world: []any{dead, at("n1"), at("n2"), at("n3"), one, two, Volume("p", On("n3"), Has("data-db-0", ""))}, place: true},
		{name: "the place was freed", world: []any{dead, at("n1"), at("n2"), at("n3"), one, two, Volume("p", On("n3"))}, place: true, refuses: "volume p is not kept for claim shop/data-db-0 any more"},
		{name: "the place was given away", world: []any{dead, at("n1"), at("n2"), at("n3"), one, two, Volume("p", On("n3"), Has("other", "other-uid"))}, place: true, refuses: "volume p is not kept for claim shop/data-db-0 any more"},
		{name: "the place was deleted", world: []any{dead, at("n1"), at("n2"), at("n3"), one, two}, place: true, refuses: "volume p has been deleted"},
		{name: "an outage", world: []any{dead, at("n1", silent), at("n2", silent), at("n3"), one, two}, refuses: "3 of 4 nodes are down by now"},
		{name: "an outage that was accepted", world: []any{dead, at("n1", silent), at("n2", silent), at("n3")}, accept: true, outage: true},
		{name: "the node is there under another name", world: []any{dead, at("n1"), at("n2"), at("n3"), one, two,
			at("new", func(n *corev1.Node) { n.Labels[corev1.LabelHostname] = "n0" })}, returns: "node new, which volume v is on, is there again"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := NewWorld(t, tc.world...)
			plan := drain.NewPlan("recover")
			plan.Dead = []liveness.DeadNode{{Name: "n0", UID: "n0-uid"}}
			want := &drain.Safeguards{Owner: "StatefulSet/db", OwnerUID: "db-uid", Named: []string{"db-1", "db-2"}, Ready: 2, Node: "n3", NoOutage: !tc.outage}
			if tc.accept {
				want.Ready = 0
			}
			s := drain.Step{Precondition: drain.Precondition{Claim: drain.Object{Kind: drain.KindClaim, Namespace: Ns, Name: "data-db-0"}, Member: "db-0", Dead: plan.Dead, Safeguards: want}}
			if tc.place {
				s.Precondition.Place = &drain.Object{Kind: drain.KindVolume, Name: "p", UID: "p-uid"}
			}
			waiting, err := (&Executor{Client: w.Client, Clock: &InstantClock{At: Now()}}).newRun(plan).mayGo(t.Context(), s, Volume("v", On("n0")))
			var refused *refusedError
			var returned *liveness.ReturnedError
			switch {
			case tc.refuses != "" && (!errors.As(err, &refused) || !strings.Contains(err.Error(), tc.refuses)),
				tc.returns != "" && (!errors.As(err, &returned) || !strings.Contains(err.Error(), tc.returns)),
				tc.refuses+tc.returns == "" && err != nil,
				(waiting == "") != (tc.waits == ""), !strings.Contains(waiting, tc.waits):
				t.Errorf("waiting %q, error %v", waiting, err)
			}
		})
	}
}
