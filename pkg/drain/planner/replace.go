package planner

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
)

// replace plans to delete the claim that took the place of the one to reattach, with its Pods, and keeps the volume
// that it leaves as release would.
func (p *reattachPlanner) replace() {
	c := p.current
	other := p.ix.Volume(c.Spec.VolumeName)
	if other == nil || other.Spec.ClaimRef == nil || other.Spec.ClaimRef.UID != c.UID {
		p.block(drain.BlockedMisbound, "", "claim %s names volume %s, and the two do not agree: nothing is done to them; kubectl describe pvc %s -n %s",
			p.claim, c.Spec.VolumeName, c.Name, c.Namespace)
		return
	}
	if owner := metav1.GetControllerOf(c); owner != nil && owner.Kind == drain.KindPod {
		p.block(drain.BlockedEphemeral, "", "claim %s is that of a generic ephemeral volume: it lives and dies with Pod %s", p.claim, owner.Name)
		return
	}
	p.compare(other)
	if !p.req.Replace {
		p.block(drain.BlockedReplaced, "--replace", "claim %s exists and is bound to %s: --replace deletes the claim and its Pods, and keeps %s", p.claim, other.Name, other.Name)
	}
	if other.DeletionTimestamp != nil {
		p.block(drain.BlockedTerminating, "", "volume %s is being deleted: once claim %s lets go, the volume object would go too, with the manifest saved on it", other.Name, p.claim)
	}
	p.retainStep(other, c, false)
	if c.DeletionTimestamp == nil {
		p.step(drain.Step{
			Action: drain.DeleteClaim, Object: drain.ClaimObject(c), Title: fmt.Sprintf("delete claim %s", p.claim), Destructive: true,
			Why:          fmt.Sprintf("to let go of %s, which keeps its data", other.Name),
			Precondition: drain.Precondition{Volume: drain.VolumeObject(other), Claim: drain.ClaimObject(c), Policy: corev1.PersistentVolumeReclaimRetain},
		})
	}
	p.deletePods(other)
	p.step(drain.Step{
		Action: drain.AwaitReleased, Object: drain.VolumeObject(other), Title: fmt.Sprintf("wait until claim %s is gone and %s is Released", p.claim, other.Name),
		Why: "a claim lives as long as a Pod with a node names it", Precondition: drain.Precondition{Volume: drain.VolumeObject(other), Claim: drain.ClaimObject(c)},
	})
	p.recreate(other, c)
	p.next("%s is Released, its data untouched: kubectl localpv reattach %s --replace changes back", other.Name, other.Name)
}

// recreate plans to create the claim anew: as it was saved on the volume that comes back, else as the one that it
// replaces.
func (p *reattachPlanner) recreate(other *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim) {
	from := p.volume
	if s, err := retain.RecordedClaim(p.volume); err != nil || s == nil || !p.remembers(s) {
		from, s = other, c
		p.warn("the manifest of the earlier claim %s is not on %s: the new one is made like the present one", p.claim, p.volume.Name)
		if why := p.explain(s); why != "" {
			p.block(drain.BlockedNoFit, "", "claim %s, made like the present one, cannot be bound to %s: %s", p.claim, p.volume.Name, why)
		}
	}
	p.step(drain.Step{
		Action: drain.CreateClaim, Object: p.claim, Title: fmt.Sprintf("create claim %s as it was saved, unless somebody else has", p.claim),
		Why: "a StatefulSet makes it by itself, others do not", Precondition: drain.Precondition{Volume: drain.VolumeObject(from), Claim: drain.ClaimObject(c)},
	})
}

// compare shows both volumes and says which has the newer data.
func (p *reattachPlanner) compare(other *corev1.PersistentVolume) {
	v := p.volume
	was := p.claim.String()
	if ref := v.Spec.ClaimRef; ref != nil {
		was = ref.Namespace + "/" + ref.Name
	}
	p.warn("%s, %s, held the data of claim %s until %s", p.where(v), size(v), was, age(p.ix, since(v)))
	p.warn("%s, %s, holds the data of claim %s, made %s: the newer data is on it", p.where(other), size(other), p.claim, age(p.ix, p.current.CreationTimestamp))
}

func size(v *corev1.PersistentVolume) string {
	capacity := v.Spec.Capacity[corev1.ResourceStorage]
	return capacity.String()
}

// since is when a volume came into its phase.
func since(v *corev1.PersistentVolume) metav1.Time {
	return ptr.Deref(v.Status.LastPhaseTransitionTime, metav1.Time{})
}

// deletePods plans to delete the Pods that keep the claim alive. Their controllers make new ones.
func (p *reattachPlanner) deletePods(other *corev1.PersistentVolume) {
	for _, pod := range workload.Placed(p.ix.Consumers(p.claim.Namespace, p.claim.Name)) {
		owner := p.ix.OwnerOf(pod)
		if owner.None() {
			p.block(drain.BlockedBarePod, "", "Pod %s/%s uses claim %s and has no controller that would make it anew: save its manifest and delete it first", pod.Namespace, pod.Name, p.claim)
		}
		if pod.DeletionTimestamp != nil {
			continue
		}
		p.step(drain.Step{
			Action: drain.DeletePod, Object: drain.Object{Kind: drain.KindPod, Namespace: pod.Namespace, Name: pod.Name, UID: pod.UID}, Destructive: true,
			Title: fmt.Sprintf("delete Pod %s/%s", pod.Namespace, pod.Name), Why: fmt.Sprintf("it keeps the claim; %s makes a new one", owner),
			Precondition: drain.Precondition{Volume: drain.VolumeObject(other), Claim: drain.ClaimObject(p.current)},
		})
	}
}
