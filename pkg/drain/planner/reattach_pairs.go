package planner

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// findPairs finds the volumes that are asked for, each once, and the claims that get them. Its errors are *NotFoundError and *MisuseError.
func (p *reattachPlanner) findPairs() error {
	if len(p.req.More) > 0 && p.req.Claim != nil {
		return drain.Misuse(fact.New("OneVolumeToReattach"))
	}
	if err := volumesExist(p.ix, p.req.AcceptForeignData); err != nil {
		return err
	}
	seen, had := map[string]bool{}, map[string]string{}
	for _, name := range append([]string{p.req.Volume}, p.req.More...) {
		v, err := localVolume(p.ix, name)
		if err != nil {
			return err
		}
		if seen[name] {
			continue
		}
		seen[name] = true
		r, err := p.pairOf(v)
		if err != nil {
			return err
		}
		key := keyOf(r.claim)
		if err := p.namespaceOf(&key); err != nil {
			return err
		}
		claim := r.claim.String()
		if other := had[claim]; other != "" {
			return drain.Misuse(fact.New("TwoVolumesOfOneClaim", "claim", claim, "volumes", []string{other, name}))
		}
		had[claim] = name
		p.pairs = append(p.pairs, r)
	}
	return nil
}

// pairOf finds out who gets a volume: who is named, the claim that the volume names, or the one whose data is recorded to be on it, also if it
// is reserved for another that needs it no longer.
func (p *reattachPlanner) pairOf(v *corev1.PersistentVolume) (*returning, error) {
	claim := drain.Object{Kind: drain.KindClaim}
	switch ref := v.Spec.ClaimRef; {
	case p.req.Claim != nil:
		claim.Namespace, claim.Name = p.req.Claim.Namespace, p.req.Claim.Name
	case ref != nil && !p.underInVain(v):
		claim.Namespace, claim.Name = ref.Namespace, ref.Name
	default:
		former := p.dataOf(v)
		if former.Name == "" {
			return nil, drain.Misuse(fact.New("NoClaimOnVolume", "volume", v.Name))
		}
		claim.Namespace, claim.Name = former.Namespace, former.Name
	}
	return &returning{volume: v, claim: claim, current: p.ix.Claim(claim.Namespace, claim.Name)}, nil
}

// comebacks are the pairs by the members that need them together, in the order of the request.
func (p *reattachPlanner) comebacks() []*comeback {
	var out []*comeback
	for _, r := range p.pairs {
		m, one := workload.Single(p.ix, p.asClaim(r)), &comeback{together: []*returning{r}}
		var now []*comeback
		for _, c := range out {
			if m.Joins(workload.Single(p.ix, p.asClaims(c.together)...)) {
				one.together = slices.Concat(c.together, one.together) // r may join two that had nothing in common before
			} else {
				now = append(now, c)
			}
		}
		out = slices.Concat(now, []*comeback{one})
	}
	at := func(r *returning) int { return slices.Index(p.pairs, r) }
	for _, c := range out {
		slices.SortFunc(c.together, func(a, b *returning) int { return cmp.Compare(at(a), at(b)) })
	}
	slices.SortFunc(out, func(a, b *comeback) int { return cmp.Compare(at(a.together[0]), at(b.together[0])) })
	return out
}

// asClaims are the claims of some volumes as a member has them.
func (p *reattachPlanner) asClaims(pairs []*returning) []workload.Claim {
	var out []workload.Claim
	for _, r := range pairs {
		out = append(out, p.asClaim(r))
	}
	return out
}
