package execute

import (
	"context"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
)

// Pods that mount the directory of a volume by its path: no claim tells of them, so they are asked about besides.

// notMounted refuses if Pods mount the directory of a volume that is given away.
func (s *stepRun) notMounted(ctx context.Context, v *corev1.PersistentVolume, all []*corev1.PersistentVolume) error {
	pods, err := s.mounting(ctx, v, all)
	if err != nil || len(pods) == 0 {
		return err
	}
	return refused(fact.New("DirectoryMounted", "volume", fact.New("Volume", "volume", v.Name), "path", disk.PathOf(v), "pods", workload.Names(pods)))
}

// mounting are the Pods that mount the directory of a volume. Who may see the Pods of some namespaces only sees none, as when the Plan was made.
func (s *stepRun) mounting(ctx context.Context, v *corev1.PersistentVolume, all []*corev1.PersistentVolume) ([]*corev1.Pod, error) {
	if disk.PathOf(v) == "" || inspect.AnyNode(v) {
		return nil, nil
	}
	nodes, err := s.sites.read(ctx, s.live)
	if err != nil {
		return nil, err
	}
	snapshot := &inspect.Snapshot{Volumes: all}
	for _, name := range slices.Sorted(maps.Keys(nodes)) {
		snapshot.Nodes = append(snapshot.Nodes, nodes[name])
	}
	for _, name := range disk.New(inspect.NewIndex(snapshot)).NodesOf(v) {
		pods, err := s.live.podsOn(ctx, name)
		switch {
		case apierrors.IsForbidden(err):
			return nil, nil
		case err != nil:
			return nil, err
		}
		snapshot.Pods = append(snapshot.Pods, pods...)
	}
	return disk.New(inspect.NewIndex(snapshot)).Mounting(v), nil
}

// erasesNoOther refuses, of a claim whose volume is to be erased, if somebody else has the disk of that now.
func (s *stepRun) erasesNoOther(ctx context.Context, p *drain.DeleteClaimParameters, v *corev1.PersistentVolume) error {
	if p.Policy != corev1.PersistentVolumeReclaimDelete {
		return nil
	}
	all, err := s.live.volumes(ctx)
	if err != nil {
		return err
	}
	others, err := s.sharing(ctx, v, all)
	if err != nil {
		return err
	}
	for _, other := range others {
		ref := other.Spec.ClaimRef
		if ref == nil || ref.Namespace == disk.CordonNamespace || other.Status.Phase != corev1.VolumeBound && ref.UID != "" {
			continue
		}
		return refused(fact.New("DiskErasedForOtherNow", "volume", v.Name, "other", other.Name, "path", disk.Where(v), "phase", other.Status.Phase, "claim", drain.RefObject(ref)))
	}
	pods, err := s.mounting(ctx, v, all)
	if err != nil || len(pods) == 0 {
		return err
	}
	return refused(fact.New("DirectoryErased", "volume", fact.New("Volume", "volume", v.Name), "path", disk.PathOf(v), "pods", workload.Names(pods)))
}
