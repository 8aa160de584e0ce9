package planner

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// apart says that the Pod of the claim that a volume goes back to could never run: it needs another volume besides, which it has or which goes
// back to it in this Plan, and no node has both.
func (p *reclaimPlanner) apart(v *corev1.PersistentVolume, claim drain.Object) fact.Fact {
	m := memberWith(p.ix, v, claim)
	if m.Set == nil && len(m.Pods()) == 0 {
		return fact.Fact{}
	}
	for _, name := range m.ClaimNames() {
		if name == claim.Name {
			continue
		}
		if other := p.volumeOf(m.Key.Namespace, name); other != nil && p.neverTogether(v, other) {
			return fact.New("VolumesApart", "member", m.Key, "volumes", []fact.Fact{p.where(v), p.where(other)})
		}
	}
	return fact.Fact{}
}

// tellApart says which claims of the member left data that it cannot have together with what goes back to it, though nobody asked for that.
func (p *reclaimPlanner) tellApart(v *corev1.PersistentVolume, claim drain.Object) {
	m := memberWith(p.ix, v, claim)
	for _, name := range m.ClaimNames() {
		other := drain.Object{Kind: drain.KindClaim, Namespace: m.Key.Namespace, Name: name}
		if name == claim.Name || p.volumeOf(other.Namespace, name) != nil {
			continue
		}
		if left := p.leftBy(other); len(left) == 1 && p.neverTogether(v, left[0]) {
			p.warn(fact.New("OtherDataApart", "member", m.Key, "claim", other, "volume", p.where(left[0])))
		}
	}
}

// memberWith is the member that uses a claim, or is to, which is to have a volume.
func memberWith(ix *inspect.Index, v *corev1.PersistentVolume, claim drain.Object) *workload.Member {
	manifest := &corev1.PersistentVolumeClaim{}
	manifest.Namespace, manifest.Name = claim.Namespace, claim.Name
	return workload.Single(ix, workload.Claim{Volume: v, Manifest: manifest})
}

// volumeOf is the volume that a claim has, or that goes back to it: the only one, or nil.
func (p *reclaimPlanner) volumeOf(namespace, name string) *corev1.PersistentVolume {
	if c := p.ix.Claim(namespace, name); c != nil && c.DeletionTimestamp == nil && inspect.FullyBound(c) {
		return p.ix.Volume(c.Spec.VolumeName)
	}
	var found *corev1.PersistentVolume
	for volume, own := range p.pairs {
		if own.claim.Namespace != namespace || own.claim.Name != name {
			continue
		}
		if found != nil {
			return nil // which of them is meant is another question, and none is given
		}
		found = p.ix.Volume(volume)
	}
	return found
}
