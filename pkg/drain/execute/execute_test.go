package execute

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	clienttesting "k8s.io/client-go/testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// scene is one command in one world, with what it asks of the server when nothing gets in its way.
type scene struct {
	name    string
	objects []any
	request asked
	calls   []string
}

func scenes() []scene {
	getV, getC := "get persistentvolumes v", "get persistentvolumeclaims c"
	getW, getMember, getNode := "get persistentvolumes w", "get persistentvolumeclaims data-db-0", "get nodes node-1"
	nodes := "list nodes"
	list, listV, patchV := "list pods", "list persistentvolumes", "patch persistentvolumes v"
	bound := Claim("c", BoundTo("v"))
	set := StatefulSet("db", 1)
	return []scene{
		{
			name: "release", objects: []any{Volume("v", Has("c", "c-uid"), Deletes), bound}, request: toRelease(drain.ReleaseRequest{Targets: Pvc("c")}),
			calls: []string{getV, getC, list, patchV, getV, getC, getC, getV, list, "delete persistentvolumeclaims c", getC, getC, getV},
		},
		{
			name: "release and reserve", objects: []any{Volume("v", Has("c", "c-uid"), Deletes), bound}, request: toRelease(drain.ReleaseRequest{Targets: Pvc("c"), Reserve: true}),
			calls: []string{getV, getC, list, patchV, getV, getC, getC, getV, list, "delete persistentvolumeclaims c", getC, getC, getV, getV, getC, list, listV, nodes, list, patchV, getV},
		},
		{
			name: "reclaim", objects: []any{Volume("v", Has("c", "c-uid"), Phase(Released))}, request: toReclaim(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true}),
			calls: []string{getV, getC, list, listV, nodes, list, patchV, getV, getV},
		},
		{
			name: "reattach", objects: []any{Volume("v", Has("c", "c-uid"), Phase(Released), SavedFrom(bound))}, request: toReattach(drain.ReattachRequest{Volume: "v"}),
			calls: []string{getC, getV, getV, getC, list, listV, nodes, list, patchV, getV, getC, getV, "create persistentvolumeclaims", getC, getC, getV},
		},
		{
			name: "reattach and replace", request: toReattach(drain.ReattachRequest{Volume: "v", Replace: true}),
			objects: []any{Node("node-0"), Node("node-1"), set, Volume("v", Has("data-db-0", "data-db-0-uid"), Phase(Released), SavedFrom(Claim("data-db-0", BoundTo("v")))),
				Volume("w", Has("data-db-0", "c2-uid"), On("node-1"), Deletes), Claim("data-db-0", WithUID("c2-uid"), BoundTo("w")), MemberPod(set, 0, "node-1", Young)},
			calls: []string{"list statefulsets", getMember, getV, getV, getMember, list, listV, nodes, list, patchV, getV, getW, getMember, "patch persistentvolumes w", getW, getMember, // reserved and retained
				getNode, "patch nodes node-1", getNode, "get pods db-0", getMember, list, nodes, listV, list, "create pods", "get pods db-0", list, // cordoned and evicted
				getMember, getW, list, nodes, listV, list, "delete persistentvolumeclaims data-db-0", getMember, getMember, getW, // released
				getNode, "patch nodes node-1", getNode, getMember, getMember, getV, list, getMember, "get nodes node-0", getV}, // uncordoned, bound and Ready
		},
	}
}

// uninterrupted runs a scene with nothing in its way.
func uninterrupted(t *testing.T, s scene) *World {
	t.Helper()
	w := NewWorld(t, s.objects...)
	if result := command(t.Context(), t, w, s.request); result.Status != drain.StatusDone {
		t.Fatalf("%s: %s", result.Status, said(result.Reason))
	}
	return w
}

// TestCalls holds the exact requests of each command: every step reads what it rests on, writes once, and looks.
func TestCalls(t *testing.T) {
	for _, s := range scenes() {
		t.Run(s.name, func(t *testing.T) {
			w := uninterrupted(t, s)
			if diff := cmp.Diff(s.calls, w.Calls); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
			if len(w.Lost) > 0 {
				t.Errorf("manifests were nowhere: %v", w.Lost)
			}
			golden(t, "state-"+strings.ReplaceAll(s.name, " ", "-")+".txt", w.State(t))
		})
	}
}

// TestResumeAfterDeath stops a command dead after each of its requests, and runs it again.
func TestResumeAfterDeath(t *testing.T) {
	for _, s := range scenes() {
		want := uninterrupted(t, s)
		for n := range want.Calls {
			t.Run(fmt.Sprintf("%s/%d", s.name, n), func(t *testing.T) {
				w := NewWorld(t, s.objects...)
				w.Fault = func(i int, _ clienttesting.Action) (error, bool) {
					if i > n {
						return errors.New("the process is dead"), false
					}
					return nil, false
				}
				if result := command(t.Context(), t, w, s.request); result.Status == drain.StatusDone && n < len(want.Calls)-1 {
					t.Fatal("it did not notice that it was dead")
				}
				w.Fault = nil
				if result := command(t.Context(), t, w, s.request); result.Status != drain.StatusDone {
					t.Errorf("the second run: %s %s", result.Status, said(result.Reason))
				}
				if diff := cmp.Diff(want.State(t), w.State(t)); diff != "" {
					t.Errorf("another end than without death (-want +got):\n%s", diff)
				}
				if len(w.Lost) > 0 {
					t.Errorf("manifests were nowhere: %v", w.Lost)
				}
			})
		}
	}
}

// TestFaults lets each request in turn fail in each way, once.
func TestFaults(t *testing.T) {
	resource := schema.GroupResource{Resource: "things"}
	reset := &url.Error{Op: "Get", URL: "https://server", Err: syscall.ECONNRESET}
	faults := []struct {
		name    string
		err     error
		applied bool
	}{
		{"409", apierrors.NewConflict(resource, "x", errors.New("changed")), false},
		{"422", apierrors.NewInvalid(schema.GroupKind{Kind: "Thing"}, "x", nil), false},
		{"429", apierrors.NewTooManyRequests("slow down", 3), false},
		{"500", apierrors.NewInternalError(errors.New("oops")), false},
		{"500 applied", apierrors.NewInternalError(errors.New("oops")), true},
		{"503", apierrors.NewServiceUnavailable("starting"), false},
		{"reset", reset, false},
		{"reset applied", reset, true},
		{"timeout applied", &url.Error{Op: "Get", URL: "https://server", Err: context.DeadlineExceeded}, true},
	}
	for _, s := range scenes() {
		want := uninterrupted(t, s)
		for n := range want.Calls {
			for _, f := range faults {
				t.Run(fmt.Sprintf("%s/%d/%s", s.name, n, f.name), func(t *testing.T) {
					w := NewWorld(t, s.objects...)
					read := false
					w.Fault = func(i int, a clienttesting.Action) (error, bool) {
						if i != n {
							return nil, false
						}
						read = !IsWrite(a)
						return f.err, f.applied
					}
					result := command(t.Context(), t, w, s.request)
					refusable := read && (f.name == "409" || f.name == "422") // no server answers a read so
					if result.Status != drain.StatusDone && !refusable {
						t.Fatalf("%s: %s", result.Status, said(result.Reason))
					}
					if refusable {
						w.Fault = nil
						command(t.Context(), t, w, s.request)
					}
					if diff := cmp.Diff(want.State(t), w.State(t)); diff != "" {
						t.Errorf("another end than without the fault (-want +got):\n%s", diff)
					}
					if len(w.Lost) > 0 {
						t.Errorf("manifests were nowhere: %v", w.Lost)
					}
				})
			}
		}
	}
}

// lastReads is how often the last step of a command reads the cluster before it is done: then there is nothing left to stop.
const lastReads = 4

// TestInterrupt lets the user stop at each request: no write begins after that, and running again finishes.
func TestInterrupt(t *testing.T) {
	for _, s := range scenes() {
		want := uninterrupted(t, s)
		for n := range want.Calls {
			t.Run(fmt.Sprintf("%s/%d", s.name, n), func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				w := NewWorld(t, s.objects...)
				after := 0
				w.Before = func(i int, a clienttesting.Action) {
					if i == n {
						cancel()
					} else if i > n && IsWrite(a) {
						after++
					}
				}
				result := command(ctx, t, w, s.request)
				if after > 0 {
					t.Errorf("%d writes were begun after the user stopped it", after)
				}
				if result.Status != drain.StatusInterrupted && n < len(want.Calls)-lastReads {
					t.Errorf("status %s", result.Status)
				}
				for i, step := range result.Steps {
					if step.Status == drain.StepFailed {
						t.Errorf("step %d failed: %s", i, said(step.Reason))
					}
				}
				w.Before = nil
				command(t.Context(), t, w, s.request)
				if diff := cmp.Diff(want.State(t), w.State(t)); diff != "" {
					t.Errorf("another end (-want +got):\n%s", diff)
				}
			})
		}
	}
}
