package placement

import (
	"context"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// backtrack finds places for all members of a list, each in the cluster as the earlier ones leave it. Where it reports that it
// found none, no member of the list has a place.
func (s *search) backtrack(ctx context.Context, rest []Member, change inspect.Change, taken assigned) (bool, error) {
	if len(rest) == 0 {
		return true, nil
	}
	m := rest[0]
	for _, node := range s.preferred(m, taken) {
		options, err := s.tryNode(ctx, m, node, change, taken)
		if err != nil {
			return false, err
		}
		for _, option := range options {
			s.take(m, option)
			found, err := s.backtrack(ctx, rest[1:], change.Then(s.applied(m)), s.with(taken, option))
			if err != nil || found {
				return found, err
			}
			s.giveUp(m)
		}
		if s.asked >= maxAsked {
			return false, nil
		}
	}
	return false, nil
}

// oneByOne gives each member the first place that is left for it, where none was found for all.
func (s *search) oneByOne(ctx context.Context, members []Member) error {
	exhausted := s.asked >= maxAsked
	s.clearLoad()
	change, taken := inspect.Change{}, assigned{}
	for _, m := range members {
		delete(s.first, m) // it was found with others in other places
		for _, node := range s.preferred(m, taken) {
			options, err := s.tryNode(ctx, m, node, change, taken)
			if err != nil {
				return err
			}
			if len(options) > 0 {
				s.take(m, options[0])
				change, taken = change.Then(s.applied(m)), s.with(taken, options[0])
				break
			}
		}
		switch {
		case s.place[m] != nil:
		case exhausted:
			s.why[m] = fact.New("PlacesTakenAfterTries", "tries", maxAsked)
		case s.first[m] != nil:
			s.why[m] = fact.New("OtherVolumeBoundFirst", "volume", s.first[m].volume, "node", s.first[m].node)
		default:
			s.why[m] = fact.New("PlacesTaken")
		}
	}
	return nil
}

// take gives a member a place, giveUp takes it away again.
func (s *search) take(m Member, at *Place) {
	s.place[m] = at
	s.load[at.Node]++
	s.group[nodeGroup{at.Node, m.Group()}]++
}

func (s *search) giveUp(m Member) {
	at := s.place[m]
	s.load[at.Node]--
	s.group[nodeGroup{at.Node, m.Group()}]--
	delete(s.place, m)
}

// tryNode asks whether a member fits a node in the cluster as it is then, and with which volumes, the best first.
func (s *search) tryNode(ctx context.Context, m Member, node string, change inspect.Change, taken assigned) ([]*Place, error) {
	if s.asked++; s.asked > maxAsked {
		return nil, nil
	}
	verdict, err := s.judge.Verdict(ctx, s.pods[m][0], change, []string{node})
	if err != nil || len(verdict.Feasible()) == 0 {
		return nil, err
	}
	options := s.options(m, node, taken)
	if len(s.pods[m]) == 1 {
		return options, nil
	}
	var found []*Place
	for _, option := range options {
		ok, err := s.fitsTogether(ctx, m, option, change)
		if err != nil {
			return nil, err
		}
		if ok {
			found = append(found, option)
		}
	}
	return found, nil
}

// fitsTogether asks whether the later Pods of a member fit as well once the earlier ones run.
func (s *search) fitsTogether(ctx context.Context, m Member, at *Place, change inspect.Change) (bool, error) {
	pods := s.pods[m]
	for i := 1; i < len(pods); i++ {
		s.asked++
		verdict, err := s.judge.Verdict(ctx, pods[i], change.Then(s.apply(pods[:i], at)), []string{at.Node})
		if err != nil || len(verdict.Feasible()) == 0 {
			return false, err
		}
	}
	return true, nil
}

// maxOptions bounds how many ways to serve the claims of one member on one node are tried, maxTries how many are looked at for that:
// some give a claim what it may not have.
const (
	maxOptions = 6
	maxTries   = 60
)

// leftForOthers stands for the claim of a volume that is taken by none.
const leftForOthers = "-"

// options are the ways to serve a member's claims on a node: with preferred volumes only, if there are some; as the scheduler would;
// and then without one of the volumes that it would take, which only a later member may be able to use, or which do not go
// together.
func (s *search) options(m Member, node string, taken assigned) []*Place {
	var found, seen []*Place
	queue := []assigned{s.without(taken, s.barred[m])}
	if len(s.worse) > 0 {
		queue = append([]assigned{s.without(queue[0], s.worse)}, queue...)
	}
	for len(queue) > 0 && len(found) < maxOptions && len(seen) < maxTries {
		option := s.assign(m, node, queue[0])
		if option != nil && !slices.ContainsFunc(seen, option.same) {
			seen = append(seen, option)
			if s.allowed(m, option) {
				if first := s.boundFirst(m, option, taken); first == nil {
					found = append(found, option)
				} else if s.first[m] == nil {
					s.first[m] = &unwanted{volume: first.Name, node: node}
				}
			}
			for _, claim := range option.claims() {
				left := maps.Clone(queue[0])
				left[option.Volumes[claim].Name] = leftForOthers
				queue = append(queue, left)
			}
		}
		queue = queue[1:]
	}
	return found
}

// claims are the names of the claims that get volumes, sorted.
func (p *Place) claims() []string { return slices.Sorted(maps.Keys(p.Volumes)) }

func (p *Place) same(o *Place) bool {
	return p.Node == o.Node && maps.Equal(p.Volumes, o.Volumes)
}

// assign serves a member's claims on a node, nil if one of them gets nothing.
func (s *search) assign(m Member, node string, taken assigned) *Place {
	found := &Place{Node: node, Volumes: map[string]*corev1.PersistentVolume{}}
	taken = maps.Clone(taken)
	for _, pod := range s.pods[m] {
		for _, c := range s.match[pod].OnNodeAfter(node, taken).Claims {
			if c.Chosen != nil {
				found.Volumes[c.Claim.Name] = s.realOf(c.Chosen)
				taken[c.Chosen.Name] = c.Claim.Name
			} else if !s.provisioned(c.Claim) {
				return nil
			}
		}
	}
	return found
}

func (s *search) provisioned(c *corev1.PersistentVolumeClaim) bool {
	class := s.Index.Class(volumehelpers.GetPersistentVolumeClaimClass(c))
	return class != nil && class.Provisioner != volumehelpers.NotSupportedProvisioner
}
