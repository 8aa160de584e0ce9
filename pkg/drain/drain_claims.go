package drain

import (
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// gatherer finds the members that have claims on the node.
func (p *drainPlanner) gatherer() *gatherer {
	g := &gatherer{ix: p.ix, left: map[string]bool{p.node.Name: true}}
	if p.req.MoveClaims {
		g.resumable = func(v *corev1.PersistentVolume) bool { return v.Annotations[AnnMovedFrom] != "" }
	}
	return g
}

// keepClaims says which Pods will wait for the node, and keeps what would be lost although claims stay.
func (p *drainPlanner) keepClaims(pods []*corev1.Pod) {
	for _, m := range p.gatherer().gather() {
		if m.ephemeral {
			continue
		}
		for _, pod := range m.pods() {
			leaves := slices.Contains(pods, pod)
			if pod.Spec.NodeName == p.node.Name && leaves {
				p.keepWhatGoes(m, pod)
			}
			if !leaves && pod.Spec.NodeName != "" || m.owner.None() || finishedPod(pod) || p.comesBack(pod) {
				continue // it stays, or nobody waits
			}
			for _, c := range m.claims {
				if c.claim != nil && c.claim.DeletionTimestamp == nil {
					p.plan.Moves = append(p.plan.Moves, Move{Member: pod.Namespace + "/" + pod.Name, Owner: m.owner.String(), Claim: c.object().String(),
						From: c.volume.Name, FromNode: p.node.Name, Stays: true})
				}
			}
		}
	}
}

// keepWhatGoes keeps, before a Pod is evicted, its manifest if nobody makes it anew, and the volumes of claims that are
// being deleted and go with it.
func (p *drainPlanner) keepWhatGoes(m *member, pod *corev1.Pod) {
	bare := m.owner.None() && !finishedPod(pod)
	for i, c := range m.claims {
		dying := c.claim != nil && c.claim.DeletionTimestamp != nil
		if c.claim == nil || !dying && (!bare || i > 0) {
			continue
		}
		notes := map[string]string{}
		if bare && i == 0 {
			p.kept = append(p.kept, pod)
			notes[AnnDeletedPod] = (&mover{planner: &p.planner}).savedPods(c.volume, []*corev1.Pod{pod})
		}
		s := Step{
			Action: SaveClaim, Object: volumeObject(c.volume), Title: fmt.Sprintf("save the manifest of Pod %s/%s on %s", pod.Namespace, pod.Name, c.volume.Name),
			Why:          "so that it is not lost: nobody else has it",
			Precondition: Precondition{Volume: volumeObject(c.volume), Claim: claimObject(c.claim), Notes: notes},
		}
		if dying {
			s.Action, s.Title = KeepVolume, fmt.Sprintf("keep %s: policy Retain, claim manifest saved on it", c.volume.Name)
			s.Why = "its claim is being deleted and goes when the Pod does"
			p.warn("claim %s is being deleted already, and goes when Pod %s/%s does: it cannot be kept, but %s is", c.object(), pod.Namespace, pod.Name, c.volume.Name)
		}
		if saved(c.volume, c.claim) && hasAnnotations(c.volume, notes) && (!dying || retained(c.volume)) {
			continue
		}
		p.fits(c.volume, c.claim, dying)
		p.begin(volumeObject(c.volume))
		p.step(s)
		p.plan.prelude = len(p.plan.Targets)
	}
}

// moveClaims plans for the members one after the other, and returns the Pods that are left to evict.
func (p *drainPlanner) moveClaims(ctx context.Context, pods []*corev1.Pod, newJudge NewJudge) ([]*corev1.Pod, error) {
	g := p.gatherer()
	members := slices.DeleteFunc(g.gather(), func(m *member) bool { return m.ephemeral || !p.leaves(m, pods) })
	for _, text := range g.shared {
		p.block(BlockedShared, "", "%s", text)
	}
	for _, text := range g.apart {
		p.warn("%s", text)
	}
	pl := &placer{ix: p.ix, left: g.left, members: members}
	if err := pl.settle(ctx, newJudge); err != nil {
		return nil, err
	}
	mv := &mover{planner: &p.planner, placer: pl, accept: p.req.AcceptDataLoss, allowPending: p.req.AllowPending, from: AnnMovedFrom,
		evict: &p.req.Eviction, clean: p.req.Clean}
	mv.move(members)
	p.staying = p.claimsLeft(members)
	p.plan.prelude = len(p.plan.Targets) // one after the other, and no further if one fails
	for _, m := range members {
		p.kept = append(p.kept, m.bares()...)
		p.mustStayAway(m)
		pods = slices.DeleteFunc(pods, func(pod *corev1.Pod) bool { return slices.Contains(m.placed, pod) })
	}
	return pods, nil
}

// claimsLeft are the claims that stay on the node although it is left.
func (p *drainPlanner) claimsLeft(moved []*member) []string {
	var out []string
	for _, v := range p.ix.LocalVolumes() {
		c := p.ix.ClaimOf(v)
		if c == nil || c.Spec.VolumeName != v.Name || !onlyOn(p.ix, v, map[string]bool{p.node.Name: true}) || (memberClaim{manifest: c}).lives() {
			continue
		}
		if !slices.ContainsFunc(moved, func(m *member) bool {
			return slices.ContainsFunc(m.claims, func(mc memberClaim) bool { return mc.claim == c })
		}) {
			out = append(out, c.Namespace+"/"+c.Name)
		}
	}
	slices.Sort(out)
	return out
}

// leaves reports whether a member is to leave: kubectl's filters spare none of its Pods. Pods that wait, and are not
// asked about there, count by their labels.
func (p *drainPlanner) leaves(m *member, pods []*corev1.Pod) bool {
	for _, pod := range m.placed {
		if pod.Spec.NodeName == p.node.Name && !slices.Contains(pods, pod) {
			return false
		}
	}
	if p.req.Eviction.PodSelector == "" {
		return true
	}
	selector, err := labels.Parse(p.req.Eviction.PodSelector)
	return err == nil && slices.ContainsFunc(m.pods(), func(pod *corev1.Pod) bool { return selector.Matches(labels.Set(pod.Labels)) })
}

// mustStayAway blocks if a member's Pod would come back to the node before its claim could be deleted.
func (p *drainPlanner) mustStayAway(m *member) {
	for _, pod := range m.pods() {
		if !m.landed && p.comesBack(pod) {
			p.block(BlockedPods, "", "Pod %s/%s would come back to %s as soon as it is evicted, since %s: change that in %s first",
				pod.Namespace, pod.Name, p.node.Name, p.whyBack(pod), m.owner)
			return
		}
	}
}
