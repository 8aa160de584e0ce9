package ls

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/collect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inventory"
)

// withClaims reads the claims as well where a volume is shown whose claim is gone, or can be later: another may have the name, and there are
// many claims in a cluster that has no such volume. Where a record of a volume names a node that is gone, and another machine has its hostname, the
// claims and Pods that agree make it known. Whoever may not read them is told as much as volumes tell.
func (o *options) withClaims(ctx context.Context, ix *inspect.Index) (*inspect.Index, error) {
	if o.detail || o.summary || o.machine != nil || o.source.Offline() || !o.watch && !o.someGone(ix) {
		return ix, nil
	}
	kinds := []inspect.Kind{inspect.PersistentVolumeClaims}
	if slices.ContainsFunc(ix.LocalVolumes(), func(v *corev1.PersistentVolume) bool { return perhapsGone(ix, v) }) {
		kinds = append(kinds, inspect.Pods)
	}
	more, err := o.source.Load(ctx, collect.Options{Kinds: kinds})
	if err != nil || len(more.Gaps) > 0 {
		return ix, err
	}
	o.names = true
	all := *ix.Snapshot
	all.Claims, all.Pods = more.Claims, more.Pods
	return inspect.NewIndex(&all), nil
}

// perhapsGone reports whether the data of a volume may be on a node that is gone, although its affinity matches another.
func perhapsGone(ix *inspect.Index, v *corev1.PersistentVolume) bool {
	_, perhaps := ix.PerhapsGone(v)
	return perhaps
}

// someGone reports whether the claim of a volume that is shown is gone, or its node may be.
func (o *options) someGone(ix *inspect.Index) bool {
	return slices.ContainsFunc(inventory.Volumes(ix, inventory.VolumeQuery{Filter: o.filter}), func(r inventory.VolumeReport) bool {
		return r.Claim != nil && r.Claim.State == inventory.ClaimGone || !r.Home.Perhaps.IsZero()
	})
}
