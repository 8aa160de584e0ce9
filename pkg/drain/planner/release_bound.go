package planner

import (
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
)

// bound checks that claim and volume have each other, and that the claim may go.
func (p *releasePlanner) bound(f pair) bool {
	v, c := f.volume, f.claim
	before := len(p.plan.Blockers)
	ref := v.Spec.ClaimRef
	switch owner := metav1.GetControllerOf(c); {
	case owner != nil && owner.Kind == drain.KindPod:
		p.block(drain.BlockedEphemeral, "", "claim %s/%s is that of a generic ephemeral volume: it lives and dies with Pod %s; delete the Pod instead", c.Namespace, c.Name, owner.Name)
	case ref == nil || ref.UID != c.UID || c.Spec.VolumeName != v.Name:
		p.block(drain.BlockedMisbound, "", "%s", misbound(v, c))
	case c.Status.Phase == corev1.ClaimLost:
		p.block(drain.BlockedLost, "", "claim %s/%s is Lost although volume %s exists: the volume controller binds them again in a moment or says why not: kubectl describe pvc %s -n %s",
			c.Namespace, c.Name, v.Name, c.Name, c.Namespace)
	case v.DeletionTimestamp != nil:
		p.block(drain.BlockedTerminating, "", "volume %s is being deleted: once claim %s/%s lets go, the volume object would go too, with the manifest saved on it", v.Name, c.Namespace, c.Name)
	}
	if pods := workload.Placed(p.ix.Consumers(c.Namespace, c.Name)); len(pods) > 0 {
		p.block(drain.BlockedInUse, "", "%s", workload.InUse(c.Namespace, c.Name, pods, p.ix.OwnerOf))
	}
	return len(p.plan.Blockers) == before
}

func misbound(v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim) string {
	ref := v.Spec.ClaimRef
	switch {
	case c.Spec.VolumeName != v.Name:
		return fmt.Sprintf("volume %s names claim %s/%s, but that claim is bound to volume %s; nothing is done to a pair that does not agree: name the claim, pvc/%s, to release %s",
			v.Name, c.Namespace, c.Name, c.Spec.VolumeName, c.Name, c.Spec.VolumeName)
	case ref == nil:
		return fmt.Sprintf("claim %s/%s names volume %s, which does not name it back: they are not bound", c.Namespace, c.Name, v.Name)
	default:
		return fmt.Sprintf("claim %s/%s names volume %s, but that volume belongs to claim %s/%s (uid %s); nothing is done to a pair that does not agree",
			c.Namespace, c.Name, v.Name, ref.Namespace, ref.Name, ref.UID)
	}
}

// warnAbout says what will happen around a claim that goes.
func (p *releasePlanner) warnAbout(c *corev1.PersistentVolumeClaim) {
	for _, f := range workload.ForeignFinalizers(c) {
		p.warn("claim %s/%s has finalizer %s: it goes when whoever put that there lets it", c.Namespace, c.Name, f)
	}
	for _, ref := range c.OwnerReferences {
		text := fmt.Sprintf("claim %s/%s belongs to %s %s, which may make it anew", c.Namespace, c.Name, ref.Kind, ref.Name)
		if sts := p.statefulSet(c.Namespace, ref); sts && ref.Kind == "StatefulSet" {
			text = fmt.Sprintf("claim %s/%s is deleted with StatefulSet %s by its persistentVolumeClaimRetentionPolicy; a claim made anew is again", c.Namespace, c.Name, ref.Name)
		}
		p.warn("%s", text)
	}
	for _, pod := range p.ix.Consumers(c.Namespace, c.Name) {
		if pod.Spec.NodeName != "" {
			continue
		}
		if o := p.ix.OwnerOf(pod); o.Kind == "StatefulSet" {
			p.warn("Pod %s/%s waits with this claim: %s makes the claim anew and it takes another volume if one fits", pod.Namespace, pod.Name, o)
		} else {
			p.warn("Pod %s/%s waits with this claim, and will wait until somebody makes the claim anew", pod.Namespace, pod.Name)
		}
	}
}

func (p *releasePlanner) statefulSet(namespace string, ref metav1.OwnerReference) bool {
	return slices.ContainsFunc(p.ix.StatefulSets, func(s *appsv1.StatefulSet) bool {
		policy := s.Spec.PersistentVolumeClaimRetentionPolicy
		return s.Namespace == namespace && s.UID == ref.UID && policy != nil && policy.WhenDeleted == appsv1.DeletePersistentVolumeClaimRetentionPolicyType
	})
}
