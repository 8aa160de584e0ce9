package inspect

import (
	"k8s.io/apimachinery/pkg/runtime"
)

// Change is a candidate change of a Snapshot: "what if these objects stood as they do here". Set holds whole
// objects that replace those of the same kind, namespace and name, or are added; Remove holds objects (of which
// only the kind, namespace and name count) that go. The kinds that the scheduler's filters read are supported:
// Node, Namespace, Pod, PersistentVolume, PersistentVolumeClaim, StorageClass, CSINode, CSIDriver,
// CSIStorageCapacity.
type Change struct {
	Set    []runtime.Object
	Remove []runtime.Object
}

// Then is both changes, o after c.
func (c Change) Then(o Change) Change {
	return Change{
		Set:    append(append([]runtime.Object(nil), c.Set...), o.Set...),
		Remove: append(append([]runtime.Object(nil), c.Remove...), o.Remove...),
	}
}
