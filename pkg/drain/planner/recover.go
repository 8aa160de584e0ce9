package planner

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/placement"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// recoverPlanner plans to leave dead nodes.
type recoverPlanner struct {
	planner
	req       drain.RecoverRequest
	departing map[string]bool
	// down counts the nodes that are not Ready.
	down int
}

// PlanRecover plans to bring what is stuck on dead nodes back on others. Besides what PlanRelease needs, it needs
// Nodes, Leases, StorageClasses, StatefulSets, ReplicaSets and Jobs, and what the scheduler's filters read. Errors are
// *NotFoundError and *MisuseError, and those of the judge.
func PlanRecover(ctx context.Context, ix *inspect.Index, newJudge placement.NewJudge, req drain.RecoverRequest) (*drain.Plan, error) {
	p := &recoverPlanner{planner: planner{ix: ix, plan: drain.NewPlan("recover")}, req: req, departing: map[string]bool{}}
	for _, name := range req.Nodes {
		p.departing[name] = true
	}
	p.plan.Independent, p.plan.Concurrency = true, max(req.Concurrency, 1)
	p.unreadable(inspect.PersistentVolumeClaims, inspect.Pods)
	p.unreadableOwners()
	p.unseen()
	p.countDown()
	for _, name := range req.Nodes {
		if err := p.exists(name); err != nil {
			return nil, err
		}
		p.examine(name)
	}
	if !req.Recreated {
		p.outage()
	}
	if slices.ContainsFunc(p.plan.Evidence, func(e liveness.Evidence) bool { return e.State == liveness.Alive }) {
		return p.finish(), nil // what would be done to a node that lives is of no interest
	}
	g := &workload.Finder{Ix: ix, Departing: p.departing, Resumable: recoveredBefore}
	if req.Recreated {
		g.Spared = p.ofPresentMachine
	}
	members := g.Find()
	p.nodeCleanupControllers(g)
	for _, text := range g.Shared {
		p.block(drain.BlockedShared, "", "%s", text)
	}
	for _, text := range g.Excluded {
		p.warn("%s", text)
	}
	pl := &placement.Placer{Ix: ix, Departing: p.departing, Members: members}
	if err := pl.Search(ctx, newJudge); err != nil {
		return nil, err
	}
	mv := &relocator{planner: &p.planner, placer: pl, accept: req.AcceptDataLoss, allowPending: req.AllowPending, force: !p.disksGone(), annotation: retain.AnnRecoveredFrom,
		forget: req.ForgetVolumes, noOutage: !req.DuringOutage && !p.disksGone()}
	p.cordons(members)
	mv.move(members)
	p.forget(g, mv, members)
	return p.finish(), nil
}

// disksGone reports whether it is the disks of an earlier machine that are gone, while a kubelet of that name lives.
func (p *recoverPlanner) disksGone() bool {
	replaced := func(e liveness.Evidence) bool { return e.State == liveness.Replaced }
	return p.req.Recreated || slices.ContainsFunc(p.plan.Evidence, replaced)
}

// unreadableOwners blocks if it is not known who makes Pods anew.
func (p *recoverPlanner) unreadableOwners() {
	for _, kind := range []inspect.Kind{inspect.StatefulSets, inspect.ReplicaSets, inspect.StorageClasses} {
		if gap, ok := p.ix.Gap(kind); ok {
			p.block(drain.BlockedUnknown, "", "who makes Pods and claims anew cannot be told: %s are %s", kind, gap)
		}
	}
}

// unseen warns of what the scheduler looks at and could not be read: places were looked for without it.
func (p *recoverPlanner) unseen() {
	for _, kind := range []inspect.Kind{inspect.Namespaces, inspect.CSINodes, inspect.CSIDrivers, inspect.CSIStorageCapacities, inspect.Jobs} {
		if gap, ok := p.ix.Gap(kind); ok {
			p.warn("%s are %s: where members fit, and who wants them, was judged without", kind, gap)
		}
	}
}

// exists tells nodes from typing errors: a node is known by its Node object, or by volumes whose home it was.
func (p *recoverPlanner) exists(name string) error {
	if p.ix.Node(name) != nil {
		return nil
	}
	if _, gap := p.ix.Gap(inspect.Nodes); gap {
		return nil
	}
	e := &drain.NotFoundError{Kind: "node", Name: name}
	for _, v := range p.ix.LocalVolumes() {
		home := p.ix.HomeOf(v)
		if home.State != inspect.HomeMissing {
			continue
		}
		if slices.Contains(home.Hosts, name) {
			return nil
		}
		e.Known = append(e.Known, home.Hosts...)
	}
	for _, n := range p.ix.Nodes {
		e.Known = append(e.Known, n.Name)
	}
	slices.Sort(e.Known)
	e.Known = slices.Compact(e.Known)
	return e
}

// cordons plans to keep Pods from going back to the nodes, should they return.
func (p *recoverPlanner) cordons(members []*workload.Member) {
	if !slices.ContainsFunc(members, func(m *workload.Member) bool { return !m.Relocated }) {
		return
	}
	for _, name := range p.req.Nodes {
		n := p.ix.Node(name)
		if n == nil {
			continue
		}
		if liveness.OutOfService(n) {
			p.next("%s stays cordoned and out of service; once it is well: kubectl taint node %s %s- && kubectl uncordon %s", name, name, corev1.TaintNodeOutOfService, name)
		} else {
			p.next("%s stays cordoned; once it is well: kubectl uncordon %s", name, name)
		}
		if n.Spec.Unschedulable {
			continue
		}
		p.begin(drain.NodeObject(n))
		p.step(drain.Step{
			Action: drain.CordonNode, Object: drain.NodeObject(n), Title: "cordon " + name,
			Why: "so that no Pod goes back there if it returns",
		})
	}
	p.plan.Prelude = len(p.plan.Targets)
}

// forget plans to delete the volume objects of nodes that will not return.
func (p *recoverPlanner) forget(g *workload.Finder, mv *relocator, members []*workload.Member) {
	p.plan.Epilogue = len(p.plan.Targets)
	if !p.req.ForgetVolumes {
		return
	}
	freed := map[string]bool{}
	for _, m := range members {
		for _, c := range m.Claims {
			freed[c.Volume.Name] = !m.Ephemeral // whose claim goes in its own time
		}
	}
	for _, v := range g.Volumes() {
		free := v.Spec.ClaimRef == nil || v.Status.Phase != corev1.VolumeBound || freed[v.Name]
		if goes, known := freed[v.Name]; known && !goes {
			p.warn("%s is not forgotten now: its claim goes with a Pod; afterwards the same command forgets it", v.Name)
		}
		if !free || v.DeletionTimestamp != nil {
			continue
		}
		if v.Annotations[retain.AnnDeletedPod] != "" || mv.recording[v.Name] {
			p.warn("%s is not forgotten: it holds the manifest of a Pod that nobody makes anew", v.Name)
			continue
		}
		p.begin(drain.VolumeObject(v))
		p.step(drain.Step{
			Action: drain.ForgetVolume, Object: drain.VolumeObject(v), Destructive: true, Title: "delete the volume object " + v.Name,
			Why:          "its node will not return; a disk that still exists keeps its data",
			Precondition: drain.Precondition{Volume: drain.VolumeObject(v), Dead: p.deadHomesOf(v)},
		})
		manifest := ""
		if saved, err := retain.RecordedClaim(v); err != nil || saved != nil || freed[v.Name] {
			manifest = ", with the claim's manifest saved on it"
		}
		p.lose("the volume object %s%s: what is left on the disk can then be used only through a new volume object", p.where(v), manifest)
	}
}
