package planner

import corev1 "k8s.io/api/core/v1"

// movedDisks tells of the members that start without their data how it is kept, if the disks of machines that are gone are in others now.
func (p *recoverPlanner) movedDisks() {
	var claims []*corev1.PersistentVolumeClaim
	for _, m := range p.members {
		for _, c := range m.Claims {
			if c.Claim != nil && !m.Ephemeral {
				claims = append(claims, c.Claim)
			}
		}
	}
	if f := p.ix.KeepsMovedData(claims); !f.IsZero() {
		p.warn(f)
	}
}
