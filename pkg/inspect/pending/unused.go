package pending

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// unusedNotes tell of claims that wait, and match no volume but for other claims, which of those no Pod uses: such as StatefulSets leave that were
// scaled down. It is no fix, since nobody but their owner knows whether their data is needed again.
func unusedNotes(e evidence.Evidence, found []claimFinding) []fact.Fact {
	if _, unread := e.Index.Gap(inspect.Pods); unread {
		return nil
	}
	var out []fact.Fact
	for i, u := range e.Uses {
		if u.Claim == nil || u.Matcher == nil || found[i].code == inspect.ClaimOk {
			continue
		}
		var claims []string
		var first *corev1.PersistentVolume
		for _, v := range e.Index.OfClass(u.Matcher.Class()) {
			if len(claims) == maxTold || !unused(e.Index, v) || !reachable(e, v) || !wouldDo(u, v) {
				continue
			}
			if first == nil {
				first = v
			}
			claims = append(claims, v.Spec.ClaimRef.Namespace+"/"+v.Spec.ClaimRef.Name)
		}
		if first == nil {
			continue
		}
		ref := first.Spec.ClaimRef
		then := fact.New("ThenCommand").Offering(fact.Plugin("reclaim", first.Name).With("--keep-data", "--for", u.Claim.Namespace+"/"+u.Claim.Name, "--accept-foreign-data", first.Name))
		out = append(out, fact.New("ClaimsUnused", "claim", u.Name, "unused", claims, "volume", first.Name, "old", ref.Namespace+"/"+ref.Name, "then", then).
			Offering(fact.Plugin("release", "pvc/"+ref.Name).In(ref.Namespace)))
	}
	return out
}

// unused reports whether a local volume is bound to a claim that no Pod names, and for which no member of a StatefulSet is to come.
func unused(ix *inspect.Index, v *corev1.PersistentVolume) bool {
	c := ix.ClaimOf(v)
	if _, local := ix.LocalSource(v); !local || c == nil || c.Spec.VolumeName != v.Name || c.DeletionTimestamp != nil || !inspect.FullyBound(c) {
		return false
	}
	_, _, member := ix.SetOfClaim(types.NamespacedName{Namespace: c.Namespace, Name: c.Name})
	return !member && len(ix.Consumers(c.Namespace, c.Name)) == 0
}

// reachable reports whether the Pod would fit, volumes apart, where the data of a volume is.
func reachable(e evidence.Evidence, v *corev1.PersistentVolume) bool {
	return slices.ContainsFunc(e.OtherwiseFit(), func(node string) bool { return e.Index.OnSite(v, node) })
}

// wouldDo reports whether a volume would do for a claim if nobody had it.
func wouldDo(u evidence.ClaimUse, v *corev1.PersistentVolume) bool {
	n := v.DeepCopy()
	n.Spec.ClaimRef, n.Status.Phase = nil, corev1.VolumeAvailable
	return u.Matcher.Explain(n, true, "").Code == inspect.Match
}
