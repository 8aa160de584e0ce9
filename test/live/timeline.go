package live

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"
)

// timeline records every version of the volumes, claims and Pods of a scene, so that what was true for a moment only is
// seen as well.
type timeline struct {
	client    kubernetes.Interface
	namespace string
	// ours selects the volumes.
	ours string
	// fail is told what goes wrong while nobody waits for it.
	fail   func(error)
	cancel context.CancelFunc
	done   sync.WaitGroup

	mu     sync.Mutex
	events []change
	last   map[types.UID]version
	news   chan struct{}
}

// version is what was last heard of an object.
type version struct {
	kind     int
	revision uint64
	deleted  bool
}

// change is one version of an object, or its end.
type change struct {
	revision uint64
	object   object
	deleted  bool
}

// moment is how a scene was at one revision of the cluster.
type moment struct {
	volumes map[types.UID]*corev1.PersistentVolume
	claims  map[types.UID]*corev1.PersistentVolumeClaim
	pods    map[types.UID]*corev1.Pod
}

// begin begins the timeline with what there is now. It goes on until it is stopped, or the context ends.
func (tl *timeline) begin(ctx context.Context) error {
	ctx, tl.cancel = context.WithCancel(ctx)
	tl.last, tl.news = map[types.UID]version{}, make(chan struct{}, 1)
	for k, kind := range tl.kinds() {
		list, err := kind.list(ctx)
		if err != nil {
			return err
		}
		objects, err := items(list)
		if err != nil {
			return err
		}
		for _, o := range objects {
			if err := tl.learn(k, o, false); err != nil {
				return err
			}
		}
		meta, ok := list.(metav1.ListInterface)
		if !ok {
			return fmt.Errorf("a list is %T", list)
		}
		events, err := kind.watch(ctx, meta.GetResourceVersion())
		if err != nil {
			return err
		}
		tl.done.Go(func() { tl.follow(ctx, k, events) })
	}
	return nil
}

// recorded is a kind of which a timeline keeps all versions.
type recorded struct {
	list  func(context.Context) (runtime.Object, error)
	watch func(ctx context.Context, from string) (watch.Interface, error)
}

func (tl *timeline) kinds() []recorded {
	core := tl.client.CoreV1()
	from := func(version, selector string) metav1.ListOptions {
		return metav1.ListOptions{ResourceVersion: version, LabelSelector: selector}
	}
	return []recorded{
		{func(ctx context.Context) (runtime.Object, error) {
			return core.PersistentVolumes().List(ctx, from("", tl.ours))
		},
			func(ctx context.Context, v string) (watch.Interface, error) {
				return core.PersistentVolumes().Watch(ctx, from(v, tl.ours))
			}},
		{func(ctx context.Context) (runtime.Object, error) {
			return core.PersistentVolumeClaims(tl.namespace).List(ctx, from("", ""))
		},
			func(ctx context.Context, v string) (watch.Interface, error) {
				return core.PersistentVolumeClaims(tl.namespace).Watch(ctx, from(v, ""))
			}},
		{func(ctx context.Context) (runtime.Object, error) {
			return core.Pods(tl.namespace).List(ctx, from("", ""))
		},
			func(ctx context.Context, v string) (watch.Interface, error) {
				return core.Pods(tl.namespace).Watch(ctx, from(v, ""))
			}},
	}
}

func (tl *timeline) learn(kind int, o object, deleted bool) error {
	revision, err := strconv.ParseUint(o.GetResourceVersion(), 10, 64)
	if err != nil {
		return fmt.Errorf("the version of %s: %w", o.GetName(), err)
	}
	tl.mu.Lock()
	defer tl.mu.Unlock()
	tl.events = append(tl.events, change{revision, o, deleted})
	tl.last[o.GetUID()] = version{kind, revision, deleted}
	select {
	case tl.news <- struct{}{}:
	default:
	}
	return nil
}

func (tl *timeline) follow(ctx context.Context, kind int, w watch.Interface) {
	defer w.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case event, open := <-w.ResultChan():
			o, ok := event.Object.(object)
			if !open || !ok {
				if ctx.Err() == nil {
					tl.fail(fmt.Errorf("the watch of the timeline ended: %v", event.Object))
				}
				return
			}
			if err := tl.learn(kind, o, event.Type == watch.Deleted); err != nil {
				tl.fail(err)
			}
		}
	}
}

func (tl *timeline) stop() {
	tl.cancel()
	tl.done.Wait()
}

// check calls look for every moment until now, in their order, and returns what it found wrong: each wrong once, with the first
// revision of the cluster at which it was so.
func (tl *timeline) check(ctx context.Context, look func(*moment) error) error {
	now, err := tl.catchUp(ctx)
	if err != nil {
		return err
	}
	m := newMoment()
	var wrong []error
	known := map[string]bool{}
	events := tl.until(now)
	for i, e := range events {
		m.apply(e)
		if i+1 < len(events) && events[i+1].revision == e.revision {
			continue
		}
		if err := look(m); err != nil && !known[err.Error()] {
			known[err.Error()] = true
			wrong = append(wrong, fmt.Errorf("at revision %d: %w", e.revision, err))
		}
	}
	return errors.Join(wrong...)
}

// until are the changes up to a revision, in their order.
func (tl *timeline) until(revision uint64) []change {
	tl.mu.Lock()
	out := slices.DeleteFunc(slices.Clone(tl.events), func(c change) bool { return c.revision > revision })
	tl.mu.Unlock()
	slices.SortStableFunc(out, func(a, b change) int { return cmp.Compare(a.revision, b.revision) })
	return out
}

// catchUp waits until everything has been heard of that was so at the revision that it returns.
func (tl *timeline) catchUp(ctx context.Context) (uint64, error) {
	var now uint64
	for k, kind := range tl.kinds() {
		list, err := kind.list(ctx)
		if err != nil {
			return 0, err
		}
		objects, err := items(list)
		if err != nil {
			return 0, err
		}
		meta, ok := list.(metav1.ListInterface)
		if !ok {
			return 0, fmt.Errorf("a list is %T", list)
		}
		at, err := strconv.ParseUint(meta.GetResourceVersion(), 10, 64)
		if err != nil {
			return 0, fmt.Errorf("the version of a list: %w", err)
		}
		if k == 0 {
			now = at // the later lists are no older
		}
		for !tl.knows(k, objects, at) {
			select {
			case <-tl.news:
			case <-ctx.Done():
				return 0, fmt.Errorf("the timeline does not come to the present: %w", context.Cause(ctx))
			}
		}
	}
	return now, nil
}

// knows reports whether the objects of one kind have been heard of as they were listed at a revision, and that all others are gone.
func (tl *timeline) knows(kind int, objects []object, at uint64) bool {
	tl.mu.Lock()
	defer tl.mu.Unlock()
	listed := map[types.UID]bool{}
	for _, o := range objects {
		listed[o.GetUID()] = true
		revision, err := strconv.ParseUint(o.GetResourceVersion(), 10, 64)
		if err != nil || tl.last[o.GetUID()].revision < revision {
			return false
		}
	}
	for uid, v := range tl.last {
		if v.kind == kind && !v.deleted && !listed[uid] && v.revision <= at {
			return false
		}
	}
	return true
}

// newMoment is a moment without any objects.
func newMoment() *moment {
	return &moment{volumes: map[types.UID]*corev1.PersistentVolume{}, claims: map[types.UID]*corev1.PersistentVolumeClaim{}, pods: map[types.UID]*corev1.Pod{}}
}

func (m *moment) apply(e change) {
	switch o := e.object.(type) {
	case *corev1.PersistentVolume:
		set(m.volumes, o, e.deleted)
	case *corev1.PersistentVolumeClaim:
		set(m.claims, o, e.deleted)
	case *corev1.Pod:
		set(m.pods, o, e.deleted)
	}
}

func set[T object](all map[types.UID]T, o T, deleted bool) {
	if deleted {
		delete(all, o.GetUID())
	} else {
		all[o.GetUID()] = o
	}
}
