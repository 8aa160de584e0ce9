package execute

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	apiwatch "k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
)

// watcher tells that something happened to the objects of a step. It says not what: the cluster is read again.
type watcher struct {
	heard  chan struct{}
	cancel context.CancelFunc
	// opened and deaf say whether watching was tried, and whether it failed: a user may be allowed to get an object and
	// not to watch it. Then it is looked at every second.
	opened, deaf bool
}

func newWatcher() *watcher {
	return &watcher{heard: make(chan struct{}, 1), cancel: func() {}}
}

// open begins to watch, once, and reports whether it did just now.
func (w *watcher) open(ctx context.Context, starters []watchStarter) bool {
	if w.opened {
		return false
	}
	w.opened = true
	ctx, w.cancel = context.WithCancel(ctx)
	watching := false
	for _, begin := range starters {
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

// watchStarter begins a watch.
type watchStarter func(ctx context.Context, opts metav1.ListOptions) (apiwatch.Interface, error)

// named narrows a watch to the object of a name.
func named(name string, begin watchStarter) watchStarter {
	return func(ctx context.Context, opts metav1.ListOptions) (apiwatch.Interface, error) {
		opts.FieldSelector = fields.OneTermEqualSelector("metadata.name", name).String()
		return begin(ctx, opts)
	}
}

// watchPair watches the volume and the claim that a step is about.
func watchPair(client kubernetes.Interface, s drain.Step) []watchStarter {
	var out []watchStarter
	about := s.Parameters.About()
	if about.Volume.Name != "" {
		out = append(out, named(about.Volume.Name, client.CoreV1().PersistentVolumes().Watch))
	}
	if about.Claim.Name != "" {
		out = append(out, named(about.Claim.Name, client.CoreV1().PersistentVolumeClaims(about.Claim.Namespace).Watch))
	}
	return out
}

// watchPod watches the Pod that is a step's object.
func watchPod(client kubernetes.Interface, s drain.Step) []watchStarter {
	return []watchStarter{named(s.Object.Name, client.CoreV1().Pods(s.Object.Namespace).Watch)}
}

// watchPods watches the Pod that is a step's object, or all of its namespace if it has no name. What becomes of the claims shows
// on the Pods.
func watchPods(client kubernetes.Interface, s drain.Step) []watchStarter {
	if s.Object.Name != "" {
		return watchPod(client, s)
	}
	return []watchStarter{client.CoreV1().Pods(s.Object.Namespace).Watch}
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
