// Package evidence is what is asked about a pending Pod, and what is read to answer it: the claims that the Pod uses, what the Judge
// says of it, and which volumes its claims get on each Node. It is gathered once, for whoever explains and for whoever looks for
// fixes, and draws no conclusions.
package evidence

import (
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// Question is what is asked: why a Pod waits.
type Question struct {
	Index *inspect.Index
	Pod   *corev1.Pod
	// About names what the answer is about.
	About fact.Fact
	// Uses are the claims of the Pod in the order of its volumes, each once.
	Uses []ClaimUse
}

// NewQuestion asks about a Pod, which need not be one of the Snapshot.
func NewQuestion(ix *inspect.Index, pod *corev1.Pod, about fact.Fact) Question {
	return Question{Index: ix, Pod: pod, About: about, Uses: claimUses(ix, pod)}
}

// BypassesScheduler tells a Pod that names its node itself while a claim of it waits for the scheduler to choose
// one: nothing will ever bind that claim.
func (q Question) BypassesScheduler() bool {
	return q.Pod.Spec.NodeName != "" && q.Pod.Status.Phase == corev1.PodPending && slices.ContainsFunc(q.Uses, func(u ClaimUse) bool {
		return u.Unbound() && q.Index.Delayed(u.Claim)
	})
}

// Evidence is a Question with all that is read to answer it. It is given by value, so that nobody replaces what others see, and what
// it leads to is only read, as the Snapshot is.
type Evidence struct {
	Question
	// Verdict is what the Judge says of the Pod as it is, but for refusals that hang on chance: Ties tell of those.
	Verdict *inspect.Verdict
	// Ties are a Fact for each Node of which the scheduler may say yes now and no the next time. It counts as one that the Pod fits.
	Ties []fact.Fact
	// Matcher serves the claims of the Pod together. It serves none if one of them cannot be matched, which Invalid tells then.
	Matcher *match.PodMatcher
	// Matches are what the Matcher comes to on the Nodes of the Verdict, in their order.
	Matches []match.PodMatch
	// Invalid says which claim cannot be matched; zero if all can.
	Invalid fact.Fact
}

// Gather asks the Judge and the matchers. The only errors are the Judge's.
func Gather(ctx context.Context, judge inspect.Judge, q Question) (Evidence, error) {
	verdict, err := judge.Verdict(ctx, q.Pod, inspect.Change{}, nil)
	if err != nil {
		return Evidence{}, fmt.Errorf("simulating the scheduler for Pod %s/%s: %w", q.Pod.Namespace, q.Pod.Name, err)
	}
	e := Evidence{Question: q, Verdict: verdict, Matcher: &match.PodMatcher{}, Matches: make([]match.PodMatch, 0, len(verdict.Nodes))}
	if matcher, err := match.NewPodMatcher(q.Index, q.Pod); err != nil {
		e.Invalid = match.SelectorFact(err)
	} else {
		e.Matcher = matcher
	}
	for _, n := range verdict.Nodes {
		e.Matches = append(e.Matches, e.Matcher.OnNode(n.Node))
	}
	return e.withoutTies(), nil
}

// NodeVerdict is what the Judge says of a Node, and whether it was asked.
func (e Evidence) NodeVerdict(name string) (inspect.NodeVerdict, bool) {
	i, ok := slices.BinarySearchFunc(e.Verdict.Nodes, name, func(n inspect.NodeVerdict, name string) int { return strings.Compare(n.Node, name) })
	if !ok {
		return inspect.NodeVerdict{}, false
	}
	return e.Verdict.Nodes[i], true
}

// OtherwiseFits reports whether nothing but VolumeBinding refuses a Node.
func OtherwiseFits(n inspect.NodeVerdict) bool {
	for _, r := range n.Refusals {
		if r.Plugin != inspect.PluginVolumeBinding {
			return false
		}
	}
	return true
}

// OtherwiseFit are the names of the Nodes that nothing but VolumeBinding refuses, sorted.
func (e Evidence) OtherwiseFit() []string {
	var out []string
	for _, n := range e.Verdict.Nodes {
		if OtherwiseFits(n) {
			out = append(out, n.Node)
		}
	}
	return out
}

// Schedulable reports whether the Pod only waits for the scheduler, which will find a Node.
func (e Evidence) Schedulable() bool {
	return len(e.Verdict.Feasible()) > 0 && !e.BypassesScheduler() && len(e.Pod.Spec.SchedulingGates) == 0
}
