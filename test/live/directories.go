package live

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// Directories is whose data is where: for each path of a node, the claim whose Pod was the first to run on it. Simulated nodes have no
// disks, so this is what a file with a name in it would show. Its Check is for the Moments of a Timeline, in their order.
type Directories map[string]string

// Mark says that the data of a claim is on a volume.
func (d Directories) Mark(v *corev1.PersistentVolume, claim string) { d[directory(v)] = claim }

// directory is the node and path of a volume that inspecttest.On has put on a node.
func directory(v *corev1.PersistentVolume) string {
	return v.Spec.NodeAffinity.Required.NodeSelectorTerms[0].MatchExpressions[0].Values[0] + ":" + path.Clean(v.Spec.Local.Path)
}

// Check is wrong if a Pod runs on the data of another claim, or two Pods of two claims on one directory.
func (d Directories) Check(m *Moment) error {
	byName := map[string]*corev1.PersistentVolume{}
	for _, v := range m.Volumes {
		byName[v.Name] = v
	}
	var wrong []error
	for _, uid := range slices.Sorted(maps.Keys(m.Pods)) {
		wrong = append(wrong, d.run(m, m.Pods[uid], byName))
	}
	return errors.Join(wrong...)
}

// run lets a Pod run where its claims are, if it has a node and has not ended.
func (d Directories) run(m *Moment, p *corev1.Pod, volumes map[string]*corev1.PersistentVolume) error {
	if p.Spec.NodeName == "" || p.Status.Phase == corev1.PodSucceeded || p.Status.Phase == corev1.PodFailed {
		return nil
	}
	var wrong []string
	for _, claim := range m.claimsOf(p) {
		v := volumes[claim.Spec.VolumeName]
		if v == nil {
			continue
		}
		where := directory(v)
		if owner, known := d[where]; known && owner != claim.Name {
			wrong = append(wrong, fmt.Sprintf("Pod %s runs on %s, which holds the data of claim %s", p.Name, where, owner))
		} else {
			d[where] = claim.Name
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	return errors.New(strings.Join(wrong, "; "))
}

// claimsOf are the claims of a Pod that are bound, by the order of its volumes.
func (m *Moment) claimsOf(p *corev1.Pod) []*corev1.PersistentVolumeClaim {
	byName := map[string]*corev1.PersistentVolumeClaim{}
	for _, uid := range slices.Sorted(maps.Keys(m.Claims)) {
		c := m.Claims[uid]
		byName[c.Name] = c
	}
	var out []*corev1.PersistentVolumeClaim
	for _, v := range p.Spec.Volumes {
		if v.PersistentVolumeClaim == nil {
			continue
		}
		if c := byName[v.PersistentVolumeClaim.ClaimName]; c != nil && c.Annotations[bindCompleted] != "" {
			out = append(out, c)
		}
	}
	return out
}
