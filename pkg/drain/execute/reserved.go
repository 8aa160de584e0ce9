package execute

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// areReserved refuses if a volume that was reserved for a claim is no longer, or may not be given to it any more: somebody may have freed it,
// cordoned it, got its disk by another volume, or had it in between.
func (s *stepRun) areReserved(ctx context.Context, all []drain.Reservation) error {
	if len(all) == 0 {
		return nil
	}
	volumes, err := s.live.volumes(ctx)
	if err != nil {
		return err
	}
	for _, r := range all {
		if err := s.isReserved(ctx, r, volumes); err != nil {
			return err
		}
	}
	return nil
}

// isReserved is areReserved for one of all volumes.
func (s *stepRun) isReserved(ctx context.Context, r drain.Reservation, volumes []*corev1.PersistentVolume) error {
	v := volumeNamed(volumes, r.Volume.Name)
	if err := same(v, r.Volume); err != nil {
		return err
	}
	ref := v.Spec.ClaimRef
	if ref == nil || ref.Namespace != r.Claim.Namespace || ref.Name != r.Claim.Name || ref.UID != "" || v.DeletionTimestamp != nil {
		return refused(fact.New("VolumeNotReserved", "volume", v.Name, "claim", r.Claim))
	}
	if err := sameData(v, s.Clock.Now(), r.Data); err != nil {
		return err
	}
	return s.diskUnused(ctx, v, volumes, giving{known: r.Disk, to: &r.Claim})
}

// volumeNamed is the volume of a name, nil if there is none.
func volumeNamed(volumes []*corev1.PersistentVolume, name string) *corev1.PersistentVolume {
	i := slices.IndexFunc(volumes, func(v *corev1.PersistentVolume) bool { return v.Name == name })
	if i < 0 {
		return nil
	}
	return volumes[i]
}
