package pending

import (
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	volumehelpers "k8s.io/component-helpers/storage/volume"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// pool is one CSIStorageCapacity with its selector parsed.
type pool struct {
	selector labels.Selector
	limit    *storagev1.CSIStorageCapacity
}

// checksCapacity reports whether the scheduler compares a class's requests with the room that the driver reports:
// only if the driver asks for it in its CSIDriver object (volumebinding/binder.go: hasEnoughCapacity).
func checksCapacity(ix *inspect.Index, class *storagev1.StorageClass) bool {
	for _, d := range ix.CSIDrivers {
		if d.Name == class.Provisioner {
			return ptr.Deref(d.Spec.StorageCapacity, false)
		}
	}
	return false
}

// poolsOf are what is reported for a class.
func poolsOf(ix *inspect.Index, class string) []pool {
	var pools []pool
	for _, c := range ix.CSIStorageCapacities {
		if c.StorageClassName != class || c.NodeTopology == nil {
			continue
		}
		if sel, err := metav1.LabelSelectorAsSelector(c.NodeTopology); err == nil {
			pools = append(pools, pool{selector: sel, limit: c})
		}
	}
	return pools
}

// provisionedClass is the class of an unbound claim that a provisioner may serve, or nil.
func provisionedClass(ix *inspect.Index, u evidence.ClaimUse) *storagev1.StorageClass {
	if !u.Unbound() {
		return nil
	}
	class := ix.Class(volumehelpers.GetPersistentVolumeClaimClass(u.Claim))
	if class == nil || !evidence.Provisioned(class) {
		return nil
	}
	return class
}

// roomsByNode tells, per Node, what CSI drivers report as the largest volume that they can make for each claim that is
// to be provisioned.
func roomsByNode(e evidence.Evidence) map[string][]Room {
	rooms := map[string][]Room{}
	for _, u := range e.Uses {
		class := provisionedClass(e.Index, u)
		if class == nil || !checksCapacity(e.Index, class) {
			continue
		}
		pools := poolsOf(e.Index, class.Name)
		for _, nv := range e.Verdict.Nodes {
			if n := e.Index.Node(nv.Node); n != nil {
				rooms[n.Name] = append(rooms[n.Name], roomFor(u.Claim, class, n, pools))
			}
		}
	}
	return rooms
}

// roomFor is the most that is reported for a claim on a Node.
func roomFor(c *corev1.PersistentVolumeClaim, class *storagev1.StorageClass, n *corev1.Node, pools []pool) Room {
	request := c.Spec.Resources.Requests[corev1.ResourceStorage]
	r := Room{Claim: c.Name, StorageClass: class.Name, Driver: class.Provisioner, Want: request.String()}
	reported := false
	for _, p := range pools {
		limit := p.limit.MaximumVolumeSize
		if limit == nil {
			limit = p.limit.Capacity
		}
		if limit == nil || !p.selector.Matches(labels.Set(n.Labels)) {
			continue
		}
		if !reported || limit.Cmp(r.Free) > 0 {
			r.Free, r.Have, reported = *limit, limit.String(), true
		}
	}
	r.Enough = reported && r.Free.Value() >= request.Value()
	return r
}

// bestRoom is the most room that a driver reports for a claim on some of the Nodes, and where that is.
func bestRoom(ix *inspect.Index, c *corev1.PersistentVolumeClaim, class *storagev1.StorageClass, nodes []*corev1.Node) (Room, string) {
	var best Room
	var on string
	pools := poolsOf(ix, class.Name)
	for _, n := range nodes {
		if r := roomFor(c, class, n, pools); on == "" || r.Free.Cmp(best.Free) > 0 {
			best, on = r, n.Name
		}
	}
	return best, on
}
