package planner

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// goesWithClaim says what becomes of the data of a claim that goes without this program: what its volume's policy wants, unless somebody retains
// it before.
func (p *planner) goesWithClaim(c *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume) fact.Fact {
	if retain.Retained(v) {
		return fact.New("DataStaysRetained", "volume", v.Name)
	}
	keep := fact.Kubectl("patch", "pv", v.Name).With("-p", `{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}`)
	save := fact.Kubectl("get", "pvc", c.Name).In(c.Namespace).With("-o", "yaml").Into(c.Name + ".yaml")
	return fact.New("DataGoesByPolicy", "volume", v.Name, "policy", v.Spec.PersistentVolumeReclaimPolicy).Offering(keep, save)
}
