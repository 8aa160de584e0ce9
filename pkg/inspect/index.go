package inspect

import (
	"sync"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/types"
	volumehelpers "k8s.io/component-helpers/storage/volume"
)

// Index answers look-ups over one Snapshot. It is built once and then only read, so it may be shared
// between goroutines.
type Index struct {
	*Snapshot

	nodes     map[string]*corev1.Node
	volumes   map[string]*corev1.PersistentVolume
	claims    map[types.NamespacedName]*corev1.PersistentVolumeClaim
	pods      map[types.NamespacedName]*corev1.Pod
	classes   map[string]*storagev1.StorageClass
	consumers map[types.NamespacedName][]*corev1.Pod
	byClass   map[string][]*corev1.PersistentVolume
	homes     map[string]foundHome
	byHome    map[string][]*corev1.PersistentVolume
	reserved  map[types.NamespacedName][]*corev1.PersistentVolume
	claiming  map[string][]*corev1.PersistentVolumeClaim

	sortedVolumes []*corev1.PersistentVolume
	owners        ownerIndex

	podsByNode map[string][]*corev1.Pod

	// derived is what packages above have worked out from the Index, by keys of their own.
	derived sync.Map
}

// Derived is what a package above works out from the Index, once: its key is of a type of that package. If two ask at the
// same moment, both derive it, and one of the results is kept.
func (ix *Index) Derived(key any, derive func() any) any {
	if known, ok := ix.derived.Load(key); ok {
		return known
	}
	known, _ := ix.derived.LoadOrStore(key, derive())
	return known
}

// Node returns the Node of that name, or nil.
func (ix *Index) Node(name string) *corev1.Node { return ix.nodes[name] }

// Volume returns the volume of that name, or nil.
func (ix *Index) Volume(name string) *corev1.PersistentVolume { return ix.volumes[name] }

// Claim returns the claim of that name, or nil.
func (ix *Index) Claim(namespace, name string) *corev1.PersistentVolumeClaim {
	return ix.claims[keyOf(namespace, name)]
}

// Pod returns the Pod of that name, or nil.
func (ix *Index) Pod(namespace, name string) *corev1.Pod { return ix.pods[keyOf(namespace, name)] }

// Class returns the StorageClass of that name, or nil.
func (ix *Index) Class(name string) *storagev1.StorageClass { return ix.classes[name] }

// Consumers returns the Pods that name the claim, whatever their phase and whether they have a node,
// sorted by name.
func (ix *Index) Consumers(namespace, claim string) []*corev1.Pod {
	return ix.consumers[keyOf(namespace, claim)]
}

// OfClass returns the volumes of a class (beta annotation first, then spec, as the scheduler reads it),
// sorted by name. The empty class is a class too.
func (ix *Index) OfClass(class string) []*corev1.PersistentVolume { return ix.byClass[class] }

// OnNode returns the volumes, local or not, whose required node affinity matches the Node, sorted by name.
func (ix *Index) OnNode(node string) []*corev1.PersistentVolume { return ix.byHome[node] }

// SortedVolumes returns all volumes, sorted by name.
func (ix *Index) SortedVolumes() []*corev1.PersistentVolume { return ix.sortedVolumes }

// PodsOn returns the Pods that have a Node, sorted by namespace and name.
func (ix *Index) PodsOn(node string) []*corev1.Pod { return ix.podsByNode[node] }

// ClaimOf returns the claim that a volume's claimRef names if it exists and is the same object
// (the UID agrees, or the reference has none), else nil.
func (ix *Index) ClaimOf(v *corev1.PersistentVolume) *corev1.PersistentVolumeClaim {
	ref := v.Spec.ClaimRef
	if ref == nil {
		return nil
	}
	c := ix.Claim(ref.Namespace, ref.Name)
	if c == nil || !volumehelpers.IsVolumeBoundToClaim(v, c) {
		return nil
	}
	return c
}

func keyOf(namespace, name string) types.NamespacedName {
	return types.NamespacedName{Namespace: namespace, Name: name}
}

func byName[K comparable, T any](items []T, key func(T) K) map[K]T {
	m := make(map[K]T, len(items))
	for _, it := range items {
		m[key(it)] = it
	}
	return m
}
