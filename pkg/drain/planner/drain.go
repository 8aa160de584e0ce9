package planner

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/placement"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// PlanDrain plans to empty a node. It needs what PlanRecover needs but Leases, and DaemonSets; PodDisruptionBudgets
// are told of. Errors are *NotFoundError and *MisuseError, and those of the judge.
func PlanDrain(ctx context.Context, ix *inspect.Index, newJudge placement.NewJudge, req drain.DrainRequest) (*drain.Plan, error) {
	if err := req.Validate(); err != nil {
		return nil, err
	}
	return leavingOut(ix, works, func(out []drain.LeftOut) (*drain.Plan, error) { return planDrain(ctx, ix, newJudge, req, out) })
}

// planDrain is PlanDrain without some members and Pods.
func planDrain(ctx context.Context, ix *inspect.Index, newJudge placement.NewJudge, req drain.DrainRequest, out []drain.LeftOut) (*drain.Plan, error) {
	p := &drainPlanner{planner: planner{ix: ix, plan: drain.New("drain"), choice: choice{only: req.Only, except: req.Except}, out: out},
		req: req, node: ix.Node(req.Node)}
	p.named(req.Node)
	if ok, err := p.checkNode(); err != nil {
		return nil, err
	} else if !ok {
		return p.finish(), nil
	}
	if err := p.askFilters(ctx); err != nil {
		return nil, err
	}
	if err := p.acceptsDying(); err != nil {
		return nil, err
	}
	p.checkReadable()
	p.refusals()
	p.inVain()
	p.cordon() // so that nothing comes back to the node
	if err := p.claims(ctx, newJudge); err != nil {
		return nil, err
	}
	p.protectDying()
	p.stage(1, drain.StopStage) // one after the other, and no further if one fails
	p.warnings()
	p.evictOthers() // the Pods that leave no claims, all at once
	p.keepJobs(evicted(p.verdicts), p.req.FailJobs)
	p.stage(len(p.pods), drain.FinishTargets)
	p.checkEmpty()
	p.conclude()
	return p.finish(), nil
}

// checkNode reports whether the node exists and can confirm that a Pod has stopped. Its errors are *NotFoundError.
func (p *drainPlanner) checkNode() (bool, error) {
	if gap, ok := p.ix.Gap(inspect.Nodes); ok {
		p.block(drain.BlockedUnknown, "", nodeUnknown(p.req.Node, gap))
		return false, nil
	}
	if p.node == nil {
		e := &drain.NotFoundError{Kind: "node", Name: p.req.Node}
		for _, n := range p.ix.Nodes {
			e.Known = append(e.Known, n.Name)
		}
		slices.Sort(e.Known)
		return false, e
	}
	return !p.unreachable(), nil
}

// unreachable blocks if nobody on the node can confirm that a Pod has stopped.
func (p *drainPlanner) unreachable() bool {
	condition, since := inspect.ConditionOf(p.node)
	if condition != inspect.NodeUnknown {
		return false
	}
	why := fact.New("NodeNeverReported", "node", p.node.Name)
	if !since.IsZero() {
		why = fact.New("NodeUnreachable", "node", p.node.Name, "for", lasted(p.ix.TakenAt.Sub(since)))
	}
	p.block(drain.BlockedUnreachable, "", why.Offering(fact.Plugin("recover", p.node.Name)))
	return true
}

// askFilters asks kubectl's filters about the Pods of the node, but for those that stay whatever these say. Its errors are those of the
// filters, and *MisuseError.
func (p *drainPlanner) askFilters(ctx context.Context) error {
	var err error
	if p.verdicts, err = evictionVerdicts(ctx, p.ix, p.req.Node, p.req.Eviction); err != nil {
		return err
	}
	if err := p.checkChoice(p.ownersHere()); err != nil {
		return err
	}
	p.setApart()
	p.pods = evicted(p.verdicts)
	return nil
}

// checkReadable blocks if something could not be read that the Plan rests on.
func (p *drainPlanner) checkReadable() {
	p.unreadable(inspect.PersistentVolumeClaims, inspect.Pods)
	if p.anyClaims() {
		p.unreadable(inspect.PersistentVolumes)
	}
	if p.req.MoveClaims {
		p.unreadableOwners()
	}
}

// anyClaims reports whether it matters where the data of claims is: a Pod that leaves names one, or, if claims move, one waits that may be for the
// node.
func (p *drainPlanner) anyClaims() bool {
	pods := p.pods
	if p.req.MoveClaims {
		pods = p.ix.Pods
	}
	return slices.ContainsFunc(pods, func(pod *corev1.Pod) bool { return len(inspect.ClaimNames(pod)) > 0 }) || p.req.MoveClaims && len(p.ix.Claims) > 0
}

// refusals blocks where kubectl drain would refuse, in its words.
func (p *drainPlanner) refusals() {
	refusal := func(v evictionVerdict) fact.Fact { return v.refusal }
	for _, g := range grouped(p.verdicts, refusal) {
		override := overrideOf(g.why)
		p.block(drain.BlockedPods, override, fact.New("EvictionRefused", "why", g.why, "pods", workload.Names(g.pods), "override", override))
	}
}

// cordon plans to keep new Pods off the node.
func (p *drainPlanner) cordon() {
	if !p.node.Spec.Unschedulable || len(drain.CordonedFor(p.node)) > 0 { // one for the sake of a volume ends
		p.begin(drain.NodeObject(p.node))
		p.step(cordonNode(p.node, fact.New("WhyCordonDrained")))
	}
}

// claims plans what becomes of the claims on the node.
func (p *drainPlanner) claims(ctx context.Context, newJudge placement.NewJudge) error {
	if p.req.KeepClaims {
		return p.keepClaims(ctx, newJudge)
	}
	return p.moveClaims(ctx, newJudge)
}

// evictOthers plans to evict the Pods that leave no claims, all at once, as kubectl drain does: one that its disruption
// budget holds must not keep others.
func (p *drainPlanner) evictOthers() {
	for _, pod := range p.pods {
		p.begin(drain.PodObject(pod))
		parameters := drain.EvictParameters{Home: []string{pod.Spec.NodeName}, PodGuards: p.guards[pod], Keeps: p.keeps(pod)}
		if slices.Contains(p.coming, pod) {
			parameters.Home = nil // that it is back is no surprise
		}
		s := eviction(pod, p.req.Eviction, p.ix.OwnerOf(pod), parameters)
		if !workload.FinishedPod(pod) && p.jobFails(pod, p.pods, true) {
			s.Why = fact.New("WhyJobFails", "owner", p.ix.OwnerOf(pod))
		} else if why := p.notReplaced(pod); !why.IsZero() {
			s.Why = why
		}
		p.step(s)
	}
}

// checkEmpty plans to check once more: Pods may have come between the reading and the cordon, with data even.
func (p *drainPlanner) checkEmpty() {
	if len(p.plan.Steps) == 0 {
		return
	}
	parameters := drain.CheckEmptyParameters{PodSelector: p.req.Eviction.PodSelector}
	for _, v := range p.verdicts {
		if !v.evict {
			parameters.Stays = append(parameters.Stays, v.pod.UID)
		}
	}
	for _, pod := range p.coming {
		if uid := workload.DirectOwner(pod).UID; uid != "" && !slices.Contains(parameters.Stays, uid) {
			parameters.Stays = append(parameters.Stays, uid)
		}
	}
	p.begin(drain.NodeObject(p.node))
	p.step(checkEmpty(p.node, parameters))
}

// conclude says what can be done with the node once it is drained.
func (p *drainPlanner) conclude() {
	name := p.node.Name
	if len(p.plan.Steps) == 0 {
		p.done(fact.New("NodeDrained", "node", name))
	}
	unselected := slices.ContainsFunc(p.verdicts, func(v evictionVerdict) bool { return v.unselected })
	switch {
	case len(p.out) > 0:
		p.next(fact.New("NodeRunsLeftOut", "node", name, "members", drain.LeftOutNames(p.out)))
	case slices.ContainsFunc(p.verdicts, func(v evictionVerdict) bool { return !v.apart.IsZero() }):
		p.next(fact.New("NodeRunsNotChosen", "node", name))
	case unselected:
		p.next(fact.New("NodeRunsUnselected", "node", name))
	case p.req.KeepClaims:
		p.next(fact.New("NodeCanBeRebooted", "node", name).Offering(fact.Kubectl("uncordon", name)))
	case len(p.staying) > 0:
		p.next(fact.New("NodeHasData", "node", name, "claims", p.staying))
	case len(p.doubtful) > 0:
		p.next(fact.New("NodePerhapsHasData", "node", name, "claims", p.doubtful))
	default:
		p.next(fact.New("NodeCanBeRemoved", "node", name).Offering(fact.Kubectl("delete", "node", name)))
	}
}
