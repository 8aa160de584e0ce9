package inspect

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/types"
	volumehelpers "k8s.io/component-helpers/storage/volume"
)

// NewIndex builds the look-ups of a Snapshot. Lists it returns are sorted by namespace and name.
func NewIndex(s *Snapshot) *Index {
	ix := &Index{
		Snapshot:  s,
		nodes:     byName(s.Nodes, func(n *corev1.Node) string { return n.Name }),
		volumes:   byName(s.Volumes, func(v *corev1.PersistentVolume) string { return v.Name }),
		claims:    byName(s.Claims, func(c *corev1.PersistentVolumeClaim) types.NamespacedName { return keyOf(c.Namespace, c.Name) }),
		pods:      byName(s.Pods, func(p *corev1.Pod) types.NamespacedName { return keyOf(p.Namespace, p.Name) }),
		classes:   byName(s.Classes, func(c *storagev1.StorageClass) string { return c.Name }),
		consumers: map[types.NamespacedName][]*corev1.Pod{},
		byClass:   map[string][]*corev1.PersistentVolume{},
		byHome:    map[string][]*corev1.PersistentVolume{},
		reserved:  map[types.NamespacedName][]*corev1.PersistentVolume{},
		owners:    newOwnerIndex(s),

		podsByNode: map[string][]*corev1.Pod{},
	}
	ix.indexPods()
	ix.indexClaiming()
	ix.indexVolumes()
	return ix
}

func (ix *Index) indexPods() {
	for _, p := range ix.Pods {
		if p.Spec.NodeName != "" {
			ix.podsByNode[p.Spec.NodeName] = append(ix.podsByNode[p.Spec.NodeName], p)
		}
		for _, name := range ClaimNames(p) {
			k := keyOf(p.Namespace, name)
			if pods := ix.consumers[k]; len(pods) == 0 || pods[len(pods)-1] != p { // two volumes may name one claim
				ix.consumers[k] = append(pods, p)
			}
		}
	}
	for _, pods := range ix.consumers {
		slices.SortFunc(pods, func(a, b *corev1.Pod) int { return cmp.Compare(a.Name, b.Name) })
	}
	for _, pods := range ix.podsByNode {
		slices.SortFunc(pods, func(a, b *corev1.Pod) int {
			return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
		})
	}
}

func (ix *Index) indexVolumes() {
	sorted := slices.Clone(ix.Volumes)
	slices.SortFunc(sorted, func(a, b *corev1.PersistentVolume) int { return cmp.Compare(a.Name, b.Name) })
	ix.sortedVolumes = sorted
	ix.homes = ix.findHomes(sorted)
	for _, v := range sorted {
		if ref := v.Spec.ClaimRef; ref != nil {
			ix.reserved[keyOf(ref.Namespace, ref.Name)] = append(ix.reserved[keyOf(ref.Namespace, ref.Name)], v)
		}
		class := volumehelpers.GetPersistentVolumeClass(v)
		ix.byClass[class] = append(ix.byClass[class], v)
		if AnyNode(v) {
			continue
		}
		for _, n := range ix.homes[v.Name].home.Nodes {
			ix.byHome[n.Name] = append(ix.byHome[n.Name], v)
		}
	}
}
