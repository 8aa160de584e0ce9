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
)

// Timeline records every version of the volumes, claims and Pods of a scene, so that what was true for a moment only is
// seen as well.
type Timeline struct {
	scene  *Scene
	cancel context.CancelFunc
	done   sync.WaitGroup

	mu     sync.Mutex
	events []change
	last   map[types.UID]uint64
	news   chan struct{}
}

// change is one version of an object, or its end.
type change struct {
	revision uint64
	object   object
	deleted  bool
}

// Moment is how a scene was at one revision of the cluster.
type Moment struct {
	Revision uint64
	Volumes  map[types.UID]*corev1.PersistentVolume
	Claims   map[types.UID]*corev1.PersistentVolumeClaim
	Pods     map[types.UID]*corev1.Pod
}

// Record begins a Timeline with what there is now.
func (s *Scene) Record() *Timeline {
	s.t.Helper()
	ctx, cancel := context.WithCancel(s.t.Context())
	tl := &Timeline{scene: s, cancel: cancel, last: map[types.UID]uint64{}, news: make(chan struct{}, 1)}
	for _, kind := range tl.kinds() {
		list, err := kind.list(ctx)
		s.must(err)
		objects, err := items(list)
		s.must(err)
		for _, o := range objects {
			s.must(tl.learn(o, false))
		}
		meta, ok := list.(metav1.ListInterface)
		if !ok {
			s.Fail(fmt.Sprintf("a list is %T", list))
		}
		events, err := kind.watch(ctx, meta.GetResourceVersion())
		s.must(err)
		tl.done.Go(func() { tl.follow(ctx, events) })
	}
	s.t.Cleanup(tl.stop)
	return tl
}

// recorded is a kind of which a Timeline keeps all versions.
type recorded struct {
	list  func(context.Context) (runtime.Object, error)
	watch func(ctx context.Context, from string) (watch.Interface, error)
}

func (tl *Timeline) kinds() []recorded {
	core, s := tl.scene.client().CoreV1(), tl.scene
	mine := sceneLabel + "=" + s.Name
	from := func(version, selector string) metav1.ListOptions {
		return metav1.ListOptions{ResourceVersion: version, LabelSelector: selector}
	}
	return []recorded{
		{func(ctx context.Context) (runtime.Object, error) {
			return core.PersistentVolumes().List(ctx, from("", mine))
		},
			func(ctx context.Context, v string) (watch.Interface, error) {
				return core.PersistentVolumes().Watch(ctx, from(v, mine))
			}},
		{func(ctx context.Context) (runtime.Object, error) {
			return core.PersistentVolumeClaims(s.Name).List(ctx, from("", ""))
		},
			func(ctx context.Context, v string) (watch.Interface, error) {
				return core.PersistentVolumeClaims(s.Name).Watch(ctx, from(v, ""))
			}},
		{func(ctx context.Context) (runtime.Object, error) { return core.Pods(s.Name).List(ctx, from("", "")) },
			func(ctx context.Context, v string) (watch.Interface, error) {
				return core.Pods(s.Name).Watch(ctx, from(v, ""))
			}},
	}
}

func (tl *Timeline) learn(o object, deleted bool) error {
	revision, err := strconv.ParseUint(o.GetResourceVersion(), 10, 64)
	if err != nil {
		return fmt.Errorf("the version of %s: %w", o.GetName(), err)
	}
	tl.mu.Lock()
	defer tl.mu.Unlock()
	tl.events = append(tl.events, change{revision, o, deleted})
	tl.last[o.GetUID()] = revision
	select {
	case tl.news <- struct{}{}:
	default:
	}
	return nil
}

func (tl *Timeline) follow(ctx context.Context, w watch.Interface) {
	defer w.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case event, open := <-w.ResultChan():
			o, ok := event.Object.(object)
			if !open || !ok {
				if ctx.Err() == nil {
					tl.scene.t.Errorf("%s: the watch of the timeline ended: %v", tl.scene.Name, event.Object)
				}
				return
			}
			if err := tl.learn(o, event.Type == watch.Deleted); err != nil {
				tl.scene.t.Error(err)
			}
		}
	}
}

func (tl *Timeline) stop() {
	tl.cancel()
	tl.done.Wait()
}

// Check ends the Timeline when it has come to the present, and calls check for every moment that it holds. It returns
// what check found wrong, and the number of moments.
func (tl *Timeline) Check(check func(*Moment) error) (moments int, err error) {
	if err := tl.catchUp(tl.scene.Context()); err != nil {
		return 0, err
	}
	tl.stop()
	slices.SortStableFunc(tl.events, func(a, b change) int { return cmp.Compare(a.revision, b.revision) })
	m := NewMoment()
	var wrong []error
	for i, e := range tl.events {
		m.apply(e)
		if i+1 < len(tl.events) && tl.events[i+1].revision == e.revision {
			continue
		}
		moments++
		if err := check(m); err != nil {
			wrong = append(wrong, fmt.Errorf("at revision %d: %w", e.revision, err))
		}
	}
	return moments, errors.Join(wrong...)
}

// catchUp waits until everything that is has been heard of.
func (tl *Timeline) catchUp(ctx context.Context) error {
	for _, kind := range tl.kinds() {
		list, err := kind.list(ctx)
		if err != nil {
			return err
		}
		objects, err := items(list)
		if err != nil {
			return err
		}
		for !tl.knows(objects) {
			select {
			case <-tl.news:
			case <-ctx.Done():
				return fmt.Errorf("the timeline does not come to the present: %w", context.Cause(ctx))
			}
		}
	}
	return nil
}

// knows reports whether the objects of one kind have been heard of in these versions or later ones.
func (tl *Timeline) knows(objects []object) bool {
	tl.mu.Lock()
	defer tl.mu.Unlock()
	for _, o := range objects {
		revision, err := strconv.ParseUint(o.GetResourceVersion(), 10, 64)
		if err != nil || tl.last[o.GetUID()] < revision {
			return false
		}
	}
	return true
}

// NewMoment is a Moment without any objects.
func NewMoment() *Moment {
	return &Moment{Volumes: map[types.UID]*corev1.PersistentVolume{}, Claims: map[types.UID]*corev1.PersistentVolumeClaim{}, Pods: map[types.UID]*corev1.Pod{}}
}

func (m *Moment) apply(e change) {
	m.Revision = e.revision
	switch o := e.object.(type) {
	case *corev1.PersistentVolume:
		set(m.Volumes, o, e.deleted)
	case *corev1.PersistentVolumeClaim:
		set(m.Claims, o, e.deleted)
	case *corev1.Pod:
		set(m.Pods, o, e.deleted)
	}
}

func set[T object](all map[types.UID]T, o T, deleted bool) {
	if deleted {
		delete(all, o.GetUID())
	} else {
		all[o.GetUID()] = o
	}
}
