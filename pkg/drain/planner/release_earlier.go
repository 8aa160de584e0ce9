package planner

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
)

// another blocks if a claim is not the only one that its name may mean: an earlier one was released, its volume still
// waits with the data, and somebody, often a StatefulSet, has made this one since. Whoever runs a release again means
// the earlier claim and must not lose this one; whoever means this one can name its volume.
func (p *releasePlanner) another(c *corev1.PersistentVolumeClaim) {
	if c.Spec.VolumeName == "" {
		return
	}
	var earlier []string
	for _, f := range p.releasedBefore(c.Namespace, c.Name) {
		if f.volume.Spec.ClaimRef.UID != c.UID {
			earlier = append(earlier, p.howFar(f.volume))
		}
	}
	if len(earlier) == 0 {
		return
	}
	p.block(drain.BlockedAnother, "", "an earlier claim %s/%s has been released already, from %s; the claim of that name now is another (uid %s, made %s) and bound to %s: "+
		"to release that one too, name its volume: kubectl localpv release pv/%s",
		c.Namespace, c.Name, strings.Join(earlier, ", and from "), c.UID, age(p.ix, c.CreationTimestamp), c.Spec.VolumeName, c.Spec.VolumeName)
}

// howFar says how far the release of a volume whose claim is gone has come, and how to go on if it is not done.
func (p *releasePlanner) howFar(v *corev1.PersistentVolume) string {
	text := fmt.Sprintf("%s, which is %s", v.Name, v.Status.Phase)
	if p.req.Reserve && v.Spec.ClaimRef.UID != "" {
		return text + fmt.Sprintf(" and not kept for it yet (kubectl localpv release pv/%s --reserve does that)", v.Name)
	}
	return text
}
