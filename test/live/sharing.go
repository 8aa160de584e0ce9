package live

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// bindCompleted is on claims that the volume controller has bound.
const bindCompleted = "pv.kubernetes.io/bind-completed"

// NoSharing is wrong if two claims have the same volume, or two Pods run with the same volume.
func NoSharing(m *Moment) error {
	claims, pods := map[string][]string{}, map[string][]string{}
	for _, c := range m.Claims {
		if c.Spec.VolumeName != "" && (c.Annotations[bindCompleted] != "" || c.Status.Phase == corev1.ClaimBound) {
			claims[c.Spec.VolumeName] = append(claims[c.Spec.VolumeName], c.Name)
		}
	}
	for _, p := range m.Pods {
		if p.Spec.NodeName == "" || p.Status.Phase == corev1.PodSucceeded || p.Status.Phase == corev1.PodFailed {
			continue
		}
		for _, volume := range m.volumesOf(p) {
			pods[volume] = append(pods[volume], p.Name)
		}
	}
	var wrong []string
	for what, all := range map[string]map[string][]string{"claims": claims, "Pods": pods} {
		for volume, users := range all {
			if len(users) > 1 {
				slices.Sort(users)
				wrong = append(wrong, fmt.Sprintf("volume %s has the %s %s", volume, what, strings.Join(users, " and ")))
			}
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	slices.Sort(wrong)
	return fmt.Errorf("%s", strings.Join(wrong, "; "))
}

// volumesOf are the volumes to which a Pod's claims are bound.
func (m *Moment) volumesOf(p *corev1.Pod) []string {
	var out []string
	for _, v := range p.Spec.Volumes {
		if v.PersistentVolumeClaim == nil {
			continue
		}
		for _, c := range m.Claims {
			if c.Name == v.PersistentVolumeClaim.ClaimName && c.Annotations[bindCompleted] != "" {
				out = append(out, c.Spec.VolumeName)
			}
		}
	}
	return out
}
