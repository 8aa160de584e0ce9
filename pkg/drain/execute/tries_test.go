package execute

import (
	"errors"
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clienttesting "k8s.io/client-go/testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestPausesGrow, up to a limit, are no shorter than the server asks for, and start short again once the cluster was read.
func TestPausesGrow(t *testing.T) {
	plan := drain.New("test")
	plan.Steps = []drain.Step{{}}
	s := (&Executor{Clock: NewInstantClock()}).newRun(plan).newStep(0, action{})
	oops := errors.New("oops")
	var got []time.Duration
	for range 8 {
		got = append(got, s.delay(oops))
	}
	want := []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 15 * time.Second, 15 * time.Second, 15 * time.Second}
	if !slices.Equal(got, want) {
		t.Errorf("pauses %v, want %v", got, want)
	}
	s.backoff = newBackoff()
	if d := s.delay(apierrors.NewTooManyRequests("slow down", 3)); d != 3*time.Second {
		t.Errorf("a pause of %s although the server asks for 3s", d)
	}
	if d := s.delay(oops); d != time.Second {
		t.Errorf("then a pause of %s", d)
	}
}

// TestPagesThatExpire lets the server forget after the first page where it was.
func TestPagesThatExpire(t *testing.T) {
	w := NewWorld(t)
	var limits []int64
	w.Client.PrependReactor("list", "pods", func(a clienttesting.Action) (bool, runtime.Object, error) {
		list, _ := a.(clienttesting.ListActionImpl)
		opts := list.ListOptions
		limits = append(limits, opts.Limit)
		one, two := *Consumer("one", "node-0", "c"), *Consumer("two", "node-0", "c")
		switch {
		case opts.Continue != "":
			return true, nil, apierrors.NewResourceExpired("too old")
		case opts.Limit > 0:
			return true, &corev1.PodList{ListMeta: metav1.ListMeta{Continue: "two"}, Items: []corev1.Pod{one}}, nil
		}
		return true, &corev1.PodList{Items: []corev1.Pod{one, two}}, nil
	})
	e := &Executor{Client: w.Client}
	pods, err := live{client: e.Client, bounded: e.bounded}.naming(t.Context(), drain.Object{Namespace: Ns, Name: "c"})
	if err != nil || len(pods) != 2 || pods[0].Name != "one" || pods[1].Name != "two" || !slices.Equal(limits, []int64{500, 500, 0}) {
		t.Errorf("%d Pods, %v; limits %v", len(pods), err, limits)
	}
}
