package planner

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/placement"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// departing is the node that is left, as a set.
func (p *drainPlanner) departing() map[string]bool { return map[string]bool{p.node.Name: true} }

// finder finds the members that have claims on the node.
func (p *drainPlanner) finder() *workload.Finder {
	f := &workload.Finder{Ix: p.ix, Departing: p.departing()}
	if p.req.MoveClaims {
		f.Resumable = func(v *corev1.PersistentVolume) bool { return v.Annotations[retain.AnnMovedFrom] != "" }
	}
	return f
}

// keepClaims says which Pods will wait for the node, and records what would be lost although claims stay.
func (p *drainPlanner) keepClaims(ctx context.Context, newJudge placement.NewJudge) error {
	f := p.finder()
	members := f.Find()
	tellUnclear(f, p.mightLose)
	p.heldHere(f)
	p.astray(f)
	for _, l := range f.LeftAlone {
		if !l.Why.IsZero() {
			p.tellLeftAlone(l, evicted(p.verdicts))
		}
	}
	for _, i := range f.Shared {
		if !i.Loose {
			members = append(members, i.Member) // what cannot move can wait
		}
	}
	p.spareOut(members)
	p.jobsEnd(members, p.pods, true)
	p.downMeanwhile(members)
	p.keptGuards(members)
	if err := p.returns(ctx, newJudge, members); err != nil {
		return err
	}
	for _, m := range members {
		p.broughtWhileKept(m)
		if m.Ephemeral {
			p.saveEphemeral(m)
			continue
		}
		p.behindUnready(m)
		p.staysBehind(m)
		p.saidOf(m.Key.String(), func() { p.risksOfDying(m, members) })
		for _, pod := range m.Pods() {
			leaves := slices.Contains(p.pods, pod)
			if pod.Spec.NodeName == p.node.Name && leaves {
				p.recordWhatGoes(m, pod)
			}
			if !leaves && pod.Spec.NodeName != "" || m.Owner.None() || m.Ends || workload.FinishedPod(pod) || p.comesBack(pod) {
				continue // it stays, or nobody waits
			}
			p.tellWhatStays(m, pod)
		}
	}
	return nil
}

// tellWhatStays lists the claims of a Pod that waits for the node.
func (p *drainPlanner) tellWhatStays(m *workload.Member, pod *corev1.Pod) {
	left := p.left(m)
	for _, c := range m.Claims {
		forsaken := slices.ContainsFunc(left, func(l workload.Claim) bool { return l.Claim == c.Claim })
		if c.Claim != nil && !beingDeleted(c) && !forsaken {
			p.tellEarlierMachine(c.Volume)
			p.plan.Moves = append(p.plan.Moves, drain.Move{Member: pod.Namespace + "/" + pod.Name, Owner: m.Owner.String(), Claim: c.Object().String(),
				From: c.Volume.Name, FromNode: p.node.Name, Stays: true})
		}
	}
}

// recordWhatGoes records, before a Pod is evicted, its manifest if no controller recreates it, and retains the volumes of claims
// that are being deleted and go with it.
func (p *drainPlanner) recordWhatGoes(m *workload.Member, pod *corev1.Pod) {
	p.about = pod.Namespace + "/" + pod.Name
	defer func() { p.about = "" }()
	bares := p.goingBares(m)
	bare := len(bares) > 0 && bares[0] == pod
	for i, c := range m.Claims {
		dying := beingDeleted(c) && !slices.Contains(p.going, c.Claim)
		if c.Claim == nil || !dying && (!bare || i > 0) {
			continue
		}
		parameters := drain.RecordParameters{Pair: pair(c.Volume, drain.ClaimObject(c.Claim))}
		if bare && i == 0 {
			p.recorded = append(p.recorded, bares...)
			parameters.Annotations = map[string]string{retain.AnnDeletedPod: p.recordedPods(c.Volume, bares)}
		}
		name := drain.PodObject(pod).String()
		s := recordClaim(c.Volume, name, fact.New("WhyRecordPod"), parameters)
		if dying {
			s = retainVolume(c.Volume, fact.New("WhyRetainOfDying"), parameters)
			p.tellDying(m, c, pod)
		}
		if retain.Recorded(c.Volume, c.Claim) && retain.HasAnnotations(c.Volume, parameters.Annotations) && (!dying || retain.Retained(c.Volume)) {
			continue
		}
		p.checkManifestSize(c.Volume, c.Claim, dying)
		p.begin(drain.VolumeObject(c.Volume))
		p.step(s)
	}
}

// goingBares are the Pods of a member that leave the node and that no controller recreates. They are recorded together: a later record
// would take the place of an earlier one.
func (p *drainPlanner) goingBares(m *workload.Member) []*corev1.Pod {
	if !m.Owner.None() {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(m.Pods()), func(pod *corev1.Pod) bool {
		return pod.Spec.NodeName != p.node.Name || !slices.Contains(p.pods, pod) || workload.FinishedPod(pod)
	})
}

// moveClaims plans for the members one after the other, and takes their Pods from those that are left to evict.
func (p *drainPlanner) moveClaims(ctx context.Context, newJudge placement.NewJudge) error {
	f := p.finder()
	all := f.Find()
	tellUnclear(f, p.mightLose)
	p.nameByChosen(all)
	p.sharedWithUnchosen(all)
	p.stayTogether(all, f.Shared)
	p.tornApart(all)
	p.jobsEnd(all, p.pods, true)
	members := slices.DeleteFunc(slices.Clone(all), func(m *workload.Member) bool { return m.Ephemeral || m.Ends || !p.leaves(m) })
	members = p.movable(members, nil)
	f.Shared = slices.DeleteFunc(f.Shared, func(i workload.Immovable) bool {
		return i.Unclear != nil && !p.evicts(i.Member) && !p.homelessHere(i.Unclear.Volume)
	})
	p.excluded(f, all, evicted(p.verdicts))
	p.astray(f)
	p.heldByFinalizers(members)
	found, err := findPlaces(ctx, p.ix, newJudge, p.departing(), members, p.req.AcceptForeignData)
	if err != nil {
		return err
	}
	r := &relocator{
		planner: &p.planner, places: found, accept: p.req.AcceptDataLoss, allowPending: p.req.AllowPending, annotation: retain.AnnMovedFrom,
		evict: &p.req.Eviction, clean: p.req.Clean,
	}
	r.relocate(members)
	for _, m := range all {
		if m.Ephemeral {
			p.broughtWhileKept(m)
			p.saveEphemeral(m)
		}
	}
	p.staying = p.claimsLeft(members)
	p.awaitedHere()
	for _, m := range members {
		p.recorded = append(p.recorded, m.Bares()...)
		p.together = append(p.together, slices.DeleteFunc(slices.Clone(m.Placed), func(pod *corev1.Pod) bool { return !p.leavesAlive(pod) }))
		p.mustStayAway(m)
		p.pods = slices.DeleteFunc(p.pods, func(pod *corev1.Pod) bool { return slices.Contains(m.Placed, pod) })
	}
	return nil
}

// claimsLeft are the claims that stay on the node although it is left.
func (p *drainPlanner) claimsLeft(moved []*workload.Member) []string {
	var out []string
	for _, v := range p.ix.LocalVolumes() {
		c := p.ix.ClaimOf(v)
		if c == nil || c.Spec.VolumeName != v.Name || !workload.OnlyOn(p.ix, v, p.departing()) || workload.OwnedByPod(c) {
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
func (p *drainPlanner) leaves(m *workload.Member) bool {
	for _, pod := range m.Placed {
		if pod.Spec.NodeName == p.node.Name && !slices.Contains(p.pods, pod) {
			return false
		}
	}
	return p.anySelected(m.Pods())
}

// mustStayAway blocks if a member's Pod would come back to the node before its claim could be deleted.
func (p *drainPlanner) mustStayAway(m *workload.Member) {
	for _, pod := range m.Pods() {
		if !m.Relocated && p.comesBack(pod) {
			p.saidOf(m.Key.String(), func() {
				p.block(drain.BlockedPods, "", fact.New("PodWouldComeBack", "pod", drain.PodObject(pod), "node", p.node.Name, "why", p.whyBack(pod), "owner", m.Owner))
			})
			return
		}
	}
}
