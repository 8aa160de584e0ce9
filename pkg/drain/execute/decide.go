package execute

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
)

// decide reads what a step rests on and says what it does next.
func (r *run) decide(ctx context.Context, s drain.Step) (decision, error) {
	switch s.Action {
	case drain.RetainVolume, drain.RecordClaim:
		return r.keep(ctx, s)
	case drain.DeleteClaim:
		return r.deleteClaim(ctx, s)
	case drain.DeletePod:
		return r.deletePod(ctx, s)
	case drain.AwaitReleased:
		return r.awaitReleased(ctx, s)
	case drain.AwaitCleaned:
		return r.awaitCleaned(ctx, s)
	case drain.ReserveVolume, drain.OpenVolume:
		return r.free(ctx, s)
	case drain.AwaitAvailable:
		return r.awaitAvailable(ctx, s)
	case drain.CreateClaim:
		return r.createClaim(ctx, s)
	case drain.AwaitBound:
		return r.awaitBound(ctx, s)
	case drain.CordonNode:
		return r.cordon(ctx, s)
	case drain.ForceDeletePod:
		return r.forceDelete(ctx, s)
	case drain.AwaitUnused:
		return r.awaitUnused(ctx, s)
	case drain.EvictPod:
		return r.evict(ctx, s)
	case drain.ForgetVolume:
		return r.forgetVolume(ctx, s)
	case drain.CheckEmpty:
		return r.checkEmpty(ctx, s)
	case drain.AwaitReady: // decided in stepRun, which knows for how long it has waited
	}
	return decision{}, fmt.Errorf("there is no action %q", s.Action)
}

// gone reports whether the claim of the step does not exist any more, whoever has its name now.
func gone(c *corev1.PersistentVolumeClaim, o drain.Object) bool {
	return c == nil || o.UID != "" && c.UID != o.UID
}

// unused refuses while a Pod with a node names the claim.
func (r *run) unused(ctx context.Context, claim drain.Object) error {
	pods, err := r.live.naming(ctx, claim)
	if err != nil {
		return err
	}
	if pods = workload.Placed(pods); len(pods) > 0 {
		_, err = refuse("%s", workload.InUse(claim.Namespace, claim.Name, pods, workload.DirectOwner))
	}
	return err
}
