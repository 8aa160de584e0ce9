package execute

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// forgetVolume deletes a volume object that no claim has.
func (s *stepRun) forgetVolume(ctx context.Context, _ *drain.ForgetParameters) (decision, error) {
	v, err := s.live.volume(ctx, s.step.Object)
	switch {
	case err != nil:
		return decision{}, err
	case v == nil || v.UID != s.step.Object.UID || v.DeletionTimestamp != nil:
		return done()
	case v.Status.Phase == corev1.VolumeBound || v.Status.Phase == corev1.VolumePending:
		return refuse(fact.New("VolumePhaseChanged", "volume", v.Name, "phase", v.Status.Phase))
	}
	if err := retain.CheckVersion(v); err != nil {
		return refuse(fact.Of(err))
	}
	return decision{write: func(ctx context.Context) error {
		return s.Client.CoreV1().PersistentVolumes().Delete(ctx, v.Name, metav1.DeleteOptions{
			Preconditions: &metav1.Preconditions{UID: ptr.To(v.UID), ResourceVersion: ptr.To(v.ResourceVersion)},
		})
	}}, nil
}
