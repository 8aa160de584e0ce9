package planner

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// namesVolume warns that a claim which is given up was created with spec.volumeName: the volume controller marks those to which it gave
// a volume itself (controller/volume/persistentvolume: bindClaimToVolume). Whoever creates the claim again from the same manifest
// asks for the old volume, which names the claim that is gone, and never gets any.
func (p *planner) namesVolume(c *corev1.PersistentVolumeClaim) {
	if c == nil || !inspect.FullyBound(c) || metav1.HasAnnotation(c.ObjectMeta, volumehelpers.AnnBoundByController) {
		return
	}
	p.warn(fact.New("ClaimNamesVolume", "claim", drain.ClaimObject(c), "volume", c.Spec.VolumeName).Offering(fact.Plugin("reattach", c.Spec.VolumeName)))
}
