package drain

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	volumehelpers "k8s.io/component-helpers/storage/volume"
	"k8s.io/utils/ptr"

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

// maxAsked bounds how often the judge is asked while places are looked for.
const maxAsked = 4000

// placer looks for places for all members together, in the order in which they are moved.
type placer struct {
	ix      *inspect.Index
	left    map[string]bool
	members []*member
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
	pod := m.template(p.ix)
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
	p.pods[m], p.match[m] = pod, matcher
	verdict, err := p.judge.Verdict(ctx, pod, inspect.Change{}, nil)
	if err != nil {
		return false, err
	}
	p.fits[m] = verdict.Feasible()
	for _, node := range p.fits[m] {
		p.wanted[node]++
	}
	if len(p.fits[m]) == 0 {
		p.why[m] = verdict.Message
	}
	return len(p.fits[m]) > 0, nil
}

// from finds places for all members of a list, each in the cluster as the earlier ones leave it.
func (p *placer) from(ctx context.Context, rest []*member, change inspect.Change, taken map[string]string) (bool, error) {
	if len(rest) == 0 {
		return true, nil
	}
	m := rest[0]
	for _, node := range p.preferred(m) {
		next, landed, err := p.try(ctx, m, node, change, taken)
		if err != nil {
			return false, err
		}
		if next == nil {
			continue
		}
		m.place = next
		p.land(m, node, 1)
		found, err := p.from(ctx, rest[1:], change.And(landed), p.takenBy(m, taken))
		if err != nil || found {
			return found, err
		}
		p.land(m, node, -1)
		m.place = nil
		if p.asked >= maxAsked {
			return false, nil
		}
	}
	return false, nil
}

// oneByOne gives each member the first place that is left for it, where there is none for all.
func (p *placer) oneByOne(ctx context.Context, members []*member) error {
	p.load = map[string]int{}
	change, taken := inspect.Change{}, map[string]string{}
	for _, m := range members {
		for _, node := range p.preferred(m) {
			next, landed, err := p.try(ctx, m, node, change, taken)
			if err != nil {
				return err
			}
			if next != nil {
				m.place = next
				p.land(m, node, 1)
				change, taken = change.And(landed), p.takenBy(m, taken)
				break
			}
		}
		if m.place == nil {
			p.why[m] = "the members before it take the places that it fits"
		}
	}
	return nil
}

// try asks whether a member fits a node in the cluster as it is by then, and how it would stand afterwards.
func (p *placer) try(ctx context.Context, m *member, node string, change inspect.Change, taken map[string]string) (*place, inspect.Change, error) {
	if p.asked++; p.asked > maxAsked {
		return nil, inspect.Change{}, nil
	}
	verdict, err := p.judge.Verdict(ctx, p.pods[m], change, []string{node})
	if err != nil || len(verdict.Feasible()) == 0 {
		return nil, inspect.Change{}, err
	}
	found := &place{node: node, volumes: map[string]*corev1.PersistentVolume{}}
	for _, c := range p.match[m].OnNodeAfter(node, taken).Claims {
		if c.Chosen != nil {
			found.volumes[c.Claim.Name] = c.Chosen
		} else if !p.provisioned(c.Claim) {
			return nil, inspect.Change{}, nil
		}
	}
	return found, p.landed(m, found), nil
}

func (p *placer) provisioned(c *corev1.PersistentVolumeClaim) bool {
	class := p.ix.Class(volumehelpers.GetPersistentVolumeClaimClass(c))
	return class != nil && class.Provisioner != volumehelpers.NotSupportedProvisioner
}

// landed is the Change by which a member has landed: its Pod has the node and its claims the volumes.
func (p *placer) landed(m *member, at *place) inspect.Change {
	pod := p.pods[m].DeepCopy()
	pod.Spec.NodeName = at.node
	pod.Status.Phase = corev1.PodRunning
	change := inspect.Change{}
	change.Set = append(change.Set, pod)
	for _, mc := range m.claims {
		v := at.volumes[mc.manifest.Name]
		if v == nil {
			continue
		}
		c := inspect.StripClaim(mc.manifest)
		c.UID = types.UID("new-" + c.Namespace + "-" + c.Name)
		c.Spec.VolumeName, c.Status.Phase = v.Name, corev1.ClaimBound
		metav1.SetMetaDataAnnotation(&c.ObjectMeta, volumehelpers.AnnBindCompleted, "yes")
		bound := v.DeepCopy()
		bound.Spec.ClaimRef = &corev1.ObjectReference{Kind: kindClaim, Namespace: c.Namespace, Name: c.Name, UID: c.UID}
		bound.Status.Phase = corev1.VolumeBound
		change.Set = append(change.Set, c, bound)
	}
	return change
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

func (p *placer) land(m *member, node string, by int) {
	p.load[node] += by
	p.load[node+" "+m.groupName()] += by
}

// preferred are the nodes for a member: those with the fewest members of its owner, then those that fewest others
// need, then the least taken.
func (p *placer) preferred(m *member) []string {
	nodes := slices.Clone(p.fits[m])
	slices.SortStableFunc(nodes, func(a, b string) int {
		return cmp.Or(
			cmp.Compare(p.load[a+" "+m.groupName()]+p.present(m, a), p.load[b+" "+m.groupName()]+p.present(m, b)),
			cmp.Compare(p.wanted[a], p.wanted[b]),
			cmp.Compare(p.load[a], p.load[b]),
			cmp.Compare(a, b))
	})
	return nodes
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

// afterwards is the Snapshot without the nodes that are left, in which all members have let go of their volumes.
func (p *placer) afterwards() *inspect.Snapshot {
	s := *p.ix.Snapshot
	s.Nodes = slices.DeleteFunc(slices.Clone(s.Nodes), func(n *corev1.Node) bool { return p.left[n.Name] })
	moving := map[types.NamespacedName]bool{}
	claims := map[types.NamespacedName]*corev1.PersistentVolumeClaim{}
	volumes := map[string]*corev1.PersistentVolume{}
	for _, m := range p.members {
		if m.landed {
			continue
		}
		for _, pod := range slices.Concat(m.placed, m.waiting) {
			moving[types.NamespacedName{Namespace: pod.Namespace, Name: pod.Name}] = true
		}
		for _, mc := range m.claims {
			fresh := inspect.StripClaim(mc.manifest)
			fresh.Status.Phase = corev1.ClaimPending
			claims[types.NamespacedName{Namespace: fresh.Namespace, Name: fresh.Name}] = fresh
			v := mc.volume.DeepCopy()
			v.Status.Phase = corev1.VolumeReleased
			volumes[v.Name] = v
		}
	}
	siblings := p.siblings(moving)
	s.Pods = slices.DeleteFunc(slices.Clone(s.Pods), func(pod *corev1.Pod) bool {
		return moving[types.NamespacedName{Namespace: pod.Namespace, Name: pod.Name}] || p.left[pod.Spec.NodeName]
	})
	s.Pods = append(s.Pods, siblings...)
	s.Claims = slices.DeleteFunc(slices.Clone(s.Claims), func(c *corev1.PersistentVolumeClaim) bool {
		return claims[types.NamespacedName{Namespace: c.Namespace, Name: c.Name}] != nil
	})
	for _, k := range sortedNames(claims) {
		s.Claims = append(s.Claims, claims[k])
	}
	s.Volumes = slices.Clone(s.Volumes)
	for i, v := range s.Volumes {
		if freed := volumes[v.Name]; freed != nil {
			s.Volumes[i] = freed
		}
	}
	return &s
}

// siblings are, as if they had landed, the members of the same owners that have no node now and whose claims tie them to one: their place has
// to be kept free, or they wait for ever. One whose Pod a StatefulSet has not made yet (it makes them in order) is
// easily overlooked.
func (p *placer) siblings(moving map[types.NamespacedName]bool) []*corev1.Pod {
	var out []*corev1.Pod
	for _, m := range p.members {
		if m.set == nil {
			continue
		}
		start := 0
		if m.set.Spec.Ordinals != nil {
			start = int(m.set.Spec.Ordinals.Start)
		}
		for i := start; i < start+replicas(m.set); i++ {
			key := types.NamespacedName{Namespace: m.set.Namespace, Name: fmt.Sprintf("%s-%d", m.set.Name, i)}
			if moving[key] || p.isMember(key) {
				continue
			}
			if pod := p.ix.Pod(key.Namespace, key.Name); pod != nil && pod.Spec.NodeName != "" {
				continue
			}
			pod := podOfSet(m.set, key.Name)
			if node, tied := p.tie(pod); tied {
				pod.Spec.NodeName = node
				pod.Status.Phase = corev1.PodRunning
				pod.OwnerReferences = []metav1.OwnerReference{{APIVersion: "apps/v1", Kind: "StatefulSet", Name: m.set.Name, UID: m.set.UID, Controller: ptr.To(true)}}
				out = append(out, pod)
				moving[key] = true // in place of the one that waits
			}
		}
	}
	return out
}

func (p *placer) isMember(key types.NamespacedName) bool {
	return slices.ContainsFunc(p.members, func(m *member) bool { return m.key == key })
}

// tie is the node to which a Pod's claims tie it.
func (p *placer) tie(pod *corev1.Pod) (string, bool) {
	for _, name := range inspect.ClaimNames(pod) {
		c := p.ix.Claim(pod.Namespace, name)
		if c == nil || c.Spec.VolumeName == "" {
			continue
		}
		if v := p.ix.Volume(c.Spec.VolumeName); v != nil {
			if home := p.ix.HomeOf(v); len(home.Nodes) == 1 && !p.left[home.Nodes[0].Name] {
				return home.Nodes[0].Name, true
			}
		}
	}
	return "", false
}

func sortedNames[T any](m map[types.NamespacedName]T) []types.NamespacedName {
	keys := make([]types.NamespacedName, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b types.NamespacedName) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	return keys
}
