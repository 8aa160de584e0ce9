package ls

import (
	"bufio"
	"context"
	"io"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cmdtest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
)

// watched is an ls --watch that runs against a fake cluster.
type watched struct {
	t      *testing.T
	client *fake.Clientset
	lines  *bufio.Scanner
	ended  chan cmdtest.Result
	stop   context.CancelFunc
}

// startWatch skips the first lines, and returns when the watches of volumes and nodes are set up: what changes from then on is seen.
func startWatch(t *testing.T, streams output.Streams, skip int, args ...string) *watched {
	t.Helper()
	client := fakeCluster(t)
	started := map[string]chan struct{}{"persistentvolumes": make(chan struct{}, 1), "nodes": make(chan struct{}, 1)}
	client.PrependWatchReactor("*", func(action clienttesting.Action) (bool, watch.Interface, error) {
		w, err := client.Tracker().Watch(action.GetResource(), action.GetNamespace())
		if first := started[action.GetResource().Resource]; first != nil {
			select {
			case first <- struct{}{}:
			default:
			}
		}
		return true, w, err
	})
	read, write := io.Pipe()
	ctx, cancel := context.WithCancel(t.Context())
	w := &watched{t: t, client: client, lines: bufio.NewScanner(read), ended: make(chan cmdtest.Result, 1), stop: cancel}
	streams.Out = write
	go func() {
		got := runner(cmdtest.Runner{Client: client, Streams: streams}).RunUntil(ctx, t, append([]string{"ls", "--watch"}, args...)...)
		_ = write.Close()
		w.ended <- got
	}()
	t.Cleanup(cancel)
	t.Cleanup(func() { _ = read.Close() })
	for range skip {
		w.next()
	}
	for _, first := range started {
		<-first
	}
	return w
}

// next is the next line, its columns joined by single spaces.
func (w *watched) next() string {
	w.t.Helper()
	if !w.lines.Scan() {
		w.t.Fatal("the watch ended early")
	}
	return strings.Join(strings.Fields(w.lines.Text()), " ")
}

func (w *watched) wants(lines ...string) {
	w.t.Helper()
	for _, want := range lines {
		if got := w.next(); got != want {
			w.t.Fatalf("next line is %q, want %q", got, want)
		}
	}
}

func (w *watched) changeVolume(name string, change func(*corev1.PersistentVolume)) {
	w.t.Helper()
	volumes := w.client.CoreV1().PersistentVolumes()
	v, err := volumes.Get(w.t.Context(), name, metav1.GetOptions{})
	if err != nil {
		w.t.Fatal(err)
	}
	change(v)
	if _, err := volumes.Update(w.t.Context(), v, metav1.UpdateOptions{}); err != nil {
		w.t.Fatal(err)
	}
}

func (w *watched) changeNode(name string, change func(*corev1.Node)) {
	w.t.Helper()
	nodes := w.client.CoreV1().Nodes()
	n, err := nodes.Get(w.t.Context(), name, metav1.GetOptions{})
	if err != nil {
		w.t.Fatal(err)
	}
	change(n)
	if _, err := nodes.Update(w.t.Context(), n, metav1.UpdateOptions{}); err != nil {
		w.t.Fatal(err)
	}
}

func (w *watched) interrupt() {
	w.t.Helper()
	w.stop()
	for w.lines.Scan() {
		w.t.Errorf("one line too many: %s", w.lines.Text())
	}
	if got := <-w.ended; got.Code != cli.ExitInterrupted || got.Stderr != "" {
		w.t.Errorf("exit code %d, stderr %q", got.Code, got.Stderr)
	}
}

// One line per change, on a terminal too: changes come in any order, so nothing is grouped.
func TestWatchPrintsChanges(t *testing.T) {
	for name, streams := range map[string]output.Streams{"pipe": {}, "terminal": {IsTerminal: true, Width: 80}} {
		t.Run(name, func(t *testing.T) {
			w := startWatch(t, streams, 6)
			w.changeVolume("local-pv-0-0", func(v *corev1.PersistentVolume) { v.Status.Phase = corev1.VolumeReleased })
			w.wants("node-0 Ready local-pv-0-0 Released 100Gi local-ssd default/data-mysql-0 (gone) 12d")

			// What shows nowhere makes no line; the next change is the next line.
			w.changeNode("node-0", func(n *corev1.Node) { n.Annotations = map[string]string{"heartbeat": "1"} })
			w.changeVolume("local-pv-0-1", func(v *corev1.PersistentVolume) { v.Annotations = map[string]string{"a": "b"} })
			w.changeNode("node-0", func(n *corev1.Node) { n.Status.Conditions[0].Status = corev1.ConditionFalse })
			w.wants("node-0 NotReady local-pv-0-0 Released 100Gi local-ssd default/data-mysql-0 (gone) 12d",
				"node-0 NotReady local-pv-0-1 Available 100Gi local-ssd <none> 12d")

			if err := w.client.CoreV1().PersistentVolumes().Delete(t.Context(), "local-pv-9-0", metav1.DeleteOptions{}); err != nil {
				t.Fatal(err)
			}
			w.wants("node-9 missing local-pv-9-0 Deleted 100Gi local-ssd shop/old-0 (gone) 104d")
			if err := w.client.CoreV1().Nodes().Delete(t.Context(), "node-2", metav1.DeleteOptions{}); err != nil {
				t.Fatal(err)
			}
			w.wants("node-2 missing local-pv-2-0 Available 1Ti local-hdd shop/next (reserved) 3d")
			w.interrupt()
		})
	}
}

// A volume that leaves the selection is shown once more, as it is now.
func TestWatchSaysWhatLeaves(t *testing.T) {
	w := startWatch(t, output.Streams{}, 6, "--phase", "Bound,Available,Released", "-o", "custom-columns=N:.name,P:.phase")
	w.changeVolume("local-pv-0-0", func(v *corev1.PersistentVolume) { v.Status.Phase = corev1.VolumeFailed })
	w.wants("local-pv-0-0 Failed")
	w.changeVolume("local-pv-0-0", func(v *corev1.PersistentVolume) { v.Labels = map[string]string{"not": "shown"} })
	w.changeVolume("local-pv-0-0", func(v *corev1.PersistentVolume) { v.Status.Phase = corev1.VolumeReleased })
	w.wants("local-pv-0-0 Released")
	w.interrupt()
}

func TestWatchFormats(t *testing.T) {
	w := startWatch(t, output.Streams{}, 5, "-o", "name", "--no-headers", "--phase=bound,available,released,failed,pending", "--sort-by=name", "-A")
	w.changeVolume("local-pv-1-0", func(v *corev1.PersistentVolume) { v.Status.Phase = corev1.VolumeFailed })
	w.wants("persistentvolume/local-pv-1-0")
	w.interrupt()
}
