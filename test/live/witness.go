package live

import (
	"context"
	"maps"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
)

// witness sees every version of the volumes, claims and Pods of a scene, from its beginning to its end and whoever acts there, and
// knows what the scene says about them.
type witness struct {
	timeline *timeline

	mu sync.Mutex
	told
}

// told is what cannot be seen in the objects.
type told struct {
	// marks are the claims whose data is in a directory from the beginning.
	marks map[string]string
	// given are volumes whose data may go to another claim.
	given map[string]bool
	// erased are volumes whose disk is empty once they are gone.
	erased map[types.UID]bool
	// expendable are owners whose members may be down together.
	expendable map[string]bool
}

// watch begins a witness with what there is now.
func (s *Scene) watch() {
	s.t.Helper()
	s.witness = &witness{told: told{marks: map[string]string{}, given: map[string]bool{}, erased: map[types.UID]bool{}, expendable: map[string]bool{}}}
	tl := &timeline{client: s.client(), namespace: s.Name, ours: sceneLabel + "=" + s.Name, fail: func(err error) { s.t.Errorf("%s: %v", s.Name, err) }}
	s.witness.timeline = tl
	s.t.Cleanup(tl.stop)
	s.must(tl.begin(context.WithoutCancel(s.t.Context())))
	s.t.Cleanup(func() {
		s.t.Helper()
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := s.witnessed(ctx); err != nil {
			s.t.Errorf("%s: %v", s.Name, err)
		}
	})
}

// Witnessed is wrong if at any moment until now two claims had one volume, the Pods of two claims ran on one directory of a node, under
// whatever names, a claim had the data of another, or a Pod ran where its volume is not. It is looked at when the test ends, too.
func (s *Scene) Witnessed() error {
	s.t.Helper()
	return s.witnessed(s.Context())
}

func (s *Scene) witnessed(ctx context.Context) error {
	return s.witness.timeline.check(ctx, newDirectories(s.witness.known()).check)
}

// known is what the scene has told until now.
func (w *witness) known() told {
	w.mu.Lock()
	defer w.mu.Unlock()
	return told{maps.Clone(w.marks), maps.Clone(w.given), maps.Clone(w.erased), maps.Clone(w.expendable)}
}

// Holds says that the data of a claim is on a volume, though it was never bound to it.
func (s *Scene) Holds(v *corev1.PersistentVolume, claim string) {
	s.witness.mu.Lock()
	defer s.witness.mu.Unlock()
	_, where := directory(v)
	s.witness.marks[where] = claim
}

// GivesAway says that the data of volumes may go to other claims: the user asks for it, or somebody else does it by hand, as whoever sends a
// Pod to another node than the volume's.
func (s *Scene) GivesAway(short ...string) {
	s.witness.mu.Lock()
	defer s.witness.mu.Unlock()
	for _, name := range short {
		s.witness.given[s.VolumeName(name)] = true
	}
}

// Erases says that the disk of a volume is empty once the volume is gone. Say it before it is deleted.
func (s *Scene) Erases(v *corev1.PersistentVolume) {
	s.witness.mu.Lock()
	defer s.witness.mu.Unlock()
	s.witness.erased[v.UID] = true
}

// Expendable says that members of owners may be down together: the user accepts it.
func (s *Scene) Expendable(owners ...string) {
	s.witness.mu.Lock()
	defer s.witness.mu.Unlock()
	for _, owner := range owners {
		s.witness.expendable[owner] = true
	}
}
