package planner

import (
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
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

// leaseUnmoved blocks unless the lease was seen twice and did not move.
func (p *recoverPlanner) leaseUnmoved(node string) bool {
	if gap, ok := p.ix.Gap(inspect.Leases); ok {
		p.block(drain.BlockedUnknown, "", "whether the kubelet of node %s still renews its lease is %s, so it is not proved dead", node, gap)
		return false
	}
	if p.req.Earlier == nil || p.ix.TakenAt.Sub(p.req.Earlier.At) < minLeaseInterval {
		p.block(drain.BlockedUnknown, "", "the lease of node %s was looked at once only; it takes two looks %s apart to see that it does not move, which a file cannot show", node, minLeaseInterval)
		return false
	}
	if p.req.Earlier.Of(node) != nil && liveness.LeaseOf(p.ix.Leases, node) == nil {
		p.block(drain.BlockedUnknown, "", "the lease of node %s was deleted between two looks: look again", node)
		return false
	}
	return true
}

// describeLease says what the two samples of a node's lease show, and whether it moved.
func (p *recoverPlanner) describeLease(node string) (words string, moved bool) {
	if gap, ok := p.ix.Gap(inspect.Leases); ok {
		return "lease " + gap.String(), false
	}
	now, before := liveness.LeaseOf(p.ix.Leases, node), p.req.Earlier.Of(node)
	switch {
	case p.req.Earlier == nil:
		return "lease seen once", false
	case now == nil && before == nil:
		return "no lease", false
	case now == nil:
		return "its lease is gone", false
	case before == nil || before.UID != now.UID || before.ResourceVersion != now.ResourceVersion:
		return "lease moved within " + duration.HumanDuration(p.ix.TakenAt.Sub(p.req.Earlier.At)), true
	}
	return "lease unmoved over " + duration.HumanDuration(p.ix.TakenAt.Sub(p.req.Earlier.At)), false
}
