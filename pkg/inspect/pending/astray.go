package pending

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// CodeBoundDataElsewhere is told of a bound volume on a Node where the scheduler takes it and its data is not.
const CodeBoundDataElsewhere fact.Code = "BoundVolumeDataElsewhere"

// hasData reports whether the data of a volume is, or may be, on a Node; nothing is known of that unless it is recorded.
func hasData(ix *inspect.Index, v *corev1.PersistentVolume, node string) bool {
	_, astray := ix.Astray(v)
	return !astray || ix.OnSite(v, node)
}

// astrayFinding is about a claim whose volume the scheduler takes on Nodes without its data. Only those with the data will do.
func astrayFinding(e evidence.Evidence, c *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume, binding string, why fact.Fact) claimFinding {
	var refusals []fact.Fact
	for _, name := range e.Index.DataOn(v).Nodes {
		n := e.Index.Node(name)
		if n == nil {
			continue
		}
		refusal := refusalBesidesVolumes(e, n)
		if refusal.IsZero() {
			return finding(inspect.ClaimOk, fact.New("PinnedAstray", "claim", c.Name, "binding", binding, "volume", v.Name, "why", why))
		}
		refusals = withRefusal(refusals, name, refusal)
	}
	if len(refusals) == 0 {
		return finding(inspect.BoundNodeMissing, fact.New("PinnedAstrayMissing", "claim", c.Name, "binding", binding, "volume", v.Name, "why", why, "nodes", e.Index.DataOn(v).Nodes))
	}
	return finding(inspect.BoundNodeUnfit, fact.New("PinnedAstrayUnfit", "claim", c.Name, "binding", binding, "volume", v.Name, "why", why, "refusals", refusals))
}

// homeNotes tell of volumes that the claims have, or get, which of their homes counts as the one with the data.
func homeNotes(e evidence.Evidence) []fact.Fact {
	var out []fact.Fact
	for _, u := range e.Uses {
		volumes := given(e, u)
		if u.Claim != nil && inspect.FullyBound(u.Claim) {
			if v := e.Index.Volume(u.Claim.Spec.VolumeName); v != nil {
				volumes = append(volumes, v)
			}
		}
		for _, v := range volumes {
			if why, counts := e.Index.CountsAsHome(v); counts && len(out) < maxTold {
				out = append(out, why)
			}
		}
	}
	return out
}

// astrayNotes warn, once for each claim, that the Pod may be placed where its data is not.
func astrayNotes(e evidence.Evidence) []fact.Fact {
	var out []fact.Fact
	for _, u := range e.Uses {
		if u.Claim == nil || !inspect.FullyBound(u.Claim) {
			continue
		}
		v := e.Index.Volume(u.Claim.Spec.VolumeName)
		if v == nil {
			continue
		}
		if _, local := e.Index.LocalSource(v); !local {
			continue
		}
		if why, astray := e.Index.Astray(v); astray {
			f := fact.New("PodMayStartWithoutData", "claim", u.Name, "volume", v.Name, "why", why)
			if refusals := dataRefusals(e, v); len(refusals) > 0 {
				f = fact.New("PodStartsWithoutData", "claim", u.Name, "volume", v.Name, "why", why, "refusals", refusals)
			}
			if open := e.Index.OpenWithoutData(v); len(open) > 0 {
				f = f.Offering(fact.Kubectl("cordon", open...))
			}
			out = append(out, f)
		} else if why, perhaps := e.Index.PerhapsGone(v); perhaps {
			out = append(out, fact.New("PodMayStartElsewhere", "claim", u.Name, "volume", v.Name, "why", why))
		} else if _, why, elsewhere := e.Index.RecordedElsewhere(v); elsewhere {
			out = append(out, fact.New("PodMayStartElsewhere", "claim", u.Name, "volume", v.Name, "why", why))
		}
	}
	return out
}
