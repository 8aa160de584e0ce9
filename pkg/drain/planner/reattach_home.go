package planner

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// home blocks if no Pod could use the volume, because its Node is gone or cannot be told. A Node that takes no Pods now
// is worth a warning, unless Pods that serve elsewhere would be deleted for ones that then wait for it.
func (p *reattachPlanner) home() {
	home, takesDown := p.ix.HomeOf(p.volume), len(p.replacing()) > 0
	switch home.State {
	case inspect.HomeMissing:
		p.block(drain.BlockedHome, "", fact.New("HomeMissing", "volume", p.volume.Name, "node", strings.Join(home.Names(), ", ")))
	case inspect.HomeUnknown:
		p.block(drain.BlockedUnknown, "", fact.New("HomeUnknown", "volume", p.volume.Name, "why", home.Why))
	case inspect.HomeNode:
		if b := p.heldToNoNode(p.volume); b != nil {
			p.block(b.Code, b.Override, b.Reason)
			return
		}
		p.astray(takesDown)
		p.refusesSeveral(p.volume)
		p.earlierMachine()
		pods := p.ix.Consumers(p.claim.Namespace, p.claim.Name)
		why, cure := match.RefusesPods(p.uncordoned(home.Nodes[0]), pods)
		p.fitsHome = slices.ContainsFunc(home.Nodes, func(n *corev1.Node) bool {
			refusal, _ := match.RefusesPods(p.uncordoned(n), pods)
			return refusal.IsZero()
		})
		if p.fitsHome {
			return
		}
		if takesDown && len(p.serving()) > 0 && !p.leaving() {
			p.block(drain.BlockedHomeUnfit, "", fact.New("HomeUnfitForUsers", "why", why, "claim", p.claim, "cure", cure))
			return
		}
		p.warn(fact.New("HomeUnfit", "why", why, "volume", p.volume.Name, "cure", cure))
	}
}

// astray tells of a volume whose Pods the scheduler may send to Nodes without its data. It blocks if a Pod were taken down for that, and if
// the Nodes with the data take none.
func (p *reattachPlanner) astray(takesDown bool) {
	why, astray := p.ix.Astray(p.volume)
	if !astray {
		return
	}
	var sites []*corev1.Node
	for _, n := range match.SitesOf(p.ix, p.volume) {
		sites = append(sites, p.uncordoned(n))
	}
	kept, cure := match.KeptFrom(sites, p.ix.Consumers(p.claim.Namespace, p.claim.Name))
	switch {
	case !kept.IsZero():
		p.away = true
		p.block(drain.BlockedShared, "", fact.New("KeptFromData", "volume", p.volume.Name, "why", why, "kept", kept, "cure", cure))
	case takesDown:
		p.block(drain.BlockedShared, "", fact.New("ReattachedAstray", "volume", p.volume.Name, "why", why))
	default:
		p.startsAstray(p.volume, why, p.ix.Consumers(p.claim.Namespace, p.claim.Name))
	}
}

// earlierMachine tells of a volume that comes back whose disk may have gone with an earlier machine, and blocks if a member that serves were
// taken down for it and the loss of what it has now was not accepted. A member that waits loses nothing: its machine may have been registered
// again with its disks.
func (p *reattachPlanner) earlierMachine() {
	p.tellRecordDiffers(p.volume)
	why, doubtful := p.doubtful(p.volume)
	switch {
	case !doubtful:
	case len(p.replacing()) > 0 && len(p.serving()) > 0 && !slices.Contains(p.req.AcceptDataLoss, keyOf(p.claim)):
		p.block(drain.BlockedHome, acceptClaim(p.claim), why)
	default:
		p.warn(why)
	}
}
