package execute

import (
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// deleteClaim deletes the claim in exactly the version whose manifest is on the volume. If it has changed since, it is
// saved again first.
func (r *run) deleteClaim(ctx context.Context, s drain.Step) (decision, error) {
	claim := s.Precondition.Claim
	c, err := r.live.claim(ctx, claim)
	if err != nil {
		return decision{}, err
	}
	if gone(c, claim) || c.DeletionTimestamp != nil {
		return doneWith("")
	}
	v, err := r.live.sameVolume(ctx, s.Precondition.Volume)
	switch {
	case err != nil:
		return decision{}, err
	case v.Spec.ClaimRef == nil || v.Spec.ClaimRef.UID != c.UID || c.Spec.VolumeName != v.Name:
		return refuse("volume %s and claim %s do not belong together any more", v.Name, claim)
	case v.DeletionTimestamp != nil:
		return refuse("volume %s is being deleted since this was planned", v.Name)
	case v.Spec.PersistentVolumeReclaimPolicy != s.Precondition.Policy && s.Precondition.Policy != corev1.PersistentVolumeReclaimRetain:
		return refuse("volume %s has policy %s by now, not %s", v.Name, v.Spec.PersistentVolumeReclaimPolicy, s.Precondition.Policy)
	}
	if waiting, err := r.mayGo(ctx, s, v); err != nil || waiting != "" {
		return decision{message: waiting}, err
	}
	if keep := s.Precondition.Policy == corev1.PersistentVolumeReclaimRetain; !retain.Recorded(v, c) || keep && !retain.Retained(v) {
		return r.keepWrite(v, c, keep, s.Precondition.Notes)
	}
	return decision{write: func(ctx context.Context) error {
		return r.Client.CoreV1().PersistentVolumeClaims(c.Namespace).Delete(ctx, c.Name, metav1.DeleteOptions{
			Preconditions: &metav1.Preconditions{UID: ptr.To(c.UID), ResourceVersion: ptr.To(c.ResourceVersion)},
		})
	}}, nil
}

// mayGo looks at the Pods around a claim that is to be deleted, all of them at once: none may hold it, and the other
// members have to stand. It returns what is waited for, if anything is.
func (r *run) mayGo(ctx context.Context, s drain.Step, v *corev1.PersistentVolume) (waiting string, err error) {
	claim, standing := s.Precondition.Claim, s.Precondition.Safeguards
	if !s.Precondition.Unused && standing == nil {
		return "", nil
	}
	holds := func(p *corev1.Pod) bool { return slices.Contains(inspect.ClaimNames(p), claim.Name) }
	pods, err := r.live.podsIn(ctx, claim.Namespace, func(p *corev1.Pod) bool { return holds(p) || counts(standing, p, s.Precondition.Member) })
	if err != nil {
		return "", err
	}
	others := slices.DeleteFunc(slices.Clone(pods), func(p *corev1.Pod) bool { return !holds(p) })
	if held := workload.Placed(others); s.Precondition.Unused && len(held) > 0 {
		_, err := refuse("%s", workload.InUse(claim.Namespace, claim.Name, held, workload.DirectOwner))
		return "", err
	}
	if waiting, err := r.stands(ctx, s, v, pods); err != nil || waiting != "" {
		return waiting, err
	}
	return "", r.placeIsKept(ctx, s)
}

// placeIsKept refuses if the volume that was reserved for a claim is not kept for it any more: somebody may have freed it.
func (r *run) placeIsKept(ctx context.Context, s drain.Step) error {
	if s.Precondition.Place == nil {
		return nil
	}
	v, err := r.live.sameVolume(ctx, *s.Precondition.Place)
	if err != nil {
		return err
	}
	ref, claim := v.Spec.ClaimRef, s.Precondition.Claim
	if ref == nil || ref.Namespace != claim.Namespace || ref.Name != claim.Name || ref.UID != "" || v.DeletionTimestamp != nil {
		_, err = refuse("volume %s is not kept for claim %s any more", v.Name, claim)
	}
	return err
}

func (r *run) deletePod(ctx context.Context, s drain.Step) (decision, error) {
	p, err := r.live.pod(ctx, s.Object)
	if err != nil {
		return decision{}, err
	}
	if p == nil || p.UID != s.Object.UID || p.DeletionTimestamp != nil {
		return doneWith("")
	}
	return decision{write: func(ctx context.Context) error {
		return r.Client.CoreV1().Pods(p.Namespace).Delete(ctx, p.Name, metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: ptr.To(p.UID)}})
	}}, nil
}

func (r *run) awaitReleased(ctx context.Context, s drain.Step) (decision, error) {
	claim := s.Precondition.Claim
	c, err := r.live.claim(ctx, claim)
	if err != nil {
		return decision{}, err
	}
	if !gone(c, claim) {
		return r.awaitGone(ctx, c)
	}
	v, err := r.live.sameVolume(ctx, s.Precondition.Volume)
	if err != nil {
		return decision{}, err
	}
	if v.Status.Phase != corev1.VolumeBound || v.Spec.ClaimRef == nil || v.Spec.ClaimRef.UID != claim.UID {
		return doneWith("%s", v.Status.Phase)
	}
	return waitFor("claim %s is gone, volume %s is still %s", claim, v.Name, v.Status.Phase)
}

// awaitGone says what a claim that is being deleted waits for.
func (r *run) awaitGone(ctx context.Context, c *corev1.PersistentVolumeClaim) (decision, error) {
	if c.DeletionTimestamp == nil {
		return refuse("claim %s/%s is not being deleted any more", c.Namespace, c.Name)
	}
	if others := workload.ForeignFinalizers(c); len(others) > 0 {
		return waitFor("claim %s/%s is being deleted and has finalizer %s", c.Namespace, c.Name, strings.Join(others, ", "))
	}
	pods, err := r.live.naming(ctx, drain.ClaimObject(c))
	if err != nil {
		return decision{}, err
	}
	if pods = workload.Placed(pods); len(pods) > 0 {
		return waitFor("claim %s/%s is being deleted and held by Pod %s", c.Namespace, c.Name, workload.PodList(pods, workload.DirectOwner))
	}
	return waitFor("claim %s/%s is being deleted", c.Namespace, c.Name)
}

// createClaim makes the saved claim anew. That somebody else does so first is fine.
func (r *run) createClaim(ctx context.Context, s drain.Step) (decision, error) {
	c, err := r.live.claim(ctx, s.Object)
	if err != nil {
		return decision{}, err
	}
	was := s.Precondition.Claim
	switch {
	case c != nil && c.DeletionTimestamp != nil:
		return r.awaitGone(ctx, c)
	case c != nil && was.UID != "" && c.UID == was.UID:
		return refuse("claim %s has not been deleted", s.Object)
	case c != nil:
		return doneWith("")
	}
	v, err := r.live.sameVolume(ctx, s.Precondition.Volume)
	if err != nil {
		return decision{}, err
	}
	manifest, err := retain.RecordedClaim(v)
	switch {
	case err != nil:
		return decision{}, err
	case manifest == nil || manifest.Namespace != s.Object.Namespace || manifest.Name != s.Object.Name:
		return refuse("the manifest of claim %s is not on volume %s any more", s.Object, v.Name)
	}
	fresh := inspect.StripClaim(manifest)
	fresh.OwnerReferences = nil // an owner that is gone would take the claim with it; one that is there adopts it
	return decision{write: func(ctx context.Context) error {
		_, err := r.Client.CoreV1().PersistentVolumeClaims(fresh.Namespace).Create(ctx, fresh, metav1.CreateOptions{FieldManager: fieldManager})
		if err != nil {
			return fmt.Errorf("creating claim %s: %w", s.Object, err)
		}
		return nil
	}}, nil
}

func (r *run) awaitBound(ctx context.Context, s drain.Step) (decision, error) {
	c, err := r.live.claim(ctx, s.Object)
	if err != nil {
		return decision{}, err
	}
	v, err := r.live.sameVolume(ctx, s.Precondition.Volume)
	if err != nil {
		return decision{}, err
	}
	ref := v.Spec.ClaimRef
	if ref == nil || ref.Namespace != s.Object.Namespace || ref.Name != s.Object.Name {
		return refuse("volume %s is not kept for claim %s any more", v.Name, s.Object)
	}
	switch {
	case c == nil:
		return waitFor("claim %s does not exist yet", s.Object)
	case c.DeletionTimestamp != nil:
		return r.awaitGone(ctx, c)
	case c.Spec.VolumeName != "" && c.Spec.VolumeName != v.Name:
		return refuse("claim %s was bound to volume %s instead; %s is still kept for it, with its data", s.Object, c.Spec.VolumeName, v.Name)
	case inspect.FullyBound(c) && ref.UID == c.UID && v.Status.Phase == corev1.VolumeBound:
		return doneWith("")
	}
	return waitFor("claim %s is %s, volume %s is %s", s.Object, workload.ClaimPhase(c), v.Name, v.Status.Phase)
}
