// Package inspecttest is the objects of tests: a function for each kind, whose object the API server would accept and could
// have returned, and edits that each change one thing about it. A test says only what it is about:
//
//	Snapshot(t, StorageClass(Class), Node("n0", Cordoned), Volume("v", On("n0")), Claim("c", Asks("500Gi")), Pod("p", Uses("c")))
//
// It is meant to be imported without a prefix, and by tests only.
package inspecttest

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"
)

// Ns is the namespace of everything that has one, and Class the class of every volume and claim.
const (
	Ns    = "shop"
	Class = "local-ssd"
)

// Now is when every Snapshot was taken.
func Now() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

// Ago is a time so long before Now.
func Ago(d time.Duration) metav1.Time { return metav1.NewTime(Now().Add(-d)) }

// UID is that of an object by its name.
func UID(name string) types.UID { return types.UID(name + "-uid") }

// Deleting is how an object looks that is being deleted.
func Deleting[T metav1.Object](o T) { o.SetDeletionTimestamp(ptr.To(Ago(time.Minute))) }

// Unsaved takes off an object what the API server gives it, so that it can be created.
func Unsaved[T metav1.Object](o T) T {
	o.SetUID("")
	o.SetResourceVersion("")
	o.SetCreationTimestamp(metav1.Time{})
	o.SetFinalizers(nil)
	return o
}

// saved is what the API server keeps about an object.
func saved(name string, age time.Duration) metav1.ObjectMeta {
	return metav1.ObjectMeta{Name: name, UID: UID(name), CreationTimestamp: Ago(age)}
}

func inNs(m metav1.ObjectMeta) metav1.ObjectMeta {
	m.Namespace = Ns
	return m
}

func edited[T any](o T, edits []func(T)) T {
	for _, edit := range edits {
		edit(o)
	}
	return o
}

func controller(kind, name string) []metav1.OwnerReference {
	version := "apps/v1"
	if kind == "Job" {
		version = "batch/v1"
	}
	return []metav1.OwnerReference{{APIVersion: version, Kind: kind, Name: name, UID: UID(name), Controller: ptr.To(true)}}
}
