package pending

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// replaceNotes tell of volumes with the own data of claims that are bound to another volume, as where a member has started empty because its
// own was not given back: it can have one of them instead of what it has now. One that the Pod could not use together with what its other
// claims are bound to is told of with those that these left there, or not at all.
func replaceNotes(q evidence.Question) []fact.Fact {
	var out []fact.Fact
	for _, u := range q.Uses {
		for _, own := range replaceable(q.Index, u) {
			with, can := comingWith(q, u, own.Volume)
			if !can || len(out) == maxTold {
				continue
			}
			giveBack := reattach(own.Volume, types.NamespacedName{Namespace: u.Claim.Namespace, Name: u.Name}).With("--replace")
			if len(with) > 0 {
				giveBack = fact.Plugin("reattach", append([]string{own.Volume.Name}, with...)...).With("--replace")
			}
			out = append(out, fact.New("EarlierDataBesides", "claim", u.Name, "has", u.Claim.Spec.VolumeName, "volume", own.Fact(), "with", with).Offering(giveBack))
		}
	}
	return out
}

// replaceable are the volumes that a claim can have instead of what it is bound to.
func replaceable(ix *inspect.Index, u evidence.ClaimUse) []match.Earlier {
	if u.Claim == nil || u.Ephemeral {
		return nil
	}
	return slices.DeleteFunc(match.ReplacedOf(ix, u.Claim), func(own match.Earlier) bool { return own.Code != match.Fits || !evidence.Reachable(ix, own) })
}

// comingWith are the volumes that other claims of the Pod need instead of what they are bound to, so that it can use a volume: of each the only
// one that it left where that volume is. It reports whether the Pod can then.
func comingWith(q evidence.Question, u evidence.ClaimUse, v *corev1.PersistentVolume) (with []string, can bool) {
	needed := []*corev1.PersistentVolume{v}
	for _, other := range q.Uses {
		if other.Name == u.Name || other.Claim == nil || !inspect.FullyBound(other.Claim) {
			continue
		}
		has := q.Index.Volume(other.Claim.Spec.VolumeName)
		if has == nil || !q.Index.NeverTogether(v, has) {
			continue
		}
		left := slices.DeleteFunc(replaceable(q.Index, other), func(own match.Earlier) bool {
			return own.Volume.Spec.ClaimRef == nil || q.Index.NeverTogether(v, own.Volume)
		})
		if len(left) != 1 {
			return nil, false
		}
		needed, with = append(needed, left[0].Volume), append(with, left[0].Volume.Name)
	}
	return with, !q.Index.NeverTogether(needed...) && (len(with) == 0 || v.Spec.ClaimRef != nil)
}
