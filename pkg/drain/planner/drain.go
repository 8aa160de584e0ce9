package planner

import (
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/placement"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// drainPlanner plans to empty a node that lives.
type drainPlanner struct {
	planner
	req      drain.DrainRequest
	node     *corev1.Node
	verdicts []evictionVerdict
	// coming are the Pods that would come back to the node at once.
	coming []*corev1.Pod
	// staying are the claims that stay on a node that is left for good.
	staying []string
	// recorded are the Pods whose manifests are kept on volumes.
	recorded []*corev1.Pod
}

// PlanDrain plans to empty a node. It needs what PlanRecover needs but Leases, and DaemonSets; PodDisruptionBudgets
// are told of. Errors are *NotFoundError and *MisuseError, and those of the judge.
func PlanDrain(ctx context.Context, ix *inspect.Index, newJudge placement.NewJudge, req drain.DrainRequest) (*drain.Plan, error) {
	if err := req.Validate(); err != nil {
		return nil, err
	}
	p := &drainPlanner{planner: planner{ix: ix, plan: drain.NewPlan("drain")}, req: req, node: ix.Node(req.Node)}
	if gap, ok := ix.Gap(inspect.Nodes); ok {
		p.block(drain.BlockedUnknown, "", "whether node %s exists is %s", req.Node, gap)
		return p.finish(), nil
	}
	if p.node == nil {
		return nil, p.noSuchNode()
	}
	if p.unreachable() {
		return p.finish(), nil
	}
	var err error
	if p.verdicts, err = evictionVerdicts(ctx, ix, req.Node, req.Eviction); err != nil {
		return nil, err
	}
	p.readable()
	p.refusals()
	p.cordon()
	pods := evicted(p.verdicts)
	if req.KeepClaims {
		p.keepClaims(pods)
	} else if pods, err = p.moveClaims(ctx, pods, newJudge); err != nil {
		return nil, err
	}
	p.warnings(pods)
	p.evictAll(pods)
	p.afterwards()
	return p.finish(), nil
}

func (p *drainPlanner) noSuchNode() error {
	e := &drain.NotFoundError{Kind: "node", Name: p.req.Node}
	for _, n := range p.ix.Nodes {
		e.Known = append(e.Known, n.Name)
	}
	slices.Sort(e.Known)
	return e
}

// unreachable blocks if nobody on the node can confirm that a Pod has ended.
func (p *drainPlanner) unreachable() bool {
	condition, since := inspect.ConditionOf(p.node)
	if condition != inspect.NodeUnknown {
		return false
	}
	how := "says nothing of itself"
	if !since.IsZero() {
		how = "has not answered for " + duration.HumanDuration(p.ix.TakenAt.Sub(since))
	}
	p.block(drain.BlockedSilent, "", "node %s %s: an eviction there never ends. If it is dead: kubectl localpv recover %s", p.node.Name, how, p.node.Name)
	return true
}

// readable blocks if something could not be read that the Plan rests on.
func (p *drainPlanner) readable() {
	p.unreadable(inspect.PersistentVolumeClaims, inspect.Pods)
	if p.req.KeepClaims {
		return
	}
	for _, kind := range []inspect.Kind{inspect.StatefulSets, inspect.ReplicaSets, inspect.StorageClasses} {
		if gap, ok := p.ix.Gap(kind); ok {
			p.block(drain.BlockedUnknown, "", "who makes Pods and claims anew cannot be told: %s are %s", kind, gap)
		}
	}
}

// refusals blocks where kubectl drain would refuse, in its words.
func (p *drainPlanner) refusals() {
	grouped(p.verdicts, func(f evictionVerdict) string { return f.refusal }, func(text string, pods []*corev1.Pod) {
		p.block(drain.BlockedPods, overrideOf(text), "cannot evict %s: %s", text, workload.Names(pods))
	})
}

func (p *drainPlanner) cordon() {
	if !p.node.Spec.Unschedulable {
		p.begin(drain.NodeObject(p.node))
		p.step(drain.Step{Action: drain.CordonNode, Object: drain.NodeObject(p.node), Title: "cordon " + p.node.Name, Why: "so that no Pod comes back while it is emptied"})
	}
	p.plan.Prelude = len(p.plan.Targets)
}

// evictAll plans to evict the Pods that leave no claims, all at once, as kubectl drain does: one that its disruption
// budget holds must not keep others.
func (p *drainPlanner) evictAll(pods []*corev1.Pod) {
	for _, pod := range pods {
		p.begin(drain.PodObject(pod))
		s := evictStep(pod, p.req.Eviction, p.ix.OwnerOf(pod))
		if slices.Contains(p.coming, pod) {
			s.Precondition.Home = nil // that it is back is no surprise
		}
		p.step(s)
	}
	p.plan.Independent, p.plan.Concurrency = true, max(len(pods), 1)
	p.plan.Epilogue = len(p.plan.Targets)
	if len(p.plan.Steps) > 0 {
		p.checkEmpty()
	}
}

// evictStep is the eviction of one Pod. That its disruption budget refuses is waited out.
func evictStep(pod *corev1.Pod, e drain.Eviction, owner inspect.Owner) drain.Step {
	s := drain.Step{
		Action: drain.EvictPod, Object: drain.PodObject(pod), Title: fmt.Sprintf("evict Pod %s/%s", pod.Namespace, pod.Name), Why: "nobody makes it anew",
		Destructive: owner.None(), Precondition: drain.Precondition{Home: []string{pod.Spec.NodeName}},
	}
	switch {
	case workload.FinishedPod(pod):
		s.Why, s.Destructive = "it has ended", false
	case !owner.None():
		s.Why = owner.String() + " makes a new one"
	}
	if e.GracePeriodSeconds >= 0 {
		seconds := int64(e.GracePeriodSeconds)
		s.Precondition.GracePeriodSeconds = &seconds
	}
	return s
}

// checkEmpty plans to look once more: Pods may have come between the look at the node and its cordon, with data even.
func (p *drainPlanner) checkEmpty() {
	p.begin(drain.NodeObject(p.node))
	s := drain.Step{
		Action: drain.CheckEmpty, Object: drain.NodeObject(p.node), Title: "see that no other Pod has come to " + p.node.Name, Why: "one may have, between this look and the cordon",
		Precondition: drain.Precondition{PodSelector: p.req.Eviction.PodSelector},
	}
	for _, f := range p.verdicts {
		if !f.evict {
			s.Precondition.Stays = append(s.Precondition.Stays, f.pod.UID)
		}
	}
	for _, pod := range p.coming {
		if uid := workload.DirectOwner(pod).UID; uid != "" && !slices.Contains(s.Precondition.Stays, uid) {
			s.Precondition.Stays = append(s.Precondition.Stays, uid)
		}
	}
	p.step(s)
}

// afterwards says what can be done with the node.
func (p *drainPlanner) afterwards() {
	name := p.node.Name
	if len(p.plan.Steps) == 0 {
		p.done("node %s is cordoned, and nothing is left to evict", name)
	}
	left := slices.ContainsFunc(p.verdicts, func(f evictionVerdict) bool { return f.unselected })
	switch {
	case left:
		p.next("node %s still runs the Pods that --pod-selector does not select", name)
	case p.req.KeepClaims:
		p.next("node %s can be rebooted; afterwards: kubectl uncordon %s, and the Pods that wait for it come back", name, name)
	case len(p.staying) > 0:
		p.next("node %s still has the data of %s: if it is needed, let it go or copy it before the node is taken away", name, listOf("claim", p.staying))
	default:
		p.next("node %s can be taken away: kubectl delete node %s", name, name)
	}
}

// listOf is "claim a" or "claims a, b".
func listOf(noun string, names []string) string {
	if len(names) > 1 {
		noun += "s"
	}
	return noun + " " + strings.Join(names, ", ")
}
