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

// carryOut runs a Plan that can be run, and holds that it asks for nothing that it was not known to need.
func carryOut(ctx context.Context, t *testing.T, w *World, plan *drain.Plan) *drain.Result {
	t.Helper()
	e := &Executor{Client: w.Client, Clock: NewInstantClock(), Timeout: time.Minute}
	before := w.Before
	asked := recorded(w)
	defer func() { w.Before = before }()
	result, err := e.Run(ctx, plan)
	if err != nil {
		t.Fatal(err)
	}
	needs := e.newRun(plan).needs()
	for _, p := range *asked {
		if p.Verb == "list" && (p.Resource == "statefulsets" || p.Resource == "resourcequotas") {
			continue // only to know better what to ask admission
		}
		if p == podsEverywhere() {
			continue
		}
		if !covers(needs, p) {
			t.Errorf("it asks to %v, which is not among the needs of the Plan: %v", p, needs)
		}
	}
	return result
}

// podsEverywhere is asked for to see who mounts the directories of volumes: who may not see that goes on without.
func podsEverywhere() Permission { return Permission{listPods(), ""} }

// said is a Fact as people read it.
func said(f fact.Fact) string { return phrase.New(phrase.Connection{}).Text(f) }
