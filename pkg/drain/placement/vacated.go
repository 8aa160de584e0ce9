package placement

import (
	"cmp"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/component-helpers/storage/ephemeral"
	volumehelpers "k8s.io/component-helpers/storage/volume"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// vacated gathers the Snapshot with the nodes that are left cordoned and empty, in which all members have let go.
type vacated struct {
	*Placer
	// gone are Pods that are not there then, claims and volumes as they are then.
	gone    map[types.NamespacedName]bool
	claims  map[types.NamespacedName]*corev1.PersistentVolumeClaim
	volumes map[string]*corev1.PersistentVolume
}

// vacate is the Snapshot with the nodes that are left cordoned and empty, in which all members have let go of their
// volumes.
func (p *Placer) vacate() *inspect.Snapshot {
	a := &vacated{Placer: p, gone: map[types.NamespacedName]bool{}, claims: map[types.NamespacedName]*corev1.PersistentVolumeClaim{},
		volumes: map[string]*corev1.PersistentVolume{}}
	p.Reserved = map[types.NamespacedName][]*corev1.PersistentVolume{}
	for _, m := range p.Members {
		if !m.Relocated {
			a.vacateMember(m)
		}
	}
	a.findReserved()
	return a.snapshot()
}

// vacateMember takes away the Pods of a member, and what its claims have.
func (a *vacated) vacateMember(m *workload.Member) {
	for _, pod := range m.Pods() {
		a.gone[keyOfPod(pod)] = true
	}
	if m.Ephemeral {
		return
	}
	for _, mc := range m.Claims {
		v := mc.Volume.DeepCopy()
		v.Status.Phase = corev1.VolumeReleased
		a.volumes[v.Name] = v
		if mc.Moved() {
			continue // it ties the member to where it has gone
		}
		fresh := m.RecreatedClaim(mc)
		if mc.Current != nil {
			fresh = inspect.StripClaim(mc.Current)
		}
		fresh.Status.Phase = corev1.ClaimPending
		a.claims[mc.Key()] = fresh
	}
	for _, pod := range a.Pods[m] {
		a.ephemeralClaims(pod)
	}
}

// ephemeralClaims are there as soon as the Pod is (controller/volume/ephemeral).
func (a *vacated) ephemeralClaims(pod *corev1.Pod) {
	for i := range pod.Spec.Volumes {
		v := &pod.Spec.Volumes[i]
		if v.Ephemeral == nil || v.Ephemeral.VolumeClaimTemplate == nil {
			continue
		}
		c := &corev1.PersistentVolumeClaim{ObjectMeta: *v.Ephemeral.VolumeClaimTemplate.ObjectMeta.DeepCopy(), Spec: *v.Ephemeral.VolumeClaimTemplate.Spec.DeepCopy()}
		c.Namespace, c.Name = pod.Namespace, ephemeral.VolumeClaimName(pod, v)
		c.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(pod, corev1.SchemeGroupVersion.WithKind(drain.KindPod))}
		c.Status.Phase = corev1.ClaimPending
		a.claims[types.NamespacedName{Namespace: c.Namespace, Name: c.Name}] = c
	}
}

// findReserved remembers the volumes that are kept for claims that have to be made anew, and frees them if that is asked for:
// if they are not where the member goes, they have to be freed indeed, or the claim is bound to them whatever the scheduler
// thinks.
func (a *vacated) findReserved() {
	for _, v := range a.Ix.Volumes {
		ref := v.Spec.ClaimRef
		if ref == nil || ref.UID != "" || v.DeletionTimestamp != nil {
			continue
		}
		key := types.NamespacedName{Namespace: ref.Namespace, Name: ref.Name}
		if a.claims[key] == nil || !a.recreated(key) {
			continue
		}
		if a.freed {
			free := v.DeepCopy()
			free.Spec.ClaimRef = nil
			a.volumes[v.Name] = free
		}
		a.Reserved[key] = append(a.Reserved[key], v)
	}
	for _, volumes := range a.Reserved {
		slices.SortFunc(volumes, func(x, y *corev1.PersistentVolume) int { return cmp.Compare(x.Name, y.Name) })
	}
}

// recreated reports whether a claim is one that a member leaves.
func (a *vacated) recreated(key types.NamespacedName) bool {
	return slices.ContainsFunc(a.Members, func(m *workload.Member) bool {
		return !m.Relocated && !m.Ephemeral && slices.ContainsFunc(m.Claims, func(c workload.Claim) bool { return c.Key() == key })
	})
}

func (a *vacated) snapshot() *inspect.Snapshot {
	s := *a.Ix.Snapshot
	siblings := a.siblings()
	s.Nodes = a.nodes()
	s.Pods = slices.DeleteFunc(slices.Clone(s.Pods), func(pod *corev1.Pod) bool { return a.gone[keyOfPod(pod)] || a.Departing[pod.Spec.NodeName] })
	s.Pods = append(s.Pods, siblings...)
	s.Claims = slices.DeleteFunc(slices.Clone(s.Claims), func(c *corev1.PersistentVolumeClaim) bool {
		return a.claims[types.NamespacedName{Namespace: c.Namespace, Name: c.Name}] != nil
	})
	for _, k := range sortedNames(a.claims) {
		s.Claims = append(s.Claims, a.claims[k])
	}
	s.Volumes = slices.Clone(s.Volumes)
	for i, v := range s.Volumes {
		if changed := a.volumes[v.Name]; changed != nil {
			s.Volumes[i] = changed
		}
	}
	return &s
}

// nodes are as they are now, but those that are left are cordoned. They are not taken away: topology spread counts a node
// whatever its taints are, unless it is told to honor them (scheduler plugin PodTopologySpread).
func (a *vacated) nodes() []*corev1.Node {
	out := slices.Clone(a.Ix.Nodes)
	for i, n := range out {
		if a.Departing[n.Name] {
			out[i] = n.DeepCopy()
			out[i].Spec.Unschedulable = true
			out[i].Spec.Taints = append(out[i].Spec.Taints, corev1.Taint{Key: corev1.TaintNodeUnschedulable, Effect: corev1.TaintEffectNoSchedule})
		}
	}
	return out
}

// siblings are, as if they had landed, the members of the same owners that have no node now and whose claims tie them to
// one: their place has to be kept free, or they wait for ever. One whose Pod a StatefulSet has not made yet (it makes
// them in order) is easily overlooked.
func (a *vacated) siblings() []*corev1.Pod {
	var out []*corev1.Pod
	seen := map[types.NamespacedName]bool{}
	for _, m := range a.Members {
		if m.Set == nil {
			continue
		}
		first, last := workload.Ordinals(m.Set)
		for i := first; i < last; i++ {
			key := types.NamespacedName{Namespace: m.Set.Namespace, Name: workload.MemberName(m.Set, i)}
			if seen[key] || a.moves(key) {
				continue
			}
			seen[key] = true
			if pod := a.Ix.Pod(key.Namespace, key.Name); pod != nil && pod.Spec.NodeName != "" {
				continue
			}
			pod := workload.PodOfSet(m.Set, key.Name)
			if node, tied := a.tie(pod); tied {
				pod.Spec.NodeName = node
				pod.Status.Phase = corev1.PodRunning
				pod.OwnerReferences = []metav1.OwnerReference{{APIVersion: "apps/v1", Kind: "StatefulSet", Name: m.Set.Name, UID: m.Set.UID, Controller: ptr.To(true)}}
				out = append(out, pod)
				a.gone[key] = true // in place of the one that waits
			}
		}
	}
	return out
}

// moves reports whether a Pod is that of a member that is about to move.
func (a *vacated) moves(key types.NamespacedName) bool {
	return slices.ContainsFunc(a.Members, func(m *workload.Member) bool { return !m.Relocated && m.Key == key })
}

// tie is the node to which a Pod's claims tie it.
func (a *vacated) tie(pod *corev1.Pod) (string, bool) {
	for _, name := range inspect.ClaimNames(pod) {
		c := a.Ix.Claim(pod.Namespace, name)
		if c == nil || c.Spec.VolumeName == "" {
			continue
		}
		if v := a.Ix.Volume(c.Spec.VolumeName); v != nil {
			if home := a.Ix.HomeOf(v); len(home.Nodes) == 1 && !a.Departing[home.Nodes[0].Name] {
				return home.Nodes[0].Name, true
			}
		}
	}
	return "", false
}

// applied is the Change by which a member has landed: its Pods have the node and its claims the volumes.
func (p *Placer) applied(m *workload.Member) inspect.Change { return p.apply(p.Pods[m], m.Place) }

// apply is the Change by which some Pods have landed, with the volumes of a place.
func (p *Placer) apply(pods []*corev1.Pod, at *workload.Place) inspect.Change {
	change := inspect.Change{}
	for _, pod := range pods {
		pod = pod.DeepCopy()
		pod.Spec.NodeName = at.Node
		pod.Status.Phase = corev1.PodRunning
		change.Set = append(change.Set, pod)
	}
	for _, name := range sortedClaims(at.Volumes) {
		v := at.Volumes[name]
		c := p.as.Claim(pods[0].Namespace, name).DeepCopy()
		c.UID = types.UID("new-" + c.Namespace + "-" + c.Name)
		c.Spec.VolumeName, c.Status.Phase = v.Name, corev1.ClaimBound
		metav1.SetMetaDataAnnotation(&c.ObjectMeta, volumehelpers.AnnBindCompleted, "yes")
		bound := v.DeepCopy()
		bound.Spec.ClaimRef = &corev1.ObjectReference{Kind: drain.KindClaim, Namespace: c.Namespace, Name: c.Name, UID: c.UID}
		bound.Status.Phase = corev1.VolumeBound
		change.Set = append(change.Set, c, bound)
	}
	return change
}

func keyOfPod(p *corev1.Pod) types.NamespacedName {
	return types.NamespacedName{Namespace: p.Namespace, Name: p.Name}
}

func sortedClaims(volumes map[string]*corev1.PersistentVolume) []string {
	return slices.Sorted(maps.Keys(volumes))
}

func sortedNames[T any](m map[types.NamespacedName]T) []types.NamespacedName {
	keys := make([]types.NamespacedName, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b types.NamespacedName) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	return keys
}
