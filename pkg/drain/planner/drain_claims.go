package planner

import (
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/placement"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
)

// gatherer finds the members that have claims on the node.
func (p *drainPlanner) gatherer() *workload.Finder {
	g := &workload.Finder{Ix: p.ix, Departing: map[string]bool{p.node.Name: true}}
	if p.req.MoveClaims {
		g.Resumable = func(v *corev1.PersistentVolume) bool { return v.Annotations[retain.AnnMovedFrom] != "" }
	}
	return g
}

// keepClaims says which Pods will wait for the node, and keeps what would be lost although claims stay.
func (p *drainPlanner) keepClaims(pods []*corev1.Pod) {
	for _, m := range p.gatherer().Find() {
		if m.Ephemeral {
			continue
		}
		for _, pod := range m.Pods() {
			leaves := slices.Contains(pods, pod)
			if pod.Spec.NodeName == p.node.Name && leaves {
				p.keepWhatGoes(m, pod)
			}
			if !leaves && pod.Spec.NodeName != "" || m.Owner.None() || workload.FinishedPod(pod) || p.comesBack(pod) {
				continue // it stays, or nobody waits
			}
			for _, c := range m.Claims {
				if c.Claim != nil && c.Claim.DeletionTimestamp == nil {
					p.plan.Moves = append(p.plan.Moves, drain.Move{Member: pod.Namespace + "/" + pod.Name, Owner: m.Owner.String(), Claim: c.Object().String(),
						From: c.Volume.Name, FromNode: p.node.Name, Stays: true})
				}
			}
		}
	}
}

// keepWhatGoes keeps, before a Pod is evicted, its manifest if nobody makes it anew, and the volumes of claims that are
// being deleted and go with it.
func (p *drainPlanner) keepWhatGoes(m *workload.Member, pod *corev1.Pod) {
	bare := m.Owner.None() && !workload.FinishedPod(pod)
	for i, c := range m.Claims {
		dying := c.Claim != nil && c.Claim.DeletionTimestamp != nil
		if c.Claim == nil || !dying && (!bare || i > 0) {
			continue
		}
		notes := map[string]string{}
		if bare && i == 0 {
			p.recorded = append(p.recorded, pod)
			notes[retain.AnnDeletedPod] = (&relocator{planner: &p.planner}).savedPods(c.Volume, []*corev1.Pod{pod})
		}
		s := drain.Step{
			Action: drain.RecordClaim, Object: drain.VolumeObject(c.Volume), Title: fmt.Sprintf("save the manifest of Pod %s/%s on %s", pod.Namespace, pod.Name, c.Volume.Name),
			Why:          "so that it is not lost: nobody else has it",
			Precondition: drain.Precondition{Volume: drain.VolumeObject(c.Volume), Claim: drain.ClaimObject(c.Claim), Notes: notes},
		}
		if dying {
			s.Action, s.Title = drain.RetainVolume, fmt.Sprintf("keep %s: policy Retain, claim manifest saved on it", c.Volume.Name)
			s.Why = "its claim is being deleted and goes when the Pod does"
			p.warn("claim %s is being deleted already, and goes when Pod %s/%s does: it cannot be kept, but %s is", c.Object(), pod.Namespace, pod.Name, c.Volume.Name)
		}
		if retain.Recorded(c.Volume, c.Claim) && retain.HasAnnotations(c.Volume, notes) && (!dying || retain.Retained(c.Volume)) {
			continue
		}
		p.checkManifestSize(c.Volume, c.Claim, dying)
		p.begin(drain.VolumeObject(c.Volume))
		p.step(s)
		p.plan.Prelude = len(p.plan.Targets)
	}
}

// moveClaims plans for the members one after the other, and returns the Pods that are left to evict.
func (p *drainPlanner) moveClaims(ctx context.Context, pods []*corev1.Pod, newJudge placement.NewJudge) ([]*corev1.Pod, error) {
	g := p.gatherer()
	members := slices.DeleteFunc(g.Find(), func(m *workload.Member) bool { return m.Ephemeral || !p.leaves(m, pods) })
	for _, text := range g.Shared {
		p.block(drain.BlockedShared, "", "%s", text)
	}
	for _, text := range g.Excluded {
		p.warn("%s", text)
	}
	pl := &placement.Placer{Ix: p.ix, Departing: g.Departing, Members: members}
	if err := pl.Search(ctx, newJudge); err != nil {
		return nil, err
	}
	mv := &relocator{planner: &p.planner, placer: pl, accept: p.req.AcceptDataLoss, allowPending: p.req.AllowPending, annotation: retain.AnnMovedFrom,
		evict: &p.req.Eviction, clean: p.req.Clean}
	mv.move(members)
	p.staying = p.claimsLeft(members)
	p.plan.Prelude = len(p.plan.Targets) // one after the other, and no further if one fails
	for _, m := range members {
		p.recorded = append(p.recorded, m.Bares()...)
		p.mustStayAway(m)
		pods = slices.DeleteFunc(pods, func(pod *corev1.Pod) bool { return slices.Contains(m.Placed, pod) })
	}
	return pods, nil
}

// claimsLeft are the claims that stay on the node although it is left.
func (p *drainPlanner) claimsLeft(moved []*workload.Member) []string {
	var out []string
	for _, v := range p.ix.LocalVolumes() {
		c := p.ix.ClaimOf(v)
		if c == nil || c.Spec.VolumeName != v.Name || !workload.OnlyOn(p.ix, v, map[string]bool{p.node.Name: true}) || (workload.Claim{Manifest: c}).OwnedByPod() {
			continue
		}
		if !slices.ContainsFunc(moved, func(m *workload.Member) bool {
			return slices.ContainsFunc(m.Claims, func(mc workload.Claim) bool { return mc.Claim == c })
		}) {
			out = append(out, c.Namespace+"/"+c.Name)
		}
	}
	slices.Sort(out)
	return out
}

// leaves reports whether a member is to leave: kubectl's filters spare none of its Pods. Pods that wait, and are not
// asked about there, count by their labels.
func (p *drainPlanner) leaves(m *workload.Member, pods []*corev1.Pod) bool {
	for _, pod := range m.Placed {
		if pod.Spec.NodeName == p.node.Name && !slices.Contains(pods, pod) {
			return false
		}
	}
	if p.req.Eviction.PodSelector == "" {
		return true
	}
	selector, err := labels.Parse(p.req.Eviction.PodSelector)
	return err == nil && slices.ContainsFunc(m.Pods(), func(pod *corev1.Pod) bool { return selector.Matches(labels.Set(pod.Labels)) })
}

// mustStayAway blocks if a member's Pod would come back to the node before its claim could be deleted.
func (p *drainPlanner) mustStayAway(m *workload.Member) {
	for _, pod := range m.Pods() {
		if !m.Relocated && p.comesBack(pod) {
			p.block(drain.BlockedPods, "", "Pod %s/%s would come back to %s as soon as it is evicted, since %s: change that in %s first",
				pod.Namespace, pod.Name, p.node.Name, p.whyBack(pod), m.Owner)
			return
		}
	}
}
