package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// loseEphemeral names the data of the generic ephemeral volumes of a Pod that is removed: their claims go with it, and their volumes
// unless they are retained. A volume that is about to be retained keeps what is on it.
func (p *planner) loseEphemeral(pod *corev1.Pod) {
	for _, name := range inspect.ClaimNames(pod) {
		c := p.ix.Claim(pod.Namespace, name)
		if c == nil || !metav1.IsControlledBy(c, pod) {
			continue
		}
		if v := p.ix.Volume(c.Spec.VolumeName); v != nil && !retain.Retained(v) && !p.retains(v) {
			p.lose(fact.New("EphemeralClaimDeleted", "claim", drain.ClaimObject(c), "volume", v.Name, "pod", pod.Name))
		}
	}
}

// retains reports whether a step of the Plan retains a volume.
func (p *planner) retains(v *corev1.PersistentVolume) bool {
	return slices.ContainsFunc(p.plan.Steps, func(s drain.Step) bool { return s.Action == drain.RetainVolume && s.Object.Name == v.Name })
}
