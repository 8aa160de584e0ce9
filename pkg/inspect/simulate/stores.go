package simulate

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/tools/cache"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// stores are the informers' stores that the plugins read, apart from Nodes and Pods.
type stores struct {
	namespaces, volumes, claims, classes, csiNodes, csiDrivers, csiCapacities cache.Indexer
}

func newStores(f informers.SharedInformerFactory, s *inspect.Snapshot) (*stores, error) {
	core, storage, resource := f.Core().V1(), f.Storage().V1(), f.Resource().V1()
	st := &stores{
		namespaces:    core.Namespaces().Informer().GetIndexer(),
		volumes:       core.PersistentVolumes().Informer().GetIndexer(),
		claims:        core.PersistentVolumeClaims().Informer().GetIndexer(),
		classes:       storage.StorageClasses().Informer().GetIndexer(),
		csiNodes:      storage.CSINodes().Informer().GetIndexer(),
		csiDrivers:    storage.CSIDrivers().Informer().GetIndexer(),
		csiCapacities: storage.CSIStorageCapacities().Informer().GetIndexer(),
	}
	for _, fill := range []struct {
		store   cache.Indexer
		objects []any
	}{
		{st.namespaces, anys(s.Namespaces)},
		{st.volumes, anys(s.Volumes)},
		{st.claims, anys(s.Claims)},
		{st.classes, anys(s.Classes)},
		{st.csiNodes, anys(s.CSINodes)},
		{st.csiDrivers, anys(s.CSIDrivers)},
		{st.csiCapacities, anys(s.CSIStorageCapacities)},
		{resource.ResourceSlices().Informer().GetIndexer(), anys(s.ResourceSlices)},
		{resource.DeviceClasses().Informer().GetIndexer(), anys(s.DeviceClasses)},
	} {
		if err := fill.store.Replace(fill.objects, ""); err != nil {
			return nil, fmt.Errorf("filling the scheduler's stores: %w", err)
		}
	}
	return st, nil
}

// of returns the store that holds objects of this kind, or nil if none does.
func (st *stores) of(o runtime.Object) cache.Indexer {
	switch o.(type) {
	case *corev1.Namespace:
		return st.namespaces
	case *corev1.PersistentVolume:
		return st.volumes
	case *corev1.PersistentVolumeClaim:
		return st.claims
	case *storagev1.StorageClass:
		return st.classes
	case *storagev1.CSINode:
		return st.csiNodes
	case *storagev1.CSIDriver:
		return st.csiDrivers
	case *storagev1.CSIStorageCapacity:
		return st.csiCapacities
	default:
		return nil
	}
}

// swap puts an object into its store, or takes it out, and returns what undoes that.
func swap(store cache.Indexer, o runtime.Object, remove bool) (undo func(), err error) {
	before, existed, err := store.Get(o)
	if err != nil {
		return nil, err
	}
	// These stores fail only where no key can be made of an object, and Get has just made it.
	set := func(o any, remove bool) {
		if remove {
			_ = store.Delete(o)
		} else {
			_ = store.Update(o)
		}
	}
	set(o, remove)
	if existed {
		return func() { set(before, false) }, nil
	}
	return func() { set(o, true) }, nil
}

func anys[T any](items []T) []any {
	out := make([]any, 0, len(items))
	for _, it := range items {
		out = append(out, it)
	}
	return out
}
