package planner

import (
	"context"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/placement"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// PlanRecover plans to bring what is stuck on dead nodes back on others. Besides what PlanRelease needs, it needs
// Nodes, Leases, StorageClasses, StatefulSets, ReplicaSets and Jobs, and what the scheduler's filters read. Errors are
// *NotFoundError and *MisuseError, and those of the judge.
func PlanRecover(ctx context.Context, ix *inspect.Index, newJudge placement.NewJudge, req drain.RecoverRequest) (*drain.Plan, error) {
	return leavingOut(ix, works, func(out []drain.LeftOut) (*drain.Plan, error) { return planRecover(ctx, ix, newJudge, req, out) })
}

// planRecover is PlanRecover without some members.
func planRecover(ctx context.Context, ix *inspect.Index, newJudge placement.NewJudge, req drain.RecoverRequest, out []drain.LeftOut) (*drain.Plan, error) {
	p := &recoverPlanner{planner: planner{ix: ix, plan: drain.New("recover"), choice: choice{only: req.Only, except: req.Except}, out: out},
		req: req, departing: map[string]bool{}}
	p.checkReadable()
	if err := p.examineNodes(); err != nil {
		return nil, err
	}
	if p.anyAlive() {
		return p.finish(), nil // what would be done to a node that lives is of no interest
	}
	if err := p.findMembers(); err != nil {
		return nil, err
	}
	if err := p.findPlaces(ctx, newJudge); err != nil {
		return nil, err
	}
	p.cordonNodes() // so that nothing goes back to the nodes
	p.stage(1, drain.StopStage)
	p.relocator.relocate(p.members) // owner by owner
	p.movedDisks()
	if unclear, held, lost, awaited := p.unclear(), p.held(), p.lostOnNodes(), p.awaitedOnNodes(); unclear || held || lost || awaited {
		p.nothingElse()
	}
	p.stage(req.Concurrency, drain.FinishTargets)
	p.forgetVolumes() // if that is asked for
	return p.finish(), nil
}

// checkReadable blocks and warns about what could not be read.
func (p *recoverPlanner) checkReadable() {
	p.unreadable(inspect.PersistentVolumes, inspect.PersistentVolumeClaims, inspect.Pods)
	p.unreadableOwners()
	p.unreadableForPlaces()
	if gap, ok := p.ix.Gap(inspect.PodDisruptionBudgets); ok && p.req.Recreated {
		p.warn(fact.New("BudgetsUnknown", "gap", gap))
	}
}

// examineNodes weighs the evidence about all nodes. Its errors are *NotFoundError and *MisuseError.
func (p *recoverPlanner) examineNodes() error {
	p.countDown()
	if err := p.machines(); err != nil {
		return err
	}
	if !p.req.Recreated {
		p.outage()
	}
	return nil
}

// anyAlive reports whether a node is alive that was to be recovered, or may be.
func (p *recoverPlanner) anyAlive() bool {
	return p.plan.Alive()
}

// findMembers finds what is to leave the nodes. Its errors are *MisuseError.
func (p *recoverPlanner) findMembers() error {
	p.finder = &workload.Finder{Ix: p.ix, Departing: p.departing, Resumable: recoveredBefore, DaemonsUnread: true}
	if p.req.Recreated {
		p.finder.Spared = p.ofPresentMachine
	}
	all := p.finder.Find()
	tellUnclear(p.finder, p.perhapsHere)
	if err := p.checkChoice(groupsOf(all, p.finder.Shared)); err != nil {
		return err
	}
	p.nameByChosen(all)
	p.members = p.movable(all, p.finder.Shared)
	p.sharedWithUnchosen(p.members)
	p.jobsEnd(p.members, removedOf(p.members, p.departing), p.disksGone())
	p.neverFail()
	p.nodeCleanupControllers(p.finder.Volumes())
	p.excluded(p.finder, all, nil)
	p.behindOthers(withImmovable(all, p.finder.Shared))
	p.finalizers()
	return nil
}

// finalizers says whose claims and Pods would not go at once. A member that runs, on another machine of the name, is not taken down then.
func (p *recoverPlanner) finalizers() {
	moved := slices.DeleteFunc(slices.Clone(p.members), func(m *workload.Member) bool { return m.Ephemeral || m.Ends })
	if p.disksGone() {
		p.heldByFinalizers(moved)
		return
	}
	for _, m := range moved {
		p.warnOfFinalizers(m)
	}
}

// findPlaces looks for places for the members.
func (p *recoverPlanner) findPlaces(ctx context.Context, newJudge placement.NewJudge) error {
	found, err := findPlaces(ctx, p.ix, newJudge, p.departing, p.members, p.req.AcceptForeignData)
	p.relocator = &relocator{
		planner: &p.planner, places: found, accept: p.req.AcceptDataLoss, allowPending: p.req.AllowPending, force: !p.disksGone(),
		annotation: retain.AnnRecoveredFrom, forget: p.req.ForgetVolumes, noOutage: !p.req.DuringOutage && !p.disksGone(),
		failJobs: p.req.FailJobs,
	}
	return err
}

// disksGone reports whether it is the disks of an earlier machine that are gone, while a kubelet of that name lives.
func (p *recoverPlanner) disksGone() bool {
	replaced := func(e liveness.Evidence) bool { return e.State == liveness.Replaced }
	return p.req.Recreated || slices.ContainsFunc(p.plan.Evidence, replaced)
}

// cordonNodes plans to keep Pods from going back to the nodes, should they return.
func (p *recoverPlanner) cordonNodes() {
	if !slices.ContainsFunc(p.members, func(m *workload.Member) bool { return !m.Relocated }) {
		return
	}
	for _, name := range p.req.Nodes {
		n := p.ix.Node(name)
		if n == nil {
			continue
		}
		uncordon := fact.Kubectl("uncordon", name)
		if liveness.OutOfService(n) {
			p.next(fact.New("NodeStaysOutOfService", "node", name).Offering(fact.Kubectl("taint", "node", name, corev1.TaintNodeOutOfService+"-"), uncordon))
		} else {
			p.next(fact.New("NodeStaysCordoned", "node", name).Offering(uncordon))
		}
		if n.Spec.Unschedulable && len(drain.CordonedFor(n)) == 0 { // one for the sake of a volume ends
			continue
		}
		p.begin(drain.NodeObject(n))
		p.step(cordonNode(n, fact.New("WhyCordonUnreachable")))
	}
}

// forgetVolumes plans to delete the volume objects of nodes that will not return.
func (p *recoverPlanner) forgetVolumes() {
	if !p.req.ForgetVolumes {
		return
	}
	freed, cleaned, had := p.freedByMembers(), []string{}, []string{}
	for _, v := range p.finder.Volumes() {
		free := v.Spec.ClaimRef == nil || v.Status.Phase != corev1.VolumeBound || freed[v.Name]
		if goes, known := freed[v.Name]; known && !goes {
			p.warn(fact.New("VolumeForgottenLater", "volume", v.Name))
		}
		if _, known := freed[v.Name]; !free && !known && !p.kept[v.Name] {
			had = append(had, v.Name)
		}
		if !free || v.DeletionTimestamp != nil || p.kept[v.Name] {
			continue
		}
		if len(p.out) > 0 && notUnderstood(v) {
			continue // what it is left with is said of the member
		}
		if retain.HoldsPods(v) || p.relocator.recording[v.Name] {
			p.warn(fact.New("VolumeNotForgotten", "volume", v.Name))
			continue
		}
		if strings.HasPrefix(workload.ExternalCleaner(v), workload.StaticProvisioner+"-") { // one that makes volumes for claims recreates none
			cleaned = append(cleaned, v.Name)
		}
		p.forget(v, freed[v.Name])
	}
	if len(had) > 0 {
		p.warn(fact.New("VolumesWithClaimsNotForgotten", "volumes", had))
	}
	if len(cleaned) > 0 {
		p.warn(fact.New("ForgottenVolumesMayReturn", "volumes", cleaned))
	}
}

// freedByMembers are the volumes of the members that are moved; false is one whose claim goes in its own time.
func (p *recoverPlanner) freedByMembers() map[string]bool {
	freed := map[string]bool{}
	for _, m := range p.members {
		if m.Ends {
			continue // its claims stay
		}
		for _, c := range m.Claims {
			freed[c.Volume.Name] = !m.Ephemeral
		}
	}
	return freed
}

// forget plans to delete a volume object. It has a record by then if its claim is moved.
func (p *recoverPlanner) forget(v *corev1.PersistentVolume, moved bool) {
	p.begin(drain.VolumeObject(v))
	p.step(forgetVolume(v, fact.New("WhyForgetVolume"), p.deadHomesOf(v)))
	if recorded, err := retain.RecordedClaim(v); err != nil || recorded != nil || moved {
		p.lose(fact.New("VolumeObjectAndRecordDeleted", "volume", p.where(v)))
	} else {
		p.lose(fact.New("VolumeObjectDeleted", "volume", p.where(v)))
	}
}
