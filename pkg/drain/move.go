package drain

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// mover plans how members leave their nodes, one owner after the other.
type mover struct {
	*planner
	placer       *placer
	dead         []DeadNode
	accept       []types.NamespacedName
	allowPending bool
	// force deletes Pods without asking their kubelets, which are dead.
	force bool
	// evict, if set, is how Pods are evicted from a node that lives.
	evict *Eviction
	// clean leaves the volumes to the provisioner that owns them.
	clean bool
	// from is the annotation that says where a volume's claim came from.
	from string
}

func (p *mover) move(members []*member) {
	for len(members) > 0 {
		n := 1
		for n < len(members) && members[n].groupName() == members[0].groupName() {
			n++
		}
		p.owner(members[:n])
		members = members[n:]
	}
	p.done("nothing is left to do")
	if len(p.plan.Steps) > 0 {
		p.plan.Done = nil
	}
}

// owner plans for the members of one owner, one after the other.
func (p *mover) owner(members []*member) {
	p.begin(members[0].group())
	peers := p.peers(members)
	for _, m := range members {
		switch {
		case m.ephemeral:
			p.dropPods(m)
			continue
		case m.landed && p.isReady(m):
			p.done("%s has been recovered", m.key)
			continue
		}
		p.tell(m, peers.words)
		p.risks(m, peers)
		p.steps(m)
	}
}

// peers is how the other members of an owner are.
type peers struct {
	ready, wanted int
	words         string
	// counted says that the number of members is known, so that there is a majority.
	counted bool
}

func (p *mover) peers(members []*member) peers {
	first := members[0]
	out := peers{}
	if first.owner.None() {
		return peers{words: "none"}
	}
	all := 0
	for _, pod := range p.ix.Pods {
		if pod.Namespace != first.key.Namespace || p.ix.OwnerOf(pod) != first.owner {
			continue
		}
		all++
		if ready(pod) && pod.DeletionTimestamp == nil && (p.evict != nil || !p.placer.left[pod.Spec.NodeName]) {
			out.ready++
		}
	}
	if p.evict != nil && out.ready > 0 {
		out.ready-- // those on the node are moved one at a time, and the others serve meanwhile
	}
	switch {
	case first.set != nil:
		out.wanted, out.counted = replicas(first.set), true
	case first.custom():
		out.wanted, out.counted = all, true
	default:
		out.ready = 0 // Pods of a Deployment or Job share their claim, so they hold no other copy
		out.words = "none: the claim is shared"
		return out
	}
	out.words = fmt.Sprintf("%d of %d ready", out.ready, out.wanted)
	if out.counted && out.ready >= majority(out.wanted) {
		out.words += ", quorum kept"
	}
	return out
}

func majority(n int) int { return n/2 + 1 }

// tell says where a member goes.
func (p *mover) tell(m *member, peers string) {
	for _, c := range m.claims {
		mv := Move{Member: m.key.String(), Claim: c.object().String(), From: c.volume.Name, FromNode: strings.Join(p.ix.HomeOf(c.volume).Names(), ","), Peers: peers}
		if !m.owner.None() {
			mv.Owner = m.owner.String()
		}
		if m.place != nil {
			mv.ToNode = m.place.node
			if v := m.place.volumes[c.manifest.Name]; v != nil {
				mv.To = v.Name
			}
		}
		if c.now != nil && c.now.Spec.VolumeName != "" {
			if v := p.ix.Volume(c.now.Spec.VolumeName); v != nil {
				mv.To, mv.ToNode = v.Name, strings.Join(p.ix.HomeOf(v).Names(), ",")
			}
		}
		p.plan.Moves = append(p.plan.Moves, mv)
	}
}

// risks blocks what could lose data, or end in nothing.
func (p *mover) risks(m *member, peers peers) {
	if m.place == nil && !m.landed && !p.allowPending {
		p.block(BlockedNowhere, "--allow-pending", "%s fits nowhere: %s", m.key, p.placer.why[m])
	}
	for _, c := range m.claims {
		key := types.NamespacedName{Namespace: c.manifest.Namespace, Name: c.manifest.Name}
		if c.claim == nil || slices.Contains(p.accept, key) {
			continue
		}
		flag := "--accept-data-loss " + key.String()
		switch {
		case peers.ready == 0:
			p.block(BlockedLastCopy, flag, "no other ready member holds what claim %s has on %s: %s would start empty", key, c.volume.Name, m.key)
		case peers.counted && peers.ready < majority(peers.wanted):
			p.block(BlockedQuorum, flag, "%d of %d members of %s are ready, fewer than a majority: an empty %s could outvote the data", peers.ready, peers.wanted, m.owner, m.key)
		}
		if c.volume.DeletionTimestamp != nil && c.claim.DeletionTimestamp == nil {
			p.block(BlockedTerminating, "", "volume %s is being deleted: once claim %s lets go, the volume object would go too, with the manifest saved on it", c.volume.Name, key)
		}
	}
}

// isReady tells whether a member that has moved runs.
func (p *mover) isReady(m *member) bool {
	if m.bare() || len(m.placed)+len(m.waiting) == 0 && m.owner.None() {
		return true
	}
	return slices.ContainsFunc(m.placed, func(pod *corev1.Pod) bool {
		return !p.placer.left[pod.Spec.NodeName] && (ready(pod) || pod.Status.Phase == corev1.PodSucceeded)
	})
}

// steps plans how one member leaves and lands.
func (p *mover) steps(m *member) {
	if !m.landed {
		p.keep(m)
		p.dropPods(m)
		p.awaitFree(m)
		p.reserve(m)
		p.letGo(m)
		p.makeAnew(m)
	}
	p.awaitReady(m)
	if p.clean {
		return
	}
	for _, c := range m.claims {
		p.next("%s is Released, its data untouched. If the disk comes back: kubectl localpv reattach %s --replace", p.where(c.volume), c.volume.Name)
	}
}

// keep keeps every volume with the manifest of its claim.
func (p *mover) keep(m *member) {
	for _, c := range m.claims {
		if c.claim == nil {
			continue
		}
		notes := map[string]string{p.from: strings.Join(p.ix.HomeOf(c.volume).Names(), ",")}
		if m.bare() {
			if text, err := encodePod(p.barePod(m)); err == nil {
				notes[AnnDeletedPod] = text
			}
		}
		v := c.volume
		if p.clean {
			p.saveOnly(c, notes)
			continue
		}
		if retained(v) && saved(v, c.claim) && hasAnnotations(v, notes) {
			continue
		}
		p.fits(v, c.claim, true)
		p.step(Step{
			Action: KeepVolume, Object: volumeObject(v), Title: fmt.Sprintf("keep %s: policy Retain, claim manifest saved on it", v.Name),
			Why:          "so that neither the data nor the claim's manifest is lost when the claim goes",
			Precondition: Precondition{Volume: volumeObject(v), Claim: claimObject(c.claim), Notes: notes},
		})
	}
}

func (p *mover) barePod(m *member) *corev1.Pod {
	pod := inspect.StripPod(slices.Concat(m.placed, m.waiting)[0])
	pod.Spec.NodeName = ""
	return pod
}

// dropPods deletes the Pods on the nodes that are left. Nobody there can confirm it.
func (p *mover) dropPods(m *member) {
	for _, pod := range m.placed {
		if p.evict != nil {
			s := evictStep(pod, *p.evict, m.owner)
			s.Precondition.Claim = m.claims[0].old()
			p.step(s)
			continue
		}
		s := Step{
			Action: ForceDeletePod, Object: podObject(pod), Destructive: true, Title: fmt.Sprintf("force-delete Pod %s/%s", pod.Namespace, pod.Name),
			Why: "its kubelet cannot confirm its end", Precondition: Precondition{Dead: p.dead, Claim: m.claims[0].old()},
		}
		if !p.force {
			s.Action, s.Title = DeletePod, fmt.Sprintf("delete Pod %s/%s", pod.Namespace, pod.Name)
			s.Why = fmt.Sprintf("%s makes a new one", m.owner)
		}
		if m.bare() {
			s.Why = "nobody makes it anew; its manifest is kept on the volume"
			p.lose("Pod %s, which nobody makes anew; its manifest stays on %s: "+
				"kubectl get pv %s -o jsonpath='{.metadata.annotations.localpv\\.dev/deleted-pod}' | kubectl create -f -", m.key, m.claims[0].volume.Name, m.claims[0].volume.Name)
		}
		p.step(s)
	}
}

func podObject(p *corev1.Pod) Object {
	return Object{Kind: kindPod, Namespace: p.Namespace, Name: p.Name, UID: p.UID}
}

// awaitFree waits until no Pod with a node names the claims, and the Pod's controller has answered with a new one.
func (p *mover) awaitFree(m *member) {
	c := m.claims[0]
	if c.claim == nil {
		return
	}
	s := Step{
		Action: AwaitUnused, Object: podOf(m), Title: fmt.Sprintf("wait until no Pod on a node names claim %s", c.object()),
		Why: "until here nothing is lost if the node turns out to be alive", Precondition: Precondition{Claim: c.old(), Volume: volumeObject(c.volume)},
	}
	if p.successor(m) {
		s.Precondition.Successor = true
		s.Title = fmt.Sprintf("wait until the next Pod of %s waits, on no node", m.owner)
	}
	p.step(s)
}

// podOf is the Pod that a member will have, without a name if its owner chooses one.
func podOf(m *member) Object {
	o := Object{Kind: kindPod, Namespace: m.key.Namespace}
	if m.set != nil {
		o.Name = m.key.Name
	}
	return o
}

// successor tells whether a new Pod is sure to come while the claim is still there: a StatefulSet that goes in order
// makes none while an earlier member is missing.
func (p *mover) successor(m *member) bool {
	switch {
	case m.owner.None(), m.custom(), m.owner.Kind == "Job", m.owner.Kind == "CronJob":
		return false
	case m.set == nil:
		return true
	case m.set.Spec.PodManagementPolicy == "Parallel":
		return true
	}
	for i := range m.ordinal {
		pod := p.ix.Pod(m.set.Namespace, fmt.Sprintf("%s-%d", m.set.Name, i))
		if pod == nil || !ready(pod) || p.placer.left[pod.Spec.NodeName] {
			return false
		}
	}
	return true
}

// reserve keeps the volumes that the member is to have for its claims.
func (p *mover) reserve(m *member) {
	if m.place == nil {
		return
	}
	for _, c := range m.claims {
		v := m.place.volumes[c.manifest.Name]
		if v == nil {
			continue
		}
		target := c.object()
		if ref := v.Spec.ClaimRef; ref != nil && ref.Namespace == target.Namespace && ref.Name == target.Name {
			continue
		}
		p.step(Step{
			Action: ReserveVolume, Object: volumeObject(v), Title: fmt.Sprintf("reserve %s for claim %s", p.where(v), target),
			Why:          "so that the member lands there, and no other claim takes its place",
			Precondition: Precondition{Volume: volumeObject(v), For: &target, Phases: []corev1.PersistentVolumePhase{corev1.VolumeAvailable}},
		})
	}
}

// letGo deletes the claims.
func (p *mover) letGo(m *member) {
	for _, c := range m.claims {
		if c.claim == nil {
			continue
		}
		if c.claim.DeletionTimestamp == nil {
			p.step(Step{
				Action: DeleteClaim, Object: claimObject(c.claim), Destructive: true, Title: fmt.Sprintf("delete claim %s", c.object()),
				Why: fmt.Sprintf("the member restarts empty; the old data stays on %s", c.volume.Name),
				Precondition: Precondition{Volume: volumeObject(c.volume), Claim: claimObject(c.claim), Unused: true,
					Policy: p.policy(c.volume), Dead: p.dead},
			})
		}
		if p.clean {
			p.awaitCleaned(c)
			continue
		}
		p.step(Step{
			Action: AwaitReleased, Object: volumeObject(c.volume), Title: fmt.Sprintf("wait until claim %s is gone", c.object()),
			Why: "the volume controller then calls the volume Released", Precondition: Precondition{Volume: volumeObject(c.volume), Claim: claimObject(c.claim)},
		})
	}
}

// makeAnew creates the claims that nobody else creates.
func (p *mover) makeAnew(m *member) {
	for _, c := range m.claims {
		if c.remade || c.now != nil {
			continue
		}
		p.step(Step{
			Action: CreateClaim, Object: c.object(), Title: fmt.Sprintf("create claim %s as it was saved", c.object()), Why: "nobody else would",
			Precondition: Precondition{Volume: volumeObject(c.volume), Claim: c.old()},
		})
	}
}

// awaitReady waits until the member runs again.
func (p *mover) awaitReady(m *member) {
	if m.bare() {
		p.next("Pod %s is not made anew by anybody; its manifest is on %s (annotation %s)", m.key, m.claims[0].volume.Name, AnnDeletedPod)
		return
	}
	if m.place == nil && !m.landed {
		p.next("%s waits for a volume that fits: kubectl localpv why-pending -n %s", m.key, m.key.Namespace)
		return
	}
	s := Step{
		Action: AwaitReady, Object: podOf(m), Title: fmt.Sprintf("wait until %s is Ready again", m.key), Why: "before the next member is touched",
		Precondition: Precondition{Claim: m.claims[0].old(), Volume: volumeObject(m.claims[0].volume)},
	}
	for _, c := range m.claims {
		s.Precondition.Claims = append(s.Precondition.Claims, c.old())
	}
	if m.custom() {
		s.Precondition.Owner = &Object{Kind: m.owner.Kind, Namespace: m.key.Namespace, Name: m.owner.Name, UID: m.owner.UID}
	}
	p.step(s)
}

func hasAnnotations(v *corev1.PersistentVolume, want map[string]string) bool {
	for key, value := range want {
		if v.Annotations[key] != value {
			return false
		}
	}
	return true
}
