package planner

import (
	"fmt"
	"strings"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

func drainPlan(t *testing.T, r drain.DrainRequest, objects ...any) *drain.Plan {
	t.Helper()
	p, err := PlanDrain(t.Context(), inspect.NewIndex(Snapshot(t, objects...)), Scheduler, r)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// told is all that a Plan says, with its steps and what they are for, a line each.
func told(p *drain.Plan) string {
	var b strings.Builder
	b.WriteString(string(p.Verdict) + "\n")
	for _, e := range p.Evidence {
		b.WriteString(seenOf(e) + "\n")
	}
	for _, blocker := range p.Blockers {
		b.WriteString("blocked " + string(blocker.Code) + " [" + blocker.Override + "]: " + english(blocker.Reason) + "\n")
	}
	for _, l := range leftOutOf(p) {
		b.WriteString("left out " + l + "\n")
	}
	for _, m := range p.Moves {
		b.WriteString(m.Member + " " + m.Claim + ": " + before(m) + " -> " + after(m) + peersOf(m) + "\n")
	}
	for _, s := range p.Steps {
		b.WriteString("- " + english(s.Title) + "; " + english(s.Why) + "\n")
	}
	for _, w := range p.Warnings {
		b.WriteString("note: " + english(w) + "\n")
	}
	for _, l := range p.Losses {
		b.WriteString("lost: " + english(l) + "\n")
	}
	for _, o := range p.Outcome {
		b.WriteString("outcome: " + english(o) + "\n")
	}
	for _, d := range p.Done {
		b.WriteString("done: " + english(d) + "\n")
	}
	for _, n := range p.Next {
		b.WriteString("next: " + nextOf(n) + "\n")
	}
	return b.String()
}

// seenOf is what was seen of a node, in a line.
func seenOf(e liveness.Evidence) string {
	var seen []string
	for _, f := range e.Seen {
		seen = append(seen, english(f))
	}
	return e.Node + ": " + strings.Join(seen, "; ")
}

// nextOf is what can be done afterwards, in a line.
func nextOf(n drain.Next) string {
	text := english(n.Fact)
	if line := phrase.New(phrase.Connection{}).Line(n.Fact.Commands...); line != "" {
		text += ": " + line
	}
	return text
}

// before and after are the volumes of a Move, with their nodes.
func before(m drain.Move) string { return m.From + " (" + m.FromNode + ")" }

func after(m drain.Move) string {
	switch {
	case m.Stays:
		return "stays (" + m.FromNode + ")"
	case m.ToNode != "":
		return m.To + " (" + m.ToNode + ")"
	}
	return "nowhere"
}

func peersOf(m drain.Move) string {
	if m.Peers == nil {
		return ""
	}
	if m.Peers.Kind != drain.CountedPeers {
		return "; peers: " + string(m.Peers.Kind)
	}
	return fmt.Sprintf("; peers: %s, %d of %d", m.Peers.Kind, m.Peers.Ready, m.Peers.Wanted)
}

// leftOutOf are the members that a Plan leaves out, a line each.
func leftOutOf(p *drain.Plan) []string {
	var out []string
	for _, l := range p.LeftOut {
		out = append(out, l.Name()+" "+string(l.Code)+" ["+l.Override+"]: "+english(l.Reason))
	}
	return out
}
