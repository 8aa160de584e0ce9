package placement

import (
	"cmp"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/component-helpers/storage/ephemeral"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// vacated gathers the Snapshot with the departing nodes cordoned and empty, in which all members have left.
type vacated struct {
	*search
	// gone are Pods that are not there then, claims and volumes as they are then.
	gone    map[types.NamespacedName]bool
	claims  map[types.NamespacedName]*corev1.PersistentVolumeClaim
	volumes map[string]*corev1.PersistentVolume
	// toCome are the claims of members that are recreated.
	toCome map[types.NamespacedName]bool
}

// vacate is the Snapshot with the departing nodes cordoned and empty, in which all members have left their volumes. It finds the
// volumes that are reserved for their claims.
func (s *search) vacate() *vacated {
	a := &vacated{search: s, gone: map[types.NamespacedName]bool{}, claims: map[types.NamespacedName]*corev1.PersistentVolumeClaim{},
		volumes: map[string]*corev1.PersistentVolume{}, toCome: map[types.NamespacedName]bool{}}
	s.reserved = map[types.NamespacedName][]*corev1.PersistentVolume{}
	for _, m := range s.Members {
		a.vacateMember(m)
	}
	a.findReserved()
	return a
}

// vacateMember takes away the Pods of a member, and what its claims have.
func (a *vacated) vacateMember(m Member) {
	for _, pod := range m.Present() {
		a.gone[keyOf(pod)] = true
	}
	for _, c := range m.Claims() {
		if c.Leaves != nil {
			v := c.Leaves.DeepCopy()
			v.Status.Phase = corev1.VolumeReleased
			a.volumes[v.Name] = v
		}
		if c.Becomes != nil { // else it ties the member to where it has gone
			recreated := c.Becomes.DeepCopy()
			recreated.Status.Phase = corev1.ClaimPending
			a.claims[c.Key], a.toCome[c.Key] = recreated, true
		}
	}
	if m.Moves() {
		for _, pod := range a.pods[m] {
			a.ephemeralClaims(pod)
		}
	}
}

// ephemeralClaims are there as soon as the Pod is (controller/volume/ephemeral).
func (a *vacated) ephemeralClaims(pod *corev1.Pod) {
	for i := range pod.Spec.Volumes {
		v := &pod.Spec.Volumes[i]
		if v.Ephemeral == nil || v.Ephemeral.VolumeClaimTemplate == nil {
			continue
		}
		template := v.Ephemeral.VolumeClaimTemplate
		c := &corev1.PersistentVolumeClaim{ObjectMeta: *template.ObjectMeta.DeepCopy(), Spec: *template.Spec.DeepCopy()}
		c.Namespace, c.Name = pod.Namespace, ephemeral.VolumeClaimName(pod, v)
		c.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(pod, corev1.SchemeGroupVersion.WithKind("Pod"))}
		c.Status.Phase = corev1.ClaimPending
		a.claims[types.NamespacedName{Namespace: c.Namespace, Name: c.Name}] = c
	}
}

// findReserved remembers the volumes that are reserved for claims that are to be recreated, and frees them if that is asked
// for: if they are not where the member goes, they must be freed indeed, or the claim is bound to them whatever the scheduler
// thinks.
func (a *vacated) findReserved() {
	for _, v := range a.Index.Volumes {
		ref := v.Spec.ClaimRef
		if ref == nil || ref.UID != "" || v.DeletionTimestamp != nil {
			continue
		}
		key := types.NamespacedName{Namespace: ref.Namespace, Name: ref.Name}
		if a.claims[key] == nil || !a.leaves(key) {
			continue
		}
		if a.freed {
			free := v.DeepCopy()
			free.Spec.ClaimRef = nil
			a.volumes[v.Name] = free
		}
		a.reserved[key] = append(a.reserved[key], v)
	}
	for _, volumes := range a.reserved {
		slices.SortFunc(volumes, func(x, y *corev1.PersistentVolume) int { return cmp.Compare(x.Name, y.Name) })
	}
}

// leaves reports whether a claim is one of a member that moves.
func (a *vacated) leaves(key types.NamespacedName) bool {
	return slices.ContainsFunc(a.Members, func(m Member) bool {
		return m.Moves() && slices.ContainsFunc(m.Claims(), func(c Claim) bool { return c.Key == key })
	})
}

func (a *vacated) snapshot() *inspect.Snapshot {
	s := *a.Index.Snapshot
	siblings := a.siblings()
	s.Nodes = a.nodes()
	s.Pods = slices.DeleteFunc(slices.Clone(s.Pods), func(pod *corev1.Pod) bool { return a.gone[keyOf(pod)] || a.Departing[pod.Spec.NodeName] })
	s.Pods = append(s.Pods, siblings...)
	s.Claims = slices.DeleteFunc(slices.Clone(s.Claims), func(c *corev1.PersistentVolumeClaim) bool {
		return a.claims[types.NamespacedName{Namespace: c.Namespace, Name: c.Name}] != nil
	})
	byName := func(a, b types.NamespacedName) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	}
	for _, key := range slices.SortedFunc(maps.Keys(a.claims), byName) {
		s.Claims = append(s.Claims, a.claims[key])
	}
	s.Volumes = slices.Clone(s.Volumes)
	for i, v := range s.Volumes {
		if changed := a.volumes[v.Name]; changed != nil {
			s.Volumes[i] = changed
		}
	}
	a.atOnce(&s)
	return &s
}

// avoiding is a Snapshot without the volumes that no member may be given, or the same one if there are none.
func (a *vacated) avoiding(s *inspect.Snapshot) *inspect.Snapshot {
	if a.Avoid == nil {
		return s
	}
	out := *s
	out.Volumes = slices.Clone(s.Volumes)
	avoided := false
	for i, v := range s.Volumes {
		if v.Status.Phase == corev1.VolumeAvailable && a.volumes[v.Name] == nil && a.Avoid(v) {
			avoided = true
			out.Volumes[i] = v.DeepCopy()
			out.Volumes[i].Status.Phase = corev1.VolumePending // the scheduler takes none that is not Available
		}
	}
	if !avoided {
		return s
	}
	return &out
}

// nodes are as they are now, but the departing ones are cordoned. They are not taken away: topology spread counts a node
// whatever its taints are, unless it is told to honor them (scheduler plugin PodTopologySpread).
func (a *vacated) nodes() []*corev1.Node {
	out := slices.Clone(a.Index.Nodes)
	for i, n := range out {
		if a.Departing[n.Name] {
			out[i] = n.DeepCopy()
			out[i].Spec.Unschedulable = true
			out[i].Spec.Taints = append(out[i].Spec.Taints, corev1.Taint{Key: corev1.TaintNodeUnschedulable, Effect: corev1.TaintEffectNoSchedule})
		}
	}
	return out
}

// siblings are, as if they ran, the members of the same owners that have no node now and whose claims tie them to one: their
// place must stay free, or they wait for ever. One whose Pod a StatefulSet has not made yet (it makes them in order) is easily
// overlooked.
func (a *vacated) siblings() []*corev1.Pod {
	var out []*corev1.Pod
	seen := map[types.NamespacedName]bool{}
	for _, m := range a.Members {
		for _, pod := range m.Siblings() {
			key := keyOf(pod)
			if seen[key] || a.moves(key) {
				continue
			}
			seen[key] = true
			if now := a.Index.Pod(key.Namespace, key.Name); now != nil && now.Spec.NodeName != "" {
				continue
			}
			if node, tied := a.tie(pod); tied {
				pod.Spec.NodeName = node
				pod.Status.Phase = corev1.PodRunning
				out = append(out, pod)
				a.gone[key] = true // in place of the one that waits
			}
		}
	}
	return out
}

// moves reports whether a Pod is that of a member that leaves.
func (a *vacated) moves(key types.NamespacedName) bool {
	return slices.ContainsFunc(a.Members, func(m Member) bool { return m.Key() == key && (m.Moves() || len(m.Present()) > 0) })
}

// tie is the node to which a Pod's claims tie it.
func (a *vacated) tie(pod *corev1.Pod) (string, bool) {
	for _, name := range inspect.ClaimNames(pod) {
		c := a.Index.Claim(pod.Namespace, name)
		if c == nil || c.Spec.VolumeName == "" {
			continue
		}
		if v := a.Index.Volume(c.Spec.VolumeName); v != nil {
			if home := a.Index.HomeOf(v); len(home.Nodes) == 1 && !a.Departing[home.Nodes[0].Name] {
				return home.Nodes[0].Name, true
			}
		}
	}
	return "", false
}

func keyOf(p *corev1.Pod) types.NamespacedName {
	return types.NamespacedName{Namespace: p.Namespace, Name: p.Name}
}
