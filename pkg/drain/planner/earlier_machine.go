package planner

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
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

// earlierMachine tells of a volume that comes back whose disk may have gone with an earlier machine, and blocks if a member that serves were
// taken down for it and the loss of what it has now was not accepted.
func (p *reattachPlanner) earlierMachine() {
	why, another := p.madeForAnother(p.volume)
	switch {
	case !another:
	case len(p.replacing()) > 0 && len(p.serving()) > 0 && !slices.Contains(p.req.AcceptDataLoss, keyOf(p.claim)):
		p.block(drain.BlockedHome, "--accept-data-loss "+p.claim.String(), why)
	default:
		p.warn(why)
	}
}
