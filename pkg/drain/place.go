package drain

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// NewJudge makes the judge of a Snapshot: the scheduler's filters.
type NewJudge func(context.Context, *inspect.Snapshot) (inspect.Judge, error)

// place is where a member can land.
type place struct {
	node string
	// volumes are those that its claims get, by the claims' names. A claim that is provisioned anew is not among them.
	volumes map[string]*corev1.PersistentVolume
}

// maxAsked bounds how often the judge is asked while places for all are looked for.
const maxAsked = 4000

// placer looks for places for all members together, in the order in which they are moved.
type placer struct {
	ix      *inspect.Index
	left    map[string]bool
	members []*member
	// reserved are the volumes that are kept for claims that have to be made anew: by an earlier run, or by somebody.
	reserved map[types.NamespacedName][]*corev1.PersistentVolume
	// as is the cluster when all members have let go and none has landed.
	as    *inspect.Index
	judge inspect.Judge
	pods  map[*member]*corev1.Pod
	match map[*member]*inspect.PodMatcher
	// fits are the nodes that each member fits while no other has landed, wanted how many members fit each node.
	fits   map[*member][]string
	wanted map[string]int
	asked  int
	load   map[string]int // members that have landed, by node and by owner on a node
	// why says of a member that fits nowhere why.
	why map[*member]string
}

// settle gives every member a place for which all later ones still have one. Members that have none keep a nil place;
// why has the reason.
func (p *placer) settle(ctx context.Context, newJudge NewJudge) error {
	p.pods, p.match = map[*member]*corev1.Pod{}, map[*member]*inspect.PodMatcher{}
	p.fits, p.wanted, p.load, p.why = map[*member][]string{}, map[string]int{}, map[string]int{}, map[*member]string{}
	for _, m := range p.members {
		if pod := m.template(p.ix); pod != nil {
			pod.UID = types.UID("new-" + pod.Namespace + "-" + pod.Name) // which its ephemeral claims name
			p.pods[m] = pod
		}
	}
	after := p.afterwards()
	p.as = inspect.NewIndex(after)
	var err error
	if p.judge, err = newJudge(ctx, after); err != nil {
		return err
	}
	var moving []*member
	for _, m := range p.members {
		if m.ephemeral || m.landed {
			continue
		}
		ok, err := p.alone(ctx, m)
		if err != nil {
			return err
		}
		if ok {
			moving = append(moving, m)
		}
	}
	found, err := p.from(ctx, moving, inspect.Change{}, map[string]string{})
	if err != nil || found {
		return err
	}
	return p.oneByOne(ctx, moving)
}

// alone finds the nodes that a member fits while no other has landed.
func (p *placer) alone(ctx context.Context, m *member) (bool, error) {
	pod := p.pods[m]
	if pod == nil {
		p.why[m] = "what its Pod will be is not known"
		return false, nil
	}
	if pod.Spec.NodeName != "" {
		p.why[m] = "its template names node " + pod.Spec.NodeName
		return false, nil
	}
	matcher, err := inspect.NewPodMatcher(p.as, pod)
	if err != nil {
		p.why[m] = err.Error()
		return false, nil //nolint:nilerr // it is the reason
	}
	p.match[m] = matcher
	verdict, err := p.judge.Verdict(ctx, pod, inspect.Change{}, nil)
	if err != nil {
		return false, err
	}
	p.fits[m] = slices.DeleteFunc(verdict.Feasible(), func(node string) bool { return p.left[node] || !p.answers(node) })
	for _, node := range p.fits[m] {
		p.wanted[node]++
	}
	if len(p.fits[m]) == 0 {
		p.why[m] = cmp.Or(verdict.Message, "the nodes that it fits are not Ready")
	}
	return len(p.fits[m]) > 0, nil
}

// answers tells whether a node is Ready. One that is not may carry no taint yet, or the Pod may tolerate it.
func (p *placer) answers(node string) bool {
	condition, _ := inspect.ConditionOf(p.as.Node(node))
	return condition == inspect.NodeReady
}

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
			found, err := p.from(ctx, rest[1:], change.And(p.landed(m)), p.takenBy(m, taken))
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
				change, taken = change.And(p.landed(m)), p.takenBy(m, taken)
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
	verdict, err := p.judge.Verdict(ctx, p.pods[m], change, []string{node})
	if err != nil || len(verdict.Feasible()) == 0 {
		return nil, err
	}
	return p.options(m, node, taken), nil
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
				without := map[string]string{option.volumes[claim].Name: "left for others"}
				for v, c := range queue[0] {
					without[v] = c
				}
				queue = append(queue, without)
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
	for _, c := range p.match[m].OnNodeAfter(node, taken).Claims {
		if c.Chosen != nil {
			found.volumes[c.Claim.Name] = c.Chosen
		} else if !p.provisioned(c.Claim) {
			return nil
		}
	}
	return found
}

func (p *placer) provisioned(c *corev1.PersistentVolumeClaim) bool {
	class := p.ix.Class(volumehelpers.GetPersistentVolumeClaimClass(c))
	return class != nil && class.Provisioner != volumehelpers.NotSupportedProvisioner
}

func (p *placer) takenBy(m *member, taken map[string]string) map[string]string {
	out := make(map[string]string, len(taken)+len(m.place.volumes))
	for v, c := range taken {
		out[v] = c
	}
	for claim, v := range m.place.volumes {
		out[v.Name] = claim
	}
	return out
}

func (p *placer) land(m *member, by int) {
	p.load[m.place.node] += by
	p.load[m.place.node+" "+m.groupName()] += by
}

// preferred are the nodes for a member: those where a volume is reserved for it, then those with the fewest members of its
// owner, then those that fewest others need, then the least taken.
func (p *placer) preferred(m *member) []string {
	nodes := slices.Clone(p.fits[m])
	slices.SortStableFunc(nodes, func(a, b string) int {
		return cmp.Or(
			cmp.Compare(p.kept(m, b), p.kept(m, a)),
			cmp.Compare(p.load[a+" "+m.groupName()]+p.present(m, a), p.load[b+" "+m.groupName()]+p.present(m, b)),
			cmp.Compare(p.wanted[a], p.wanted[b]),
			cmp.Compare(p.load[a], p.load[b]),
			cmp.Compare(a, b))
	})
	return nodes
}

// kept counts the volumes on a node that are reserved for a member.
func (p *placer) kept(m *member, node string) int {
	n := 0
	for _, c := range m.claims {
		for _, v := range p.reserved[c.key()] {
			if slices.Contains(p.ix.HomeOf(v).Names(), node) {
				n++
			}
		}
	}
	return n
}

// present counts the Pods of a member's owner that run on a node now.
func (p *placer) present(m *member, node string) int {
	if m.owner.None() {
		return 0
	}
	n := 0
	for _, pod := range p.as.PodsOn(node) {
		if pod.Namespace == m.key.Namespace && p.ix.OwnerOf(pod) == m.owner {
			n++
		}
	}
	return n
}
