package fix

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// dropReservation frees a claim from a volume that is reserved for it where the Pod cannot go. It is too late for that
// when the two are being bound: a Bound volume without a claimRef is given to the next claim, data and all.
func dropReservation(c *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume) []candidate {
	if !onlyReserved(v) {
		return nil
	}
	n := v.DeepCopy()
	n.Spec.ClaimRef = nil
	return []candidate{{
		fix: Fix{
			ID:       "release-" + v.Name,
			Titles:   []fact.Fact{fact.New("EndReservation", "volume", v.Name, "claim", c.Name)},
			Commands: []fact.Command{patchVolume(v, append(reservedOps(v), patchOp{Op: "remove", Path: "/spec/claimRef"})...)},
			Risk:     RiskData,
			Notes:    []fact.Fact{fact.New("PodStartsElsewhere", "volume", v.Name)},
		},
		change: setting(n), claim: c.Name,
	}}
}

// reserveForGreedy reserves a volume for the claim that the scheduler's order leaves without one.
func reserveForGreedy(e evidence.Evidence, c *corev1.PersistentVolumeClaim, code inspect.ClaimCode) []candidate {
	if code != inspect.GreedyMiss {
		return nil
	}
	var out []candidate
	for _, node := range e.OtherwiseFit() {
		g := e.Matcher.Greedy(node)
		i := slices.IndexFunc(g.Assignment, func(a match.Assigned) bool { return a.Claim == c })
		if !g.Miss() || i < 0 {
			continue
		}
		v := g.Assignment[i].Volume
		out = append(out, candidate{
			fix: Fix{
				ID:       "reserve-" + v.Name,
				Titles:   []fact.Fact{fact.New("Reserve", "volume", v.Name, "claim", c.Name)},
				Commands: []fact.Command{patchVolume(v, reserveOps(v, c)...)},
				Risk:     RiskLow,
				Notes:    []fact.Fact{fact.New("ClaimBoundAtOnce")},
			},
			change: setting(match.Reserved(v, c)), claim: c.Name, node: node,
		})
		if len(out) == maxAlike {
			break
		}
	}
	return out
}

// relabelled are volumes with the labels that the claim's selector asks for.
func relabelled(ix *inspect.Index, u evidence.ClaimUse, near nearby) []candidate {
	c := u.Claim
	if u.Matcher == nil || c.Spec.Selector == nil {
		return nil
	}
	var out []candidate
	for miss := range near.of(u.Name, inspect.SelectorMismatch) {
		v := ix.Volume(miss.Volume)
		n, args := withLabels(v, inspect.LabelsFor(c.Spec.Selector))
		if u.Matcher.Explain(n, true, "").Code != inspect.Match {
			continue // labels alone do not satisfy it, e.g. NotIn
		}
		out = append(out, candidate{
			fix: Fix{
				ID:       "label-" + v.Name,
				Titles:   []fact.Fact{fact.New("LabelVolume", "volume", v.Name, "labels", args, "claim", c.Name)},
				Commands: []fact.Command{fact.Kubectl("label", append([]string{"pv", v.Name}, args...)...).With("--overwrite")},
				Risk:     RiskLow,
				Notes:    []fact.Fact{fact.New("LabelMustBeTrue")},
			},
			change: onceChanged(ix, n, c), claim: c.Name, nodes: siteNodes(ix, v),
		})
		if len(out) == maxAlike {
			break
		}
	}
	return out
}

// withLabels is a volume with labels that it lacks or has other values of, and those, as kubectl label takes them.
func withLabels(v *corev1.PersistentVolume, want map[string]string) (labelled *corev1.PersistentVolume, args []string) {
	n := v.DeepCopy()
	for _, k := range slices.Sorted(maps.Keys(want)) {
		if v.Labels[k] != want[k] {
			metav1.SetMetaDataLabel(&n.ObjectMeta, k, want[k])
			args = append(args, k+"="+want[k])
		}
	}
	return n, args
}

// nodeNames are the names of the home's Nodes; nil for a volume that has none, which stands for every Node.
func nodeNames(h inspect.Home) []string {
	if len(h.Nodes) == 0 {
		return nil
	}
	return h.Names()
}
