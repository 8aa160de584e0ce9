package placement

import (
	"cmp"
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// NewJudge makes the judge of a Snapshot: the scheduler's filters.
type NewJudge func(context.Context, *inspect.Snapshot) (inspect.Judge, error)

// maxAsked bounds how often the judge is asked while places for all are looked for.
const maxAsked = 4000

// Placer looks for places for all members together, in the order in which they are moved.
type Placer struct {
	Ix        *inspect.Index
	Departing map[string]bool
	Members   []*workload.Member
	// Reserved are the volumes that are kept for claims that have to be made anew: by an earlier run, or by somebody.
	Reserved map[types.NamespacedName][]*corev1.PersistentVolume
	// freed says that those volumes are looked at as if they were free.
	freed bool
	// as is the cluster when all members have let go and none has landed.
	as    *inspect.Index
	judge inspect.Judge
	// Pods are those that each member will have, match what finds volumes for the claims of each, those apart that an
	// earlier one of the member has.
	Pods  map[*workload.Member][]*corev1.Pod
	match map[*corev1.Pod]*inspect.PodMatcher
	// fits are the nodes that each member fits while no other has landed, wanted how many members fit each node.
	fits   map[*workload.Member][]string
	wanted map[string]int
	asked  int
	load   map[string]int // Members that have landed, by node and by owner on a node
	// Why says of a member that fits nowhere why.
	Why map[*workload.Member]string
}

// Search gives every member a place for which all later ones still have one. Members that have none keep a nil place;
// why has the reason. Volumes that are reserved for claims of members are respected, unless some member has no place then.
func (p *Placer) Search(ctx context.Context, newJudge NewJudge) error {
	if err := p.search(ctx, newJudge); err != nil || len(p.Reserved) == 0 || !slices.ContainsFunc(p.Members, (*workload.Member).Unplaced) {
		return err
	}
	for _, m := range p.Members {
		m.Place = nil
	}
	p.freed = true
	return p.search(ctx, newJudge)
}

// search looks for places once.
func (p *Placer) search(ctx context.Context, newJudge NewJudge) error {
	p.Pods, p.match, p.asked = map[*workload.Member][]*corev1.Pod{}, map[*corev1.Pod]*inspect.PodMatcher{}, 0
	p.fits, p.wanted, p.load, p.Why = map[*workload.Member][]string{}, map[string]int{}, map[string]int{}, map[*workload.Member]string{}
	for _, m := range p.Members {
		p.Pods[m] = m.FuturePods(p.Ix)
		for _, pod := range p.Pods[m] {
			pod.UID = types.UID("new-" + pod.Namespace + "-" + pod.Name) // which its ephemeral claims name
		}
	}
	after := p.vacate()
	p.as = inspect.NewIndex(after)
	var err error
	if p.judge, err = newJudge(ctx, after); err != nil {
		return err
	}
	var moving []*workload.Member
	for _, m := range p.Members {
		if m.Ephemeral || m.Relocated {
			continue
		}
		ok, err := p.feasibleAlone(ctx, m)
		if err != nil {
			return err
		}
		if ok {
			moving = append(moving, m)
		}
	}
	found, err := p.backtrack(ctx, moving, inspect.Change{}, map[string]string{})
	if err != nil || found {
		return err
	}
	return p.oneByOne(ctx, moving)
}

// feasibleAlone finds the nodes that each Pod of a member fits while no other has landed.
func (p *Placer) feasibleAlone(ctx context.Context, m *workload.Member) (bool, error) {
	if len(p.Pods[m]) == 0 {
		p.Why[m] = "what its Pod will be is not known"
		return false, nil
	}
	had := map[string]bool{}
	for i, pod := range p.Pods[m] {
		if pod.Spec.NodeName != "" {
			p.Why[m] = "its template names node " + pod.Spec.NodeName
			return false, nil
		}
		matcher, err := inspect.NewPodMatcher(p.as, lacking(pod, had))
		if err != nil {
			p.Why[m] = err.Error()
			return false, nil //nolint:nilerr // it is the reason
		}
		p.match[pod] = matcher
		verdict, err := p.judge.Verdict(ctx, pod, inspect.Change{}, nil)
		if err != nil {
			return false, err
		}
		fits := slices.DeleteFunc(verdict.Feasible(), func(node string) bool {
			return p.Departing[node] || !p.isReady(node) || i > 0 && !slices.Contains(p.fits[m], node)
		})
		if p.fits[m] = fits; len(fits) == 0 {
			p.Why[m] = cmp.Or(verdict.Message, "the nodes that it fits are not Ready"+also(i))
			return false, nil
		}
	}
	for _, node := range p.fits[m] {
		p.wanted[node]++
	}
	return true, nil
}

// lacking is a Pod without the claims that earlier Pods of its member have, and notes its own.
func lacking(pod *corev1.Pod, had map[string]bool) *corev1.Pod {
	out := pod.DeepCopy()
	out.Spec.Volumes = slices.DeleteFunc(out.Spec.Volumes, func(v corev1.Volume) bool {
		return v.PersistentVolumeClaim != nil && had[v.PersistentVolumeClaim.ClaimName]
	})
	for _, name := range inspect.ClaimNames(pod) {
		had[name] = true
	}
	return out
}

// isReady reports whether a node is Ready. One that is not may carry no taint yet, or the Pod may tolerate it.
func (p *Placer) isReady(node string) bool {
	condition, _ := inspect.ConditionOf(p.as.Node(node))
	return condition == inspect.NodeReady
}

// preferred are the nodes for a member: those where a volume is reserved for it, then those with the fewest members of its
// owner, then those that fewest others need, then the least taken.
func (p *Placer) preferred(m *workload.Member) []string {
	nodes := slices.Clone(p.fits[m])
	slices.SortStableFunc(nodes, func(a, b string) int {
		return cmp.Or(
			cmp.Compare(p.reservedOn(m, b), p.reservedOn(m, a)),
			cmp.Compare(p.load[a+" "+m.GroupName()]+p.present(m, a), p.load[b+" "+m.GroupName()]+p.present(m, b)),
			cmp.Compare(p.wanted[a], p.wanted[b]),
			cmp.Compare(p.load[a], p.load[b]),
			cmp.Compare(a, b))
	})
	return nodes
}

// reservedOn counts the volumes on a node that are reserved for a member.
func (p *Placer) reservedOn(m *workload.Member, node string) int {
	n := 0
	for _, c := range m.Claims {
		for _, v := range p.Reserved[c.Key()] {
			if slices.Contains(p.Ix.HomeOf(v).Names(), node) {
				n++
			}
		}
	}
	return n
}

// present counts the Pods of a member's owner that run on a node now.
func (p *Placer) present(m *workload.Member, node string) int {
	if m.Owner.None() {
		return 0
	}
	n := 0
	for _, pod := range p.as.PodsOn(node) {
		if pod.Namespace == m.Key.Namespace && p.Ix.OwnerOf(pod) == m.Owner {
			n++
		}
	}
	return n
}

// also is what else may keep a member from a node if it has several Pods.
func also(earlier int) string {
	if earlier == 0 {
		return ""
	}
	return ", or do not fit all its Pods together"
}
