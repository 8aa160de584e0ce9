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
type DrainRequest struct {
	Node string
	// KeepClaims leaves claims where they are: their Pods wait for the node. MoveClaims gives the members new claims
	// elsewhere. One of the two must be said.
	KeepClaims, MoveClaims bool
	Eviction               Eviction
	AllowPending           bool
	AcceptDataLoss         []types.NamespacedName
	// Clean leaves the volumes that are left to the external provisioner that owns them, which erases them.
	Clean bool
}

// drainPlanner plans to empty a node that lives.
type drainPlanner struct {
	planner
	req  DrainRequest
	node *corev1.Node
}

// evictedAtOnce is how many Pods without claims on the node are evicted side by side.
const evictedAtOnce = 16

// PlanDrain plans to empty a node. It needs what PlanRecover needs but leases, and DaemonSets. Errors are
// *NotFoundError and *MisuseError, and those of the judge.
func PlanDrain(ctx context.Context, ix *inspect.Index, newJudge NewJudge, req DrainRequest) (*Plan, error) {
	switch {
	case req.KeepClaims == req.MoveClaims:
		return nil, misusef("say what becomes of the claims on the node: --keep-claims (it comes back; their Pods wait for it) or --move-claims (it does not; they start anew elsewhere)")
	case req.Clean && !req.MoveClaims:
		return nil, misusef("--clean has the volumes erased that claims leave, which takes --move-claims")
	}
	p := &drainPlanner{planner: planner{ix: ix, plan: newPlan("drain")}, req: req, node: ix.Node(req.Node)}
	if p.node == nil {
		return nil, p.noSuchNode()
	}
	p.plan.Independent, p.plan.Concurrency = true, evictedAtOnce
	p.unreadable(inspect.PersistentVolumeClaims, inspect.Pods)
	p.answers()
	pods, warnings, refusals, err := evictable(ctx, ix, req.Node, req.Eviction)
	if err != nil {
		return nil, err
	}
	if warnings != "" {
		p.warn("%s", warnings)
	}
	for _, refusal := range refusals {
		p.block(BlockedPods, overrideOf(refusal), "%v", refusal)
	}
	g := &gatherer{ix: ix, left: map[string]bool{req.Node: true}, resumable: func(v *corev1.PersistentVolume) bool { return v.Annotations[AnnMovedFrom] != "" }}
	members := g.gather()
	p.cordon()
	if req.KeepClaims {
		p.waits(members, pods)
	} else if pods, err = p.moves(ctx, g, members, pods, newJudge); err != nil {
		return nil, err
	}
	p.evictAll(pods)
	p.afterwards(pods)
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

// answers blocks if nobody on the node can confirm that a Pod has ended.
func (p *drainPlanner) answers() {
	if condition, since := inspect.ConditionOf(p.node); condition == inspect.NodeUnknown {
		p.block(BlockedSilent, "", "node %s has not answered for %s: an eviction there never ends. If it is dead: kubectl localpv recover %s",
			p.node.Name, duration.HumanDuration(p.ix.TakenAt.Sub(since)), p.node.Name)
	}
}

func (p *drainPlanner) cordon() {
	if !p.node.Spec.Unschedulable {
		p.begin(nodeObject(p.node))
		p.step(Step{Action: CordonNode, Object: nodeObject(p.node), Title: "cordon " + p.node.Name, Why: "so that no Pod comes back while it is emptied"})
	}
	p.plan.prelude = len(p.plan.Targets)
}

// waits says which Pods will wait for the node.
func (p *drainPlanner) waits(members []*member, pods []*corev1.Pod) {
	for _, m := range members {
		for _, pod := range slices.Concat(m.placed, m.waiting) {
			if len(m.placed) > 0 && !slices.Contains(pods, pod) || m.ephemeral {
				continue
			}
			for _, c := range m.claims {
				p.plan.Moves = append(p.plan.Moves, Move{Member: m.key.String(), Owner: ownerText(m), Claim: c.object().String(),
					From: c.volume.Name, FromNode: p.node.Name, Stays: true})
			}
		}
	}
}

func ownerText(m *member) string {
	if m.owner.None() {
		return ""
	}
	return m.owner.String()
}

// moves plans for the members one after the other, and returns the Pods that are left to evict.
func (p *drainPlanner) moves(ctx context.Context, g *gatherer, members []*member, pods []*corev1.Pod, newJudge NewJudge) ([]*corev1.Pod, error) {
	for _, text := range g.shared {
		p.block(BlockedShared, "", "%s", text)
	}
	for _, text := range g.apart {
		p.warn("%s", text)
	}
	members = slices.DeleteFunc(members, func(m *member) bool {
		return m.ephemeral || slices.ContainsFunc(m.placed, func(pod *corev1.Pod) bool {
			return pod.Spec.NodeName == p.node.Name && !slices.Contains(pods, pod) // kubectl's filters leave it
		})
	})
	pl := &placer{ix: p.ix, left: g.left, members: members}
	if err := pl.settle(ctx, newJudge); err != nil {
		return nil, err
	}
	mv := &mover{planner: &p.planner, placer: pl, accept: p.req.AcceptDataLoss, allowPending: p.req.AllowPending, from: AnnMovedFrom,
		evict: &p.req.Eviction, clean: p.req.Clean}
	mv.move(members)
	p.plan.prelude = len(p.plan.Targets) // one after the other, and no further if one fails
	for _, m := range members {
		pods = slices.DeleteFunc(pods, func(pod *corev1.Pod) bool { return slices.Contains(m.placed, pod) })
	}
	return pods, nil
}

// evictAll plans to evict Pods that leave nothing behind.
func (p *drainPlanner) evictAll(pods []*corev1.Pod) {
	for _, pod := range pods {
		p.begin(podObject(pod))
		p.step(evictStep(pod, p.req.Eviction, p.ix.OwnerOf(pod)))
	}
	p.plan.epilogue = len(p.plan.Targets)
}

// evictStep is the eviction of one Pod. That its disruption budget refuses is waited out.
func evictStep(pod *corev1.Pod, e Eviction, owner inspect.Owner) Step {
	s := Step{
		Action: EvictPod, Object: podObject(pod), Title: fmt.Sprintf("evict Pod %s/%s", pod.Namespace, pod.Name), Why: "nobody makes it anew",
		Destructive: owner.None(),
	}
	if !owner.None() {
		s.Why = owner.String() + " makes a new one"
	}
	if e.GracePeriodSeconds >= 0 {
		seconds := int64(e.GracePeriodSeconds)
		s.Precondition.GracePeriodSeconds = &seconds
	}
	return s
}

// afterwards says what can be done with the node.
func (p *drainPlanner) afterwards(pods []*corev1.Pod) {
	var bare []string
	for _, pod := range pods {
		if p.ix.OwnerOf(pod).None() {
			bare = append(bare, pod.Namespace+"/"+pod.Name)
		}
	}
	if len(bare) > 0 {
		p.lose("Pod %s, which nobody makes anew", strings.Join(bare, ", "))
	}
	if len(p.plan.Steps) == 0 {
		p.done("node %s is cordoned and empty", p.node.Name)
	}
	if p.req.KeepClaims {
		p.next("node %s can be rebooted; afterwards: kubectl uncordon %s, and the Pods that wait for it come back", p.node.Name, p.node.Name)
		return
	}
	p.next("node %s can be taken away: kubectl delete node %s", p.node.Name, p.node.Name)
}
