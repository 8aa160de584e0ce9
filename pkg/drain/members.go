package drain

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// member is what moves as one: a Pod, there or yet to be made, with its claims on the nodes that are left.
type member struct {
	owner inspect.Owner
	// set is the StatefulSet that the member belongs to, nil if none.
	set     *appsv1.StatefulSet
	ordinal int
	key     types.NamespacedName // of the Pod, or of the first claim if none is known
	// placed are the Pods that have a node, waiting those that have none, of those that name the claims.
	placed, waiting []*corev1.Pod
	claims          []memberClaim
	// place is where it will land; nil if nowhere is known.
	place *place
	// landed tells a member whose claims have other volumes already: an earlier run moved it.
	landed bool
	// ephemeral tells a Pod whose claims live and die with it: only the Pod is in the way.
	ephemeral bool
}

// memberClaim is a claim with the volume that it leaves. The claim is nil if it is gone already; manifest is what it
// is made anew from.
type memberClaim struct {
	volume   *corev1.PersistentVolume
	claim    *corev1.PersistentVolumeClaim
	manifest *corev1.PersistentVolumeClaim
	// now is the claim that has the name by now, if it is another one.
	now *corev1.PersistentVolumeClaim
	// remade tells whether a controller makes it anew.
	remade bool
}

func (c memberClaim) object() Object {
	return Object{Kind: kindClaim, Namespace: c.manifest.Namespace, Name: c.manifest.Name}
}

// old is the claim as the volume's claimRef has it.
func (c memberClaim) old() Object {
	o := c.object()
	if ref := c.volume.Spec.ClaimRef; ref != nil {
		o.UID = ref.UID
	}
	return o
}

// gatherer finds the members that use volumes of the nodes that are left.
type gatherer struct {
	ix   *inspect.Index
	left map[string]bool
	// resumable tells volumes whose claims this command has deleted in an earlier run.
	resumable func(*corev1.PersistentVolume) bool

	byClaim map[types.NamespacedName]*member
	members []*member
	// apart are claims that are left alone, with the reason.
	apart []string
	// shared are claims that Pods on other nodes use.
	shared []string
}

// gather returns the members, owner by owner and by ordinal.
func (g *gatherer) gather() []*member {
	g.byClaim = map[types.NamespacedName]*member{}
	for _, v := range g.volumes() {
		g.add(v)
	}
	for _, m := range g.members {
		g.identify(m)
	}
	g.members = slices.DeleteFunc(g.members, func(m *member) bool { return g.leaveAlone(m) })
	slices.SortFunc(g.members, func(a, b *member) int {
		return cmp.Or(cmp.Compare(a.groupName(), b.groupName()), cmp.Compare(a.ordinal, b.ordinal), cmp.Compare(a.key.Name, b.key.Name))
	})
	return g.members
}

// volumes are the local volumes that are nowhere but on the nodes that are left, sorted by name.
func (g *gatherer) volumes() []*corev1.PersistentVolume {
	return slices.DeleteFunc(g.ix.LocalVolumes(), func(v *corev1.PersistentVolume) bool { return !onlyOn(g.ix, v, g.left) })
}

// onlyOn tells whether a volume's home is known, and is nothing but the given nodes, there or gone.
func onlyOn(ix *inspect.Index, v *corev1.PersistentVolume, nodes map[string]bool) bool {
	home := ix.HomeOf(v)
	if home.State == inspect.HomeUnknown || len(home.Names()) == 0 {
		return false
	}
	return !slices.ContainsFunc(home.Names(), func(name string) bool { return !nodes[name] })
}

// add finds the member that has a volume.
func (g *gatherer) add(v *corev1.PersistentVolume) {
	mc := memberClaim{volume: v, claim: g.ix.ClaimOf(v)}
	switch {
	case v.Spec.ClaimRef == nil || v.Spec.ClaimRef.UID == "":
		return // nobody has it
	case mc.claim != nil:
		mc.manifest = mc.claim
	case g.resumable != nil && g.resumable(v):
		s, err := SavedClaim(v)
		if err != nil || s == nil || s.UID != v.Spec.ClaimRef.UID {
			return
		}
		mc.manifest, mc.now = s, g.ix.Claim(s.Namespace, s.Name)
	default:
		return
	}
	if mc.claim != nil && mc.claim.Spec.VolumeName != v.Name {
		return // the pair does not agree: why-pending tells
	}
	key := types.NamespacedName{Namespace: mc.manifest.Namespace, Name: mc.manifest.Name}
	m := g.byClaim[key]
	if m == nil {
		m = g.memberOf(key)
	}
	m.claims = append(m.claims, mc)
}

// memberOf makes the member of all Pods that name a claim, and remembers it for their other claims.
func (g *gatherer) memberOf(key types.NamespacedName) *member {
	m := &member{key: key}
	g.members = append(g.members, m)
	g.byClaim[key] = m
	pods := g.ix.Consumers(key.Namespace, key.Name)
	if set, ordinal, ok := setOfClaim(g.ix, key); ok {
		m.set, m.ordinal = set, ordinal
		m.key = types.NamespacedName{Namespace: key.Namespace, Name: fmt.Sprintf("%s-%d", set.Name, ordinal)}
		for _, t := range set.Spec.VolumeClaimTemplates {
			g.byClaim[types.NamespacedName{Namespace: key.Namespace, Name: t.Name + "-" + m.key.Name}] = m
		}
	}
	for _, p := range pods {
		if p.Spec.NodeName == "" {
			m.waiting = append(m.waiting, p)
		} else {
			m.placed = append(m.placed, p)
		}
		for _, name := range inspect.ClaimNames(p) {
			if k := (types.NamespacedName{Namespace: key.Namespace, Name: name}); g.byClaim[k] == nil {
				g.byClaim[k] = m
			}
		}
	}
	return m
}

// setOfClaim finds the StatefulSet of which a claim is a member's, by the name that the controller gives it
// (controller/statefulset/stateful_set_utils.go: getPersistentVolumeClaimName).
func setOfClaim(ix *inspect.Index, key types.NamespacedName) (*appsv1.StatefulSet, int, bool) {
	for _, s := range ix.StatefulSets {
		if s.Namespace != key.Namespace {
			continue
		}
		for _, t := range s.Spec.VolumeClaimTemplates {
			text, ok := strings.CutPrefix(key.Name, t.Name+"-"+s.Name+"-")
			if !ok || !isOrdinal(s, text) {
				continue
			}
			ordinal, _ := strconv.Atoi(text)
			return s, ordinal, true
		}
	}
	return nil, 0, false
}

// identify settles who owns a member and who makes its claims anew.
func (g *gatherer) identify(m *member) {
	all := slices.Concat(m.waiting, m.placed)
	switch {
	case len(all) > 0:
		m.owner = g.ix.OwnerOf(all[0])
		if m.set == nil {
			m.key = types.NamespacedName{Namespace: all[0].Namespace, Name: all[0].Name}
		}
	case m.set != nil:
		m.owner = inspect.Owner{APIVersion: "apps/v1", Kind: "StatefulSet", Name: m.set.Name, UID: m.set.UID}
	}
	for i := range m.claims {
		c := &m.claims[i]
		c.remade = m.makesClaim(c.manifest.Name) || m.custom()
		if owner := metav1.GetControllerOf(c.manifest); owner != nil && owner.Kind == kindPod {
			m.ephemeral = true
		}
	}
	m.landed = !slices.ContainsFunc(m.claims, func(c memberClaim) bool { return c.now == nil || !inspect.FullyBound(c.now) })
	slices.SortFunc(m.claims, func(a, b memberClaim) int { return cmp.Compare(a.manifest.Name, b.manifest.Name) })
}

// makesClaim tells whether the member's StatefulSet makes a claim anew.
func (m *member) makesClaim(name string) bool {
	return m.set != nil && slices.ContainsFunc(m.set.Spec.VolumeClaimTemplates, func(t corev1.PersistentVolumeClaim) bool {
		return name == t.Name+"-"+m.key.Name
	})
}

// custom tells whether an operator stands behind the member: its ways are its own.
func (m *member) custom() bool {
	return !m.owner.None() && !slices.Contains([]string{"StatefulSet", "Deployment", "ReplicaSet", "Job", "CronJob", "DaemonSet", "ReplicationController"}, m.owner.Kind)
}

// bare tells whether nobody makes the member's Pod anew.
func (m *member) bare() bool { return m.owner.None() && len(m.placed)+len(m.waiting) > 0 }

// leaveAlone takes out what is not to be moved.
func (g *gatherer) leaveAlone(m *member) bool {
	first := m.claims[0]
	name := first.object().String()
	for _, p := range m.placed {
		if !g.left[p.Spec.NodeName] && m.claims[0].claim != nil {
			g.shared = append(g.shared, fmt.Sprintf("claim %s is used by Pod %s/%s on %s too, which is not left: stop that Pod first", name, p.Namespace, p.Name, p.Spec.NodeName))
			return true
		}
	}
	switch {
	case m.owner.Kind == "DaemonSet":
		g.apart = append(g.apart, fmt.Sprintf("claim %s of %s is left as it is: a Pod of a DaemonSet does not move", name, m.owner))
		return true
	case m.set == nil && len(m.placed)+len(m.waiting) == 0 && first.claim != nil:
		g.apart = append(g.apart, fmt.Sprintf("claim %s, bound to %s, has no Pod and is left as it is; to let it go: kubectl localpv release pvc/%s -n %s", name, first.volume.Name, first.manifest.Name, first.manifest.Namespace))
		return true
	}
	return false
}

// groupName sorts and names the owner of a member: its members are moved one after the other.
func (m *member) groupName() string {
	if m.owner.None() {
		return m.key.Namespace + "/" + kindPod + "/" + m.key.Name
	}
	return m.key.Namespace + "/" + m.owner.Kind + "/" + m.owner.Name
}

// group is the object that stands for a member's owner.
func (m *member) group() Object {
	if m.owner.None() {
		return Object{Kind: kindPod, Namespace: m.key.Namespace, Name: m.key.Name}
	}
	return Object{Kind: m.owner.Kind, Namespace: m.key.Namespace, Name: m.owner.Name, UID: m.owner.UID}
}

// template is the member's Pod as it will be made anew, nil if that cannot be told.
func (m *member) template(ix *inspect.Index) *corev1.Pod {
	if m.set != nil {
		return podOfSet(m.set, m.key.Name)
	}
	for _, p := range slices.Concat(m.waiting, m.placed) {
		fresh := inspect.StripPod(p)
		fresh.Spec.NodeName = templateNode(ix, p)
		return fresh
	}
	return nil
}

// podOfSet is the Pod that a StatefulSet makes for a member
// (controller/statefulset/stateful_set_utils.go: newStatefulSetPod).
func podOfSet(s *appsv1.StatefulSet, name string) *corev1.Pod {
	p := &corev1.Pod{
		ObjectMeta: *s.Spec.Template.ObjectMeta.DeepCopy(),
		Spec:       *s.Spec.Template.Spec.DeepCopy(),
	}
	p.Namespace, p.Name = s.Namespace, name
	p.Spec.Volumes = slices.DeleteFunc(p.Spec.Volumes, func(v corev1.Volume) bool {
		return slices.ContainsFunc(s.Spec.VolumeClaimTemplates, func(t corev1.PersistentVolumeClaim) bool { return t.Name == v.Name })
	})
	for _, t := range s.Spec.VolumeClaimTemplates {
		p.Spec.Volumes = append(p.Spec.Volumes, corev1.Volume{Name: t.Name, VolumeSource: corev1.VolumeSource{
			PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: t.Name + "-" + name}}})
	}
	return p
}

// templateNode is the node that a Pod's owner names for all its Pods, which keeps them from moving.
func templateNode(ix *inspect.Index, p *corev1.Pod) string {
	ref := metav1.GetControllerOf(p)
	if ref == nil {
		return ""
	}
	for _, rs := range ix.ReplicaSets {
		if rs.UID == ref.UID {
			return rs.Spec.Template.Spec.NodeName
		}
	}
	return ""
}

// replicas is how many members a StatefulSet wants.
func replicas(s *appsv1.StatefulSet) int { return int(ptr.Deref(s.Spec.Replicas, 1)) }
