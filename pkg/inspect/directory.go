package inspect

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// Directory reports whether a volume is a directory of whichever Node its Pod is on: hostPath without required node affinity. Each Node has
// another one at that path, unless all of them share the file system, which nothing says.
func Directory(v *corev1.PersistentVolume) bool { return v.Spec.HostPath != nil && AnyNode(v) }

// madeFor reports whether a record says for which Node such a directory was made. That proves less than of another volume: the provisioner of
// local paths writes it as well where all Nodes share the file system (rancher/local-path-provisioner: provisioner.go, sharedFileSystemPath).
func (ix *Index) madeFor(v *corev1.PersistentVolume) bool {
	return Directory(v) && ix.recordedSite(v, false).Known()
}

// UnheldDirectory says of a directory where its data is recorded to be, if it may be used on other Nodes as well, as long as its node affinity
// says nothing: that can be set once (core/validation: ValidatePersistentVolumeUpdate).
func (ix *Index) UnheldDirectory(v *corev1.PersistentVolume) (site DataSite, unheld bool) {
	if !ix.madeFor(v) {
		return DataSite{}, false
	}
	site = ix.recordedSite(v, false)
	home := ix.HomeOf(v)
	return site, len(home.Nodes) != 1 || home.Nodes[0].Name != site.Nodes[0]
}

// findDirectory is the home of a volume without required node affinity: each Node, if it is known that one of them has its data.
func (f *homeFinder) findDirectory(v *corev1.PersistentVolume) foundHome {
	switch {
	case !f.ix.madeFor(v) || len(f.nodes) == 0 && f.nodesGap == nil:
		return foundHome{home: Home{State: HomeUnknown, Why: fact.New("AffinityNotRequired")}}
	case f.nodesGap != nil:
		return foundHome{home: Home{State: HomeUnknown, Why: fact.New("NodesUnread", "reason", f.nodesGap.Reason)}}
	}
	return foundHome{home: Home{State: HomeNode, Nodes: f.nodes}}
}
