package execute

import (
	"context"
	"fmt"

	"k8s.io/client-go/kubernetes"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
)

// action is how one kind of step is carried out.
type action struct {
	// decide reads what the step rests on and says what it does next.
	decide func(s *stepRun, ctx context.Context) (decision, error)
	// needs are the permissions that the step cannot do without, whatever its parameters.
	needs []Need
	// reason is that of the Kubernetes Event that records the change, empty for what is no change. None is written about a Node,
	// as neither the scheduler nor kubectl does, and none about a volume object that goes.
	reason string
	// watches are those on what the step waits for.
	watches func(client kubernetes.Interface, s drain.Step) []watchStarter
	// bursts says that what is heard comes in bursts: a Pod that starts changes several times.
	bursts bool
}

// decides is a decider that is given the step's parameters, of the type that it wants.
func decides[P drain.Parameters](decider func(s *stepRun, ctx context.Context, p P) (decision, error)) func(*stepRun, context.Context) (decision, error) {
	return func(s *stepRun, ctx context.Context) (decision, error) {
		p, ok := s.step.Parameters.(P)
		if !ok {
			return decision{}, fmt.Errorf("step %s has parameters of type %T", s.step.ID, s.step.Parameters)
		}
		return decider(s, ctx, p)
	}
}
