package drain

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// gatherer finds the members that use volumes of the nodes that are left.
type gatherer struct {
	ix   *inspect.Index
	left map[string]bool
	// resumable tells volumes whose claims this command has deleted in an earlier run.
	resumable func(*corev1.PersistentVolume) bool
	// spared tells volumes that are no concern of this command although they are on the nodes; nil if none.
	spared func(*corev1.PersistentVolume) bool

	stuck   map[types.NamespacedName]memberClaim
	members []*member
	// apart are claims that are left alone, with the reason.
	apart []string
	// shared are claims that cannot move, since Pods use them that stay.
	shared []string
}

// gather returns the members, owner by owner and by ordinal.
func (g *gatherer) gather() []*member {
	keys := g.claims()
	for _, key := range keys {
		if _, ok := g.stuck[key]; ok {
			m := &member{}
			g.join(m, key)
			g.members = append(g.members, m)
		}
	}
	for _, m := range g.members {
		g.identify(m)
	}
	g.members = slices.DeleteFunc(g.members, g.leaveAlone)
	slices.SortFunc(g.members, func(a, b *member) int {
		return cmp.Or(cmp.Compare(a.groupName(), b.groupName()), cmp.Compare(a.ordinal, b.ordinal), cmp.Compare(a.key.Name, b.key.Name))
	})
	return g.members
}

// volumes are the local volumes that are nowhere but on the nodes that are left, sorted by name.
func (g *gatherer) volumes() []*corev1.PersistentVolume {
	return slices.DeleteFunc(g.ix.LocalVolumes(), func(v *corev1.PersistentVolume) bool {
		return !onlyOn(g.ix, v, g.left) || g.spared != nil && g.spared(v)
	})
}

// onlyOn reports whether a volume's home is known, and is nothing but the given nodes, there or gone.
func onlyOn(ix *inspect.Index, v *corev1.PersistentVolume, nodes map[string]bool) bool {
	home := ix.HomeOf(v)
	if home.State == inspect.HomeUnknown || len(home.Names()) == 0 {
		return false
	}
	return !slices.ContainsFunc(home.Names(), func(name string) bool { return !nodes[name] })
}

// claims finds the claims that are stuck, and returns their names in the order of their volumes.
func (g *gatherer) claims() []types.NamespacedName {
	g.stuck = map[types.NamespacedName]memberClaim{}
	var keys []types.NamespacedName
	for _, v := range g.volumes() {
		mc, ok := g.claimOn(v)
		if !ok {
			continue
		}
		if before, twice := g.stuck[mc.key()]; twice && before.claim != nil {
			continue // the claim has been moved once before, from a volume that has died meanwhile too
		}
		g.stuck[mc.key()] = mc
		keys = append(keys, mc.key())
	}
	return keys
}

// claimOn is the claim that has a volume, or had it until an earlier run deleted it.
func (g *gatherer) claimOn(v *corev1.PersistentVolume) (memberClaim, bool) {
	mc := memberClaim{volume: v, claim: g.ix.ClaimOf(v)}
	switch {
	case v.Spec.ClaimRef == nil || v.Spec.ClaimRef.UID == "":
		return mc, false // nobody has it
	case mc.claim != nil:
		mc.manifest = mc.claim
		return mc, mc.claim.Spec.VolumeName == v.Name // else the pair does not agree: why-pending tells
	case g.resumable == nil || !g.resumable(v):
		return mc, false
	}
	s, err := SavedClaim(v)
	if err != nil || s == nil || s.UID != v.Spec.ClaimRef.UID {
		return mc, false
	}
	mc.manifest, mc.now = s, g.ix.Claim(s.Namespace, s.Name)
	mc.to = g.destination(mc)
	return mc, true
}

// destination is the volume that a claim which was made anew has, or is about to be bound to: the volume controller binds
// the volume first, and the claim was perhaps listed before it was made.
func (g *gatherer) destination(c memberClaim) *corev1.PersistentVolume {
	var found *corev1.PersistentVolume
	for _, v := range g.ix.Volumes {
		ref := v.Spec.ClaimRef
		if ref == nil || ref.Namespace != c.manifest.Namespace || ref.Name != c.manifest.Name || ref.UID == "" || ref.UID == c.manifest.UID {
			continue
		}
		left := v.Status.Phase == corev1.VolumeReleased || v.Status.Phase == corev1.VolumeFailed || c.now != nil && c.now.UID != ref.UID
		if !left && (found == nil || v.Name < found.Name) { // in whatever order they were read
			found = v
		}
	}
	return found
}

// join adds a stuck claim to a member, all Pods that name it, and all stuck claims that those name or that are of the
// same member of a StatefulSet.
func (g *gatherer) join(m *member, key types.NamespacedName) {
	mc, ok := g.stuck[key]
	if !ok {
		return
	}
	delete(g.stuck, key)
	m.claims = append(m.claims, mc)
	m.deleted = append(m.deleted, g.deletedBefore(mc)...)
	if set, ordinal, ok := setOfClaim(g.ix, key); ok {
		for _, t := range set.Spec.VolumeClaimTemplates {
			g.join(m, types.NamespacedName{Namespace: key.Namespace, Name: t.Name + "-" + memberName(set, ordinal)})
		}
	}
	for _, p := range g.ix.Consumers(key.Namespace, key.Name) {
		if slices.Contains(m.placed, p) || slices.Contains(m.waiting, p) {
			continue
		}
		if p.Spec.NodeName == "" {
			m.waiting = append(m.waiting, p)
		} else {
			m.placed = append(m.placed, p)
		}
		for _, name := range inspect.ClaimNames(p) {
			g.join(m, types.NamespacedName{Namespace: key.Namespace, Name: name})
		}
	}
}

// deletedBefore are the Pods without a controller that an earlier run deleted, which used a claim.
func (g *gatherer) deletedBefore(mc memberClaim) []*corev1.Pod {
	if g.resumable == nil || !g.resumable(mc.volume) {
		return nil
	}
	if s, err := SavedClaim(mc.volume); err != nil || s == nil || s.UID != mc.manifest.UID {
		return nil // that was another claim
	}
	return slices.DeleteFunc(savedPods(mc.volume), func(p *corev1.Pod) bool { return g.ix.Pod(p.Namespace, p.Name) != nil })
}

// setOfClaim finds the StatefulSet of which a claim is a member's, by the name that the controller gives it
// (controller/statefulset/stateful_set_utils.go: getPersistentVolumeClaimName). Of two that would give the same name it
// is the one whose Pod names the claim, else the first by name.
func setOfClaim(ix *inspect.Index, key types.NamespacedName) (set *appsv1.StatefulSet, ordinal int, ok bool) {
	for _, s := range ix.StatefulSets {
		if s.Namespace != key.Namespace || s.DeletionTimestamp != nil {
			continue
		}
		for _, t := range s.Spec.VolumeClaimTemplates {
			text, cut := strings.CutPrefix(key.Name, t.Name+"-"+s.Name+"-")
			if !cut || !isOrdinal(s, text) || ok && (owns(ix, set, key) || s.Name > set.Name && !owns(ix, s, key)) {
				continue
			}
			ordinal, _ = strconv.Atoi(text)
			set, ok = s, true
		}
	}
	return set, ordinal, ok
}

func owns(ix *inspect.Index, s *appsv1.StatefulSet, claim types.NamespacedName) bool {
	return slices.ContainsFunc(ix.Consumers(claim.Namespace, claim.Name), func(p *corev1.Pod) bool { return directOwner(p).UID == s.UID })
}

// identify settles who owns a member and who makes its claims anew.
func (g *gatherer) identify(m *member) {
	slices.SortFunc(m.claims, func(a, b memberClaim) int { return cmp.Compare(a.manifest.Name, b.manifest.Name) })
	byName := func(a, b *corev1.Pod) int { return cmp.Compare(a.Name, b.Name) }
	slices.SortFunc(m.placed, byName)
	slices.SortFunc(m.waiting, byName)
	m.key = m.claims[0].key()
	if lead := m.lead(); lead != nil {
		m.owner, m.direct = g.ix.OwnerOf(lead), directOwner(lead)
		m.key.Name = lead.Name
	} else if len(m.deleted) > 0 {
		m.key.Name = m.deleted[0].Name
	}
	for _, c := range m.claims {
		if set, ordinal, ok := setOfClaim(g.ix, c.key()); ok && m.set == nil {
			m.set, m.ordinal, m.key.Name = set, ordinal, memberName(set, ordinal)
			m.owner = inspect.Owner{APIVersion: "apps/v1", Kind: "StatefulSet", Name: set.Name, UID: set.UID}
			m.direct = m.owner
		}
	}
	g.identifyClaims(m)
}

func (g *gatherer) identifyClaims(m *member) {
	if lasting := slices.DeleteFunc(slices.Clone(m.claims), memberClaim.lives); len(lasting) > 0 {
		m.claims = lasting
	} else {
		m.ephemeral = true
	}
	for i := range m.claims {
		c := &m.claims[i]
		c.remade = m.makesClaim(c.manifest.Name) || m.custom()
	}
	m.landed = !slices.ContainsFunc(m.claims, func(c memberClaim) bool { return !c.moved() }) || g.landing(m)
}

// landing reports whether a member whose claims an earlier run has let go is about to land: claims and Pods are not read at
// the same instant, and a Pod on a node that stays has claims that are bound, whatever was read of them.
func (g *gatherer) landing(m *member) bool {
	held := func(c memberClaim) bool { return c.claim != nil }
	return !slices.ContainsFunc(m.claims, held) && slices.ContainsFunc(m.placed, func(p *corev1.Pod) bool { return !g.left[p.Spec.NodeName] })
}

// leaveAlone takes out what is not to be moved, and says why.
func (g *gatherer) leaveAlone(m *member) bool {
	first := m.claims[0]
	name := first.object().String()
	if why := g.cannotMove(m); why != "" {
		g.shared = append(g.shared, why)
		return true
	}
	switch {
	case m.direct.Kind == "DaemonSet":
		g.apart = append(g.apart, fmt.Sprintf("claim %s of %s is left as it is: a Pod of a DaemonSet does not move", name, m.owner))
		return true
	case m.set == nil && len(m.pods()) == 0 && len(m.deleted) > 0:
		return false // an earlier run has begun with it
	case m.set == nil && len(m.pods()) == 0 && first.claim == nil:
		if first.now == nil && first.to == nil { // else it has been moved, and that is all there is to say
			g.apart = append(g.apart, fmt.Sprintf("claim %s, which an earlier run took off %s, is not made anew: no Pod names it; its manifest stays on the volume", name, first.volume.Name))
		}
		return true
	case m.set == nil && len(m.pods()) == 0:
		g.apart = append(g.apart, fmt.Sprintf("claim %s, bound to %s, has no Pod and is left as it is; to let it go: kubectl localpv release pvc/%s -n %s",
			name, first.volume.Name, first.manifest.Name, first.manifest.Namespace))
		return true
	}
	why := g.unwanted(m)
	switch {
	case why == "":
		return false
	case first.claim == nil:
		g.apart = append(g.apart, fmt.Sprintf("claim %s, which an earlier run took off %s, is not made anew: %s; its manifest stays on the volume", name, first.volume.Name, why))
	default:
		g.apart = append(g.apart, fmt.Sprintf("claim %s, bound to %s, is left as it is: %s; to let it go, delete Pod %s (with --force if its node is dead), then kubectl localpv release pvc/%s -n %s",
			name, first.volume.Name, why, m.lead().Name, first.manifest.Name, first.manifest.Namespace))
	}
	return true
}

// cannotMove says why a member cannot move as one, empty if it can.
func (g *gatherer) cannotMove(m *member) string {
	sets := map[string]bool{}
	for _, c := range m.claims {
		if set, ordinal, ok := setOfClaim(g.ix, c.key()); ok {
			sets[memberName(set, ordinal)] = true
		}
		if c.claim == nil {
			continue
		}
		for _, p := range m.placed {
			if !g.left[p.Spec.NodeName] && slices.Contains(inspect.ClaimNames(p), c.manifest.Name) {
				return fmt.Sprintf("claim %s is used by Pod %s/%s on %s too, which is not left: stop that Pod first", c.object(), p.Namespace, p.Name, p.Spec.NodeName)
			}
		}
	}
	if len(sets) > 1 {
		return fmt.Sprintf("claim %s is shared by several members of StatefulSets, which do not move one at a time then: scale them down and recover without them", m.claims[0].object())
	}
	return ""
}
