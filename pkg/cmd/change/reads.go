package change

import (
	"context"
	"slices"

	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/collect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/simulate"
)

// handBackReads are the kinds that release and reclaim look at. Only volumes they cannot do without: what is
// unknown of the rest blocks what rests on it.
func handBackReads(c *change) collect.Options {
	opts := collect.Options{Kinds: []inspect.Kind{inspect.PersistentVolumes, inspect.PersistentVolumeClaims, inspect.Pods, inspect.Nodes,
		inspect.CSINodes, inspect.StatefulSets, inspect.ReplicaSets, inspect.Jobs, inspect.StorageClasses}}
	if !c.source.Offline() {
		opts.Required = []inspect.Kind{inspect.PersistentVolumes}
	}
	return opts
}

// readsFor are handBackReads with the namespaces, if a claim was named that may be in one that does not exist.
func readsFor(c *change, claim *types.NamespacedName) collect.Options {
	reads := handBackReads(c)
	if claim != nil {
		reads.Kinds = append(reads.Kinds, inspect.Namespaces)
	}
	return reads
}

// rescueReads are the kinds that recover and drain look at: what the scheduler's filters read, too.
func rescueReads(c *change) collect.Options {
	opts := collect.Options{Kinds: []inspect.Kind{inspect.Nodes, inspect.Namespaces, inspect.Pods, inspect.PersistentVolumes, inspect.PersistentVolumeClaims,
		inspect.StorageClasses, inspect.CSINodes, inspect.CSIDrivers, inspect.CSIStorageCapacities, inspect.StatefulSets, inspect.ReplicaSets,
		inspect.Jobs, inspect.Leases}}
	if !c.source.Offline() {
		opts.Required = []inspect.Kind{inspect.PersistentVolumes}
	}
	return opts
}

// recoverReads are the kinds that recover looks at: what evictions meet with, too, where Pods run on another machine of the name.
func recoverReads(c *change, req drain.RecoverRequest) collect.Options {
	reads := rescueReads(c)
	if req.Recreated {
		reads.Kinds = append(reads.Kinds, inspect.PodDisruptionBudgets)
	}
	return reads
}

// reattachReads are the kinds that reattach looks at: what the scheduler's filters read, too, and what evictions meet with.
func reattachReads(c *change) collect.Options {
	reads := rescueReads(c)
	reads.Kinds = slices.DeleteFunc(reads.Kinds, func(k inspect.Kind) bool { return k == inspect.Leases })
	reads.Kinds = append(reads.Kinds, inspect.PodDisruptionBudgets)
	return reads
}

// drainReads are the kinds that drain looks at.
func drainReads(c *change) collect.Options {
	reads := rescueReads(c)
	reads.Kinds = slices.DeleteFunc(reads.Kinds, func(k inspect.Kind) bool { return k == inspect.Leases })
	reads.Kinds = append(reads.Kinds, inspect.DaemonSets, inspect.PodDisruptionBudgets)
	if len(reads.Required) > 0 {
		reads.Required = append(reads.Required, inspect.Nodes)
	}
	return reads
}

// newJudge makes the scheduler's filters for a Snapshot.
func newJudge(ctx context.Context, s *inspect.Snapshot) (inspect.Judge, error) { //nolint:ireturn // the planner takes any judge
	return simulate.New(ctx, s)
}
