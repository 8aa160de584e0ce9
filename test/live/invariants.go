package live

import (
	"context"
	"fmt"
	"maps"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
)

// Invariant says what is wrong with a write that is about to be passed on, nil if nothing is.
type Invariant func(ctx context.Context, write *Request) error

// guarded wants every delete to name the UID of what it deletes, and every patch of a volume to be for one state of it.
func guarded(_ context.Context, r *Request) error {
	switch {
	case r.Verb == "delete" && (r.Delete == nil || r.Delete.Preconditions == nil || r.Delete.Preconditions.UID == nil):
		return fmt.Errorf("it deletes whatever has that name: no UID is given")
	case r.Verb == "deletecollection":
		return fmt.Errorf("it deletes what nobody has looked at")
	case r.Verb == "patch" && r.Resource == "persistentvolumes" && r.PatchValue("test", "/metadata/uid") == nil && r.PatchValue("", "/metadata/resourceVersion") == nil:
		return fmt.Errorf("it changes a volume whatever has become of it: %s", r.Patch)
	case r.Verb == "update":
		return fmt.Errorf("it replaces the whole object")
	}
	return nil
}

// look applies the rules to a write, and takes note of the claims that there are before it.
func (p *Process) look(ctx context.Context, write *Request) []string {
	var problems []string
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := p.scene.learn(ctx); err != nil {
		problems = append(problems, err.Error())
	}
	for _, rule := range append([]Invariant{guarded, p.scene.spared}, p.run.Rules...) {
		if err := rule(ctx, write); err != nil {
			problems = append(problems, err.Error())
		}
	}
	return problems
}

// lookAfter says which claims cannot be had back, now that a write has been applied.
func (p *Process) lookAfter(ctx context.Context) []string {
	if p.run.Loses {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	lost, err := p.scene.Lost(ctx)
	if err != nil {
		return []string{err.Error()}
	}
	return lost
}

// learn takes note of the claims that there are, as they are now.
func (s *Scene) learn(ctx context.Context) error {
	_, err := s.presentClaims(ctx)
	return err
}

// presentClaims returns the claims of the scene that are not being deleted, and remembers them, but for those of generic
// ephemeral volumes, which are deleted with their Pods.
func (s *Scene) presentClaims(ctx context.Context) (map[types.UID]bool, error) {
	list, err := s.client().CoreV1().PersistentVolumeClaims(s.Name).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, fmt.Errorf("the claims cannot be looked at: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	present := map[types.UID]bool{}
	for i := range list.Items {
		c := &list.Items[i]
		if c.DeletionTimestamp != nil {
			continue
		}
		present[c.UID] = true
		if owner := metav1.GetControllerOf(c); owner == nil || owner.Kind != "Pod" {
			s.claims[c.UID] = c
		}
	}
	return present, nil
}

func (s *Scene) knownClaims() map[types.UID]*corev1.PersistentVolumeClaim {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.claims)
}

// Forget says that a claim is lost by the doing of others than the plugin.
func (s *Scene) Forget(uid types.UID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.claims, uid)
}

// Lost names the claims that the scene has had and that can be had from nowhere now: the claim is gone or on its way, and
// no volume holds its manifest.
func (s *Scene) Lost(ctx context.Context) ([]string, error) {
	known := s.knownClaims() // those that others learn of meanwhile may be newer than the list
	present, err := s.presentClaims(ctx)
	if err != nil {
		return nil, err
	}
	saved, err := s.savedClaims(ctx)
	if err != nil {
		return nil, err
	}
	var lost []string
	for uid, c := range known {
		copied := saved[uid]
		switch {
		case present[uid]:
		case copied == nil:
			lost = append(lost, fmt.Sprintf("claim %s (%s) is gone and its manifest is on no volume", c.Name, uid))
		case !equality.Semantic.DeepEqual(copied.Spec, c.Spec) || !equality.Semantic.DeepEqual(copied.Labels, c.Labels) ||
			!equality.Semantic.DeepEqual(copied.Annotations, c.Annotations):
			lost = append(lost, fmt.Sprintf("claim %s (%s) is gone and was saved in another shape", c.Name, uid))
		}
	}
	return lost, nil
}

func (s *Scene) savedClaims(ctx context.Context) (map[types.UID]*corev1.PersistentVolumeClaim, error) {
	volumes, err := s.ListVolumes(ctx)
	if err != nil {
		return nil, err
	}
	out := map[types.UID]*corev1.PersistentVolumeClaim{}
	for i := range volumes {
		saved, err := retain.RecordedClaim(&volumes[i])
		if err != nil {
			return nil, err
		}
		if saved != nil {
			out[saved.UID] = saved
		}
	}
	return out, nil
}
