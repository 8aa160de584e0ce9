package whypending

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/collect"
)

// read reads what every answer needs. Pods and claims of all namespaces count: they take their share of the nodes.
func (o *options) read(ctx context.Context) (*inspect.Index, error) {
	opts := collect.Options{
		Namespace: o.namespace,
		Kinds: []inspect.Kind{inspect.PersistentVolumes, inspect.Pods, inspect.PersistentVolumeClaims, inspect.Nodes, inspect.Events,
			inspect.StorageClasses, inspect.Namespaces, inspect.CSINodes, inspect.CSIDrivers, inspect.CSIStorageCapacities},
	}
	if !o.onlyClaims() {
		opts.Required = []inspect.Kind{inspect.Pods}
	}
	for _, t := range o.targets {
		opts.Kinds = append(opts.Kinds, t.kind.reads...)
	}
	if o.source.Offline() {
		// What is in the files costs nothing, and standard input can be read only once.
		opts.Kinds = append(opts.Kinds, inspect.StatefulSets)
		opts.Kinds = append(opts.Kinds, ownerKinds()...)
		opts.Kinds = append(opts.Kinds, deviceKinds()...)
	}
	slices.Sort(opts.Kinds)
	opts.Kinds = slices.Compact(opts.Kinds)
	snapshot, err := o.source.Load(ctx, opts)
	if err != nil {
		return nil, err
	}
	return inspect.NewIndex(snapshot), nil
}

// onlyClaims reports whether nothing but claims was asked about.
func (o *options) onlyClaims() bool {
	return len(o.targets) > 0 && !slices.ContainsFunc(o.targets, func(t target) bool { return !t.isClaim() })
}

// ownerKinds stand between Pods and who owns them, or create them in order.
func ownerKinds() []inspect.Kind {
	return []inspect.Kind{inspect.ReplicaSets, inspect.Jobs, inspect.StatefulSets}
}

// deviceKinds matter to Pods with resource claims.
func deviceKinds() []inspect.Kind {
	return []inspect.Kind{inspect.ResourceClaims, inspect.ResourceSlices, inspect.DeviceClasses}
}

// readMore reads what only the Pods in question show to be needed.
func (o *options) readMore(ctx context.Context, ix *inspect.Index, s subjects) (*inspect.Index, error) {
	kinds := o.furtherKinds(s.pods)
	if o.source.Offline() || len(kinds) == 0 {
		return ix, nil
	}
	more, err := o.source.Load(ctx, collect.Options{Namespace: o.namespace, Kinds: kinds})
	if err != nil {
		return nil, err
	}
	all := *ix.Snapshot
	for _, k := range kinds {
		switch k {
		case inspect.ReplicaSets:
			all.ReplicaSets = more.ReplicaSets
		case inspect.Jobs:
			all.Jobs = more.Jobs
		case inspect.ResourceClaims:
			all.ResourceClaims = more.ResourceClaims
		case inspect.ResourceSlices:
			all.ResourceSlices = more.ResourceSlices
		case inspect.DeviceClasses:
			all.DeviceClasses = more.DeviceClasses
		default: // furtherKinds names no other
		}
	}
	all.Gaps = append(slices.Clone(all.Gaps), more.Gaps...)
	return inspect.NewIndex(&all), nil
}

func (o *options) furtherKinds(pods []*corev1.Pod) []inspect.Kind {
	var kinds []inspect.Kind
	need := func(k inspect.Kind) {
		read := slices.ContainsFunc(o.targets, func(t target) bool { return slices.Contains(t.kind.reads, k) })
		if !read && !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	for _, p := range pods {
		if len(p.Spec.ResourceClaims) > 0 {
			for _, k := range deviceKinds() {
				need(k)
			}
		}
		if ref := metav1.GetControllerOf(p); ref != nil && ref.Kind == "ReplicaSet" {
			need(inspect.ReplicaSets)
		} else if ref != nil && ref.Kind == "Job" {
			need(inspect.Jobs)
		}
	}
	return kinds
}
