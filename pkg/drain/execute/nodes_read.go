package execute

import (
	"context"
	"sync"

	corev1 "k8s.io/api/core/v1"
)

// nodesRead are Nodes that are read once in a run: where volumes are does not change meanwhile, and there may be thousands.
type nodesRead struct {
	mu    sync.Mutex
	nodes map[string]*corev1.Node
}

func (r *nodesRead) read(ctx context.Context, l live) (map[string]*corev1.Node, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.nodes != nil {
		return r.nodes, nil
	}
	nodes, err := l.nodes(ctx)
	if err != nil {
		return nil, err
	}
	r.nodes = nodes
	return nodes, nil
}
