package workload

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Finder finds the members that use volumes of the nodes that are left.
type Finder struct {
	Ix        *inspect.Index
	Departing map[string]bool
	// Resumable tells volumes whose claims this command has deleted in an earlier run.
	Resumable func(*corev1.PersistentVolume) bool
	// Spared tells volumes that are no concern of this command although they are on the nodes; nil if none.
	Spared func(*corev1.PersistentVolume) bool

	// DaemonsUnread says that nobody read which DaemonSets there are.
	DaemonsUnread bool

	stuck map[types.NamespacedName]Claim
	// doubtful are the claims of which nothing says where their data is, of members, by volume.
	doubtful map[string]UnclearClaim
	members  []*Member
	// Excluded say which claims are left alone, and why.
	Excluded []fact.Fact
	// LeftAlone are members that are not moved, since nobody recreates their Pods, or their Pods move nowhere.
	LeftAlone []LeftAlone
	// Shared are members that cannot move, since Pods use their claims that stay.
	Shared []Immovable
	// Foreign are volumes without their claims whose records this program does not understand.
	Foreign []*corev1.PersistentVolume
}

// Immovable is a member that cannot move, and why.
type Immovable struct {
	Member *Member
	Why    fact.Fact
	// Loose says that nothing keeps its Pods where its data is, or that nothing says where that is: they stay as well.
	Loose bool
	// Unclear is the claim of which nothing says where its data is, nil if that is not why.
	Unclear *UnclearClaim
}

// LeftAlone is a member that is not moved, and why nobody recreates its Pods; nothing, if it is one of a DaemonSet.
type LeftAlone struct {
	Member *Member
	Why    fact.Fact
}

// Find returns the members, owner by owner and by ordinal.
func (g *Finder) Find() []*Member {
	keys := g.claims()
	for _, key := range keys {
		if _, ok := g.stuck[key]; ok {
			m := &Member{}
			g.collectMember(m, key)
			g.members = append(g.members, m)
		}
	}
	for _, m := range g.members {
		g.identify(m)
	}
	g.members = slices.DeleteFunc(g.members, g.exclude)
	slices.SortFunc(g.members, func(a, b *Member) int {
		return cmp.Or(cmp.Compare(a.GroupName(), b.GroupName()), cmp.Compare(a.Ordinal, b.Ordinal), cmp.Compare(a.Key.Name, b.Key.Name))
	})
	return g.members
}

// Volumes are the local volumes whose data is nowhere but on the nodes that are left, sorted by name.
func (g *Finder) Volumes() []*corev1.PersistentVolume {
	return slices.DeleteFunc(g.Ix.LocalVolumes(), func(v *corev1.PersistentVolume) bool {
		return !OnlyOn(g.Ix, v, g.Departing) || g.Spared != nil && g.Spared(v)
	})
}

// OnlyOn reports whether the data of a volume is known to be on the given nodes, there or gone, and on no other.
func OnlyOn(ix *inspect.Index, v *corev1.PersistentVolume, nodes map[string]bool) bool {
	site := ix.DataOn(v)
	return len(site.Nodes) > 0 && !slices.ContainsFunc(site.Nodes, func(name string) bool { return !nodes[name] })
}

// claims finds the claims that are stuck, and returns their names in the order of their volumes.
func (g *Finder) claims() []types.NamespacedName {
	g.stuck = map[types.NamespacedName]Claim{}
	var keys []types.NamespacedName
	for _, v := range g.Volumes() {
		if g.foreign(v) {
			g.Foreign = append(g.Foreign, v)
			continue
		}
		mc, ok := g.claimOf(v)
		if !ok {
			continue
		}
		if before, twice := g.stuck[mc.Key()]; twice && before.Claim != nil {
			continue // the claim has been moved once before, from a volume that has died meanwhile too
		}
		g.stuck[mc.Key()] = mc
		keys = append(keys, mc.Key())
	}
	return append(keys, g.unclearClaims()...)
}

// foreign reports whether a volume, whose claim is gone, has a record that this program does not understand: another version of it
// may be half done with it, and the claim is then one of a member that must not move without it.
func (g *Finder) foreign(v *corev1.PersistentVolume) bool {
	ref := v.Spec.ClaimRef
	return g.Resumable != nil && ref != nil && ref.UID != "" && g.Ix.ClaimOf(v) == nil && retain.CheckVersion(v) != nil
}

// claimOf is the claim that has a volume, or had it until an earlier run deleted it.
func (g *Finder) claimOf(v *corev1.PersistentVolume) (Claim, bool) {
	mc := Claim{Volume: v, Claim: g.Ix.ClaimOf(v)}
	switch {
	case v.Spec.ClaimRef == nil || v.Spec.ClaimRef.UID == "":
		return mc, false // nobody has it
	case mc.Claim != nil:
		mc.Manifest = mc.Claim
		return mc, mc.Claim.Spec.VolumeName == v.Name // else the pair does not agree: why-pending tells
	case g.Resumable == nil || !g.Resumable(v):
		return mc, false
	}
	s, err := retain.RecordedClaim(v)
	if err != nil {
		g.Excluded = append(g.Excluded, fact.New("RecordIgnored", "volume", v.Name, "why", fact.Of(err)))
	}
	if err != nil || s == nil || s.UID != v.Spec.ClaimRef.UID {
		return mc, false
	}
	mc.Manifest, mc.Current = s, g.Ix.Claim(s.Namespace, s.Name)
	mc.Destination = g.destination(mc)
	return mc, true
}

// destination is the volume that a claim which was recreated has, or is about to be bound to: the volume controller binds
// the volume first, and the claim was perhaps listed before it was created.
func (g *Finder) destination(c Claim) *corev1.PersistentVolume {
	var found *corev1.PersistentVolume
	for _, v := range g.Ix.Volumes {
		ref := v.Spec.ClaimRef
		if ref == nil || ref.Namespace != c.Manifest.Namespace || ref.Name != c.Manifest.Name || ref.UID == "" || ref.UID == c.Manifest.UID {
			continue
		}
		left := v.Status.Phase == corev1.VolumeReleased || v.Status.Phase == corev1.VolumeFailed || c.Current != nil && c.Current.UID != ref.UID
		if !left && (found == nil || v.Name < found.Name) { // in whatever order they were read
			found = v
		}
	}
	return found
}

// collectMember adds a stuck claim to a member, all Pods that name it, and all stuck claims that those name or that are of the
// same member of a StatefulSet.
func (g *Finder) collectMember(m *Member, key types.NamespacedName) {
	mc, ok := g.stuck[key]
	if !ok {
		return
	}
	delete(g.stuck, key)
	m.Claims = append(m.Claims, mc)
	m.Deleted = append(m.Deleted, g.deletedBefore(mc)...)
	if set, ordinal, ok := g.Ix.SetOfClaim(key); ok {
		for _, t := range set.Spec.VolumeClaimTemplates {
			g.collectMember(m, types.NamespacedName{Namespace: key.Namespace, Name: t.Name + "-" + MemberName(set, ordinal)})
		}
	}
	for _, p := range g.Ix.Consumers(key.Namespace, key.Name) {
		if slices.Contains(m.Placed, p) || slices.Contains(m.waiting, p) {
			continue
		}
		if p.Spec.NodeName == "" {
			m.waiting = append(m.waiting, p)
		} else {
			m.Placed = append(m.Placed, p)
		}
		for _, name := range inspect.ClaimNames(p) {
			g.collectMember(m, types.NamespacedName{Namespace: key.Namespace, Name: name})
		}
	}
}

// deletedBefore are the Pods without a controller that an earlier run deleted, which used a claim.
func (g *Finder) deletedBefore(mc Claim) []*corev1.Pod {
	if g.Resumable == nil || !g.Resumable(mc.Volume) {
		return nil
	}
	if s, err := retain.RecordedClaim(mc.Volume); err != nil || s == nil || s.UID != mc.Manifest.UID {
		return nil // that was another claim
	}
	return slices.DeleteFunc(retain.RecordedPods(mc.Volume), func(p *corev1.Pod) bool {
		return p.Namespace != mc.Manifest.Namespace || g.Ix.Pod(p.Namespace, p.Name) != nil
	})
}

// identify finds out who owns a member and who recreates its claims.
func (g *Finder) identify(m *Member) {
	slices.SortFunc(m.Claims, func(a, b Claim) int { return cmp.Compare(a.Manifest.Name, b.Manifest.Name) })
	byName := func(a, b *corev1.Pod) int { return cmp.Compare(a.Name, b.Name) }
	slices.SortFunc(m.Placed, byName)
	slices.SortFunc(m.waiting, byName)
	m.Key = m.Claims[0].Key()
	if lead := m.Representative(); lead != nil {
		m.Owner, m.Direct = g.Ix.OwnerOf(lead), DirectOwner(lead)
		m.Key.Name = lead.Name
	} else if len(m.Deleted) > 0 {
		m.Key.Name = m.Deleted[0].Name
	}
	for _, c := range m.Claims {
		if set, ordinal, ok := g.Ix.SetOfClaim(c.Key()); ok && m.Set == nil {
			m.Set, m.Ordinal, m.Key.Name = set, ordinal, MemberName(set, ordinal)
			m.Owner = inspect.Owner{APIVersion: "apps/v1", Kind: "StatefulSet", Name: set.Name, UID: set.UID}
			m.Direct = m.Owner
		}
	}
	g.identifyClaims(m)
}

func (g *Finder) identifyClaims(m *Member) {
	if lasting := slices.DeleteFunc(slices.Clone(m.Claims), func(c Claim) bool { return OwnedByPod(c.Manifest) }); len(lasting) > 0 {
		m.Claims = lasting
	} else {
		m.Ephemeral = true
	}
	for i := range m.Claims {
		c := &m.Claims[i]
		c.Recreated = m.recreatesClaim(c.Manifest.Name) || m.operatorCreates(c.Manifest)
	}
	m.Relocated = !slices.ContainsFunc(m.Claims, func(c Claim) bool { return !c.Moved() }) || g.relocating(m)
}

// relocating reports whether a member whose claims an earlier run has released is about to run elsewhere: claims and Pods are not
// read at the same instant, and a Pod on a node that stays has claims that are bound, whatever was read of them.
func (g *Finder) relocating(m *Member) bool {
	held := func(c Claim) bool { return c.Claim != nil }
	return !slices.ContainsFunc(m.Claims, held) && slices.ContainsFunc(m.Placed, func(p *corev1.Pod) bool { return !g.Departing[p.Spec.NodeName] })
}

// exclude takes out what is not to be moved, and says why.
func (g *Finder) exclude(m *Member) bool {
	podless := m.Set == nil && len(m.Pods()) == 0
	if i, cannot := g.cannotMove(m); cannot && !(podless && i.Loose) { // no Pod goes astray
		g.Shared = append(g.Shared, i)
		return true
	}
	first := m.Claims[0]
	switch {
	case m.Direct.Kind == daemonSet:
		g.LeftAlone = append(g.LeftAlone, LeftAlone{Member: m})
		return true
	case podless && len(m.Deleted) > 0:
		return m.Ephemeral // else an earlier run has begun with it, and there is more to do
	case podless && first.Claim == nil:
		if first.Current == nil && first.Destination == nil { // else it has been moved, and that is all there is to say
			g.Excluded = append(g.Excluded, notRecreated(first, fact.New("NoPodNamesClaim")))
		}
		return true
	case podless:
		g.Excluded = append(g.Excluded, fact.New("ClaimWithoutPod", "claim", first.Object(), "volume", first.Volume.Name).Offering(release(first)))
		return true
	}
	why, unwanted := g.unwanted(m)
	switch {
	case !unwanted:
		return g.unclearMember(m)
	case first.Claim == nil:
		g.Excluded = append(g.Excluded, notRecreated(first, why))
	default:
		g.LeftAlone = append(g.LeftAlone, LeftAlone{Member: m, Why: why})
	}
	return true
}

// notRecreated says that a claim which an earlier run released stays away.
func notRecreated(c Claim, why fact.Fact) fact.Fact {
	return fact.New("ClaimNotRecreated", "claim", c.Object(), "volume", c.Volume.Name, "why", why)
}

func release(c Claim) fact.Command {
	return fact.Plugin("release", "pvc/"+c.Manifest.Name).In(c.Manifest.Namespace)
}

// cannotMove reports whether a member cannot move as one, and says why.
func (g *Finder) cannotMove(m *Member) (i Immovable, cannot bool) {
	sets := map[string]bool{}
	for _, c := range m.Claims {
		if _, unclear := g.doubtful[c.Volume.Name]; unclear {
			continue // where its Pods are proves nothing
		}
		if why, astray := g.astray(m, c); astray {
			return Immovable{Member: m, Why: why, Loose: true}, true
		}
		if set, ordinal, ok := g.Ix.SetOfClaim(c.Key()); ok {
			sets[MemberName(set, ordinal)] = true
		}
		if c.Claim == nil {
			continue
		}
		if why, held := g.heldByDaemon(m, c); held {
			return Immovable{Member: m, Why: why}, true
		}
		if why, elsewhere := g.usedElsewhere(m, c); elsewhere {
			return Immovable{Member: m, Why: why}, true
		}
	}
	if len(sets) > 1 {
		return Immovable{Member: m, Why: fact.New("ClaimSharedByMembers", "claim", m.Claims[0].Object())}, true
	}
	return Immovable{}, false
}

// usedElsewhere says which Pod holds a claim of a member that is on none of the nodes that are left.
func (g *Finder) usedElsewhere(m *Member, c Claim) (why fact.Fact, elsewhere bool) {
	_, unread := g.Ix.Gap(inspect.Nodes)
	for _, p := range m.Placed {
		pod, node := p.Namespace+"/"+p.Name, p.Spec.NodeName
		switch {
		case g.Departing[node] || !slices.Contains(inspect.ClaimNames(p), c.Manifest.Name):
			continue
		case !unread && g.Ix.Node(node) == nil:
			return fact.New("ClaimUsedOnGoneNode", "claim", c.Object(), "volume", c.Volume.Name, "pod", pod, "node", node), true
		case FinishedPod(p): // it is not stopped, but deleted
			return fact.New("ClaimSharedWithEnded", "claim", c.Object(), "pod", pod, "node", node, "end", Removal([]*corev1.Pod{p}, g.Ix.OwnerOf)), true
		}
		return fact.New("ClaimSharedWithPod", "claim", c.Object(), "pod", pod, "node", node), true
	}
	return fact.Fact{}, false
}
