package drain

import (
	"slices"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// LeaseSeen is one look at the lease of a node. The resourceVersion is empty if there was none.
type LeaseSeen struct {
	At              metav1.Time       `json:"at"`
	ResourceVersion string            `json:"resourceVersion,omitempty"`
	RenewTime       *metav1.MicroTime `json:"renewTime,omitempty"`
}

// LeaseSample is what the leases of nodes were some time before the Snapshot was taken. A lease that moves between the
// two is that of a living kubelet; clocks of different machines are not compared.
type LeaseSample struct {
	At     time.Time
	Leases []*coordinationv1.Lease
}

func (s *LeaseSample) of(node string) *coordinationv1.Lease {
	if s == nil {
		return nil
	}
	return leaseOf(s.Leases, node)
}

func leaseOf(leases []*coordinationv1.Lease, node string) *coordinationv1.Lease {
	i := slices.IndexFunc(leases, func(l *coordinationv1.Lease) bool { return l.Name == node })
	if i < 0 {
		return nil
	}
	return leases[i]
}

// leaseSilence is the least time between the two samples of a lease, which a living kubelet renews every 10 seconds.
const leaseSilence = 20 * time.Second

// looks are the samples of a node's lease.
func (p *recoverPlanner) looks(node string) []LeaseSeen {
	if _, gap := p.ix.Gap(inspect.Leases); gap {
		return nil
	}
	seen := func(at time.Time, l *coordinationv1.Lease) LeaseSeen {
		if l == nil {
			return LeaseSeen{At: metav1.NewTime(at)}
		}
		return LeaseSeen{At: metav1.NewTime(at), ResourceVersion: l.ResourceVersion, RenewTime: l.Spec.RenewTime}
	}
	var out []LeaseSeen
	if p.req.Earlier != nil {
		out = append(out, seen(p.req.Earlier.At, p.req.Earlier.of(node)))
	}
	return append(out, seen(p.ix.TakenAt, leaseOf(p.ix.Leases, node)))
}

// silentLease blocks unless the lease was seen twice and did not move.
func (p *recoverPlanner) silentLease(node string) bool {
	if gap, ok := p.ix.Gap(inspect.Leases); ok {
		p.block(BlockedUnknown, "", "whether the kubelet of node %s still renews its lease is %s, so it is not proved dead", node, gap)
		return false
	}
	if p.req.Earlier == nil || p.ix.TakenAt.Sub(p.req.Earlier.At) < leaseSilence {
		p.block(BlockedUnknown, "", "the lease of node %s was looked at once only; it takes two looks %s apart to see that it does not move, which a file cannot show", node, leaseSilence)
		return false
	}
	if p.req.Earlier.of(node) != nil && leaseOf(p.ix.Leases, node) == nil {
		p.block(BlockedUnknown, "", "the lease of node %s was deleted between two looks: look again", node)
		return false
	}
	return true
}

// leaseWords says what the two samples of a node's lease show, and whether it moved.
func (p *recoverPlanner) leaseWords(node string) (words string, moved bool) {
	if gap, ok := p.ix.Gap(inspect.Leases); ok {
		return "lease " + gap.String(), false
	}
	now, before := leaseOf(p.ix.Leases, node), p.req.Earlier.of(node)
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
