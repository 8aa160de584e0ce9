package drain

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// keep keeps every volume with the manifest of its claim, and the first with those of Pods that nobody makes anew.
func (p *mover) keep(m *member) {
	for i, c := range m.claims {
		if c.claim == nil {
			continue
		}
		notes := map[string]string{p.from: strings.Join(p.ix.HomeOf(c.volume).Names(), ",")}
		if bares := slices.Concat(m.deleted, m.bares()); i == p.podKeeper(m) && len(bares) > 0 {
			notes[AnnDeletedPod] = p.savedPods(c.volume, bares)
			p.hold(c.volume)
		}
		v := c.volume
		if p.clean {
			p.saveOnly(c, notes)
			continue
		}
		if retained(v) && saved(v, c.claim) && hasAnnotations(v, notes) {
			continue
		}
		p.fits(withNotes(v, notes), c.claim, true)
		p.step(Step{
			Action: KeepVolume, Object: volumeObject(v), Title: fmt.Sprintf("keep %s: policy Retain, claim manifest saved on it", v.Name),
			Why:          "so that neither the data nor the claim's manifest is lost when the claim goes",
			Precondition: Precondition{Volume: volumeObject(v), Claim: claimObject(c.claim), Notes: notes},
		})
	}
}

// hold notes that a volume holds the manifests of Pods, which must not go with it.
func (p *mover) hold(v *corev1.PersistentVolume) {
	if p.holding == nil {
		p.holding = map[string]bool{}
	}
	p.holding[v.Name] = true
	if p.clean {
		p.block(BlockedCleaner, "", "volume %s, which would hold the manifest of a Pod that nobody makes anew, is erased by its provisioner: leave out --clean", v.Name)
	}
}

// podKeeper is the place of the claim whose volume keeps the manifests of Pods: the first that still has it.
func (p *mover) podKeeper(m *member) int {
	return slices.IndexFunc(m.claims, func(c memberClaim) bool { return c.claim != nil })
}

// savedPods are the manifests of Pods as they are saved, and says what is lost with them.
func (p *mover) savedPods(v *corev1.PersistentVolume, pods []*corev1.Pod) string {
	var names []string
	var fresh []*corev1.Pod
	for _, pod := range pods {
		stripped := inspect.StripPod(pod)
		stripped.Spec.NodeName = ""
		names, fresh = append(names, pod.Namespace+"/"+pod.Name), append(fresh, stripped)
	}
	text, err := encodePods(fresh)
	if err != nil || len(text) > maxPods {
		p.block(BlockedTooLarge, "", "the manifest of Pod %s, which nobody makes anew, is too large to be kept on volume %s: save it (kubectl get pod -o yaml) and delete the Pod yourself",
			strings.Join(names, ", "), v.Name)
	}
	p.lose("Pod %s, which nobody makes anew; its manifest stays on %s: "+
		"kubectl get pv %s -o jsonpath='{.metadata.annotations.localpv\\.dev/deleted-pod}' | kubectl create -f -", strings.Join(names, ", "), v.Name, v.Name)
	return text
}

// dropPods deletes the Pods on the nodes that are left. Nobody there can confirm it.
func (p *mover) dropPods(m *member) {
	for _, pod := range m.placed {
		if !p.placer.left[pod.Spec.NodeName] {
			continue // it has come since an earlier run let the claims go
		}
		if p.evict != nil {
			p.evictMember(m, pod)
			continue
		}
		s := Step{
			Action: ForceDeletePod, Object: podObject(pod), Destructive: true, Title: fmt.Sprintf("force-delete Pod %s/%s", pod.Namespace, pod.Name),
			Why: "its kubelet cannot confirm its end", Precondition: Precondition{Dead: p.deadOf(pod.Spec.NodeName), Claim: m.claims[0].old(), Volume: volumeObject(m.claims[0].volume)},
		}
		if !p.force {
			s.Action, s.Title = DeletePod, fmt.Sprintf("delete Pod %s/%s", pod.Namespace, pod.Name)
			s.Why = fmt.Sprintf("%s makes a new one", m.owner)
		}
		if slices.Contains(m.bares(), pod) {
			s.Why = "nobody makes it anew; its manifest is kept on the volume"
		}
		p.step(s)
	}
}

func podObject(p *corev1.Pod) Object {
	return Object{Kind: kindPod, Namespace: p.Namespace, Name: p.Name, UID: p.UID}
}

// deadOf are those of the nodes that are left for dead that a deletion is about. The others are looked at as well, at one
// glance.
func (p *planner) deadOf(names ...string) []DeadNode {
	var out []DeadNode
	for _, d := range p.plan.dead {
		if slices.Contains(names, d.Name) {
			out = append(out, d)
		}
	}
	return out
}

// deadHomes are the nodes of a volume that are left for dead.
func (p *planner) deadHomes(v *corev1.PersistentVolume) []DeadNode {
	return p.deadOf(p.ix.HomeOf(v).Names()...)
}

// awaitFree waits until no Pod with a node names the claims, and the Pod's controller has answered with a new one.
func (p *mover) awaitFree(m *member, earlier []*member) {
	var claims []Object
	for _, c := range m.claims {
		if c.claim != nil {
			claims = append(claims, c.old())
		}
	}
	if len(claims) == 0 {
		return
	}
	s := Step{
		Action: AwaitUnused, Object: podOf(m), Title: fmt.Sprintf("wait until no Pod on a node names claim %s", claims[0]),
		Why: p.whyFree(), Precondition: Precondition{Claim: claims[0], Claims: claims},
	}
	if p.successor(m, earlier) {
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

// successor reports whether a new Pod is sure to come while the claim is still there: a StatefulSet that goes in order
// makes none while an earlier member is missing, and none for a claim that is being deleted. Members that this Plan
// moves before are there by then.
func (p *mover) successor(m *member, earlier []*member) bool {
	switch {
	case slices.ContainsFunc(m.claims, func(c memberClaim) bool { return c.claim == nil || c.claim.DeletionTimestamp != nil }):
		return false
	case m.direct.None(), m.custom(), m.direct.Kind == "Job":
		return false
	case m.set == nil, m.set.Spec.PodManagementPolicy == "Parallel":
		return true
	}
	first, _ := ordinals(m.set)
	for i := first; i < m.ordinal; i++ {
		name := memberName(m.set, i)
		if slices.ContainsFunc(earlier, func(e *member) bool { return e.key.Name == name && (e.place != nil || e.landed) }) {
			continue
		}
		pod := p.ix.Pod(m.set.Namespace, name)
		if pod == nil || !ready(pod) || pod.DeletionTimestamp != nil || p.placer.left[pod.Spec.NodeName] {
			return false
		}
	}
	return true
}

// reserve keeps the volumes that the member is to have for its claims, and first frees those that were kept for them before:
// a claim is bound to the volume that is kept for it wherever that is.
func (p *mover) reserve(m *member) {
	kept := map[string]bool{}
	for _, c := range m.claims {
		if c.moved() {
			continue
		}
		for _, before := range p.placer.reserved[c.key()] {
			if v := m.volumeFor(c); v != nil && before.Name == v.Name {
				kept[v.Name] = true
				continue
			}
			p.step(Step{
				Action: OpenVolume, Object: volumeObject(before), Title: fmt.Sprintf("free %s, which was kept for claim %s", p.where(before), c.object()),
				Why:          "the member does not fit there",
				Precondition: Precondition{Volume: volumeObject(before), Claim: c.object(), Home: p.homeNames(before), Phases: []corev1.PersistentVolumePhase{corev1.VolumeAvailable}},
			})
		}
	}
	for _, c := range m.claims {
		v, target := m.volumeFor(c), c.object()
		if v == nil || c.moved() || kept[v.Name] {
			continue
		}
		p.step(Step{
			Action: ReserveVolume, Object: volumeObject(v), Title: fmt.Sprintf("reserve %s for claim %s", p.where(v), target),
			Why:          "so that the member lands there, and no other claim takes its place",
			Precondition: Precondition{Volume: volumeObject(v), For: &target, Phases: []corev1.PersistentVolumePhase{corev1.VolumeAvailable}},
		})
	}
}

// volumeFor is the volume that a claim of the member is to have, nil if none is known.
func (m *member) volumeFor(c memberClaim) *corev1.PersistentVolume {
	if m.place == nil {
		return nil
	}
	return m.place.volumes[c.manifest.Name]
}

// letGo deletes the claims.
func (p *mover) letGo(m *member, standing *Standing) {
	for _, c := range m.claims {
		if c.claim == nil {
			p.awaitKnown([]memberClaim{c})
			continue
		}
		if c.claim.DeletionTimestamp == nil {
			s := Step{
				Action: DeleteClaim, Object: claimObject(c.claim), Destructive: true, Title: fmt.Sprintf("delete claim %s", c.object()),
				Why: p.whyLetGo(c),
				Precondition: Precondition{Volume: volumeObject(c.volume), Claim: claimObject(c.claim), Unused: true,
					Policy: p.policy(c.volume), Dead: p.deadHomes(c.volume), Standing: standing, Member: m.key.Name},
			}
			if v := m.volumeFor(c); v != nil {
				place := volumeObject(v)
				s.Precondition.Place = &place
			}
			p.step(s)
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

// whyLetGo says what becomes of the data.
func (p *mover) whyLetGo(c memberClaim) string {
	if p.evict == nil && !p.force {
		return fmt.Sprintf("the member restarts empty; the disk of %s went with the earlier machine", c.volume.Name)
	}
	return fmt.Sprintf("the member restarts empty; the old data stays on %s", c.volume.Name)
}

// awaitKnown waits until the volume controller has seen that claims are gone. It has, unless it is slow or off.
func (p *mover) awaitKnown(claims []memberClaim) {
	for _, c := range claims {
		if p.clean || c.claim != nil || c.volume.Status.Phase != corev1.VolumeBound {
			continue
		}
		p.step(Step{
			Action: AwaitReleased, Object: volumeObject(c.volume), Title: fmt.Sprintf("wait until %s is Released", c.volume.Name),
			Why: "its claim is gone", Precondition: Precondition{Volume: volumeObject(c.volume), Claim: c.old()},
		})
	}
}

// makeAnew creates the claims that nobody else creates.
func (p *mover) makeAnew(m *member) {
	for _, c := range m.claims {
		if c.remade || c.now != nil || c.to != nil {
			continue
		}
		p.step(Step{
			Action: CreateClaim, Object: c.object(), Title: fmt.Sprintf("create claim %s as it was saved", c.object()), Why: "nobody else would",
			Precondition: Precondition{Volume: volumeObject(c.volume), Claim: c.old()},
		})
	}
}

// awaitReady waits until the member runs again.
func (p *mover) awaitReady(m *member, peers peers) {
	switch {
	case m.bare() && len(m.placed) > 0, len(m.pods()) == 0 && len(m.deleted) > 0:
		p.next("Pod %s is not made anew by anybody; its manifest is on %s (annotation %s)", m.key, m.claims[0].volume.Name, AnnDeletedPod)
		return
	case m.set == nil && len(m.pods()) == 0:
		return // nobody is known to wait for the claim
	case m.place == nil && !m.landed:
		p.next("%s waits for a volume that fits: kubectl localpv why-pending -n %s", m.key, m.key.Namespace)
		return
	}
	s := Step{
		Action: AwaitReady, Object: podOf(m), Title: fmt.Sprintf("wait until %s is Ready again", m.key), Why: "before the next member is touched",
		Precondition: Precondition{Claim: m.claims[0].old(), Volume: volumeObject(m.claims[0].volume), Member: m.key.Name},
	}
	if m.place != nil {
		s.Precondition.Node, s.Precondition.Members = m.place.node, len(p.placer.pods[m])
	}
	for _, c := range m.claims {
		s.Precondition.Claims = append(s.Precondition.Claims, c.old())
	}
	switch {
	case m.custom():
		s.Precondition.Owner = &Object{Kind: m.direct.Kind, Namespace: m.key.Namespace, Name: m.direct.Name, UID: m.direct.UID}
		s.Precondition.Members = peers.wanted
	case m.direct.Kind == "Job":
		s.Precondition.Bound = true // its Pod may have ended and be gone before anybody looks
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
