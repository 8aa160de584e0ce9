package execute

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
)

// What the disk under a volume, and the data on it, have to say before the volume is given away, and what is noted of them then.

// giving is what is known of a volume that is given away: the other volumes that are the same disk, to whom it is given, nil for any claim,
// and where it can be used.
type giving struct {
	known []drain.OtherVolume
	to    *drain.Object
	home  []string
}

// diskUnused refuses if the volume is cordoned, if somebody has another one that is the same disk or mounts its directory, or if one of these has
// been made since the Plan was: nobody has been told of that one.
func (s *stepRun) diskUnused(ctx context.Context, v *corev1.PersistentVolume, all []*corev1.PersistentVolume, g giving) error {
	if err := notCordoned(v); err != nil {
		return err
	}
	others, err := s.sharing(ctx, v, all)
	if err != nil {
		return err
	}
	for _, other := range all {
		_, cordoned := disk.Cordoned(other)
		switch known := slices.ContainsFunc(g.known, func(o drain.OtherVolume) bool { return o.Name == other.Name && (o.UID == "" || o.UID == other.UID) }); {
		case known:
			if err := s.notHeld(ctx, v, other, g); err != nil {
				return err
			}
		case slices.Contains(others, other) && !cordoned:
			return refused(fact.New("DiskAppeared", "volume", v.Name, "other", other.Name, "path", disk.Where(v), "phase", other.Status.Phase))
		}
	}
	return s.notMounted(ctx, v, all)
}

// sharing are the other volumes that are the same disk as a volume. Nodes are read only if some might be, since they have the same path.
func (s *stepRun) sharing(ctx context.Context, v *corev1.PersistentVolume, all []*corev1.PersistentVolume) ([]*corev1.PersistentVolume, error) {
	anywhere := make([]*corev1.PersistentVolume, 0, len(all))
	for _, o := range all {
		anywhere = append(anywhere, &corev1.PersistentVolume{ObjectMeta: metav1.ObjectMeta{Name: o.Name}, Spec: corev1.PersistentVolumeSpec{PersistentVolumeSource: o.Spec.PersistentVolumeSource}})
	}
	path := &corev1.PersistentVolume{ObjectMeta: metav1.ObjectMeta{Name: v.Name}, Spec: corev1.PersistentVolumeSpec{PersistentVolumeSource: v.Spec.PersistentVolumeSource}}
	if len(disk.Sharing(inspect.NewIndex(&inspect.Snapshot{Volumes: anywhere}), path)) == 0 {
		return nil, nil
	}
	nodes, err := s.live.nodes(ctx)
	if err != nil {
		return nil, err
	}
	snapshot := &inspect.Snapshot{Volumes: all}
	for _, name := range slices.Sorted(maps.Keys(nodes)) {
		snapshot.Nodes = append(snapshot.Nodes, nodes[name])
	}
	return disk.Sharing(inspect.NewIndex(snapshot), v), nil
}

// notCordoned refuses a volume that is to be given to nobody.
func notCordoned(v *corev1.PersistentVolume) error {
	if reason, cordoned := disk.Cordoned(v); cordoned {
		return refused(fact.New("VolumeCordoned", "volume", v.Name, "reason", reason).Offering(disk.Uncordon(v)...))
	}
	return nil
}

// notHeld refuses if a claim or a Pod has another volume that is the same disk.
func (s *stepRun) notHeld(ctx context.Context, v, other *corev1.PersistentVolume, g giving) error {
	ref := other.Spec.ClaimRef
	if ref == nil {
		if _, cordoned := disk.Cordoned(other); other.Status.Phase == corev1.VolumeAvailable && !cordoned {
			return refused(fact.New("DiskNowOpen", "volume", v.Name, "other", other.Name, "path", disk.Where(v)))
		}
		return nil
	}
	claim := drain.RefObject(ref)
	held := fact.New("DiskNowHeld", "volume", v.Name, "other", other.Name, "path", disk.Where(v), "phase", other.Status.Phase, "claim", claim)
	if _, cordoned := disk.Cordoned(other); cordoned && ref.Namespace == disk.CordonNamespace {
		return nil
	}
	if other.Status.Phase == corev1.VolumeBound || ref.UID == "" && (g.to == nil || g.to.Namespace != ref.Namespace || g.to.Name != ref.Name) {
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
	pods = slices.DeleteFunc(disk.ClaimUsers(other, current, pods, g.home), workload.FinishedPod)
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
