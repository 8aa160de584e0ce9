package planner

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// What is a directory of whichever node its Pod is on is given to nobody: the scheduler may place the Pod anywhere, now and after each restart.

// heldToNoNode refuses such a directory of which a record says where its data is, nil if the volume is none. Of others, nothing says that, and
// they are no local volumes.
func (p *planner) heldToNoNode(v *corev1.PersistentVolume) *drain.Blocker {
	site, unheld := p.ix.UnheldDirectory(v)
	if !unheld {
		return nil
	}
	f := fact.New("DirectoryHeldToNoNode", "volume", v.Name, "path", v.Spec.HostPath.Path, "node", site.Nodes[0], "source", site.Source)
	return &drain.Blocker{Code: drain.BlockedShared, Reason: f.Offering(workload.HoldTo(p.ix, v, site.Nodes[0]))}
}

// onAnyNode says why no member is moved to such a directory, false if the volume is none.
func onAnyNode(v *corev1.PersistentVolume) (why fact.Fact, onAny bool) {
	if !inspect.Directory(v) {
		return fact.Fact{}, false
	}
	return fact.New("DirectoryOfEachNode", "volume", v.Name), true
}
