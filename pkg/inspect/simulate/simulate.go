// Package simulate asks the scheduler's own PreFilter and Filter plugins about a Snapshot. The plugins are
// those of the default profile of the Kubernetes version this module requires, run as a library without an
// API server. It is the only package that imports k8s.io/kubernetes.
//
// What it cannot see: a scheduler configuration other than the default (profiles, plugin arguments, feature
// gates, extenders), plugins from outside the Kubernetes tree, a scheduler of another version, the room that is
// kept for Pods which preemption has nominated to a Node, and what the Snapshot does not hold
// (VolumeAttachments, DeviceTaintRules, PodGroups, choices that the scheduler has not written down yet).
package simulate

import (
	"context"
	"fmt"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/klog/v2"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Simulator answers for one Snapshot. It runs nothing in the background and holds nothing that needs closing.
// It is safe for concurrent use; questions are answered one after the other.
type Simulator struct {
	mu      sync.Mutex // guards everything below: a Change is applied in place for the length of its question
	profile *profile
	stores  *stores
	nodes   *nodeLister
	volumes *volumeView
}

var _ inspect.Judge = (*Simulator)(nil)

// New prepares the scheduler's plugins for a Snapshot, whose objects are shared, not copied.
//
// It fails if ctx has ended, or if the scheduler's code refuses or panics on an object, which the error names.
func New(ctx context.Context, s *inspect.Snapshot) (*Simulator, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("preparing the scheduler's plugins: %w", err)
	}
	lister, err := newNodeLister(s.Nodes, s.Pods)
	if err != nil {
		return nil, err
	}
	p, err := newProfile(quiet(ctx), lister, s)
	if err != nil {
		return nil, fmt.Errorf("preparing the scheduler's default profile: %w", err)
	}
	// Only now: the plugins have added their indexes to the stores.
	st, err := newStores(p.informers, s)
	if err != nil {
		return nil, err
	}
	view, err := p.useVolumeView(newVolumeIndex(s.Volumes))
	if err != nil {
		return nil, fmt.Errorf("preparing the scheduler's volume binder: %w", err)
	}
	return &Simulator{profile: p, stores: st, nodes: lister, volumes: view}, nil
}

// Verdict implements inspect.Judge.
//
// Of a Change, Remove is applied before Set, so that an object in both stands as in Set (it is
// recreated). A Change of another kind than inspect.Change lists is an error, and so is a Node in nodes that is
// not there after the Change. An error of a plugin is not: it is a Refusal with the code "Error".
func (s *Simulator) Verdict(ctx context.Context, pod *corev1.Pod, change inspect.Change, nodes []string) (*inspect.Verdict, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	undo, err := s.apply(change)
	if err != nil {
		return nil, err
	}
	defer undo()

	asked, err := s.nodes.named(nodes)
	if err != nil {
		return nil, fmt.Errorf("judging Pod %s/%s: %w", pod.Namespace, pod.Name, err)
	}
	silent := quiet(ctx)
	c := newCycle(s.profile, pod)
	c.preFilter(silent, s.nodes.all)
	verdict := &inspect.Verdict{PreFilter: c.refusals}
	for _, n := range asked {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("judging Pod %s/%s: %w", pod.Namespace, pod.Name, err)
		}
		verdict.Nodes = append(verdict.Nodes, c.filter(silent, n))
	}
	if nodes == nil {
		verdict.Message = c.message()
	}
	return verdict, nil
}

// quiet keeps the scheduler's logging away from the terminal: the zero Logger drops everything.
func quiet(ctx context.Context) context.Context { return klog.NewContext(ctx, klog.Logger{}) }
