package execute

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestPodApartFromItsVolume: a Pod that is Ready on a node on which its volume cannot be used is no good end.
func TestPodApartFromItsVolume(t *testing.T) {
	byName := Within(corev1.NodeSelectorTerm{MatchFields: []corev1.NodeSelectorRequirement{In("metadata.name", "n3")}})
	set := StatefulSet("db", 1)
	const apart = "Pod shop/db-0 runs on n6, and its volume v can be used only on n3: what it writes is not on that volume. " +
		"Delete it, and its replacement runs where the volume is: kubectl delete pod db-0 -n shop"
	for name, tc := range map[string]struct {
		volume *corev1.PersistentVolume
		node   string
		want   string
	}{
		"where the volume is":                {Volume("v", On("n3"), Has("data-db-0", "new")), "n3", ""},
		"on another node":                    {Volume("v", On("n3"), Has("data-db-0", "new")), "n6", apart},
		"on another node than the one named": {Volume("v", byName, Has("data-db-0", "new")), "n6", apart},
		"a volume that is everywhere":        {Volume("v", Anywhere, Has("data-db-0", "new")), "n6", ""},
		"a volume whose node is not known":   {Volume("v", On("n9"), Has("data-db-0", "new")), "n6", ""},
	} {
		for _, bound := range []bool{false, true} {
			w := NewWorld(t, Node("n3"), Node("n6"), tc.volume, Claim("data-db-0", WithUID("new"), BoundTo("v")), MemberPod(set, 0, tc.node))
			p := &drain.AwaitReadyParameters{Member: "db-0", Node: "n3", Bound: bound, Claims: []drain.Object{{Kind: drain.KindClaim, Namespace: Ns, Name: "data-db-0", UID: "old"}}}
			plan := drain.New("drain")
			plan.Steps = []drain.Step{{Action: drain.AwaitReady, Object: drain.Object{Kind: drain.KindPod, Namespace: Ns, Name: "db-0"}, Parameters: p}}
			d, err := (&Executor{Client: w.Client, Clock: NewInstantClock()}).newRun(plan).newStep(0, actions()[drain.AwaitReady]).awaitReady(t.Context(), p)
			switch {
			case tc.want == "" && (err != nil || !d.done):
				t.Errorf("%s: %+v, %v", name, d, err)
			case tc.want != "" && (err == nil || !strings.HasPrefix(said(fact.Of(err)), tc.want)):
				t.Errorf("%s: %+v, %v", name, d, err)
			}
		}
	}
}
