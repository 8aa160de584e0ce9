package ls

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inventory"
)

// forgetCSINodes leaves out that CSINodes could not be read if nothing depends on it.
func (o *options) forgetCSINodes(ix *inspect.Index) {
	if !o.undecided(ix) {
		ix.Gaps = slices.DeleteFunc(ix.Gaps, func(g inspect.Gap) bool { return g.Kind == inspect.CSINodes })
	}
}

// forgetClaims leaves out that claims and Pods could not be read if hardly anything depends on it.
func (o *options) forgetClaims(ix *inspect.Index) {
	if !o.detail {
		ix.Gaps = slices.DeleteFunc(ix.Gaps, func(g inspect.Gap) bool { return g.Kind == inspect.PersistentVolumeClaims || g.Kind == inspect.Pods })
	}
}

// warn says what could not be read and would have changed what is shown, and, where volumes are shown in detail, what they say of their
// data and is not believed.
func (o *options) warn(ix *inspect.Index, reports []inventory.VolumeReport) {
	for i := range reports {
		if !o.detail || o.machine != nil {
			break
		}
		for _, doubt := range reports[i].Doubts {
			o.app.Note("warning: %s", o.app.Phrase.Text(doubt))
		}
	}
	for _, g := range ix.Gaps {
		if matters(g.Kind, reports) {
			o.app.Note("warning: %s: %s", depends(g.Kind), o.app.Phrase.Text(g.Fact()))
		}
	}
}

// matters reports whether a volume is shown with less, for want of a kind. ReplicaSets and Jobs are read for what
// stands behind them, which is of no interest when no volume is used by one.
func matters(kind inspect.Kind, reports []inventory.VolumeReport) bool {
	ownedBy := func(owner string) bool {
		return slices.ContainsFunc(reports, func(r inventory.VolumeReport) bool { return r.Owner != nil && r.Owner.Kind == owner })
	}
	switch kind {
	case inspect.ReplicaSets:
		return ownedBy("ReplicaSet")
	case inspect.Jobs:
		return ownedBy("Job")
	case inspect.PersistentVolumes:
		return len(reports) > 0 // else that nothing was found tells it
	case inspect.Namespaces:
		return len(reports) == 0
	}
	return true
}

// undecided reports whether there is a volume of a CSI driver, of a class that is asked for, that is left out for want of what the driver
// calls Nodes, since its affinity names something that may be a host, or whose home is unknown for that.
func (o *options) undecided(ix *inspect.Index) bool {
	return slices.ContainsFunc(ix.Volumes, func(v *corev1.PersistentVolume) bool {
		_, local := ix.LocalSource(v)
		home, classes := ix.HomeOf(v), o.filter.Classes
		asked := len(classes) == 0 || slices.Contains(classes, volumehelpers.GetPersistentVolumeClass(v))
		return asked && v.Spec.CSI != nil && (!local || home.State == inspect.HomeUnknown) && len(home.Hosts) > 0
	})
}

// depends names what is unknown when a kind cannot be read.
func depends(kind inspect.Kind) string {
	switch kind {
	case inspect.PersistentVolumes:
		return "further volumes"
	case inspect.Nodes:
		return "the volumes' nodes and their status"
	case inspect.CSINodes:
		return "whether volumes of some CSI drivers are local, and where"
	case inspect.PersistentVolumeClaims:
		return "whether claims still exist"
	case inspect.Pods:
		return "the Pods that use the volumes"
	case inspect.Namespaces:
		return "whether the namespace exists"
	}
	return fmt.Sprintf("what stands behind %s", kind)
}
