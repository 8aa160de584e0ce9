package placement

import (
	"context"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// backtrack finds places for all members of a list, each in the cluster as the earlier ones leave it.
func (p *Placer) backtrack(ctx context.Context, rest []*workload.Member, change inspect.Change, taken map[string]string) (bool, error) {
	if len(rest) == 0 {
		return true, nil
	}
	m := rest[0]
	for _, node := range p.preferred(m) {
		options, err := p.tryNode(ctx, m, node, change, taken)
		if err != nil {
			return false, err
		}
		for _, option := range options {
			m.Place = option
			p.count(m, 1)
			found, err := p.backtrack(ctx, rest[1:], change.Then(p.applied(m)), p.takenBy(m, taken))
			if err != nil || found {
				return found, err
			}
			p.count(m, -1)
			m.Place = nil
		}
		if p.asked >= maxAsked {
			return false, nil
		}
	}
	return false, nil
}

// oneByOne gives each member the first place that is left for it, where none was found for all.
func (p *Placer) oneByOne(ctx context.Context, members []*workload.Member) error {
	gaveUp := p.asked >= maxAsked
	p.asked, p.load = 0, map[string]int{}
	change, taken := inspect.Change{}, map[string]string{}
	for _, m := range members {
		for _, node := range p.preferred(m) {
			options, err := p.tryNode(ctx, m, node, change, taken)
			if err != nil {
				return err
			}
			if len(options) > 0 {
				m.Place = options[0]
				p.count(m, 1)
				change, taken = change.Then(p.applied(m)), p.takenBy(m, taken)
				break
			}
		}
		switch {
		case m.Place != nil:
		case gaveUp:
			p.Why[m] = fmt.Sprintf("the members before it take the places that it fits, and after %d tries none were found for all", maxAsked)
		default:
			p.Why[m] = "the members before it take the places that it fits, and there is no way to place them all"
		}
	}
	return nil
}

// tryNode asks whether a member fits a node in the cluster as it is by then, and with which volumes, the best first.
func (p *Placer) tryNode(ctx context.Context, m *workload.Member, node string, change inspect.Change, taken map[string]string) ([]*workload.Place, error) {
	if p.asked++; p.asked > maxAsked {
		return nil, nil
	}
	verdict, err := p.judge.Verdict(ctx, p.Pods[m][0], change, []string{node})
	if err != nil || len(verdict.Feasible()) == 0 {
		return nil, err
	}
	options := p.options(m, node, taken)
	if len(p.Pods[m]) == 1 {
		return options, nil
	}
	var found []*workload.Place
	for _, option := range options {
		ok, err := p.fitsTogether(ctx, m, option, change)
		if err != nil {
			return nil, err
		}
		if ok {
			found = append(found, option)
		}
	}
	return found, nil
}

// fitsTogether asks whether the later Pods of a member fit as well once the earlier ones have landed.
func (p *Placer) fitsTogether(ctx context.Context, m *workload.Member, at *workload.Place, change inspect.Change) (bool, error) {
	pods := p.Pods[m]
	for i := 1; i < len(pods); i++ {
		p.asked++
		verdict, err := p.judge.Verdict(ctx, pods[i], change.Then(p.apply(pods[:i], at)), []string{at.Node})
		if err != nil || len(verdict.Feasible()) == 0 {
			return false, err
		}
	}
	return true, nil
}

// maxOptions bounds how many ways to serve the claims of one member on one node are tried.
const maxOptions = 6

// options are the ways to serve a member's claims on a node: as the scheduler would, and then without one of the volumes
// that it would take, which only a later member may be able to use.
func (p *Placer) options(m *workload.Member, node string, taken map[string]string) []*workload.Place {
	var found []*workload.Place
	queue := []map[string]string{taken}
	for len(queue) > 0 && len(found) < maxOptions {
		option := p.assign(m, node, queue[0])
		if option != nil && !slices.ContainsFunc(found, option.Same) {
			found = append(found, option)
			for _, claim := range sortedClaims(option.Volumes) {
				left := maps.Clone(queue[0])
				left[option.Volumes[claim].Name] = "left for others"
				queue = append(queue, left)
			}
		}
		queue = queue[1:]
	}
	return found
}

// assign serves a member's claims on a node, nil if one of them gets nothing.
func (p *Placer) assign(m *workload.Member, node string, taken map[string]string) *workload.Place {
	found := &workload.Place{Node: node, Volumes: map[string]*corev1.PersistentVolume{}}
	taken = maps.Clone(taken)
	for _, pod := range p.Pods[m] {
		for _, c := range p.match[pod].OnNodeAfter(node, taken).Claims {
			if c.Chosen != nil {
				found.Volumes[c.Claim.Name] = c.Chosen
				taken[c.Chosen.Name] = c.Claim.Name
			} else if !p.provisioned(c.Claim) {
				return nil
			}
		}
	}
	return found
}

func (p *Placer) provisioned(c *corev1.PersistentVolumeClaim) bool {
	class := p.Ix.Class(volumehelpers.GetPersistentVolumeClaimClass(c))
	return class != nil && class.Provisioner != volumehelpers.NotSupportedProvisioner
}

func (p *Placer) takenBy(m *workload.Member, taken map[string]string) map[string]string {
	out := maps.Clone(taken)
	for claim, v := range m.Place.Volumes {
		out[v.Name] = claim
	}
	return out
}

func (p *Placer) count(m *workload.Member, by int) {
	p.load[m.Place.Node] += by
	p.load[m.Place.Node+" "+m.GroupName()] += by
}
