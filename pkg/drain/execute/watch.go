package execute

import (
	"context"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	apiwatch "k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
)

// watcher tells that something happened to the objects of a step. It says not what: the cluster is read again.
type watcher struct {
	clock  Clock
	heard  chan struct{}
	cancel context.CancelFunc
	// opened and deaf say whether watching was tried, and whether it failed: a user may be allowed to get an object and
	// not to watch it. Then it is looked at every second.
	opened, deaf bool
}

func newWatcher(clock Clock) *watcher {
	return &watcher{clock: clock, heard: make(chan struct{}, 1), cancel: func() {}}
}

// open begins to watch, once, and reports whether it did just now.
func (w *watcher) open(ctx context.Context, client kubernetes.Interface, s drain.Step) bool {
	if w.opened {
		return false
	}
	w.opened = true
	ctx, w.cancel = context.WithCancel(ctx)
	watching := false
	for _, begin := range watchStarters(client, s) {
		watching = w.follow(ctx, begin) || watching
	}
	return watching
}

func (w *watcher) stop() { w.cancel() }

// patience is how many ticks pass before the cluster is read again though nothing was heard.
func (w *watcher) patience() int {
	if w.deaf {
		return 1
	}
	return lookEvery
}

type watchStarter func(ctx context.Context, opts metav1.ListOptions) (apiwatch.Interface, error)

// watchStarters are the watches on the objects that a step waits for, with the names to narrow them to.
func watchStarters(client kubernetes.Interface, s drain.Step) []watchStarter {
	named := func(name string, begin watchStarter) watchStarter {
		return func(ctx context.Context, opts metav1.ListOptions) (apiwatch.Interface, error) {
			opts.FieldSelector = fields.OneTermEqualSelector("metadata.name", name).String()
			return begin(ctx, opts)
		}
	}
	var out []watchStarter
	switch s.Action { //nolint:exhaustive // what else there is waits for volumes and claims
	case drain.EvictPod, drain.ForceDeletePod, drain.DeletePod:
		return append(out, named(s.Object.Name, client.CoreV1().Pods(s.Object.Namespace).Watch))
	case drain.AwaitUnused, drain.AwaitReady: // what becomes of the claims shows on the Pods
		if s.Object.Name != "" {
			return append(out, named(s.Object.Name, client.CoreV1().Pods(s.Object.Namespace).Watch))
		}
		return append(out, client.CoreV1().Pods(s.Object.Namespace).Watch)
	}
	if v := s.Precondition.Volume; v.Name != "" {
		out = append(out, named(v.Name, client.CoreV1().PersistentVolumes().Watch))
	}
	c := s.Precondition.Claim
	if c.Name != "" {
		out = append(out, named(c.Name, client.CoreV1().PersistentVolumeClaims(c.Namespace).Watch))
	}
	return out
}

// follow passes on that something happened until ctx ends, or the server ends the watch; then it is the regular look
// that tells.
func (w *watcher) follow(ctx context.Context, begin watchStarter) bool {
	events, err := begin(ctx, metav1.ListOptions{})
	if err != nil {
		w.deaf = true
		return false
	}
	go func() {
		defer events.Stop()
		for {
			select {
			case _, open := <-events.ResultChan():
				if !open {
					return
				}
				select {
				case w.heard <- struct{}{}:
				default:
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	return true
}

// systemClock is the machine's.
type systemClock struct{}

// SystemClock returns the machine's clock.
func SystemClock() Clock { return systemClock{} } //nolint:ireturn // a test has another

// Now implements Clock.
func (systemClock) Now() time.Time { return time.Now() }

// After implements Clock.
func (systemClock) After(d time.Duration) <-chan time.Time { return time.After(d) }
