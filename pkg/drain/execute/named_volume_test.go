package execute

import (
	"context"
	"errors"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestNextClaimNamesTheOldVolume: whoever keeps the manifest of a claim recreates it as it was once it is deleted, with spec.volumeName, before
// anybody else does. It would wait for ever: that is told, with the volume and what ends it, and neither waited out nor called done.
func TestNextClaimNamesTheOldVolume(t *testing.T) {
	const name = "data-db-0"
	old := Volume("old", On("n1"), Has(name, "old-uid"), Phase(Released), SavedFrom(Claim(name, WithUID("old-uid"), BoundTo("old"))))
	place := Volume("place", On("n3"), ReservedFor(name))
	was := drain.Object{Kind: drain.KindClaim, Namespace: Ns, Name: name, UID: "old-uid"}
	owner := &drain.Object{Kind: "Cluster", Namespace: Ns, Name: "db", UID: "db-uid"}
	pair := drain.Pair{Volume: drain.VolumeObject(old), Claim: was}
	steps := map[string]struct {
		step  drain.Step
		begin func(*stepRun, context.Context) (decision, error)
	}{
		"the claim is recreated": {drain.Step{Action: drain.CreateClaim, Object: was, Parameters: &pair}, actions()[drain.CreateClaim].decide},
		"the claim is bound": {drain.Step{Action: drain.AwaitBound, Object: was, Parameters: &drain.Pair{Volume: drain.VolumeObject(place), Claim: was}},
			actions()[drain.AwaitBound].decide},
		"its member is Ready": {drain.Step{Action: drain.AwaitReady, Object: drain.Object{Kind: drain.KindPod, Namespace: Ns, Name: "db-0"},
			Parameters: &drain.AwaitReadyParameters{Pair: pair, Member: "db-0", Claims: []drain.Object{was}}}, actions()[drain.AwaitReady].decide},
		"the Pods of its operator are Ready": {drain.Step{Action: drain.AwaitReady, Object: drain.Object{Kind: drain.KindPod, Namespace: Ns},
			Parameters: &drain.AwaitReadyParameters{Pair: pair, Claims: []drain.Object{was}, Owner: owner, Members: 1}}, actions()[drain.AwaitReady].decide},
	}
	for what, tc := range map[string]struct {
		names string
		why   string
		edits []func(*corev1.PersistentVolumeClaim)
	}{
		"the old one, as one that is bound to it": {"old", "that is Released and names claim shop/data-db-0 (uid old-uid)", []func(*corev1.PersistentVolumeClaim){
			BoundTo("old"), func(c *corev1.PersistentVolumeClaim) { c.Status.Phase = corev1.ClaimLost }}},
		"the old one":             {"old", "that is Released and names claim shop/data-db-0 (uid old-uid)", nil},
		"one that is gone":        {"gone", "there is none of that name", nil},
		"that of another claim":   {"theirs", "that is Bound and names claim shop/theirs (uid theirs-uid)", nil},
		"the one reserved for it": {"place", "", nil},
		"none":                    {"", "", nil},
	} {
		for step, s := range steps {
			t.Run(what+", until "+step, func(t *testing.T) {
				again := Claim(name, append(tc.edits, WithUID("new-uid"), func(c *corev1.PersistentVolumeClaim) { c.Spec.VolumeName = tc.names })...)
				w := NewWorld(t, Node("n1"), Node("n3"), old, place, Volume("theirs", On("n3"), Has("theirs", "theirs-uid")), again,
					Consumer("db-0", "", name, ControlledBy("Cluster", "db")))
				plan := drain.New("drain")
				plan.Steps = []drain.Step{s.step}
				clock := NewInstantClock()
				run := (&Executor{Client: w.Client, Clock: clock}).newRun(plan).newStep(0, actions()[s.step.Action])
				clock.Step(nudgeAfter) // the Pod alone is looked at before
				_, err := s.begin(run, t.Context())
				if tc.why == "" {
					if err != nil {
						t.Errorf("it is refused: %s", said(fact.Of(err)))
					}
					return
				}
				want := "somebody has recreated claim shop/data-db-0 with spec.volumeName " + tc.names + ", and in vain (" + tc.why + "): it gets no other volume"
				var refused *refusedError
				if !errors.As(err, &refused) || !strings.HasPrefix(said(fact.Of(err)), want) || !strings.HasSuffix(said(fact.Of(err)), "kubectl delete pvc data-db-0 -n shop") {
					t.Errorf("%v\nwant %s", err, want)
				}
			})
		}
	}
}
