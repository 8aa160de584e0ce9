package execute

import (
	"context"
	"errors"
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// stillDead checks again the nodes that a destructive step takes for dead: closely those that it is about, and the leases of all
// others that are left. Once one of them can be reached again, nothing more is deleted.
func (s *stepRun) stillDead(ctx context.Context) error {
	about := s.step.Parameters.Dead()
	if len(about) == 0 {
		return nil
	}
	if returned := s.returned.Load(); returned != nil {
		return returned
	}
	err := s.leasesUnmoved(ctx, about)
	p, ok := s.step.Parameters.(*drain.DeleteClaimParameters)
	checked := ok && p.Safeguards != nil // all Nodes have been
	for i := 0; err == nil && !checked && i < len(about); i++ {
		err = s.stillDeadNode(ctx, about[i])
	}
	return s.noteReturned(err)
}

// noteReturned takes note of a node that can be reached again, if that is what the error says.
func (r *run) noteReturned(err error) error {
	if returned, ok := errors.AsType[*liveness.ReturnedError](err); ok {
		r.returned.CompareAndSwap(nil, returned)
	}
	return err
}

// leasesUnmoved checks the leases of the nodes that a step is about, and of all others that are left.
func (r *run) leasesUnmoved(ctx context.Context, about []liveness.DeadNode) error {
	all := leased(r.plan, about)
	if !areOthers(all, about) {
		return r.leasesUnmovedOf(ctx, all)
	}
	leases, err := r.live.leases(ctx)
	if err != nil {
		return err
	}
	for _, d := range all {
		if lease := liveness.LeaseOf(leases, d.Name); lease != nil && lease.ResourceVersion != d.Lease {
			return moving(d)
		}
	}
	return nil
}

// leased are the nodes whose leases are checked: those that a step is about, and all others that are left. A machine that took the name
// of one renews the lease.
func leased(p *drain.Plan, about []liveness.DeadNode) []liveness.DeadNode {
	return slices.DeleteFunc(union(p.RestsOn, about), func(d liveness.DeadNode) bool { return d.Replaced })
}

// areOthers reports whether some nodes are not among those that a step is about.
func areOthers(all, about []liveness.DeadNode) bool {
	return slices.ContainsFunc(all, func(d liveness.DeadNode) bool { return !slices.Contains(about, d) })
}

// union are nodes of both lists, each once.
func union(a, b []liveness.DeadNode) []liveness.DeadNode {
	out := slices.Clone(a)
	for _, d := range b {
		if !slices.Contains(out, d) {
			out = append(out, d)
		}
	}
	return out
}

// leasesUnmovedOf checks single leases, of which there are few then.
func (r *run) leasesUnmovedOf(ctx context.Context, all []liveness.DeadNode) error {
	for _, d := range all {
		lease, err := r.live.lease(ctx, d.Name)
		if err != nil {
			return err
		}
		if lease != "" && lease != d.Lease {
			return moving(d)
		}
	}
	return nil
}

func moving(d liveness.DeadNode) error {
	return &liveness.ReturnedError{Reason: fact.New("LeaseRenewedAgain", "node", d.Name)}
}

func (r *run) stillDeadNode(ctx context.Context, d liveness.DeadNode) error {
	n, err := r.live.node(ctx, d.Name)
	if err != nil {
		return err
	}
	return liveness.StillDead(n, d)
}
