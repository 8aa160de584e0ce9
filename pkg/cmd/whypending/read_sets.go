package whypending

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/collect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// readSets reads the StatefulSets of all namespaces if a volume was left by a claim that is not there, or a claim names a volume in vain: one of
// them may be about to create that claim, and then the volume is nobody else's, or recreates it from a template that names the volume too. Without
// either they tell nothing, and those that have been read already are not read again.
func (o *options) readSets(ctx context.Context, ix *inspect.Index) (*inspect.Index, error) {
	namespaces := setsMatterIn(ix)
	if o.source.Offline() || len(namespaces) == 0 || o.hasSetsOf(namespaces) {
		return ix, nil
	}
	more, err := o.source.Load(ctx, collect.Options{Kinds: []inspect.Kind{inspect.StatefulSets}})
	if err != nil {
		return nil, err
	}
	all := *ix.Snapshot
	all.StatefulSets = more.StatefulSets
	others := slices.DeleteFunc(slices.Clone(all.Gaps), func(g inspect.Gap) bool { return g.Kind == inspect.StatefulSets })
	all.Gaps = slices.Concat(others, more.Gaps)
	return inspect.NewIndex(&all), nil
}

// setsMatterIn are the namespaces of the claims that left volumes and are not there, and of those that name volumes in vain.
func setsMatterIn(ix *inspect.Index) []string {
	var namespaces []string
	for _, v := range ix.Volumes {
		if ref := v.Spec.ClaimRef; ref != nil && v.Status.Phase != corev1.VolumeBound && ix.Claim(ref.Namespace, ref.Name) == nil {
			namespaces = append(namespaces, ref.Namespace)
		}
	}
	for _, c := range ix.Claims {
		if _, inVain := match.NamesInVain(ix, c); inVain {
			namespaces = append(namespaces, c.Namespace)
		}
	}
	return namespaces
}

// hasSetsOf reports whether the StatefulSets of all of some namespaces have been read, since what was asked about needs them.
func (o *options) hasSetsOf(namespaces []string) bool {
	read := slices.ContainsFunc(o.targets, func(t target) bool { return slices.Contains(t.kind.reads, inspect.StatefulSets) })
	return read && (o.namespace == "" || !slices.ContainsFunc(namespaces, func(n string) bool { return n != o.namespace }))
}
