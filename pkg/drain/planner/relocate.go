package planner

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/placement"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// relocator plans how members leave their nodes, one owner after the other.
type relocator struct {
	*planner
	placer       *placement.Placer
	accept       []types.NamespacedName
	allowPending bool
	// force deletes Pods without asking their kubelets, which are dead.
	force bool
	// evict, if set, is how Pods are evicted from a node that lives.
	evict *drain.Eviction
	// clean leaves the volumes to the provisioner that owns them.
	clean bool
	// forget says that the volume objects are deleted in the end.
	forget bool
	// annotation is the annotation that says where a volume's claim came from.
	annotation string
	// noOutage says that nothing is done while most nodes are down.
	noOutage bool
	// recording are the volumes that hold, or will, the manifests of Pods that nobody makes anew.
	recording map[string]bool
	// leftBehind are the volumes that are left behind.
	leftBehind []*corev1.PersistentVolume
}

func (p *relocator) move(members []*workload.Member) {
	for len(members) > 0 {
		n := 1
		for n < len(members) && members[n].GroupName() == members[0].GroupName() {
			n++
		}
		p.owner(members[:n])
		members = members[n:]
	}
	p.tellLeftBehind()
	if p.evict == nil {
		p.done("nothing is left to do")
	}
	if len(p.plan.Steps) > 0 {
		p.plan.Done = nil
	}
}

// owner plans for the members of one owner, one after the other.
func (p *relocator) owner(members []*workload.Member) {
	p.begin(members[0].Group())
	defer func() { p.member = "" }()
	for i, m := range members {
		p.member = m.Key.String()
		if m.Relocated {
			p.awaitKnown(m.Claims)
		}
		switch {
		case m.Ephemeral:
			p.dropPods(m)
			continue
		case m.Relocated && p.isReady(m):
			p.done("%s has been %s", m.Key, p.movedWord())
			continue
		case m.Relocated && p.unreachableAgain(m):
			continue
		}
		peers := p.peers(m, members[:i])
		p.addMoves(m, peers.summary)
		p.risks(m, peers)
		p.steps(m, members[:i], peers)
	}
}

// unreachableAgain warns of a member that was moved to a node that does not answer either.
func (p *relocator) unreachableAgain(m *workload.Member) bool {
	for _, c := range m.Claims {
		v := p.destination(c)
		if v == nil {
			continue
		}
		home := p.ix.HomeOf(v)
		if slices.ContainsFunc(home.Nodes, func(n *corev1.Node) bool {
			condition, _ := inspect.ConditionOf(n)
			return condition != inspect.NodeUnknown
		}) {
			continue
		}
		if names := home.Names(); len(names) > 0 {
			p.warn("%s was %s to %s, and %s does not answer either: kubectl localpv recover %s", m.Key, p.movedWord(), v.Name, names[0], names[0])
			return true
		}
	}
	return false
}

// addMoves says where a member goes.
func (p *relocator) addMoves(m *workload.Member, peers string) {
	for _, c := range m.Claims {
		mv := drain.Move{Member: m.Key.String(), Claim: c.Object().String(), From: c.Volume.Name, FromNode: strings.Join(p.ix.HomeOf(c.Volume).Names(), ","), Peers: peers}
		if !m.Owner.None() {
			mv.Owner = m.Owner.String()
		}
		if m.Place != nil {
			mv.ToNode = m.Place.Node
			if v := m.Place.Volumes[c.Manifest.Name]; v != nil {
				mv.To = v.Name
			}
		}
		if v := p.destination(c); v != nil {
			mv.To, mv.ToNode = v.Name, strings.Join(p.ix.HomeOf(v).Names(), ",")
		}
		p.plan.Moves = append(p.plan.Moves, mv)
	}
}

// destination is the volume of a claim that was made anew, nil if it has none.
func (p *relocator) destination(c workload.Claim) *corev1.PersistentVolume {
	if c.Destination == nil && c.Current != nil {
		return p.ix.Volume(c.Current.Spec.VolumeName)
	}
	return c.Destination
}

// isReady reports whether a member that has moved runs.
func (p *relocator) isReady(m *workload.Member) bool {
	if m.Bare() || len(m.Pods()) == 0 && m.Owner.None() {
		return true
	}
	return slices.ContainsFunc(m.Placed, func(pod *corev1.Pod) bool {
		return !p.placer.Departing[pod.Spec.NodeName] && (workload.Ready(pod) || pod.Status.Phase == corev1.PodSucceeded)
	})
}

// steps plans how one member leaves and lands, after earlier ones of its owner.
func (p *relocator) steps(m *workload.Member, earlier []*workload.Member, peers peers) {
	if !m.Relocated {
		p.retainVolumes(m)
		// A claim that is on its way out goes with its last Pod, and comes back at once. And while the Pod of a node that
		// lives still runs, nothing has happened if the place is taken.
		early := p.evict != nil || slices.ContainsFunc(m.Claims, func(c workload.Claim) bool { return c.Claim == nil || c.Claim.DeletionTimestamp != nil })
		if early {
			p.reserve(m)
		}
		p.dropPods(m)
		p.awaitFree(m, earlier)
		if !early {
			p.reserve(m)
		}
		p.releaseClaims(m, p.standing(m, peers))
		p.recreateClaims(m)
	}
	p.awaitReady(m, peers)
	for _, c := range m.Claims {
		p.leftBehind = append(p.leftBehind, c.Volume)
	}
}

// tellLeftBehind says what becomes of the volumes that are left behind.
func (p *relocator) tellLeftBehind() {
	switch {
	case p.clean || p.forget:
	case len(p.leftBehind) > 3:
		p.next("%s are Released, their data untouched: kubectl localpv ls --phase Released. %s: kubectl localpv reattach NAME --replace",
			workload.Count(len(p.leftBehind), "volume"), p.whenBack())
	default:
		for _, v := range p.leftBehind {
			p.next("%s is Released, its data untouched. %s: kubectl localpv reattach %s --replace", p.where(v), p.whenBack(), v.Name)
		}
	}
}
