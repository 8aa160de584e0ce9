package execute

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
)

// patchOp is one operation of a JSON patch. The server refuses the whole patch if a test does not hold.
type patchOp struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value,omitempty"`
}

// freeVolume takes the claimRef of a volume away, or reduces it to a name. Without the guard of the tests, a volume that was
// bound meanwhile would be given to two claims at once.
func (s *stepRun) freeVolume(ctx context.Context, p *drain.FreeParameters) (decision, error) {
	v, err := s.live.sameVolume(ctx, p.Volume)
	if err != nil {
		return decision{}, err
	}
	if d, ok, err := alreadyFree(v, p); ok || err != nil {
		return d, err
	}
	switch {
	case v.DeletionTimestamp != nil:
		return refuse(fact.New("VolumeNowTerminating", "volume", v.Name))
	case !hasPhase(v, p.Phases):
		return refuse(fact.New("VolumePhaseChanged", "volume", v.Name, "phase", v.Status.Phase))
	case p.Policy != "" && v.Spec.PersistentVolumeReclaimPolicy != p.Policy:
		return refuse(fact.New("VolumePolicyChanged", "volume", v.Name, "have", v.Spec.PersistentVolumeReclaimPolicy, "want", p.Policy))
	}
	if err := retain.CheckVersion(v); err != nil {
		return refuse(fact.Of(err))
	}
	if err := s.abandoned(ctx, v, p); err != nil {
		return decision{}, err
	}
	if err := s.meant(ctx, v, p); err != nil {
		return decision{}, err
	}
	if err := s.stillAsKnown(ctx, v, p); err != nil {
		return decision{}, err
	}
	patch, err := json.Marshal(freeOps(v, p.For, s.Clock.Now()))
	if err != nil {
		return decision{}, err
	}
	return decision{write: func(ctx context.Context) error {
		_, err := s.Client.CoreV1().PersistentVolumes().Patch(ctx, v.Name, types.JSONPatchType, patch, metav1.PatchOptions{FieldManager: fieldManager})
		return err
	}}, nil
}

// stillAsKnown refuses if there is more to say of the data on a volume, or of its disk, than when the Plan was made.
func (s *stepRun) stillAsKnown(ctx context.Context, v *corev1.PersistentVolume, p *drain.FreeParameters) error {
	if err := sameData(v, s.Clock.Now(), p.Data); err != nil || p.Former { // that one is gone: nobody gets the volume
		return err
	}
	all, err := s.live.volumes(ctx)
	if err != nil {
		return err
	}
	return s.diskUnused(ctx, v, all, giving{known: p.Disk, to: p.For, home: p.Home})
}

// alreadyFree reports whether the volume has been freed, by this command or somebody else, and who has it then.
func alreadyFree(v *corev1.PersistentVolume, p *drain.FreeParameters) (decision, bool, error) {
	ref := v.Spec.ClaimRef
	if p.For == nil {
		if ref == nil {
			d, err := done()
			return d, true, err
		}
		if ref.UID != p.Claim.UID || ref.Namespace != p.Claim.Namespace || ref.Name != p.Claim.Name {
			d, err := doneWith(fact.New("ClaimHasVolume", "claim", drain.RefObject(ref)))
			return d, true, err
		}
		return decision{}, false, nil
	}
	switch {
	case ref == nil:
		return decision{}, false, nil
	case ref.Namespace == p.For.Namespace && ref.Name == p.For.Name && isReserved(ref.UID, p):
		d, err := done()
		return d, true, err
	case ref.UID != p.Claim.UID || ref.Namespace != p.Claim.Namespace || ref.Name != p.Claim.Name:
		return decision{}, false, refused(fact.New("VolumeGivenAway", "volume", v.Name, "claim", drain.RefObject(ref)))
	}
	return decision{}, false, nil
}

// isReserved reports whether a claimRef of the right name is the one that is wanted, by its UID. Without one it is a reservation for
// whatever claim has that name, which may have been bound since.
func isReserved(have types.UID, p *drain.FreeParameters) bool {
	if p.For.UID != "" {
		return have == p.For.UID
	}
	return have == "" || have != p.Claim.UID
}

// meant refuses if the claim that a volume is to name with its UID is not as it was: the one that counts as bound to it, or, if it is to
// be gone, one that is there.
func (s *stepRun) meant(ctx context.Context, v *corev1.PersistentVolume, p *drain.FreeParameters) error {
	if p.For == nil || p.For.UID == "" {
		return nil
	}
	c, err := s.live.claim(ctx, *p.For)
	switch {
	case err != nil:
		return err
	case p.Former && c != nil && c.UID == p.For.UID:
		return refused(fact.New("ClaimExistsAgain", "claim", p.For, "volume", v.Name))
	case p.Former:
		return nil
	case c == nil || c.UID != p.For.UID || c.DeletionTimestamp != nil || !inspect.FullyBound(c) || c.Spec.VolumeName != v.Name:
		return refused(fact.New("RestoredClaimChanged", "claim", p.For, "volume", v.Name))
	}
	return nil
}

// abandoned refuses if the claim that had the volume is there, or a Pod may have the disk open.
func (s *stepRun) abandoned(ctx context.Context, v *corev1.PersistentVolume, p *drain.FreeParameters) error {
	ref := v.Spec.ClaimRef
	if ref == nil {
		return nil
	}
	old := drain.RefObject(ref)
	current, err := s.live.claim(ctx, old)
	if err != nil {
		return err
	}
	if p.Elsewhere && (current == nil || current.DeletionTimestamp != nil || !inspect.FullyBound(current) || current.Spec.VolumeName == v.Name) {
		return refused(fact.New("ReservationNeeded", "volume", v.Name, "claim", old))
	}
	if current != nil && current.UID == ref.UID {
		return refused(fact.New("ClaimExistsAgain", "claim", old, "volume", v.Name))
	}
	if p.Unwanted && current != nil && current.DeletionTimestamp == nil && (current.Spec.VolumeName == "" || current.Spec.VolumeName == v.Name) {
		return refused(fact.New("OwnClaimWaitsNow", "claim", drain.Object{Namespace: old.Namespace, Name: old.Name}, "volume", v.Name))
	}
	pods, err := s.live.naming(ctx, old)
	if err != nil {
		return err
	}
	if pods = disk.ClaimUsers(v, current, pods, p.Home); len(pods) > 0 {
		return refused(fact.New("VolumeMayBeInUse", "volume", v.Name, "why", workload.InUse(old.Namespace, old.Name, pods, workload.DirectOwner)))
	}
	return nil
}

// freeOps is the guarded patch: for the volume it was decided about, in the phase and with the claim it had then.
func freeOps(v *corev1.PersistentVolume, reserve *drain.Object, now time.Time) []patchOp {
	ops := []patchOp{
		{Op: "test", Path: "/metadata/uid", Value: v.UID},
		{Op: "test", Path: "/status/phase", Value: v.Status.Phase},
	}
	if ref := v.Spec.ClaimRef; ref != nil && ref.UID != "" && (reserve == nil || reserve.UID == "") {
		ops = append(ops, patchOp{Op: "test", Path: "/spec/claimRef/uid", Value: ref.UID})
	} else {
		ops = append(ops, patchOp{Op: "test", Path: "/metadata/resourceVersion", Value: v.ResourceVersion})
	}
	if _, ok := v.Annotations[volumehelpers.AnnBoundByController]; ok {
		// With it, the controller would drop the whole reservation (controller/volume/persistentvolume: unbindVolume).
		ops = append(ops, patchOp{Op: "remove", Path: "/metadata/annotations/" + strings.ReplaceAll(volumehelpers.AnnBoundByController, "/", "~1")})
	}
	ops = append(ops, noteOps(v, now)...)
	if reserve == nil {
		return append(ops, patchOp{Op: "remove", Path: "/spec/claimRef"})
	}
	ref := map[string]string{"apiVersion": "v1", "kind": drain.KindClaim, "namespace": reserve.Namespace, "name": reserve.Name}
	if reserve.UID != "" {
		ref["uid"] = string(reserve.UID)
	}
	return append(ops, patchOp{Op: "add", Path: "/spec/claimRef", Value: ref})
}
