package drain

import (
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// DrainRequest asks to empty a node that lives.
//
//nolint:revive // drain is the command as well as the package
type DrainRequest struct {
	Node string
	// KeepClaims leaves claims where they are: their Pods wait for the node. MoveClaims gives the members new claims
	// elsewhere. One of the two must be said.
	KeepClaims, MoveClaims bool
	Eviction               Eviction
	// AllowPending goes on although a member fits nowhere: it then waits with a claim of its own, on no node.
	AllowPending bool
	// AcceptDataLoss names the claims of which the last good copy, or the quorum, may be given up.
	AcceptDataLoss []types.NamespacedName
	// Clean leaves the volumes that are left to the external provisioner that owns them, which erases them.
	Clean bool
}

// Validate finds what makes no sense whatever the cluster is like. Its errors are *MisuseError.
func (r DrainRequest) Validate() error {
	switch {
	case r.KeepClaims == r.MoveClaims:
		return misusef("say what becomes of the claims on the node: --keep-claims (it comes back; their Pods wait for it) or --move-claims (it does not; they start anew elsewhere)")
	case r.Clean && r.KeepClaims:
		return misusef("--clean has the volumes erased that claims leave, which takes --move-claims")
	case r.AllowPending && r.KeepClaims:
		return misusef("--allow-pending is about members that move, which takes --move-claims")
	case len(r.AcceptDataLoss) > 0 && r.KeepClaims:
		return misusef("--accept-data-loss is about claims that are given up, which takes --move-claims")
	case r.MoveClaims && r.Eviction.GracePeriodSeconds == 0:
		return misusef("--grace-period=0 removes a Pod from the API before its kubelet has stopped it, so that two of one member could run: use 1 or more")
	}
	return nil
}

// drainPlanner plans to empty a node that lives.
type drainPlanner struct {
	planner
	req   DrainRequest
	node  *corev1.Node
	fates []fate
	// coming are the Pods that would come back to the node at once.
	coming []*corev1.Pod
	// staying are the claims that stay on a node that is left for good.
	staying []string
	// kept are the Pods whose manifests are kept on volumes.
	kept []*corev1.Pod
}

// PlanDrain plans to empty a node. It needs what PlanRecover needs but Leases, and DaemonSets; PodDisruptionBudgets
// are told of. Errors are *NotFoundError and *MisuseError, and those of the judge.
func PlanDrain(ctx context.Context, ix *inspect.Index, newJudge NewJudge, req DrainRequest) (*Plan, error) {
	if err := req.Validate(); err != nil {
		return nil, err
	}
	p := &drainPlanner{planner: planner{ix: ix, plan: newPlan("drain")}, req: req, node: ix.Node(req.Node)}
	if gap, ok := ix.Gap(inspect.Nodes); ok {
		p.block(BlockedUnknown, "", "whether node %s exists is %s", req.Node, gap)
		return p.finish(), nil
	}
	if p.node == nil {
		return nil, p.noSuchNode()
	}
	if p.silent() {
		return p.finish(), nil
	}
	var err error
	if p.fates, err = fates(ctx, ix, req.Node, req.Eviction); err != nil {
		return nil, err
	}
	p.readable()
	p.refusals()
	p.cordon()
	pods := evicted(p.fates)
	if req.KeepClaims {
		p.keepClaims(pods)
	} else if pods, err = p.moveClaims(ctx, pods, newJudge); err != nil {
		return nil, err
	}
	p.remarks(pods)
	p.evictAll(pods)
	p.afterwards()
	return p.finish(), nil
}

func (p *drainPlanner) noSuchNode() error {
	e := &NotFoundError{Kind: "node", Name: p.req.Node}
	for _, n := range p.ix.Nodes {
		e.Known = append(e.Known, n.Name)
	}
	slices.Sort(e.Known)
	return e
}

// silent blocks if nobody on the node can confirm that a Pod has ended.
func (p *drainPlanner) silent() bool {
	condition, since := inspect.ConditionOf(p.node)
	if condition != inspect.NodeUnknown {
		return false
	}
	how := "says nothing of itself"
	if !since.IsZero() {
		how = "has not answered for " + duration.HumanDuration(p.ix.TakenAt.Sub(since))
	}
	p.block(BlockedSilent, "", "node %s %s: an eviction there never ends. If it is dead: kubectl localpv recover %s", p.node.Name, how, p.node.Name)
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
			p.block(BlockedUnknown, "", "who makes Pods and claims anew cannot be told: %s are %s", kind, gap)
		}
	}
}

// refusals blocks where kubectl drain would refuse, in its words.
func (p *drainPlanner) refusals() {
	grouped(p.fates, func(f fate) string { return f.refusal }, func(text string, pods []*corev1.Pod) {
		p.block(BlockedPods, overrideOf(text), "cannot evict %s: %s", text, names(pods))
	})
}

func (p *drainPlanner) cordon() {
	if !p.node.Spec.Unschedulable {
		p.begin(nodeObject(p.node))
		p.step(Step{Action: CordonNode, Object: nodeObject(p.node), Title: "cordon " + p.node.Name, Why: "so that no Pod comes back while it is emptied"})
	}
	p.plan.prelude = len(p.plan.Targets)
}

// evictAll plans to evict the Pods that leave no claims, all at once, as kubectl drain does: one that its disruption
// budget holds must not keep others.
func (p *drainPlanner) evictAll(pods []*corev1.Pod) {
	for _, pod := range pods {
		p.begin(podObject(pod))
		s := evictStep(pod, p.req.Eviction, p.ix.OwnerOf(pod))
		if slices.Contains(p.coming, pod) {
			s.Precondition.Home = nil // that it is back is no surprise
		}
		p.step(s)
	}
	p.plan.Independent, p.plan.Concurrency = true, max(len(pods), 1)
	p.plan.epilogue = len(p.plan.Targets)
	if len(p.plan.Steps) > 0 {
		p.checkEmpty()
	}
}

// evictStep is the eviction of one Pod. That its disruption budget refuses is waited out.
func evictStep(pod *corev1.Pod, e Eviction, owner inspect.Owner) Step {
	s := Step{
		Action: EvictPod, Object: podObject(pod), Title: fmt.Sprintf("evict Pod %s/%s", pod.Namespace, pod.Name), Why: "nobody makes it anew",
		Destructive: owner.None(), Precondition: Precondition{Home: []string{pod.Spec.NodeName}},
	}
	switch {
	case finishedPod(pod):
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
	p.begin(nodeObject(p.node))
	s := Step{
		Action: CheckEmpty, Object: nodeObject(p.node), Title: "see that no other Pod has come to " + p.node.Name, Why: "one may have, between this look and the cordon",
		Precondition: Precondition{PodSelector: p.req.Eviction.PodSelector},
	}
	for _, f := range p.fates {
		if !f.evict {
			s.Precondition.Stays = append(s.Precondition.Stays, f.pod.UID)
		}
	}
	for _, pod := range p.coming {
		if uid := directOwner(pod).UID; uid != "" && !slices.Contains(s.Precondition.Stays, uid) {
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
	left := slices.ContainsFunc(p.fates, func(f fate) bool { return f.unselected })
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
