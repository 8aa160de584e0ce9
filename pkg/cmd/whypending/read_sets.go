package whypending

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/collect"
)

// readSets reads the StatefulSets of all namespaces if a volume was left by a claim that is not there: one of them may be about to create
// that claim, and then the volume is nobody else's. Without such a volume they tell nothing.
func (o *options) readSets(ctx context.Context, ix *inspect.Index) (*inspect.Index, error) {
	left := slices.ContainsFunc(ix.Volumes, func(v *corev1.PersistentVolume) bool {
		ref := v.Spec.ClaimRef
		return ref != nil && v.Status.Phase != corev1.VolumeBound && ix.Claim(ref.Namespace, ref.Name) == nil
	})
	if o.source.Offline() || !left {
		return ix, nil
	}
	more, err := o.source.Load(ctx, collect.Options{Kinds: []inspect.Kind{inspect.StatefulSets}})
	if err != nil {
		return nil, err
	}
	all := *ix.Snapshot
	all.StatefulSets = more.StatefulSets
	all.Gaps = append(slices.Clone(all.Gaps), more.Gaps...)
	return inspect.NewIndex(&all), nil
}
