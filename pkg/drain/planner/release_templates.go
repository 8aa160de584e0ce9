package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// namedByTemplates says who names a claim that is released in the template of his Pods, has none of these now, and does not recreate the claim.
func (p *releasePlanner) namedByTemplates(c *corev1.PersistentVolumeClaim) {
	var owners []string
	consumers := p.ix.Consumers(c.Namespace, c.Name)
	note := func(namespace string, uid types.UID, owner string, spec corev1.PodSpec) {
		has := slices.ContainsFunc(consumers, func(pod *corev1.Pod) bool { return workload.DirectOwner(pod).UID == uid })
		if namespace == c.Namespace && !has && slices.Contains(inspect.ClaimNames(&corev1.Pod{Spec: spec}), c.Name) {
			owners = append(owners, owner)
		}
	}
	for _, s := range p.ix.StatefulSets {
		note(s.Namespace, s.UID, "StatefulSet/"+s.Name, s.Spec.Template.Spec)
	}
	for _, j := range p.ix.Jobs {
		if j.DeletionTimestamp == nil && !workload.JobFinished(j) {
			note(j.Namespace, j.UID, "Job/"+j.Name, j.Spec.Template.Spec)
		}
	}
	slices.Sort(owners)
	for _, owner := range owners {
		p.warn(fact.New("TemplateNamesReleased", "claim", drain.ClaimObject(c), "owner", owner))
	}
}
