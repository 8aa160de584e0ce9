package execute

import (
	"context"
	"testing"
	"time"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// carryOut runs a Plan that can be run.
func carryOut(ctx context.Context, t *testing.T, w *World, plan *drain.Plan) *drain.Result {
	t.Helper()
	result, err := (&Executor{Client: w.Client, Clock: NewInstantClock(), Timeout: time.Minute}).Run(ctx, plan)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// said is a Fact as people read it.
func said(f fact.Fact) string { return phrase.New(phrase.Connection{}).Text(f) }
