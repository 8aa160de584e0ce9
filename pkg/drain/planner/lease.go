package planner

import (
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// minLeaseInterval is the least time between the two samples of a lease, which a living kubelet renews every 10 seconds.
const minLeaseInterval = 20 * time.Second

// leaseSamples are the samples of a node's lease.
func (p *recoverPlanner) leaseSamples(node string) []liveness.LeaseSeen {
	if _, gap := p.ix.Gap(inspect.Leases); gap {
		return nil
	}
	seen := func(at time.Time, l *coordinationv1.Lease) liveness.LeaseSeen {
		if l == nil {
			return liveness.LeaseSeen{At: metav1.NewTime(at)}
		}
		return liveness.LeaseSeen{At: metav1.NewTime(at), ResourceVersion: l.ResourceVersion, RenewTime: l.Spec.RenewTime}
	}
	var out []liveness.LeaseSeen
	if p.req.Earlier != nil {
		out = append(out, seen(p.req.Earlier.At, p.req.Earlier.Of(node)))
	}
	return append(out, seen(p.ix.TakenAt, liveness.LeaseOf(p.ix.Leases, node)))
}

// checkedTwice reports whether the leases were sampled twice, so far apart that a living kubelet had to renew its own.
func (p *recoverPlanner) checkedTwice() bool {
	return p.req.Earlier != nil && p.ix.TakenAt.Sub(p.req.Earlier.At) >= minLeaseInterval
}

// leaseUnmoved blocks unless the lease was seen twice and did not move.
func (p *recoverPlanner) leaseUnmoved(node string) bool {
	gap, unread := p.ix.Gap(inspect.Leases)
	switch {
	case unread:
		p.block(drain.BlockedUnknown, "", fact.New("LeaseUnknown", "node", node, "gap", gap))
	case !p.checkedTwice():
		p.block(drain.BlockedUnknown, "", fact.New("LeaseCheckedOnce", "node", node, "interval", minLeaseInterval))
	case p.req.Earlier.Of(node) != nil && liveness.LeaseOf(p.ix.Leases, node) == nil:
		p.block(drain.BlockedUnknown, "", fact.New("LeaseDeleted", "node", node))
	default:
		return true
	}
	return false
}

// describeLease says what the two samples of a node's lease show, and whether it moved.
func (p *recoverPlanner) describeLease(node string) (seen fact.Fact, moved bool) {
	if gap, ok := p.ix.Gap(inspect.Leases); ok {
		return fact.New("SeenLeaseUnknown", "gap", gap), false
	}
	now, before := liveness.LeaseOf(p.ix.Leases, node), p.req.Earlier.Of(node)
	switch {
	case p.req.Earlier == nil:
		return fact.New("SeenLeaseOnce"), false
	case now == nil && before == nil:
		return fact.New("SeenNoLease"), false
	case now == nil:
		return fact.New("SeenLeaseGone"), false
	case before == nil || before.UID != now.UID || before.ResourceVersion != now.ResourceVersion:
		return fact.New("SeenLeaseRenewed", "over", p.sinceEarlier()), true
	}
	return fact.New("SeenLeaseNotRenewed", "over", p.sinceEarlier()), false
}

// sinceEarlier is the time between the two samples.
func (p *recoverPlanner) sinceEarlier() string {
	return lasted(p.ix.TakenAt.Sub(p.req.Earlier.At))
}

// leaseAge says how old the lease of a node is that is alive anyhow, by the node's own clock; nothing, if that is not known.
func (p *recoverPlanner) leaseAge(node string) fact.Fact {
	if gap, ok := p.ix.Gap(inspect.Leases); ok {
		return fact.New("SeenLeaseUnknown", "gap", gap)
	}
	l := liveness.LeaseOf(p.ix.Leases, node)
	if l == nil || l.Spec.RenewTime == nil {
		return fact.Fact{}
	}
	return fact.New("SeenLeaseAge", "ago", lasted(p.ix.TakenAt.Sub(l.Spec.RenewTime.Time)))
}
