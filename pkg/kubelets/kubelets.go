// Package kubelets asks the kubelets of nodes what runs there and how full their volumes are. The API server does not know that: a Pod that
// was deleted by force is gone from it, and may still be running.
//
// It asks through the API server, which needs the permission to get nodes/proxy. That is near to root on every node, because a kubelet lets
// whoever may GET also execute commands in containers; deploy/rbac/optional has it in a role of its own, and what a kubelet would have told is
// a gap for whoever does without.
package kubelets

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/api/validate/content"
	"k8s.io/client-go/rest"
)

// Reader asks kubelets. Client and the bounds have to be set.
type Reader struct {
	// Client is the one of the core group, as CoreV1().RESTClient() returns it.
	Client rest.Interface
	// Timeout is for one kubelet. One that hangs holds nobody else up.
	Timeout time.Duration
	// Size is how many bytes an answer may have. A node decides what it sends.
	Size int64
	// Parallel is how many kubelets are asked at a time.
	Parallel int
}

// NewReader returns a Reader with bounds that a kubelet which is well stays far below: it answers within a second, and says about 1 KiB of each
// Pod, of which there are hundreds.
func NewReader(client rest.Interface) Reader {
	return Reader{Client: client, Timeout: 10 * time.Second, Size: 8 << 20, Parallel: 8}
}

// ErrTooLarge is that an answer is larger than the bound.
var ErrTooLarge = errors.New("the answer of the kubelet is too large")

// Answer is what the kubelet of a node says, or why it says nothing. An answer with an error tells nothing about the node.
type Answer[T any] struct {
	Node string
	Of   []T
	Err  error
}

// all asks the kubelets of some nodes, and returns their answers sorted by the names of the nodes, each once.
func all[T any](ctx context.Context, r Reader, nodes []string, path string, read func([]byte) ([]T, error)) []Answer[T] {
	names := slices.Compact(slices.Sorted(slices.Values(nodes)))
	answers := make([]Answer[T], len(names))
	var group errgroup.Group
	group.SetLimit(r.Parallel)
	for i, name := range names {
		group.Go(func() error {
			answers[i] = Answer[T]{Node: name}
			data, err := r.get(ctx, name, path)
			if err == nil {
				answers[i].Of, err = read(data)
			}
			if err != nil {
				answers[i].Err = fmt.Errorf("ask the kubelet of node %s: %w", name, err)
			}
			return nil // the others are asked all the same
		})
	}
	_ = group.Wait() // none returns an error
	return answers
}

// get reads an answer up to the bound.
func (r Reader) get(ctx context.Context, node, path string) ([]byte, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, r.Timeout, fmt.Errorf("no answer within %s", r.Timeout))
	defer cancel()
	if wrong := content.IsPathSegmentName(node); len(wrong) > 0 {
		return nil, fmt.Errorf("%q is no name of a node: %s", node, strings.Join(wrong, ", "))
	}
	// The slash at the end of a path is part of it for a kubelet, and only this way of naming it keeps it.
	body, err := r.Client.Get().AbsPath("/api/v1/nodes/" + node + "/proxy/" + path).MaxRetries(0).Stream(ctx)
	if err != nil {
		return nil, because(ctx, err)
	}
	defer func() { _ = body.Close() }()
	data, err := io.ReadAll(io.LimitReader(body, r.Size+1))
	if err != nil {
		return nil, because(ctx, err)
	}
	if int64(len(data)) > r.Size {
		return nil, fmt.Errorf("%w: more than %d bytes", ErrTooLarge, r.Size)
	}
	return data, nil
}

// because prefers the reason for which ctx has ended to what the request makes of that.
func because(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// decode reads an answer, which is an object of one list.
func decode(data []byte, into any) error {
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("read its answer: %w", err)
	}
	return nil
}
