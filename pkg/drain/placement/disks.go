package placement

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// What the disks under volumes, and the data on them, have to say about places. The scheduler knows neither.

// sortOut finds the volumes that each member may not have, and those that are worse than others.
func (s *search) sortOut() {
	s.barred, s.worse = map[Member][]string{}, nil
	better := false
	keys := map[Member][]types.NamespacedName{}
	for _, m := range s.Members {
		for _, c := range m.Claims() {
			keys[m] = append(keys[m], c.Key)
		}
	}
	for _, v := range s.Index.SortedVolumes() {
		if v.Status.Phase != corev1.VolumeAvailable {
			continue
		}
		switch {
		case s.Preferred != nil && s.Preferred(v):
			better = true
		case v.Spec.ClaimRef == nil: // one that is reserved is taken before any other
			s.worse = append(s.worse, v.Name)
		}
		if !s.isBarred(v, types.NamespacedName{}) {
			continue // nothing is known of it, for any claim
		}
		for _, m := range s.Members {
			if !slices.ContainsFunc(keys[m], func(claim types.NamespacedName) bool { return !s.isBarred(v, claim) }) {
				s.barred[m] = append(s.barred[m], v.Name)
			}
		}
	}
	if !better {
		s.worse = nil
	}
}

// isBarred reports whether a claim may not have a volume. One that is reserved for the claim was given to it by name.
func (s *search) isBarred(v *corev1.PersistentVolume, claim types.NamespacedName) bool {
	if ref := v.Spec.ClaimRef; s.Barred == nil || ref != nil && ref.Namespace == claim.Namespace && ref.Name == claim.Name {
		return false
	}
	return s.Barred(v, claim)
}

// without are volumes that are taken, and more that are taken by none.
func (s *search) without(taken assigned, names []string) assigned {
	if len(names) == 0 {
		return taken
	}
	out := maps.Clone(taken)
	for _, name := range names {
		if out[name] == "" {
			out[name] = leftForOthers
		}
	}
	return out
}

// allowed reports whether every claim may have what it gets in a place, and no two of them get one disk.
func (s *search) allowed(m Member, at *Place) bool {
	got := map[string]bool{}
	for _, v := range at.Volumes {
		got[v.Name] = true
	}
	for claim, v := range at.Volumes {
		if s.isBarred(v, types.NamespacedName{Namespace: m.Key().Namespace, Name: claim}) {
			return false
		}
		if slices.ContainsFunc(s.sharing(v), func(other *corev1.PersistentVolume) bool { return got[other.Name] }) {
			return false
		}
	}
	return true
}

// boundFirst is a volume that a claim gets which a place leaves to a provisioner; nil if it gets a new one indeed. The scheduler takes any
// volume that is there before it has one made, also one that members may not have or that was left for another: only what other
// claims have by then is out of its reach.
func (s *search) boundFirst(m Member, at *Place, taken assigned) *corev1.PersistentVolume {
	had := assigned{}
	for name, claim := range taken {
		if claim != leftForOthers {
			had[name] = claim
		}
	}
	for claim, v := range at.Volumes {
		had[v.Name] = claim
	}
	for _, pod := range s.pods[m] {
		for _, claim := range s.matchAll[pod].Distinct() {
			if at.Volumes[claim.Claim().Name] != nil {
				continue
			}
			if chosen, found := match.Chosen(claim.OnNode(at.Node, had)); found {
				return chosen.Volume
			}
		}
	}
	return nil
}

func (s *search) sharing(v *corev1.PersistentVolume) []*corev1.PersistentVolume {
	if s.Sharing == nil {
		return nil
	}
	return s.Sharing(v)
}

// with are the volumes that are taken once a place is taken too: its own, and those that are the same disks.
func (s *search) with(taken assigned, at *Place) assigned {
	out := maps.Clone(taken)
	for claim, v := range at.Volumes {
		out[v.Name] = claim
		for _, other := range s.sharing(v) {
			if out[other.Name] == "" {
				out[other.Name] = leftForOthers
			}
		}
	}
	return out
}

// betterNodes ranks the nodes of a member: 0 where preferred volumes are enough for it and no other member of its owner has got a
// place, so that members are not put together for the sake of volumes; 1 elsewhere. It is nil if no volume is preferred.
func (s *search) betterNodes(m Member, taken assigned) map[string]int {
	if len(s.worse) == 0 {
		return nil
	}
	rank := map[string]int{}
	for _, node := range s.fits[m] {
		rank[node] = 1
		if at := s.assign(m, node, s.without(s.without(taken, s.barred[m]), s.worse)); at != nil && s.allowed(m, at) && s.boundFirst(m, at, taken) == nil {
			rank[node] = min(s.group[nodeGroup{node, m.Group()}], 1)
		}
	}
	return rank
}
