package collect

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// watching is a Watch of volumes and Nodes that runs beside the test.
type watching struct {
	t         *testing.T
	client    *fake.Clientset
	snapshots chan *inspect.Snapshot
	notes     chan string
	ended     chan error
	stop      context.CancelFunc
}

func startWatching(t *testing.T, client *fake.Clientset, opts Options, gaps ...inspect.Gap) *watching {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	w := &watching{t: t, client: client, snapshots: make(chan *inspect.Snapshot), notes: make(chan string, 16), ended: make(chan error, 1), stop: cancel}
	opts.Kinds = append(opts.Kinds, inspect.PersistentVolumes, inspect.Nodes)
	opts.Note = func(line string) { w.notes <- line }
	go func() {
		w.ended <- Watch(ctx, client, Now, opts, gaps, func(s *inspect.Snapshot) error {
			select {
			case w.snapshots <- s:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	t.Cleanup(cancel)
	return w
}

// until reads Snapshots up to the first whose volumes have these names.
func (w *watching) until(names ...string) *inspect.Snapshot {
	w.t.Helper()
	for {
		select {
		case s := <-w.snapshots:
			var got []string
			for _, v := range s.Volumes {
				got = append(got, v.Name)
			}
			if slices.Sort(got); slices.Equal(got, names) {
				return s
			}
		case err := <-w.ended:
			w.t.Fatalf("the watch ended while volumes %v were waited for: %v", names, err)
		}
	}
}

func (w *watching) create(name string) {
	w.t.Helper()
	if _, err := w.client.CoreV1().PersistentVolumes().Create(w.t.Context(), served(Volume(name)), metav1.CreateOptions{}); err != nil {
		w.t.Fatal(err)
	}
}

// A watch whose history the server has forgotten is started again from a list, and people hear nothing of it.
func TestWatchSurvivesExpiry(t *testing.T) {
	client := fake.NewClientset(served(Volume("a")))
	deaf := watch.NewRaceFreeFake() // the first watch: it hears of nothing but its own end
	first := make(chan struct{})
	client.PrependWatchReactor("persistentvolumes", func(clienttesting.Action) (bool, watch.Interface, error) {
		select {
		case <-first:
			return false, nil, nil
		default:
			close(first)
			return true, deaf, nil
		}
	})
	w := startWatching(t, client, Options{})
	w.until("a")
	<-first
	w.create("b")
	deaf.Error(&metav1.Status{Status: metav1.StatusFailure, Code: http.StatusGone, Reason: metav1.StatusReasonExpired, Message: "too old resource version"})
	s := w.until("a", "b")
	if s.TakenAt != Now() || s.Volumes[0].ManagedFields != nil {
		t.Errorf("taken at %s, managed fields %v", s.TakenAt, s.Volumes[0].ManagedFields)
	}
	w.stop()
	if err := <-w.ended; err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if len(w.notes) > 0 {
		t.Errorf("note: %s", <-w.notes)
	}
}

// Trouble that passes is told once, and survived.
func TestWatchTellsOfTrouble(t *testing.T) {
	client := fake.NewClientset(served(Volume("a")))
	failures := 2
	client.PrependWatchReactor("persistentvolumes", func(clienttesting.Action) (bool, watch.Interface, error) {
		if failures--; failures < 0 {
			return false, nil, nil
		}
		return true, nil, errors.New("the network is down")
	})
	w := startWatching(t, client, Options{})
	w.until("a")
	if got := <-w.notes; got != "the watch of persistentvolumes was cut off and is tried again: the network is down" {
		t.Errorf("note: %s", got)
	}
	w.create("b")
	w.until("a", "b")
	if len(w.notes) > 0 {
		t.Errorf("told twice: %s", <-w.notes)
	}
}

func TestWatchEndsWhenItIsNotAllowed(t *testing.T) {
	client := fake.NewClientset(served(Volume("a")))
	client.PrependWatchReactor("persistentvolumes", func(clienttesting.Action) (bool, watch.Interface, error) {
		return true, nil, apierrors.NewForbidden(schema.GroupResource{Resource: "persistentvolumes"}, "", errors.New("no"))
	})
	w := startWatching(t, client, Options{})
	for {
		select {
		case <-w.snapshots:
		case err := <-w.ended:
			if !apierrors.IsForbidden(err) || !strings.HasPrefix(err.Error(), "cannot watch persistentvolumes: ") {
				t.Errorf("ended with %v", err)
			}
			return
		}
	}
}

// A kind that could not be read is not watched, and stays a gap.
func TestWatchKeepsGaps(t *testing.T) {
	client := fake.NewClientset(served(Volume("a")))
	client.PrependReactor("list", "nodes", func(clienttesting.Action) (bool, runtime.Object, error) {
		t.Error("nodes were read")
		return false, nil, nil
	})
	gap := inspect.Gap{Kind: inspect.Nodes, Reason: "forbidden: list nodes"}
	if s := startWatching(t, client, Options{}, gap).until("a"); len(s.Gaps) != 1 || s.Gaps[0] != gap {
		t.Errorf("gaps %v", s.Gaps)
	}
}

func TestWatchKnowsItsKinds(t *testing.T) {
	w := startWatching(t, fake.NewClientset(), Options{Kinds: []inspect.Kind{inspect.Leases}})
	if err := <-w.ended; err == nil || err.Error() != "leases cannot be watched" {
		t.Errorf("ended with %v", err)
	}
	all := Options{Kinds: []inspect.Kind{inspect.PersistentVolumeClaims, inspect.Pods, inspect.ReplicaSets, inspect.Jobs}}
	startWatching(t, fake.NewClientset(served(Volume("a"))), all).until("a")
}

func TestMatters(t *testing.T) {
	heartbeat := func(n *corev1.Node) { n.Status.Conditions[0].LastHeartbeatTime = Ago(0) }
	silent := func(n *corev1.Node) { n.Status.Conditions[0].Status = corev1.ConditionUnknown }
	pulling := func(p *corev1.Pod) { p.Status.Message = "pulling" }
	for _, tc := range []struct {
		name          string
		before, after any
		want          bool
	}{
		{"heartbeat", Node("n"), Node("n", heartbeat), false},
		{"readiness", Node("n"), Node("n", silent), true},
		{"labels", Node("n"), Node("n", NodeLabel("a", "b")), true},
		{"Pod status", Pod("p", RunsOn("n")), Pod("p", RunsOn("n"), pulling), false},
		{"Pod placed", Pod("p"), Pod("p", RunsOn("n")), true},
		{"volume", served(Volume("a")), served(Volume("a")), true},
	} {
		if got := matters(tc.before, tc.after); got != tc.want {
			t.Errorf("%s: %t, want %t", tc.name, got, tc.want)
		}
	}
}
