package planner

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// create plans to make the claim anew, unless a StatefulSet does and nothing better is known.
func (p *reattachPlanner) create() {
	v := p.volume
	from, s, err := p.remembered()
	if s != nil {
		if verdict := p.explain(s); verdict != "" {
			p.block(drain.BlockedNoFit, "", "the saved claim %s cannot be bound to %s: %s", p.claim, v.Name, verdict)
		}
		if len(s.OwnerReferences) > 0 {
			p.warn("claim %s belonged to %s %s; it is made without an owner, and whoever owns such claims takes it over", p.claim, s.OwnerReferences[0].Kind, s.OwnerReferences[0].Name)
		}
		p.step(drain.Step{
			Action: drain.CreateClaim, Object: p.claim, Title: fmt.Sprintf("create claim %s as it was saved, unless somebody else has", p.claim),
			Why: "the claim is gone", Precondition: drain.Precondition{Volume: drain.VolumeObject(from), Claim: p.replaced(false)},
		})
		return
	}
	if err != nil {
		p.warn("%v", err)
	}
	if owner := memberOf(p.ix, p.claim); owner != "" {
		p.warn("the manifest of claim %s is not on %s; %s makes the claim anew for its next Pod", p.claim, v.Name, owner)
		return
	}
	p.block(drain.BlockedNoManifest, "", "claim %s does not exist, its manifest is not saved on %s, and no StatefulSet makes it anew: to keep the volume for it until you create it: kubectl localpv reclaim %s --keep-data --for %s",
		p.claim, v.Name, v.Name, p.claim)
}

// remembered returns the saved manifest of the claim and the volume that it is on: this one, else one that a claim of
// that name was released from, as when a replacement was interrupted. The error is that of reading it on this one.
func (p *reattachPlanner) remembered() (*corev1.PersistentVolume, *corev1.PersistentVolumeClaim, error) {
	s, err := retain.RecordedClaim(p.volume)
	if err == nil && s != nil && p.remembers(s) {
		return p.volume, s, nil
	}
	for _, v := range p.ix.LocalVolumes() {
		ref := v.Spec.ClaimRef
		other, e := retain.RecordedClaim(v)
		if e == nil && other != nil && ref != nil && ref.UID == other.UID && other.Namespace == p.claim.Namespace && other.Name == p.claim.Name {
			return v, other, nil
		}
	}
	return nil, nil, err
}

// remembers reports whether a saved manifest is that of the claim that is to get the volume: the one that had it last.
func (p *reattachPlanner) remembers(s *corev1.PersistentVolumeClaim) bool {
	ref := p.volume.Spec.ClaimRef
	return s.Namespace == p.claim.Namespace && s.Name == p.claim.Name && (ref == nil || ref.UID == "" || ref.UID == s.UID)
}

func (p *reattachPlanner) explain(c *corev1.PersistentVolumeClaim) string {
	m, err := inspect.NewMatcher(p.ix, inspect.StripClaim(c))
	if err != nil {
		return err.Error()
	}
	if verdict := m.Explain(freed(p.volume, &p.claim), true, ""); verdict.Code != inspect.Match {
		return phrase.New(phrase.Connection{}).Text(verdict.Fact()) // TODO walls
	}
	return ""
}

// memberOf returns the StatefulSet that makes a claim of that name, as "StatefulSet/db", empty if none does.
func memberOf(ix *inspect.Index, claim drain.Object) string {
	found := ""
	for _, s := range ix.StatefulSets {
		if s.Namespace != claim.Namespace || s.DeletionTimestamp != nil {
			continue
		}
		for i := range s.Spec.VolumeClaimTemplates {
			prefix := s.Spec.VolumeClaimTemplates[i].Name + "-" + s.Name + "-"
			if ordinal, ok := strings.CutPrefix(claim.Name, prefix); ok && workload.IsOrdinal(s, ordinal) {
				found = max(found, "StatefulSet/"+s.Name)
			}
		}
	}
	return found
}
