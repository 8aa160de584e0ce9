package execute

import (
	"context"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/utils/clock"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// DefaultTimeout is how long a Plan may take.
const DefaultTimeout = 10 * time.Minute

// defaultRequestTimeout is how long one request may take before it is tried again.
const defaultRequestTimeout = 30 * time.Second

// fieldManager is how this program's writes are marked.
const fieldManager = "kubectl-localpv"

// Executor carries out Plans.
type Executor struct {
	Client kubernetes.Interface
	Clock  clock.Clock
	// Timeout is for the whole Plan; zero stands for DefaultTimeout.
	Timeout time.Duration
	// RequestTimeout is for each request but watches; zero stands for 30 seconds.
	RequestTimeout time.Duration
	// Sink is told what happens, if it is set. Calls do not overlap.
	Sink func(drain.Event)
	// ResumeCommand is the command that finishes what is left.
	ResumeCommand fact.Command
	// Words puts a Fact into words for the message of a Kubernetes Event; nil leaves it to Fact.String.
	Words func(fact.Fact) string
}

// bounded limits one request.
func (e *Executor) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	limit := e.RequestTimeout
	if limit <= 0 {
		limit = defaultRequestTimeout
	}
	return context.WithTimeout(ctx, limit)
}

// words is a Fact as it is told to the cluster.
func (e *Executor) words(f fact.Fact) string {
	if e.Words == nil {
		return f.String()
	}
	return e.Words(f)
}
