package controlplane

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
)

// Object is a pointer to an API object, such as *corev1.Pod.
type Object interface {
	comparable
	metav1.Object
	runtime.Object
}

// Lister is what every typed client can do: CoreV1().Pods("default"), CoreV1().Nodes()...
type Lister[L runtime.Object] interface {
	List(ctx context.Context, opts metav1.ListOptions) (L, error)
	Watch(ctx context.Context, opts metav1.ListOptions) (watch.Interface, error)
}

// Condition judges one object, which is nil while it does not exist. The state says what was found, for the error of
// a wait that ends without success.
type Condition[T Object] func(object T) (met bool, state string)

// WaitFor watches the object called name until the condition is met, and returns it as it was then. It never sleeps
// and has no time limit but that of ctx. The error names the object and its last state.
//
//	pod, err := controlplane.WaitFor(ctx, client.CoreV1().Pods("default"), "mysql-0", controlplane.PodReady)
func WaitFor[T Object, L runtime.Object](ctx context.Context, in Lister[L], name string, condition Condition[T]) (T, error) {
	var last T
	opts := metav1.ListOptions{FieldSelector: fields.OneTermEqualSelector("metadata.name", name).String()}
	err := WaitForAll(ctx, in, name, opts, func(objects []T) (bool, string) {
		var object T
		if len(objects) > 0 {
			object = objects[0]
		}
		last = object
		return condition(object)
	})
	return last, err
}

// WaitForAll watches the objects that opts select until they meet the condition together; it is given them sorted by
// namespace and name. What is the wait's name in an error.
func WaitForAll[T Object, L runtime.Object](ctx context.Context, in Lister[L], what string, opts metav1.ListOptions,
	condition func(objects []T) (met bool, state string),
) error {
	kind := reflect.TypeFor[T]().Elem().Name()
	state := "not read yet"
	for {
		met, err := watchOnce(ctx, in, opts, func(objects []T) (met bool) {
			met, state = condition(objects)
			return met
		})
		switch {
		case met:
			return nil
		case ctx.Err() != nil:
			return fmt.Errorf("wait for %s %s: %w; last seen: %s", kind, what, context.Cause(ctx), state)
		case err != nil:
			return fmt.Errorf("wait for %s %s: %w; last seen: %s", kind, what, err, state)
		}
	}
}

// watchOnce lists, then watches until the condition is met or the server ends the watch, which is no error.
func watchOnce[T Object, L runtime.Object](ctx context.Context, in Lister[L], opts metav1.ListOptions, condition func([]T) bool) (bool, error) {
	list, err := in.List(ctx, opts)
	if err != nil {
		return false, err
	}
	known := map[string]T{}
	err = meta.EachListItem(list, func(item runtime.Object) error {
		object, ok := item.(T)
		if !ok {
			return fmt.Errorf("the list holds %T", item)
		}
		known[key(object)] = object
		return nil
	})
	if err != nil {
		return false, err
	}
	if condition(sorted(known)) {
		return true, nil
	}
	listed, err := meta.ListAccessor(list)
	if err != nil {
		return false, err
	}
	opts.ResourceVersion = listed.GetResourceVersion()
	watcher, err := in.Watch(ctx, opts)
	if err != nil {
		return false, err
	}
	defer watcher.Stop()
	return follow(ctx, watcher, known, condition)
}

// follow keeps known up to date. It looks at ctx itself, because a fake client's watch does not.
func follow[T Object](ctx context.Context, watcher watch.Interface, known map[string]T, condition func([]T) bool) (bool, error) {
	for {
		select {
		case <-ctx.Done():
			return false, nil // the caller reports it
		case event, open := <-watcher.ResultChan():
			if !open {
				return false, nil
			}
			if again, err := learn(known, event); again || err != nil {
				return false, err
			}
			if condition(sorted(known)) {
				return true, nil
			}
		}
	}
}

// learn puts one event into known. Again means that the server has forgotten where the watch was.
func learn[T Object](known map[string]T, event watch.Event) (again bool, err error) {
	if event.Type == watch.Error {
		err := apierrors.FromObject(event.Object)
		if apierrors.IsResourceExpired(err) || apierrors.IsGone(err) {
			return true, nil
		}
		return false, fmt.Errorf("the watch broke: %w", err)
	}
	object, ok := event.Object.(T)
	switch {
	case !ok:
		return false, fmt.Errorf("the watch delivered %T", event.Object)
	case event.Type == watch.Deleted:
		delete(known, key(object))
	case event.Type == watch.Added, event.Type == watch.Modified:
		known[key(object)] = object
	}
	return false, nil
}

func key(object metav1.Object) string { return object.GetNamespace() + "/" + object.GetName() }

func sorted[T Object](known map[string]T) []T {
	return slices.SortedFunc(maps.Values(known), func(a, b T) int { return strings.Compare(key(a), key(b)) })
}
