package handback

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
)

// listener hears what is wrong in a test in place of the test.
type listener struct {
	testing.TB

	mu   sync.Mutex
	told []string
}

// Errorf implements testing.TB.
func (l *listener) Errorf(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.told = append(l.told, fmt.Sprintf(format, args...))
}

// TestSharedDiskIsSeen makes sure that what all scenes are watched for would be seen: here somebody gives a disk away that a Pod runs on,
// by another volume of its path.
func TestSharedDiskIsSeen(t *testing.T) {
	t.Parallel()
	heard := &listener{TB: t}
	t.Cleanup(func() { // after the scene has been looked at
		text := strings.Join(heard.told, "\n")
		for _, words := range []string{"claim two has node-0:/mnt/disks/", "which holds the data of claim one", "Pods p and q run on node-0:/mnt/disks/"} {
			if !strings.Contains(text, words) {
				t.Errorf("it does not say %q: %s", words, text)
			}
		}
	})
	s := cluster.Scene(heard, "witness")
	a := s.Volume("a", "node-0")
	s.Volume("b", "node-0", func(v *corev1.PersistentVolume) { v.Spec.Local.Path = a.Spec.Local.Path + "/" })
	s.BoundClaim("one", "a")
	s.Pod("p", "one")
	s.WaitPod("p", controlplane.PodReady)
	if err := s.Witnessed(); err != nil {
		t.Errorf("nothing is wrong yet: %v", err)
	}
	s.BoundClaim("two", "b")
	s.Pod("q", "two")
	s.WaitPod("q", controlplane.PodReady)
}
