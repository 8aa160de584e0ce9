package ls

import (
	"context"
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/collect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inventory"
)

// withClaims reads the claims as well where a volume is shown whose claim is gone, or can be later: another may have the name, and there are
// many claims in a cluster that has no such volume. Whoever may not read them is told as much as volumes tell.
func (o *options) withClaims(ctx context.Context, ix *inspect.Index) (*inspect.Index, error) {
	if o.detail || o.summary || o.machine != nil || o.source.Offline() || !o.watch && !o.someGone(ix) {
		return ix, nil
	}
	more, err := o.source.Load(ctx, collect.Options{Kinds: []inspect.Kind{inspect.PersistentVolumeClaims}})
	if err != nil || len(more.Gaps) > 0 {
		return ix, err
	}
	o.names = true
	all := *ix.Snapshot
	all.Claims = more.Claims
	return inspect.NewIndex(&all), nil
}

// someGone reports whether the claim of a volume that is shown is gone.
func (o *options) someGone(ix *inspect.Index) bool {
	return slices.ContainsFunc(inventory.Volumes(ix, inventory.VolumeQuery{Filter: o.filter}), func(r inventory.VolumeReport) bool {
		return r.Claim != nil && r.Claim.State == inventory.ClaimGone
	})
}
