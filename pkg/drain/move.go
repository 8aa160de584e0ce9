package drain

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// mover plans how members leave their nodes, one owner after the other.
type mover struct {
	*planner
	placer       *placer
	accept       []types.NamespacedName
	allowPending bool
	// force deletes Pods without asking their kubelets, which are dead.
	force bool
	// evict, if set, is how Pods are evicted from a node that lives.
	evict *Eviction
	// clean leaves the volumes to the provisioner that owns them.
	clean bool
	// forget says that the volume objects are deleted in the end.
	forget bool
	// from is the annotation that says where a volume's claim came from.
	from string
	// noOutage says that nothing is done while most nodes are down.
	noOutage bool
	// holding are the volumes that hold, or will, the manifests of Pods that nobody makes anew.
	holding map[string]bool
	// kept are the volumes that are left behind.
	kept []*corev1.PersistentVolume
}

func (p *mover) move(members []*member) {
	for len(members) > 0 {
		n := 1
		for n < len(members) && members[n].groupName() == members[0].groupName() {
			n++
		}
		p.owner(members[:n])
		members = members[n:]
	}
	p.tellKept()
	if p.evict == nil {
		p.done("nothing is left to do")
	}
	if len(p.plan.Steps) > 0 {
		p.plan.Done = nil
	}
}

// owner plans for the members of one owner, one after the other.
func (p *mover) owner(members []*member) {
	p.begin(members[0].group())
	defer func() { p.member = "" }()
	for i, m := range members {
		p.member = m.key.String()
		if m.landed {
			p.awaitKnown(m.claims)
		}
		switch {
		case m.ephemeral:
			p.dropPods(m)
			continue
		case m.landed && p.isReady(m):
			p.done("%s has been %s", m.key, p.movedWord())
			continue
		case m.landed && p.silentAgain(m):
			continue
		}
		peers := p.peers(m, members[:i])
		p.tell(m, peers.words)
		p.risks(m, peers)
		p.steps(m, members[:i], peers)
	}
}

// silentAgain warns of a member that was moved to a node that does not answer either.
func (p *mover) silentAgain(m *member) bool {
	for _, c := range m.claims {
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
			p.warn("%s was %s to %s, and %s does not answer either: kubectl localpv recover %s", m.key, p.movedWord(), v.Name, names[0], names[0])
			return true
		}
	}
	return false
}

// tell says where a member goes.
func (p *mover) tell(m *member, peers string) {
	for _, c := range m.claims {
		mv := Move{Member: m.key.String(), Claim: c.object().String(), From: c.volume.Name, FromNode: strings.Join(p.ix.HomeOf(c.volume).Names(), ","), Peers: peers}
		if !m.owner.None() {
			mv.Owner = m.owner.String()
		}
		if m.place != nil {
			mv.ToNode = m.place.node
			if v := m.place.volumes[c.manifest.Name]; v != nil {
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
func (p *mover) destination(c memberClaim) *corev1.PersistentVolume {
	if c.to == nil && c.now != nil {
		return p.ix.Volume(c.now.Spec.VolumeName)
	}
	return c.to
}

// isReady reports whether a member that has moved runs.
func (p *mover) isReady(m *member) bool {
	if m.bare() || len(m.pods()) == 0 && m.owner.None() {
		return true
	}
	return slices.ContainsFunc(m.placed, func(pod *corev1.Pod) bool {
		return !p.placer.left[pod.Spec.NodeName] && (ready(pod) || pod.Status.Phase == corev1.PodSucceeded)
	})
}

// steps plans how one member leaves and lands, after earlier ones of its owner.
func (p *mover) steps(m *member, earlier []*member, peers peers) {
	if !m.landed {
		p.keep(m)
		// A claim that is on its way out goes with its last Pod, and comes back at once. And while the Pod of a node that
		// lives still runs, nothing has happened if the place is taken.
		early := p.evict != nil || slices.ContainsFunc(m.claims, func(c memberClaim) bool { return c.claim == nil || c.claim.DeletionTimestamp != nil })
		if early {
			p.reserve(m)
		}
		p.dropPods(m)
		p.awaitFree(m, earlier)
		if !early {
			p.reserve(m)
		}
		p.letGo(m, p.standing(m, peers))
		p.makeAnew(m)
	}
	p.awaitReady(m, peers)
	for _, c := range m.claims {
		p.kept = append(p.kept, c.volume)
	}
}

// tellKept says what becomes of the volumes that are left behind.
func (p *mover) tellKept() {
	switch {
	case p.clean || p.forget:
	case len(p.kept) > 3:
		p.next("%s are Released, their data untouched: kubectl localpv ls --phase Released. %s: kubectl localpv reattach NAME --replace",
			count(len(p.kept), "volume"), p.whenBack())
	default:
		for _, v := range p.kept {
			p.next("%s is Released, its data untouched. %s: kubectl localpv reattach %s --replace", p.where(v), p.whenBack(), v.Name)
		}
	}
}
