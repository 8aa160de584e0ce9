package planner

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// retainVolumes keeps every volume with the manifest of its claim, and the first with those of Pods that nobody makes anew.
func (p *relocator) retainVolumes(m *workload.Member) {
	for i, c := range m.Claims {
		if c.Claim == nil {
			continue
		}
		notes := map[string]string{p.annotation: strings.Join(p.ix.HomeOf(c.Volume).Names(), ",")}
		if bares := slices.Concat(m.Deleted, m.Bares()); i == p.podKeeper(m) && len(bares) > 0 {
			notes[retain.AnnDeletedPod] = p.savedPods(c.Volume, bares)
			p.notePodRecord(c.Volume)
		}
		v := c.Volume
		if p.clean {
			p.recordOnly(c, notes)
			continue
		}
		if retain.Retained(v) && retain.Recorded(v, c.Claim) && retain.HasAnnotations(v, notes) {
			continue
		}
		p.checkManifestSize(retain.WithNotes(v, notes), c.Claim, true)
		p.step(drain.Step{
			Action: drain.RetainVolume, Object: drain.VolumeObject(v), Title: fmt.Sprintf("keep %s: policy Retain, claim manifest saved on it", v.Name),
			Why:          "so that neither the data nor the claim's manifest is lost when the claim goes",
			Precondition: drain.Precondition{Volume: drain.VolumeObject(v), Claim: drain.ClaimObject(c.Claim), Notes: notes},
		})
	}
}

// notePodRecord notes that a volume holds the manifests of Pods, which must not go with it.
func (p *relocator) notePodRecord(v *corev1.PersistentVolume) {
	if p.recording == nil {
		p.recording = map[string]bool{}
	}
	p.recording[v.Name] = true
	if p.clean {
		p.block(drain.BlockedCleaner, "", "volume %s, which would hold the manifest of a Pod that nobody makes anew, is erased by its provisioner: leave out --clean", v.Name)
	}
}

// podKeeper is the place of the claim whose volume keeps the manifests of Pods: the first that still has it.
func (p *relocator) podKeeper(m *workload.Member) int {
	return slices.IndexFunc(m.Claims, func(c workload.Claim) bool { return c.Claim != nil })
}

// savedPods are the manifests of Pods as they are saved, and says what is lost with them.
func (p *relocator) savedPods(v *corev1.PersistentVolume, pods []*corev1.Pod) string {
	var names []string
	var fresh []*corev1.Pod
	for _, pod := range pods {
		stripped := inspect.StripPod(pod)
		stripped.Spec.NodeName = ""
		names, fresh = append(names, pod.Namespace+"/"+pod.Name), append(fresh, stripped)
	}
	text, err := retain.EncodePods(fresh)
	if err != nil || len(text) > retain.MaxPods {
		p.block(drain.BlockedTooLarge, "", "the manifest of Pod %s, which nobody makes anew, is too large to be kept on volume %s: save it (kubectl get pod -o yaml) and delete the Pod yourself",
			strings.Join(names, ", "), v.Name)
	}
	p.lose("Pod %s, which nobody makes anew; its manifest stays on %s: "+
		"kubectl get pv %s -o jsonpath='{.metadata.annotations.localpv\\.dev/deleted-pod}' | kubectl create -f -", strings.Join(names, ", "), v.Name, v.Name)
	return text
}

// dropPods deletes the Pods on the nodes that are left. Nobody there can confirm it.
func (p *relocator) dropPods(m *workload.Member) {
	for _, pod := range m.Placed {
		if !p.placer.Departing[pod.Spec.NodeName] {
			continue // it has come since an earlier run let the claims go
		}
		if p.evict != nil {
			p.evictMember(m, pod)
			continue
		}
		s := drain.Step{
			Action: drain.ForceDeletePod, Object: drain.PodObject(pod), Destructive: true, Title: fmt.Sprintf("force-delete Pod %s/%s", pod.Namespace, pod.Name),
			Why: "its kubelet cannot confirm its end", Precondition: drain.Precondition{Dead: p.deadNodesNamed(pod.Spec.NodeName), Claim: m.Claims[0].AsBound(), Volume: drain.VolumeObject(m.Claims[0].Volume)},
		}
		if !p.force {
			s.Action, s.Title = drain.DeletePod, fmt.Sprintf("delete Pod %s/%s", pod.Namespace, pod.Name)
			s.Why = fmt.Sprintf("%s makes a new one", m.Owner)
		}
		if slices.Contains(m.Bares(), pod) {
			s.Why = "nobody makes it anew; its manifest is kept on the volume"
		}
		p.step(s)
	}
}

// deadNodesNamed are those of the nodes that are left for dead that a deletion is about. The others are looked at as well, at one
// glance.
func (p *planner) deadNodesNamed(names ...string) []liveness.DeadNode {
	var out []liveness.DeadNode
	for _, d := range p.plan.Dead {
		if slices.Contains(names, d.Name) {
			out = append(out, d)
		}
	}
	return out
}

// deadHomesOf are the nodes of a volume that are left for dead.
func (p *planner) deadHomesOf(v *corev1.PersistentVolume) []liveness.DeadNode {
	return p.deadNodesNamed(p.ix.HomeOf(v).Names()...)
}

// awaitFree waits until no Pod with a node names the claims, and the Pod's controller has answered with a new one.
func (p *relocator) awaitFree(m *workload.Member, earlier []*workload.Member) {
	var claims []drain.Object
	for _, c := range m.Claims {
		if c.Claim != nil {
			claims = append(claims, c.AsBound())
		}
	}
	if len(claims) == 0 {
		return
	}
	s := drain.Step{
		Action: drain.AwaitUnused, Object: podOf(m), Title: fmt.Sprintf("wait until no Pod on a node names claim %s", claims[0]),
		Why: p.whyFree(), Precondition: drain.Precondition{Claim: claims[0], Claims: claims},
	}
	if p.replacementComes(m, earlier) {
		s.Precondition.Successor = true
		s.Title = fmt.Sprintf("wait until the next Pod of %s waits, on no node", m.Owner)
	}
	p.step(s)
}

// podOf is the Pod that a member will have, without a name if its owner chooses one.
func podOf(m *workload.Member) drain.Object {
	o := drain.Object{Kind: drain.KindPod, Namespace: m.Key.Namespace}
	if m.Set != nil {
		o.Name = m.Key.Name
	}
	return o
}

// replacementComes reports whether a new Pod is sure to come while the claim is still there: a StatefulSet that goes in order
// makes none while an earlier member is missing, and none for a claim that is being deleted. Members that this Plan
// moves before are there by then.
func (p *relocator) replacementComes(m *workload.Member, earlier []*workload.Member) bool {
	switch {
	case slices.ContainsFunc(m.Claims, func(c workload.Claim) bool { return c.Claim == nil || c.Claim.DeletionTimestamp != nil }):
		return false
	case m.Direct.None(), m.Custom(), m.Direct.Kind == "Job":
		return false
	case m.Set == nil, m.Set.Spec.PodManagementPolicy == "Parallel":
		return true
	}
	first, _ := workload.Ordinals(m.Set)
	for i := first; i < m.Ordinal; i++ {
		name := workload.MemberName(m.Set, i)
		if slices.ContainsFunc(earlier, func(e *workload.Member) bool { return e.Key.Name == name && (e.Place != nil || e.Relocated) }) {
			continue
		}
		pod := p.ix.Pod(m.Set.Namespace, name)
		if pod == nil || !workload.Ready(pod) || pod.DeletionTimestamp != nil || p.placer.Departing[pod.Spec.NodeName] {
			return false
		}
	}
	return true
}

// reserve keeps the volumes that the member is to have for its claims, and first frees those that were kept for them before:
// a claim is bound to the volume that is kept for it wherever that is.
func (p *relocator) reserve(m *workload.Member) {
	kept := map[string]bool{}
	for _, c := range m.Claims {
		if c.Moved() {
			continue
		}
		for _, before := range p.placer.Reserved[c.Key()] {
			if v := m.VolumeFor(c); v != nil && before.Name == v.Name {
				kept[v.Name] = true
				continue
			}
			p.step(drain.Step{
				Action: drain.OpenVolume, Object: drain.VolumeObject(before), Title: fmt.Sprintf("free %s, which was kept for claim %s", p.where(before), c.Object()),
				Why:          "the member does not fit there",
				Precondition: drain.Precondition{Volume: drain.VolumeObject(before), Claim: c.Object(), Home: p.homeNames(before), Phases: []corev1.PersistentVolumePhase{corev1.VolumeAvailable}},
			})
		}
	}
	for _, c := range m.Claims {
		v, target := m.VolumeFor(c), c.Object()
		if v == nil || c.Moved() || kept[v.Name] {
			continue
		}
		p.step(drain.Step{
			Action: drain.ReserveVolume, Object: drain.VolumeObject(v), Title: fmt.Sprintf("reserve %s for claim %s", p.where(v), target),
			Why:          "so that the member lands there, and no other claim takes its place",
			Precondition: drain.Precondition{Volume: drain.VolumeObject(v), For: &target, Phases: []corev1.PersistentVolumePhase{corev1.VolumeAvailable}},
		})
	}
}

// releaseClaims deletes the claims.
func (p *relocator) releaseClaims(m *workload.Member, standing *drain.Safeguards) {
	for _, c := range m.Claims {
		if c.Claim == nil {
			p.awaitKnown([]workload.Claim{c})
			continue
		}
		if c.Claim.DeletionTimestamp == nil {
			s := drain.Step{
				Action: drain.DeleteClaim, Object: drain.ClaimObject(c.Claim), Destructive: true, Title: fmt.Sprintf("delete claim %s", c.Object()),
				Why: p.whyRelease(c),
				Precondition: drain.Precondition{Volume: drain.VolumeObject(c.Volume), Claim: drain.ClaimObject(c.Claim), Unused: true,
					Policy: p.policy(c.Volume), Dead: p.deadHomesOf(c.Volume), Safeguards: standing, Member: m.Key.Name},
			}
			if v := m.VolumeFor(c); v != nil {
				place := drain.VolumeObject(v)
				s.Precondition.Place = &place
			}
			p.step(s)
		}
		if p.clean {
			p.awaitCleaned(c)
			continue
		}
		p.step(drain.Step{
			Action: drain.AwaitReleased, Object: drain.VolumeObject(c.Volume), Title: fmt.Sprintf("wait until claim %s is gone", c.Object()),
			Why: "the volume controller then calls the volume Released", Precondition: drain.Precondition{Volume: drain.VolumeObject(c.Volume), Claim: drain.ClaimObject(c.Claim)},
		})
	}
}

// whyRelease says what becomes of the data.
func (p *relocator) whyRelease(c workload.Claim) string {
	if p.evict == nil && !p.force {
		return fmt.Sprintf("the member restarts empty; the disk of %s went with the earlier machine", c.Volume.Name)
	}
	return fmt.Sprintf("the member restarts empty; the old data stays on %s", c.Volume.Name)
}

// awaitKnown waits until the volume controller has seen that claims are gone. It has, unless it is slow or off.
func (p *relocator) awaitKnown(claims []workload.Claim) {
	for _, c := range claims {
		if p.clean || c.Claim != nil || c.Volume.Status.Phase != corev1.VolumeBound {
			continue
		}
		p.step(drain.Step{
			Action: drain.AwaitReleased, Object: drain.VolumeObject(c.Volume), Title: fmt.Sprintf("wait until %s is Released", c.Volume.Name),
			Why: "its claim is gone", Precondition: drain.Precondition{Volume: drain.VolumeObject(c.Volume), Claim: c.AsBound()},
		})
	}
}

// recreateClaims creates the claims that nobody else creates.
func (p *relocator) recreateClaims(m *workload.Member) {
	for _, c := range m.Claims {
		if c.Recreated || c.Current != nil || c.Destination != nil {
			continue
		}
		p.step(drain.Step{
			Action: drain.CreateClaim, Object: c.Object(), Title: fmt.Sprintf("create claim %s as it was saved", c.Object()), Why: "nobody else would",
			Precondition: drain.Precondition{Volume: drain.VolumeObject(c.Volume), Claim: c.AsBound()},
		})
	}
}

// awaitReady waits until the member runs again.
func (p *relocator) awaitReady(m *workload.Member, peers peers) {
	switch {
	case m.Bare() && len(m.Placed) > 0, len(m.Pods()) == 0 && len(m.Deleted) > 0:
		p.next("Pod %s is not made anew by anybody; its manifest is on %s (annotation %s)", m.Key, m.Claims[0].Volume.Name, retain.AnnDeletedPod)
		return
	case m.Set == nil && len(m.Pods()) == 0:
		return // nobody is known to wait for the claim
	case m.Place == nil && !m.Relocated:
		p.next("%s waits for a volume that fits: kubectl localpv why-pending -n %s", m.Key, m.Key.Namespace)
		return
	}
	s := drain.Step{
		Action: drain.AwaitReady, Object: podOf(m), Title: fmt.Sprintf("wait until %s is Ready again", m.Key), Why: "before the next member is touched",
		Precondition: drain.Precondition{Claim: m.Claims[0].AsBound(), Volume: drain.VolumeObject(m.Claims[0].Volume), Member: m.Key.Name},
	}
	if m.Place != nil {
		s.Precondition.Node, s.Precondition.Members = m.Place.Node, len(p.placer.Pods[m])
	}
	for _, c := range m.Claims {
		s.Precondition.Claims = append(s.Precondition.Claims, c.AsBound())
	}
	switch {
	case m.Custom():
		s.Precondition.Owner = &drain.Object{Kind: m.Direct.Kind, Namespace: m.Key.Namespace, Name: m.Direct.Name, UID: m.Direct.UID}
		s.Precondition.Members = peers.wanted
	case m.Direct.Kind == "Job":
		s.Precondition.Bound = true // its Pod may have ended and be gone before anybody looks
	}
	p.step(s)
}
