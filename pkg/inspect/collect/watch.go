package collect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// debounce is how long Watch waits for more after a change, so that one act of a controller on many objects, or the
// first list, gives one Snapshot.
const debounce = 100 * time.Millisecond

// Watch calls changed with a Snapshot of the kinds when all are read, and again after every change, until ctx ends
// or changed fails. Connections that end are opened again, and lists whose history the server has forgotten are read
// again; Options.Note tells of trouble, once for each kind of it. It returns nil if ctx ended, and an error if the
// server does not allow watching.
//
// It knows persistent volumes, Nodes, claims, Pods, ReplicaSets and Jobs. Kinds that may not be read have to be
// left out by the caller; gaps are put into each Snapshot.
func Watch(ctx context.Context, client kubernetes.Interface, now func() time.Time, opts Options, gaps []inspect.Gap, changed func(*inspect.Snapshot) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	w := &watcher{dirty: make(chan struct{}, 1), fail: cancel, note: opts.note}
	factory := informers.NewSharedInformerFactoryWithOptions(client, 0, informers.WithTransform(withoutManagedFields))
	var synced []cache.InformerSynced
	for _, kind := range slices.Concat(opts.Kinds, opts.Required) {
		if slices.Contains(w.kinds, kind) || slices.ContainsFunc(gaps, func(g inspect.Gap) bool { return g.Kind == kind }) {
			continue
		}
		hasSynced, err := w.follow(factory, kind)
		if err != nil {
			return err
		}
		synced = append(synced, hasSynced)
	}
	defer factory.Shutdown()
	defer cancel(nil)
	factory.StartWithContext(ctx)
	if !cache.WaitForCacheSync(ctx.Done(), synced...) {
		return refusal(ctx)
	}
	return w.run(ctx, func() error {
		s, err := listed(factory, w.kinds)
		if err != nil {
			return err
		}
		s.TakenAt, s.Gaps = now(), gaps
		return changed(s)
	})
}

// watcher turns many events into few.
type watcher struct {
	kinds []inspect.Kind
	dirty chan struct{}
	// fail ends the watch for good.
	fail context.CancelCauseFunc
	note func(format string, args ...any)
	// noting keeps notes of different kinds from overlapping.
	noting sync.Mutex
}

// refusal is why a watch ended, if it was not the caller who ended it.
func refusal(ctx context.Context) error {
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) && !errors.Is(cause, context.DeadlineExceeded) {
		return cause
	}
	return nil
}

func (w *watcher) run(ctx context.Context, report func() error) error {
	for {
		if err := report(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return refusal(ctx)
		case <-w.dirty:
		}
		select {
		case <-ctx.Done():
			return refusal(ctx)
		case <-time.After(debounce):
		}
	}
}

// touch remembers that something changed. One reminder is enough for any number of changes.
func (w *watcher) touch() {
	select {
	case w.dirty <- struct{}{}:
	default:
	}
}

func (w *watcher) follow(factory informers.SharedInformerFactory, kind inspect.Kind) (cache.InformerSynced, error) {
	informer, err := informerFor(factory, kind)
	if err != nil {
		return nil, err
	}
	if err := informer.SetWatchErrorHandlerWithContext(w.onError(kind)); err != nil {
		return nil, fmt.Errorf("cannot watch %s: %w", kind, err)
	}
	handle, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(any) { w.touch() },
		DeleteFunc: func(any) { w.touch() },
		UpdateFunc: func(before, after any) {
			if matters(before, after) {
				w.touch()
			}
		},
	})
	if err != nil {
		return nil, fmt.Errorf("cannot watch %s: %w", kind, err)
	}
	w.kinds = append(w.kinds, kind)
	return handle.HasSynced, nil
}

// onError hears of each end of a kind's watch. All end now and then, and are started again; what people should know is
// told once.
func (w *watcher) onError(kind inspect.Kind) cache.WatchErrorHandlerWithContext {
	last := ""
	return func(ctx context.Context, _ *cache.Reflector, err error) {
		switch {
		case ctx.Err() != nil, errors.Is(err, io.EOF), apierrors.IsResourceExpired(err), apierrors.IsGone(err):
		case apierrors.IsForbidden(err), apierrors.IsUnauthorized(err):
			w.fail(fmt.Errorf("cannot watch %s: %w", kind, err))
		case err.Error() != last:
			last = err.Error()
			w.noting.Lock()
			defer w.noting.Unlock()
			w.note("the watch of %s was cut off and is tried again: %v", kind, err)
		}
	}
}

// matters reports whether an update can change what is said about volumes. Nodes and Pods report their status all
// the time.
func matters(before, after any) bool {
	switch a := after.(type) {
	case *corev1.Node:
		b, ok := before.(*corev1.Node)
		return !ok || !reflect.DeepEqual(a.Labels, b.Labels) || !reflect.DeepEqual(inspect.ReportNode(a), inspect.ReportNode(b))
	case *corev1.Pod:
		b, ok := before.(*corev1.Pod)
		return !ok || a.UID != b.UID || a.Status.Phase != b.Status.Phase || a.Spec.NodeName != b.Spec.NodeName
	}
	return true
}

func withoutManagedFields(obj any) (any, error) {
	if o, ok := obj.(metav1.Object); ok {
		o.SetManagedFields(nil)
	}
	return obj, nil
}

func informerFor(factory informers.SharedInformerFactory, kind inspect.Kind) (cache.SharedIndexInformer, error) {
	switch kind {
	case inspect.PersistentVolumes:
		return factory.Core().V1().PersistentVolumes().Informer(), nil
	case inspect.Nodes:
		return factory.Core().V1().Nodes().Informer(), nil
	case inspect.PersistentVolumeClaims:
		return factory.Core().V1().PersistentVolumeClaims().Informer(), nil
	case inspect.Pods:
		return factory.Core().V1().Pods().Informer(), nil
	case inspect.ReplicaSets:
		return factory.Apps().V1().ReplicaSets().Informer(), nil
	case inspect.Jobs:
		return factory.Batch().V1().Jobs().Informer(), nil
	}
	return nil, fmt.Errorf("%s cannot be watched", kind)
}

func listed(factory informers.SharedInformerFactory, kinds []inspect.Kind) (*inspect.Snapshot, error) {
	s := &inspect.Snapshot{}
	for _, kind := range kinds {
		var err error
		switch kind {
		case inspect.PersistentVolumes:
			s.Volumes, err = factory.Core().V1().PersistentVolumes().Lister().List(labels.Everything())
		case inspect.Nodes:
			s.Nodes, err = factory.Core().V1().Nodes().Lister().List(labels.Everything())
		case inspect.PersistentVolumeClaims:
			s.Claims, err = factory.Core().V1().PersistentVolumeClaims().Lister().List(labels.Everything())
		case inspect.Pods:
			s.Pods, err = factory.Core().V1().Pods().Lister().List(labels.Everything())
		case inspect.ReplicaSets:
			s.ReplicaSets, err = factory.Apps().V1().ReplicaSets().Lister().List(labels.Everything())
		case inspect.Jobs:
			s.Jobs, err = factory.Batch().V1().Jobs().Lister().List(labels.Everything())
		}
		if err != nil {
			return nil, fmt.Errorf("cannot read the watched %s: %w", kind, err)
		}
	}
	return s, nil
}
