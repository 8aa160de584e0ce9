package execute

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// patchOp is one operation of a JSON patch. The server refuses the whole patch if a test does not hold.
type patchOp struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value,omitempty"`
}

// free takes the claimRef of a volume away, or reduces it to a name. Without the guard of the tests, a volume that was
// bound meanwhile would be given to two claims at once.
func (r *run) free(ctx context.Context, s drain.Step) (decision, error) {
	pre := s.Precondition
	v, err := r.live.sameVolume(ctx, pre.Volume)
	if err != nil {
		return decision{}, err
	}
	if d, ok, err := alreadyFree(v, pre); ok || err != nil {
		return d, err
	}
	switch {
	case v.DeletionTimestamp != nil:
		return refuse("volume %s is being deleted since this was planned", v.Name)
	case !hasPhase(v, pre.Phases):
		return refuse("volume %s is %s by now, so it is left as it is", v.Name, v.Status.Phase)
	case pre.Policy != "" && v.Spec.PersistentVolumeReclaimPolicy != pre.Policy:
		return refuse("volume %s has policy %s by now, not %s", v.Name, v.Spec.PersistentVolumeReclaimPolicy, pre.Policy)
	}
	if err := r.abandoned(ctx, v, pre); err != nil {
		return decision{}, err
	}
	patch, err := json.Marshal(freeOps(v, pre.For))
	if err != nil {
		return decision{}, err
	}
	return decision{write: func(ctx context.Context) error {
		_, err := r.Client.CoreV1().PersistentVolumes().Patch(ctx, v.Name, types.JSONPatchType, patch, metav1.PatchOptions{FieldManager: fieldManager})
		return err
	}}, nil
}

// alreadyFree reports whether the volume has been let go, by this command or somebody else, and who has it then.
func alreadyFree(v *corev1.PersistentVolume, pre drain.Precondition) (decision, bool, error) {
	ref := v.Spec.ClaimRef
	if pre.For == nil {
		if ref == nil {
			d, err := doneWith("")
			return d, true, err
		}
		if ref.UID != pre.Claim.UID || ref.Namespace != pre.Claim.Namespace || ref.Name != pre.Claim.Name {
			d, err := doneWith("claim %s/%s has it", ref.Namespace, ref.Name)
			return d, true, err
		}
		return decision{}, false, nil
	}
	switch {
	case ref == nil:
		return decision{}, false, nil
	case ref.Namespace == pre.For.Namespace && ref.Name == pre.For.Name && (ref.UID == "" || ref.UID != pre.Claim.UID):
		d, err := doneWith("")
		return d, true, err
	case ref.UID != pre.Claim.UID || ref.Namespace != pre.Claim.Namespace || ref.Name != pre.Claim.Name:
		_, err := refuse("volume %s was given to claim %s/%s meanwhile", v.Name, ref.Namespace, ref.Name)
		return decision{}, false, err
	}
	return decision{}, false, nil
}

// abandoned refuses if the claim that had the volume is there, or a Pod may have the disk open.
func (r *run) abandoned(ctx context.Context, v *corev1.PersistentVolume, pre drain.Precondition) error {
	ref := v.Spec.ClaimRef
	if ref == nil {
		return nil
	}
	old := drain.RefObject(ref)
	current, err := r.live.claim(ctx, old)
	if err != nil {
		return err
	}
	if pre.Elsewhere && (current == nil || current.DeletionTimestamp != nil || !inspect.FullyBound(current) || current.Spec.VolumeName == v.Name) {
		_, err := refuse("volume %s is kept for claim %s, which has no other volume by now", v.Name, old)
		return err
	}
	if current != nil && current.UID == ref.UID {
		_, err := refuse("claim %s of volume %s is there again", old, v.Name)
		return err
	}
	pods, err := r.live.naming(ctx, old)
	if err != nil {
		return err
	}
	if pods = workload.Users(v, current, pods, pre.Home); len(pods) > 0 {
		_, err := refuse("volume %s may be in use: %s", v.Name, workload.InUse(old.Namespace, old.Name, pods, workload.DirectOwner))
		return err
	}
	return nil
}

// freeOps is the guarded patch: for the volume it was decided about, in the phase and with the claim it had then.
func freeOps(v *corev1.PersistentVolume, reserve *drain.Object) []patchOp {
	ops := []patchOp{
		{Op: "test", Path: "/metadata/uid", Value: v.UID},
		{Op: "test", Path: "/status/phase", Value: v.Status.Phase},
	}
	if ref := v.Spec.ClaimRef; ref != nil && ref.UID != "" {
		ops = append(ops, patchOp{Op: "test", Path: "/spec/claimRef/uid", Value: ref.UID})
	} else {
		ops = append(ops, patchOp{Op: "test", Path: "/metadata/resourceVersion", Value: v.ResourceVersion})
	}
	if _, ok := v.Annotations[volumehelpers.AnnBoundByController]; ok {
		// With it, the controller would drop the whole reservation (controller/volume/persistentvolume: unbindVolume).
		ops = append(ops, patchOp{Op: "remove", Path: "/metadata/annotations/" + strings.ReplaceAll(volumehelpers.AnnBoundByController, "/", "~1")})
	}
	if reserve == nil {
		return append(ops, patchOp{Op: "remove", Path: "/spec/claimRef"})
	}
	return append(ops, patchOp{Op: "add", Path: "/spec/claimRef", Value: map[string]string{
		"apiVersion": "v1", "kind": drain.KindClaim, "namespace": reserve.Namespace, "name": reserve.Name,
	}})
}

func (r *run) awaitAvailable(ctx context.Context, s drain.Step) (decision, error) {
	v, err := r.live.sameVolume(ctx, s.Precondition.Volume)
	if err != nil {
		return decision{}, err
	}
	switch ref := v.Spec.ClaimRef; {
	case v.Status.Phase == corev1.VolumeBound && ref != nil:
		return doneWith("bound to claim %s/%s already", ref.Namespace, ref.Name)
	case v.Status.Phase == corev1.VolumeAvailable:
		return doneWith("")
	}
	return waitFor("volume %s is still %s", v.Name, v.Status.Phase)
}

// awaitCleaned waits for the end of the volume object, or for one made anew. The claim goes first.
func (r *run) awaitCleaned(ctx context.Context, s drain.Step) (decision, error) {
	v, err := r.live.volume(ctx, s.Precondition.Volume)
	if err != nil {
		return decision{}, err
	}
	claim := s.Precondition.Claim
	switch {
	case v == nil:
		return doneWith("volume %s is gone; its provisioner makes it anew", s.Object.Name)
	case v.UID != s.Precondition.Volume.UID:
		return doneWith("volume %s has been made anew: %s", v.Name, v.Status.Phase)
	case v.Spec.ClaimRef == nil || v.Spec.ClaimRef.UID != claim.UID:
		return refuse("volume %s was not cleaned: somebody else took it from claim %s", v.Name, claim)
	}
	c, err := r.live.claim(ctx, claim)
	if err != nil {
		return decision{}, err
	}
	if !gone(c, claim) {
		return r.awaitGone(ctx, c)
	}
	state := fmt.Sprintf("volume %s is %s", v.Name, v.Status.Phase)
	if v.DeletionTimestamp != nil {
		state += " and being deleted"
	}
	return waitFor("%s; provisioner %s has not cleaned it yet", state, workload.ExternalCleaner(v))
}
