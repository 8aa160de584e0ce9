package planner

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// A volume says for which Node the static provisioner made it, by name and UID. If its home is another Node now, that may be the same machine
// which was registered again, or another one with the name or the hostname, whose disk is new and empty. That a Node is younger than its
// volumes proves neither.

// madeForAnother says that a volume was made for another Node than the one that is its home.
func (p *planner) madeForAnother(v *corev1.PersistentVolume) (why fact.Fact, another bool) {
	by, home := workload.ExternalCleaner(v), p.ix.HomeOf(v)
	own := slices.ContainsFunc(home.Nodes, func(n *corev1.Node) bool { return ownName(by, n) })
	if len(home.Nodes) == 0 || own || !strings.HasPrefix(by, workload.StaticProvisioner+"-") {
		return fact.Fact{}, false
	}
	return fact.New("MadeForAnotherMachine", "volume", v.Name, "node", home.Nodes[0].Name, "by", by), true
}
