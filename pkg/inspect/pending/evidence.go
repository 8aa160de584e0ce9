package pending

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

// question is what is asked: why a Pod waits.
type question struct {
	ix  *inspect.Index
	pod *corev1.Pod
	// about names what the answer is about.
	about fact.Fact
	// uses are the claims of the Pod.
	uses []claimUse
}

// evidence is a question with all that is read to answer it. It is gathered once, and nothing of it is changed afterwards.
type evidence struct {
	question
	// verdict is what the judge says of the Pod as it is.
	verdict *inspect.Verdict
	// matcher serves the claims of the Pod together, and matches are what it comes to on the verdict's Nodes, in their order.
	matcher *match.PodMatcher
	matches []match.PodMatch
	// invalid says which claim cannot be matched, so that none is; zero if all can.
	invalid fact.Fact
}

// gather asks the judge and the matchers.
func gather(ctx context.Context, judge inspect.Judge, q question) (*evidence, error) {
	verdict, err := judge.Verdict(ctx, q.pod, inspect.Change{}, nil)
	if err != nil {
		return nil, fmt.Errorf("simulating the scheduler for Pod %s/%s: %w", q.pod.Namespace, q.pod.Name, err)
	}
	e := &evidence{question: q, verdict: verdict, matcher: &match.PodMatcher{}, matches: make([]match.PodMatch, 0, len(verdict.Nodes))}
	if matcher, err := match.NewPodMatcher(q.ix, q.pod); err != nil {
		e.invalid = match.SelectorFact(err)
	} else {
		e.matcher = matcher
	}
	for _, n := range verdict.Nodes {
		e.matches = append(e.matches, e.matcher.OnNode(n.Node))
	}
	return e, nil
}

// nodeVerdict is what the judge says of a Node, and whether it was asked.
func (e *evidence) nodeVerdict(name string) (inspect.NodeVerdict, bool) {
	i, ok := slices.BinarySearchFunc(e.verdict.Nodes, name, func(n inspect.NodeVerdict, name string) int { return strings.Compare(n.Node, name) })
	if !ok {
		return inspect.NodeVerdict{}, false
	}
	return e.verdict.Nodes[i], true
}

// otherwiseFits reports whether nothing but VolumeBinding refuses a Node.
func otherwiseFits(n inspect.NodeVerdict) bool {
	for _, r := range n.Refusals {
		if r.Plugin != inspect.PluginVolumeBinding {
			return false
		}
	}
	return true
}

// otherwiseFit are the Nodes that nothing but VolumeBinding refuses.
func (e *evidence) otherwiseFit() []string {
	var out []string
	for _, n := range e.verdict.Nodes {
		if otherwiseFits(n) {
			out = append(out, n.Node)
		}
	}
	return out
}

// schedulable reports whether the Pod only waits for the scheduler, which will find a Node.
func (e *evidence) schedulable() bool {
	return len(e.verdict.Feasible()) > 0 && !e.bypassesScheduler() && len(e.pod.Spec.SchedulingGates) == 0
}

// bypassesScheduler tells a Pod that names its node itself while a claim of it waits for the scheduler to choose
// one: nothing will ever bind that claim.
func (q question) bypassesScheduler() bool {
	return q.pod.Spec.NodeName != "" && q.pod.Status.Phase == corev1.PodPending && slices.ContainsFunc(q.uses, func(u claimUse) bool {
		return u.unbound() && q.ix.Delayed(u.claim)
	})
}
