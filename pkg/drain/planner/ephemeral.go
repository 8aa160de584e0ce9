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
// unless they are retained. A volume that is retained keeps what is on it, and the Pod starts with another one all the same.
func (p *planner) loseEphemeral(pod *corev1.Pod) {
	for _, name := range inspect.ClaimNames(pod) {
		c := p.ix.Claim(pod.Namespace, name)
		if c == nil || !metav1.IsControlledBy(c, pod) {
			continue
		}
		switch v := p.ix.Volume(c.Spec.VolumeName); {
		case v == nil:
		case retain.Retained(v) || p.retains(v):
			p.warn(fact.New("ScratchStartsEmpty", "pod", drain.PodObject(pod), "claim", drain.ClaimObject(c), "volume", v.Name))
		default:
			p.lose(fact.New("EphemeralClaimDeleted", "claim", drain.ClaimObject(c), "volume", v.Name, "pod", pod.Name))
		}
	}
}

// retains reports whether a step of the Plan retains a volume.
func (p *planner) retains(v *corev1.PersistentVolume) bool {
	return slices.ContainsFunc(p.plan.Steps, func(s drain.Step) bool { return s.Action == drain.RetainVolume && s.Object.Name == v.Name })
}
