package simulate

import (
	"fmt"
	"reflect"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/sets"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// apply puts a Change in force and returns what undoes it. On an error nothing is in force.
func (s *Simulator) apply(c inspect.Change) (undo func(), err error) {
	var undos []func()
	undo = func() {
		for _, u := range slices.Backward(undos) {
			u()
		}
	}
	a := applied{nodes: map[string]*corev1.Node{}, pods: map[podKey]*corev1.Pod{}, volumes: map[string]*corev1.PersistentVolume{}}
	for _, step := range []struct {
		objects []runtime.Object
		remove  bool
	}{{c.Remove, true}, {c.Set, false}} {
		for _, o := range step.objects {
			if a.note(o, step.remove) {
				continue
			}
			back, err := s.stores.change(o, step.remove)
			if err != nil {
				undo()
				return nil, err
			}
			undos = append(undos, back)
		}
	}
	end, err := s.nodes.overlay(a.nodes, a.pods)
	if err != nil {
		undo()
		return nil, err
	}
	undos = append(undos, end, s.volumes.overlay(a.volumes))
	return undo, nil
}

// applied is the outcome of a Change for the kinds that are not only in a store; nil means removed.
type applied struct {
	nodes   map[string]*corev1.Node
	pods    map[podKey]*corev1.Pod
	volumes map[string]*corev1.PersistentVolume
}

// note records an object, and reports whether that is all there is to do.
func (a applied) note(o runtime.Object, remove bool) (done bool) {
	switch o := o.(type) {
	case *corev1.Node:
		a.nodes[o.Name] = unless(remove, o)
		return true
	case *corev1.Pod:
		a.pods[keyOf(o)] = unless(remove, o)
		return true
	case *corev1.PersistentVolume:
		a.volumes[o.Name] = unless(remove, o)
	}
	return false
}

func unless[T any](remove bool, o *T) *T {
	if remove {
		return nil
	}
	return o
}

// change applies one object of a Change to its store.
func (st *stores) change(o runtime.Object, remove bool) (undo func(), err error) {
	store := st.of(o)
	if store == nil {
		return nil, fmt.Errorf("a change of %s cannot be simulated: only kinds that the scheduler's filters read can, and not those of resource.k8s.io", describe(o))
	}
	undo, err = swap(store, o, remove)
	if err != nil {
		return nil, fmt.Errorf("changing %s for a simulation: %w", describe(o), err)
	}
	return undo, nil
}

// describe is an object's kind and name; the kind is that of its Go type, because objects come without TypeMeta.
func describe(o runtime.Object) string {
	kind := reflect.Indirect(reflect.ValueOf(o)).Type().Name()
	m, err := meta.Accessor(o)
	switch {
	case err != nil:
		return kind
	case m.GetNamespace() == "":
		return kind + " " + m.GetName()
	default:
		return kind + " " + m.GetNamespace() + "/" + m.GetName()
	}
}

// overlay puts changed Nodes and Pods in force (nil: removed) and returns what ends that. Only the Nodes that
// are touched are added up again.
func (l *nodeLister) overlay(nodes map[string]*corev1.Node, pods map[podKey]*corev1.Pod) (end func(), err error) {
	if len(nodes) == 0 && len(pods) == 0 {
		return func() {}, nil
	}
	touched := sets.KeySet(nodes)
	for k, p := range pods {
		if before, ok := l.base.pods[k]; ok {
			touched.Insert(before.Spec.NodeName)
		}
		if p != nil && occupies(p) {
			touched.Insert(p.Spec.NodeName)
		}
	}
	view, err := l.base.with(nodes, pods, touched)
	if err != nil {
		return nil, err
	}
	l.nodeView = view
	return func() { l.nodeView = l.base.view }, nil
}
