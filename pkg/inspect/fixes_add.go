package inspect

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"
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
		v, err := VolumeFor(c, q.ix.Node(name))
		if err != nil || q.ix.Volume(v.Name) != nil {
			continue
		}
		v.Status.Phase = corev1.VolumeAvailable
		made[name], on = v, append(on, name)
		if !q.ix.delayed(c) {
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
		fix: q.newVolumeFix(c, made[on[0]], on[0]), change: change, claim: c.Name, nodes: on,
		settle: func(node string) Fix { return q.newVolumeFix(c, made[node], node) },
	}}
}

// newVolumeFix is a new volume for a claim on one Node.
func (q *inquiry) newVolumeFix(c *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume, node string) Fix {
	request := c.Spec.Resources.Requests[corev1.ResourceStorage]
	id := "volume-" + c.Name
	text, _ := Manifest(v) // a volume made of plain fields can always be written
	printing := q.printFix(id)
	if q.firstWithout() == c { // --print-volume prints the volume of that claim
		printing = fmt.Sprintf("kubectl localpv why-pending %s -n %s --print-volume %s", q.argument(), q.pod.Namespace, node)
	}
	return Fix{
		ID:    id,
		Title: fmt.Sprintf("a new volume of %s for claim %s", request.String(), c.Name), Risk: RiskLow, Manifest: text,
		Commands: []string{printing + " | kubectl create -f -"},
		Note:     fmt.Sprintf("on the node that it is made for; the disk has to be there first, at %s", v.Spec.Local.Path),
	}
}

// firstWithout is the first claim of the Pod that has no volume and finds none.
func (q *inquiry) firstWithout() *corev1.PersistentVolumeClaim {
	for i, u := range q.uses {
		if u.claim != nil && !FullyBound(u.claim) && q.findings[i].code != ClaimOk {
			return u.claim
		}
	}
	return nil
}
