package pending

import (
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"

	corev1 "k8s.io/api/core/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// addVolume is a new volume that fits the claim, on any Node that would take the Pod.
func (q *inquiry) addVolume(c *corev1.PersistentVolumeClaim) []candidate {
	class := q.ix.Class(volumehelpers.GetPersistentVolumeClaimClass(c))
	if class != nil && provisioned(class) {
		return nil
	}
	nodes := q.otherwiseFit()
	if len(nodes) > maxAnyNodes {
		nodes = nodes[:maxAnyNodes]
	}
	made := map[string]*corev1.PersistentVolume{}
	var on []string
	for _, name := range nodes {
		v, err := inspect.VolumeFor(c, q.ix.Node(name))
		if err != nil || q.ix.Volume(v.Name) != nil {
			continue
		}
		v.Status.Phase = corev1.VolumeAvailable
		made[name], on = v, append(on, name)
		if !q.ix.Delayed(c) {
			break // the claim is bound to whichever volume there is, so one is all that can be tried
		}
	}
	volumes := make([]*corev1.PersistentVolume, 0, len(on))
	for _, name := range on {
		volumes = append(volumes, made[name])
	}
	if len(volumes) == 0 {
		return nil
	}
	simulated, change := q.asCreated(c, volumes...)
	if simulated == nil {
		return nil
	}
	return []candidate{{
		fix: q.newVolumeFix(c, made, on), change: change, claim: c.Name, nodes: on,
		fixFor: func(nodes []string) Fix { return q.newVolumeFix(c, made, nodes) },
	}}
}

// newVolumeFix is a new volume for a claim on the first of some Nodes; one on any of the others would do as well.
func (q *inquiry) newVolumeFix(c *corev1.PersistentVolumeClaim, made map[string]*corev1.PersistentVolume, nodes []string) Fix {
	node := nodes[0]
	v := made[node]
	request := c.Spec.Resources.Requests[corev1.ResourceStorage]
	text, _ := inspect.Manifest(v) // a volume made of plain fields can always be written
	printing := q.printFix()
	if q.firstWithout() == c { // --print-volume prints the volume of that claim
		printing = q.again().With("--print-volume", node)
	}
	return Fix{
		ID:       "volume-" + c.Name,
		Titles:   []fact.Fact{fact.New("AddVolume", "request", request.String(), "claim", c.Name, "nodes", len(nodes))},
		Commands: []fact.Command{printing.To(fact.Kubectl("create").With("-f", "-"))},
		Risk:     RiskLow, Manifest: text,
		Notes: []fact.Fact{fact.New("DiskNeeded", "node", node, "path", v.Spec.Local.Path)},
	}
}

// firstWithout is the first claim of the Pod that has no volume and finds none.
func (q *inquiry) firstWithout() *corev1.PersistentVolumeClaim {
	for i, u := range q.uses {
		if u.claim != nil && !inspect.FullyBound(u.claim) && q.findings[i].code != inspect.ClaimOk {
			return u.claim
		}
	}
	return nil
}
