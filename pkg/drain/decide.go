package drain

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
)

// decide reads what a step rests on and says what it does next.
func (r *run) decide(ctx context.Context, s Step) (decision, error) {
	switch s.Action {
	case KeepVolume, SaveClaim:
		return r.keep(ctx, s)
	case DeleteClaim:
		return r.deleteClaim(ctx, s)
	case DeletePod:
		return r.deletePod(ctx, s)
	case AwaitReleased:
		return r.awaitReleased(ctx, s)
	case AwaitCleaned:
		return r.awaitCleaned(ctx, s)
	case ReserveVolume, OpenVolume:
		return r.free(ctx, s)
	case AwaitAvailable:
		return r.awaitAvailable(ctx, s)
	case CreateClaim:
		return r.createClaim(ctx, s)
	case AwaitBound:
		return r.awaitBound(ctx, s)
	case CordonNode:
		return r.cordon(ctx, s)
	case ForceDeletePod:
		return r.forceDelete(ctx, s)
	case AwaitUnused:
		return r.awaitUnused(ctx, s)
	case EvictPod:
		return r.evict(ctx, s)
	case ForgetVolume:
		return r.forgetVolume(ctx, s)
	case CheckEmpty:
		return r.checkEmpty(ctx, s)
	case AwaitReady: // decided in stepRun, which knows for how long it has waited
	}
	return decision{}, fmt.Errorf("there is no action %q", s.Action)
}

// gone reports whether the claim of the step does not exist any more, whoever has its name now.
func gone(c *corev1.PersistentVolumeClaim, o Object) bool {
	return c == nil || o.UID != "" && c.UID != o.UID
}

// unused refuses while a Pod with a node names the claim.
func (r *run) unused(ctx context.Context, claim Object) error {
	pods, err := r.live.naming(ctx, claim)
	if err != nil {
		return err
	}
	if pods = placed(pods); len(pods) > 0 {
		_, err = refuse("%s", inUse(claim.Namespace, claim.Name, pods, directOwner))
	}
	return err
}
