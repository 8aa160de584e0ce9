package live

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// TestGuarded tells writes that are for one state of an object from those that are for whatever it has become.
func TestGuarded(t *testing.T) {
	uid := types.UID("u")
	byUID := &metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &uid}}
	for name, tc := range map[string]struct {
		write Request
		ok    bool
	}{
		"delete by UID":       {Request{Verb: "delete", Resource: "persistentvolumeclaims", Delete: byUID}, true},
		"delete by name":      {Request{Verb: "delete", Resource: "persistentvolumeclaims", Delete: &metav1.DeleteOptions{}}, false},
		"delete with nothing": {Request{Verb: "delete", Resource: "pods"}, false},
		"delete many":         {Request{Verb: "deletecollection", Resource: "pods"}, false},
		"tested JSON patch":   {Request{Verb: "patch", Resource: "persistentvolumes", Patch: `[{"op":"test","path":"/metadata/uid","value":"u"},{"op":"remove","path":"/spec/claimRef"}]`}, true},
		"JSON patch":          {Request{Verb: "patch", Resource: "persistentvolumes", Patch: `[{"op":"remove","path":"/spec/claimRef"}]`}, false},
		"versioned patch":     {Request{Verb: "patch", Resource: "persistentvolumes", Patch: `{"metadata":{"resourceVersion":"7"}}`}, true},
		"patch":               {Request{Verb: "patch", Resource: "persistentvolumes", Patch: `{"spec":{}}`}, false},
		"create":              {Request{Verb: "create", Resource: "persistentvolumeclaims"}, true},
		"update":              {Request{Verb: "update", Resource: "persistentvolumes"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if err := guarded(t.Context(), &tc.write); (err == nil) != tc.ok {
				t.Errorf("got %v, want it to pass: %t", err, tc.ok)
			}
		})
	}
}

// TestChange shows what is gone, new and changed, and nothing else.
func TestChange(t *testing.T) {
	before := "--- claim data #1\nname: data\n--- volume a #1\nphase: Bound\nname: a\nclaimRef: data\n--- volume b #1\nname: b\n"
	after := "--- volume a #1\nphase: Released\nname: a\nsaved: data\nclaimRef: data\n--- volume b #1\nname: b\n--- volume c #1\nname: c\n"
	want := "gone: claim data #1\nchanged: volume a #1\n- phase: Bound\n+ phase: Released\n+ saved: data\nnew: volume c #1\n+ name: c\n"
	if got := Change(before, after); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	if got := Change(after, after); got != "" {
		t.Errorf("nothing changed, and it says:\n%s", got)
	}
}
