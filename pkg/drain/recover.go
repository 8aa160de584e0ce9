package drain

import (
	"context"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// RecoverRequest asks to bring what is stuck on dead nodes back on others.
type RecoverRequest struct {
	// Nodes are the names of the dead nodes.
	Nodes []string
	// UnreachableFor is how long a node must not have answered.
	UnreachableFor time.Duration
	// Fenced says that the nodes are surely off.
	Fenced bool
	// DuringOutage goes on although most nodes are down.
	DuringOutage bool
	// AllowPending goes on although a member fits nowhere: it then waits with a claim of its own, on no node.
	AllowPending bool
	// AcceptDataLoss names the claims of which the last good copy, or the quorum, may be given up.
	AcceptDataLoss []types.NamespacedName
	// ForgetVolumes deletes the volume objects of the nodes in the end.
	ForgetVolumes bool
	// Recreated says that another machine has taken the name of a node, and that the earlier one's disks are gone.
	Recreated bool
	// Concurrency is how many owners are served at the same time; the members of one owner never are.
	Concurrency int
	// Earlier is what the leases were before; without it no node with a Node object is proved dead.
	Earlier *LeaseSample
}

// DeadNode is a node that must still be as dead right before anything is deleted.
type DeadNode struct {
	Name string `json:"name"`
	// UID is that of the Node object, empty if there is none.
	UID types.UID `json:"uid,omitempty"`
	// Lease is the resourceVersion of its lease, empty if there is none.
	Lease string `json:"lease,omitempty"`
	// Replaced says that the node may well live: it is the disks of an earlier one that are gone.
	Replaced bool `json:"replaced,omitempty"`
	// OutOfService says that it is the taint that says that the node is off.
	OutOfService bool `json:"outOfService,omitempty"`
}

// Move says where a member goes.
type Move struct {
	// Member is the Pod, by namespace and name, and Owner what makes it anew.
	Member string `json:"member"`
	Owner  string `json:"owner,omitempty"`
	Claim  string `json:"claim"`
	// From and To are volumes, with their nodes. To is empty if it will be provisioned, or nothing fits.
	From     string `json:"from"`
	FromNode string `json:"fromNode,omitempty"`
	To       string `json:"to,omitempty"`
	ToNode   string `json:"toNode,omitempty"`
	// Stays says that the claim stays, and that the member waits for FromNode.
	Stays bool `json:"stays,omitempty"`
	// Peers says how the other members of the owner are.
	Peers string `json:"peers,omitempty"`
}

// recoverPlanner plans to leave dead nodes.
type recoverPlanner struct {
	planner
	req  RecoverRequest
	left map[string]bool
	// down counts the nodes that are not Ready.
	down int
}

// PlanRecover plans to bring what is stuck on dead nodes back on others. Besides what PlanRelease needs, it needs
// Nodes, Leases, StorageClasses, StatefulSets, ReplicaSets and Jobs, and what the scheduler's filters read. Errors are
// *NotFoundError and *MisuseError, and those of the judge.
func PlanRecover(ctx context.Context, ix *inspect.Index, newJudge NewJudge, req RecoverRequest) (*Plan, error) {
	p := &recoverPlanner{planner: planner{ix: ix, plan: newPlan("recover")}, req: req, left: map[string]bool{}}
	for _, name := range req.Nodes {
		p.left[name] = true
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
	if slices.ContainsFunc(p.plan.Evidence, func(e NodeEvidence) bool { return e.State == NodeAlive }) {
		return p.finish(), nil // what would be done to a node that lives is of no interest
	}
	g := &gatherer{ix: ix, left: p.left, resumable: recoveredBefore}
	if req.Recreated {
		g.spared = p.madeSince
	}
	members := g.gather()
	p.competitors(g)
	for _, text := range g.shared {
		p.block(BlockedShared, "", "%s", text)
	}
	for _, text := range g.apart {
		p.warn("%s", text)
	}
	pl := &placer{ix: ix, left: p.left, members: members}
	if err := pl.settle(ctx, newJudge); err != nil {
		return nil, err
	}
	mv := &mover{planner: &p.planner, placer: pl, accept: req.AcceptDataLoss, allowPending: req.AllowPending, force: !p.disksGone(), from: AnnRecoveredFrom,
		forget: req.ForgetVolumes, noOutage: !req.DuringOutage && !p.disksGone()}
	p.cordons(members)
	mv.move(members)
	p.forget(g, mv, members)
	return p.finish(), nil
}

// disksGone reports whether it is the disks of an earlier machine that are gone, while a kubelet of that name lives.
func (p *recoverPlanner) disksGone() bool {
	replaced := func(e NodeEvidence) bool { return e.State == NodeReplaced }
	return p.req.Recreated || slices.ContainsFunc(p.plan.Evidence, replaced)
}

// unreadableOwners blocks if it is not known who makes Pods anew.
func (p *recoverPlanner) unreadableOwners() {
	for _, kind := range []inspect.Kind{inspect.StatefulSets, inspect.ReplicaSets, inspect.StorageClasses} {
		if gap, ok := p.ix.Gap(kind); ok {
			p.block(BlockedUnknown, "", "who makes Pods and claims anew cannot be told: %s are %s", kind, gap)
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
	e := &NotFoundError{Kind: "node", Name: name}
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
func (p *recoverPlanner) cordons(members []*member) {
	if !slices.ContainsFunc(members, func(m *member) bool { return !m.landed }) {
		return
	}
	for _, name := range p.req.Nodes {
		n := p.ix.Node(name)
		if n == nil {
			continue
		}
		if outOfService(n) {
			p.next("%s stays cordoned and out of service; once it is well: kubectl taint node %s %s- && kubectl uncordon %s", name, name, corev1.TaintNodeOutOfService, name)
		} else {
			p.next("%s stays cordoned; once it is well: kubectl uncordon %s", name, name)
		}
		if n.Spec.Unschedulable {
			continue
		}
		p.begin(nodeObject(n))
		p.step(Step{
			Action: CordonNode, Object: nodeObject(n), Title: "cordon " + name,
			Why: "so that no Pod goes back there if it returns",
		})
	}
	p.plan.prelude = len(p.plan.Targets)
}

func nodeObject(n *corev1.Node) Object { return Object{Kind: kindNode, Name: n.Name, UID: n.UID} }

// forget plans to delete the volume objects of nodes that will not return.
func (p *recoverPlanner) forget(g *gatherer, mv *mover, members []*member) {
	p.plan.epilogue = len(p.plan.Targets)
	if !p.req.ForgetVolumes {
		return
	}
	freed := map[string]bool{}
	for _, m := range members {
		for _, c := range m.claims {
			freed[c.volume.Name] = !m.ephemeral // whose claim goes in its own time
		}
	}
	for _, v := range g.volumes() {
		free := v.Spec.ClaimRef == nil || v.Status.Phase != corev1.VolumeBound || freed[v.Name]
		if goes, known := freed[v.Name]; known && !goes {
			p.warn("%s is not forgotten now: its claim goes with a Pod; afterwards the same command forgets it", v.Name)
		}
		if !free || v.DeletionTimestamp != nil {
			continue
		}
		if v.Annotations[AnnDeletedPod] != "" || mv.holding[v.Name] {
			p.warn("%s is not forgotten: it holds the manifest of a Pod that nobody makes anew", v.Name)
			continue
		}
		p.begin(volumeObject(v))
		p.step(Step{
			Action: ForgetVolume, Object: volumeObject(v), Destructive: true, Title: "delete the volume object " + v.Name,
			Why:          "its node will not return; a disk that still exists keeps its data",
			Precondition: Precondition{Volume: volumeObject(v), Dead: p.deadHomes(v)},
		})
		manifest := ""
		if saved, err := SavedClaim(v); err != nil || saved != nil || freed[v.Name] {
			manifest = ", with the claim's manifest saved on it"
		}
		p.lose("the volume object %s%s: what is left on the disk can then be used only through a new volume object", p.where(v), manifest)
	}
}
