package execute

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
)

// What the disk under a volume, and the data on it, have to say before the volume is given away, and what is noted of them then.

// diskUnused refuses if the volume was cordoned, or somebody has another volume that is the same disk.
func (s *stepRun) diskUnused(ctx context.Context, v *corev1.PersistentVolume, p *drain.FreeParameters) error {
	if err := notCordoned(v); err != nil {
		return err
	}
	return s.noneHeld(ctx, v, p.Disk, p)
}

// notCordoned refuses a volume that is to be given to nobody.
func notCordoned(v *corev1.PersistentVolume) error {
	if reason, cordoned := disk.Cordoned(v); cordoned {
		return refused(fact.New("VolumeCordoned", "volume", v.Name, "reason", reason).Offering(disk.Uncordon(v)...))
	}
	return nil
}

// noneHeld refuses if somebody has one of the other volumes that are the same disk.
func (s *stepRun) noneHeld(ctx context.Context, v *corev1.PersistentVolume, others []drain.Object, p *drain.FreeParameters) error {
	for _, o := range others {
		other, err := s.live.volume(ctx, o)
		if err != nil {
			return err
		}
		if other == nil || o.UID != "" && other.UID != o.UID {
			continue // it is not the one that was found to be the same disk
		}
		if err := s.notHeld(ctx, v, other, p); err != nil {
			return err
		}
	}
	return nil
}

// notHeld refuses if a claim or a Pod has another volume that is the same disk.
func (s *stepRun) notHeld(ctx context.Context, v, other *corev1.PersistentVolume, p *drain.FreeParameters) error {
	ref := other.Spec.ClaimRef
	if ref == nil {
		if _, cordoned := disk.Cordoned(other); p.For == nil && other.Status.Phase == corev1.VolumeAvailable && !cordoned {
			return refused(fact.New("DiskNowOpen", "volume", v.Name, "other", other.Name, "path", disk.Where(v)))
		}
		return nil
	}
	claim := drain.RefObject(ref)
	held := fact.New("DiskNowHeld", "volume", v.Name, "other", other.Name, "path", disk.Where(v), "phase", other.Status.Phase, "claim", claim)
	if _, cordoned := disk.Cordoned(other); cordoned && ref.Namespace == disk.CordonNamespace {
		return nil
	}
	if other.Status.Phase == corev1.VolumeBound || ref.UID == "" && (p.For == nil || p.For.Namespace != ref.Namespace || p.For.Name != ref.Name) {
		return refused(held)
	}
	current, err := s.live.claim(ctx, claim)
	if err != nil {
		return err
	}
	if current != nil && current.UID == ref.UID {
		return refused(held)
	}
	pods, err := s.live.naming(ctx, claim)
	if err != nil {
		return err
	}
	pods = slices.DeleteFunc(workload.Users(other, current, pods, p.Home), workload.FinishedPod)
	if len(pods) > 0 {
		return refused(fact.New("DiskNowInUse", "volume", v.Name, "other", other.Name, "path", disk.Where(v), "pods", workload.PodList(pods, workload.DirectOwner)))
	}
	return nil
}

// noteOps note whose data is on a volume, which is all that tells of it once its claimRef is gone, and take away the note that it was
// wiped if that is no longer so.
func noteOps(v *corev1.PersistentVolume, now time.Time) []patchOp {
	data := disk.DataOf(v, now)
	if ref := v.Spec.ClaimRef; ref == nil || ref.UID == "" || data.State != disk.Known {
		return nil
	}
	owner, err := json.Marshal(data.Claim)
	if err != nil {
		return nil
	}
	var ops []patchOp
	if v.Annotations == nil {
		if v.ResourceVersion != "" { // or what others add meanwhile is lost
			ops = append(ops, patchOp{Op: "test", Path: "/metadata/resourceVersion", Value: v.ResourceVersion})
		}
		ops = append(ops, patchOp{Op: "add", Path: "/metadata/annotations", Value: map[string]string{}})
	}
	if _, wiped := v.Annotations[disk.AnnWiped]; wiped {
		ops = append(ops, patchOp{Op: "remove", Path: annotationPath(disk.AnnWiped)})
	}
	return append(ops, patchOp{Op: "add", Path: annotationPath(disk.AnnDataOf), Value: string(owner)})
}

// annotationPath is where a JSON patch finds an annotation.
func annotationPath(key string) string {
	return "/metadata/annotations/" + strings.ReplaceAll(key, "/", "~1")
}
