package handback

import (
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// interrupted lays out a claim that release is stopped at.
func interrupted(t *testing.T) *live.Scene {
	t.Helper()
	s := cluster.Scene(t, "signal")
	s.Volume("a", "node-0")
	s.BoundClaim("data", "a", notes(nil))
	return s
}

// TestInterruptDuringWrite stops release while its first write is under way: the write is finished and looked at, nothing
// else is begun, and the same command finishes the work.
func TestInterruptDuringWrite(t *testing.T) {
	t.Parallel()
	s := interrupted(t)
	args := []string{"release", "pvc/data", "--yes"}
	started := make(chan *live.Process, 1)
	process := s.Start(live.Run{Args: args, On: func(r *live.Request) live.Action {
		if r.Write != 1 {
			return live.Action{}
		}
		return live.Action{Before: func() { (<-started).Signal(os.Interrupt) }}
	}})
	started <- process
	r := process.Wait()
	if r.Exit != 130 || !strings.Contains(r.Err, "interrupted: stopped at a safe point") || !strings.Contains(r.Err, "To finish, run the same command again: kubectl localpv release pvc/data --yes") {
		t.Errorf("%s", r)
	}
	changes := 0
	for _, w := range r.Writes() {
		if w.Resource != "events" {
			changes++
		}
	}
	v := s.GetVolume("a")
	if changes != 1 || v.Spec.PersistentVolumeReclaimPolicy != corev1.PersistentVolumeReclaimRetain || v.Status.Phase != corev1.VolumeBound {
		t.Errorf("%d writes; volume is %s, %s: %s", changes, v.Status.Phase, v.Spec.PersistentVolumeReclaimPolicy, r)
	}
	if r := s.Run(live.Run{Args: args}); r.Exit != 0 {
		t.Error(r)
	}
	savedData(t, s)
}

// TestSecondInterrupt does not answer a write and interrupts until the process is gone: the second time it leaves at once,
// and what it has done can be finished.
func TestSecondInterrupt(t *testing.T) {
	t.Parallel()
	s := interrupted(t)
	args := []string{"release", "pvc/data", "--yes"}
	started := make(chan *live.Process, 1)
	signals := 0
	process := s.Start(live.Run{Args: args, On: func(r *live.Request) live.Action {
		if r.Verb != "delete" || r.DryRun {
			return live.Action{}
		}
		return live.Action{After: func() {
			p, again := <-started, time.NewTicker(20*time.Millisecond)
			defer again.Stop()
			for {
				p.Signal(os.Interrupt)
				signals++
				select {
				case <-p.Done():
					return
				case <-again.C: // two signals that come at once count as one
				}
			}
		}}
	}})
	started <- process
	r := process.Wait()
	last := r.Requests[len(r.Requests)-1]
	if r.Exit != 130 || signals < 2 || last.Verb != "delete" {
		t.Errorf("after %d signals: %s", signals, r)
	}
	if r := s.Run(live.Run{Args: args}); r.Exit != 0 {
		t.Error(r)
	}
	savedData(t, s)
}

// TestTerminateWhileWaiting ends release (SIGTERM) while a finalizer of somebody else holds the claim.
func TestTerminateWhileWaiting(t *testing.T) {
	t.Parallel()
	s := cluster.Scene(t, "signal")
	s.Volume("a", "node-0")
	s.BoundClaim("data", "a", notes(nil), func(c *corev1.PersistentVolumeClaim) { c.Finalizers = []string{"backup.example.com/hold"} })
	args := []string{"release", "pvc/data", "--yes"}
	started := make(chan *live.Process, 1)
	process := s.Start(live.Run{Args: args, On: func(r *live.Request) live.Action {
		if r.Verb != "watch" || r.Resource != "persistentvolumeclaims" {
			return live.Action{}
		}
		return live.Action{Before: func() {
			p := <-started
			p.Signal(syscall.SIGTERM)
			<-p.Done()
		}}
	}})
	started <- process
	r := process.Wait()
	text := strings.Join(strings.Fields(r.Err), " ")
	if r.Exit != 130 || !strings.Contains(text, "has finalizer backup.example.com/hold: it goes only when whoever added that removes it") ||
		!strings.Contains(text, "is being deleted and has finalizer backup.example.com/hold") {
		t.Errorf("%s", r)
	}
	keptBound(true)(t, s)
	_, err := cluster.Client().CoreV1().PersistentVolumeClaims(s.Name).Patch(s.Context(), "data", types.MergePatchType, []byte(`{"metadata":{"finalizers":null}}`), metav1.PatchOptions{})
	if err != nil {
		t.Fatal(err)
	}
	s.WaitVolume("a", controlplane.VolumePhase(corev1.VolumeReleased))
	if r := s.Run(live.Run{Args: args}); r.Exit != 0 || len(r.Writes()) > 0 {
		t.Error(r)
	}
	savedData(t, s)
}

// TestNobodyToAsk declines where nobody can say yes.
func TestNobodyToAsk(t *testing.T) {
	t.Parallel()
	s := interrupted(t)
	before := s.State()
	r := s.Run(live.Run{Args: []string{"release", "pvc/data"}, Stdin: strings.NewReader("y\n")})
	if r.Exit != 3 || len(r.Writes()) > 0 || !strings.Contains(r.Err, "stdin is not a terminal, so add --yes") {
		t.Errorf("%s", r)
	}
	if change := live.Change(before, s.State()); change != "" {
		t.Error(change)
	}
}
