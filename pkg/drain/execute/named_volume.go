package execute

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// mayBeBound refuses to wait for a claim that names a volume which it can never have: whoever keeps its manifest has recreated it as it was,
// with spec.volumeName, and the volume still names the claim that is gone (controller/volume/persistentvolume: syncUnboundClaim, and
// syncBoundClaim, which finds it Lost, if it counts as bound). It gets no other volume, whatever is reserved for it.
func (s *stepRun) mayBeBound(ctx context.Context, c *corev1.PersistentVolumeClaim) error {
	counts := inspect.FullyBound(c)
	if c.Spec.VolumeName == "" || counts && c.Status.Phase != corev1.ClaimLost {
		return nil
	}
	v, err := s.live.volume(ctx, drain.Object{Name: c.Spec.VolumeName})
	if err != nil {
		return err
	}
	var why fact.Fact
	switch {
	case v == nil && counts: // it may have been bound, and its volume deleted since
		return nil
	case v == nil:
		why = fact.New("NamedVolumeMissing")
	case v.Spec.ClaimRef == nil || volumehelpers.IsVolumeBoundToClaim(v, c):
		return nil
	default:
		ref := v.Spec.ClaimRef
		why = fact.New("NamedVolumeOfClaim", "claim", ref.Namespace+"/"+ref.Name, "phase", v.Status.Phase, "uid", ref.UID)
	}
	return refused(fact.New("RecreatedInVain", "claim", drain.ClaimObject(c), "volume", c.Spec.VolumeName, "why", why).
		Offering(fact.Kubectl("delete", "pvc", c.Name).In(c.Namespace)))
}
