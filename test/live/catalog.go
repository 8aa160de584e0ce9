package live

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// catalog is a moment by names.
type catalog struct {
	volumes map[string]*corev1.PersistentVolume
	claims  map[string]*corev1.PersistentVolumeClaim
	// running are the Pods that have a node and have not ended, by name.
	running []*corev1.Pod
}

func newCatalog(m *moment) *catalog {
	out := &catalog{volumes: map[string]*corev1.PersistentVolume{}, claims: map[string]*corev1.PersistentVolumeClaim{}}
	for _, v := range m.volumes {
		out.volumes[v.Name] = v
	}
	for _, c := range m.claims {
		out.claims[c.Name] = c
	}
	for _, p := range m.pods {
		if p.Spec.NodeName != "" && p.Status.Phase != corev1.PodSucceeded && p.Status.Phase != corev1.PodFailed {
			out.running = append(out.running, p)
		}
	}
	slices.SortFunc(out.running, func(a, b *corev1.Pod) int { return strings.Compare(a.Name+string(a.UID), b.Name+string(b.UID)) })
	return out
}

// boundTo is the volume that a claim is bound to, nil if there is none.
func (c *catalog) boundTo(claim *corev1.PersistentVolumeClaim) *corev1.PersistentVolume {
	if claim.Annotations[bindCompleted] == "" {
		return nil
	}
	return c.volumes[claim.Spec.VolumeName]
}

// claimsOf are the claims of a Pod, by name.
func (c *catalog) claimsOf(p *corev1.Pod) []*corev1.PersistentVolumeClaim {
	names := map[string]bool{}
	for _, v := range p.Spec.Volumes {
		switch {
		case v.PersistentVolumeClaim != nil:
			names[v.PersistentVolumeClaim.ClaimName] = true
		case v.Ephemeral != nil:
			names[p.Name+"-"+v.Name] = true
		}
	}
	var out []*corev1.PersistentVolumeClaim
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if claim := c.claims[name]; claim != nil {
			out = append(out, claim)
		}
	}
	return out
}
