package drain

import (
	"context"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// from finds places for all members of a list, each in the cluster as the earlier ones leave it.
func (p *placer) from(ctx context.Context, rest []*member, change inspect.Change, taken map[string]string) (bool, error) {
	if len(rest) == 0 {
		return true, nil
	}
	m := rest[0]
	for _, node := range p.preferred(m) {
		options, err := p.try(ctx, m, node, change, taken)
		if err != nil {
			return false, err
		}
		for _, option := range options {
			m.place = option
			p.land(m, 1)
			found, err := p.from(ctx, rest[1:], change.Then(p.landed(m)), p.takenBy(m, taken))
			if err != nil || found {
				return found, err
			}
			p.land(m, -1)
			m.place = nil
		}
		if p.asked >= maxAsked {
			return false, nil
		}
	}
	return false, nil
}

// oneByOne gives each member the first place that is left for it, where none was found for all.
func (p *placer) oneByOne(ctx context.Context, members []*member) error {
	gaveUp := p.asked >= maxAsked
	p.asked, p.load = 0, map[string]int{}
	change, taken := inspect.Change{}, map[string]string{}
	for _, m := range members {
		for _, node := range p.preferred(m) {
			options, err := p.try(ctx, m, node, change, taken)
			if err != nil {
				return err
			}
			if len(options) > 0 {
				m.place = options[0]
				p.land(m, 1)
				change, taken = change.Then(p.landed(m)), p.takenBy(m, taken)
				break
			}
		}
		switch {
		case m.place != nil:
		case gaveUp:
			p.why[m] = fmt.Sprintf("the members before it take the places that it fits, and after %d tries none were found for all", maxAsked)
		default:
			p.why[m] = "the members before it take the places that it fits, and there is no way to place them all"
		}
	}
	return nil
}

// try asks whether a member fits a node in the cluster as it is by then, and with which volumes, the best first.
func (p *placer) try(ctx context.Context, m *member, node string, change inspect.Change, taken map[string]string) ([]*place, error) {
	if p.asked++; p.asked > maxAsked {
		return nil, nil
	}
	verdict, err := p.judge.Verdict(ctx, p.pods[m][0], change, []string{node})
	if err != nil || len(verdict.Feasible()) == 0 {
		return nil, err
	}
	options := p.options(m, node, taken)
	if len(p.pods[m]) == 1 {
		return options, nil
	}
	var found []*place
	for _, option := range options {
		ok, err := p.together(ctx, m, option, change)
		if err != nil {
			return nil, err
		}
		if ok {
			found = append(found, option)
		}
	}
	return found, nil
}

// together asks whether the later Pods of a member fit as well once the earlier ones have landed.
func (p *placer) together(ctx context.Context, m *member, at *place, change inspect.Change) (bool, error) {
	pods := p.pods[m]
	for i := 1; i < len(pods); i++ {
		p.asked++
		verdict, err := p.judge.Verdict(ctx, pods[i], change.Then(p.landing(pods[:i], at)), []string{at.node})
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
func (p *placer) options(m *member, node string, taken map[string]string) []*place {
	var found []*place
	queue := []map[string]string{taken}
	for len(queue) > 0 && len(found) < maxOptions {
		option := p.serve(m, node, queue[0])
		if option != nil && !slices.ContainsFunc(found, option.same) {
			found = append(found, option)
			for _, claim := range sortedClaims(option.volumes) {
				left := maps.Clone(queue[0])
				left[option.volumes[claim].Name] = "left for others"
				queue = append(queue, left)
			}
		}
		queue = queue[1:]
	}
	return found
}

func (p *place) same(o *place) bool {
	if p.node != o.node || len(p.volumes) != len(o.volumes) {
		return false
	}
	for claim, v := range p.volumes {
		if o.volumes[claim] != v {
			return false
		}
	}
	return true
}

// serve serves a member's claims on a node, nil if one of them gets nothing.
func (p *placer) serve(m *member, node string, taken map[string]string) *place {
	found := &place{node: node, volumes: map[string]*corev1.PersistentVolume{}}
	taken = maps.Clone(taken)
	for _, pod := range p.pods[m] {
		for _, c := range p.match[pod].OnNodeAfter(node, taken).Claims {
			if c.Chosen != nil {
				found.volumes[c.Claim.Name] = c.Chosen
				taken[c.Chosen.Name] = c.Claim.Name
			} else if !p.provisioned(c.Claim) {
				return nil
			}
		}
	}
	return found
}

func (p *placer) provisioned(c *corev1.PersistentVolumeClaim) bool {
	class := p.ix.Class(volumehelpers.GetPersistentVolumeClaimClass(c))
	return class != nil && class.Provisioner != volumehelpers.NotSupportedProvisioner
}

func (p *placer) takenBy(m *member, taken map[string]string) map[string]string {
	out := maps.Clone(taken)
	for claim, v := range m.place.volumes {
		out[v.Name] = claim
	}
	return out
}

func (p *placer) land(m *member, by int) {
	p.load[m.place.node] += by
	p.load[m.place.node+" "+m.groupName()] += by
}
