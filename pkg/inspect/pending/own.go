package pending

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/fix"
)

// What is told of the volumes with the own data of a claim, wherever the Pod could be placed without them.

const (
	codeOwnVolumeLeft  fact.Code = "OwnVolumeLeft"
	codeOwnVolumesLeft fact.Code = "OwnVolumesLeft"
)

// fitting are the volumes with its own data that a claim could be bound to if nothing but the name of the earlier claim, and what is done first,
// were in the way.
func fitting(u evidence.ClaimUse) []match.Earlier {
	return slices.DeleteFunc(slices.Clone(u.Earlier), func(e match.Earlier) bool {
		return e.Code != match.Fits && e.Code != match.NotYet || e.Volume.Spec.ClaimRef == nil || e.Volume.Spec.ClaimRef.UID == "" && !evidence.Restored(u.Claim, e.Volume)
	})
}

// leftOnes are, for each unbound claim of a Pod that fits, the volumes with its own data that it would not be bound to on some Node.
func leftOnes(e evidence.Evidence, feasible []string) []fact.Fact {
	var out []fact.Fact
	for _, u := range e.Uses {
		back := u.Promised(e.Index)
		if !u.Unbound() || len(back) == 0 || alwaysOwn(e, u, feasible) {
			continue
		}
		out = append(out, fact.New("ClaimLeavesData", "claim", u.Name, "volumes", match.Facts(back)))
	}
	return out
}

// mayStartWithIt reports whether each claim that has a volume with its own data is bound to one on some Node on which the Pod may be placed.
func mayStartWithIt(e evidence.Evidence, feasible []string) bool {
	for _, u := range e.Uses {
		if u.Unbound() && len(u.Promised(e.Index)) > 0 && !slices.ContainsFunc(feasible, func(node string) bool { return alwaysOwn(e, u, []string{node}) }) {
			return false
		}
	}
	return true
}

// alwaysOwn reports whether a claim is bound to a volume with its own data on whichever Node the Pod is placed.
func alwaysOwn(e evidence.Evidence, u evidence.ClaimUse, feasible []string) bool {
	for _, m := range e.Matches {
		chosen := chosenFor(m, u.Claim)
		if slices.Contains(feasible, m.Node) && !slices.ContainsFunc(u.Earlier, func(own match.Earlier) bool { return chosen != nil && own.Volume.Name == chosen.Name }) {
			return false
		}
	}
	return true
}

// ownNotes tell of volumes with the own data of claims that have no volume, unless what is found of the claim tells it: how it is brought back, or why
// it cannot be and what would have to be otherwise.
func ownNotes(e evidence.Evidence, found []claimFinding) []fact.Fact {
	var out []fact.Fact
	for i, u := range e.Uses {
		if found[i].reason.Code == codeOwnVolumesLeft {
			continue
		}
		for _, own := range u.Earlier {
			told := found[i].reason.Get("volume") == own.Volume.Name && own.Code != match.NotYet && own.Code != match.Withheld && len(dataRefusals(e, own.Volume)) == 0
			if !told && !takenAnyway(e, u, own) {
				out = append(out, ownNote(e, u, own))
			}
		}
	}
	return out
}

// takenAnyway reports whether a claim is bound to a volume by itself: it names no claim, and is taken wherever the Pod may be placed.
func takenAnyway(e evidence.Evidence, u evidence.ClaimUse, own match.Earlier) bool {
	feasible := e.Verdict.Feasible()
	return own.Volume.Spec.ClaimRef == nil && len(feasible) > 0 && alwaysOwn(e, u, feasible)
}

// ownNote is what there is to say of one of them.
func ownNote(e evidence.Evidence, u evidence.ClaimUse, own match.Earlier) fact.Fact {
	giveBack := reattach(own.Volume, types.NamespacedName{Namespace: u.Claim.Namespace, Name: u.Name})
	switch {
	case !own.InReach():
		return fact.New("OwnDataOutOfReach", "claim", u.Name, "volume", own.Fact())
	case own.Code == match.NotYet:
		return fact.New("OwnDataNotYet", "claim", u.Name, "volume", own.Fact(), "why", own.Why).Offering(giveBack)
	case own.Recreating(): // reserved first, or the next claim could take any other volume
		key := types.NamespacedName{Namespace: u.Claim.Namespace, Name: u.Name}
		return fact.New("OwnDataForNextClaim", "claim", u.Name, "volume", own.Fact(), "why", own.Why).
			Offering(fact.Plugin("reclaim", own.Volume.Name).With("--keep-data", "--for", key.String()))
	case own.Code != match.Fits:
		return fact.New("OwnDataDoesNotFit", "claim", u.Name, "volume", own.Fact(), "why", own.Why, "ways", fix.Otherwise(e.Index, u.Claim, own)).Offering(giveBack)
	case !evidence.Reachable(e.Index, own):
		return fact.New("OwnDataInDoubt", "claim", u.Name, "volume", own.Fact()).Offering(giveBack.With("--dry-run"))
	}
	if refusals := dataRefusals(e, own.Volume); len(refusals) > 0 {
		return fact.New("OwnDataNodeRefuses", "claim", u.Name, "volume", own.Fact(), "refusals", refusals).Offering(giveBack)
	}
	return fact.New("OwnDataWaits", "claim", u.Name, "volume", own.Fact(), "others", besides(u, own)).Offering(giveBack)
}

// dataRefusals say why the Nodes that have the data of a volume refuse the Pod apart from volumes, with by how much they are full; nothing if one
// of them does not.
func dataRefusals(e evidence.Evidence, v *corev1.PersistentVolume) []fact.Fact {
	var refusals []fact.Fact
	for _, n := range match.SitesOf(e.Index, v) {
		why := refusalBesidesVolumes(e, n)
		if why.IsZero() {
			return nil
		}
		refusals = withRefusal(refusals, n.Name, why)
	}
	return refusals
}

// homelessNotes tell of volumes that are reserved for claims and that no Pod can use, since their home is unknown, unless what is found of the claim
// tells it; and of those that are reserved for claims that do not exist.
func homelessNotes(e evidence.Evidence, found []claimFinding) []fact.Fact {
	var out []fact.Fact
	for i, u := range e.Uses {
		if u.Claim != nil && !u.Unbound() {
			continue
		}
		for _, v := range e.Index.Naming(e.Pod.Namespace, u.Name) {
			home := e.Index.HomeOf(v)
			reserved := v.Spec.ClaimRef.UID == "" || u.Claim != nil && v.Spec.ClaimRef.UID == u.Claim.UID
			switch {
			case reserved && home.State == inspect.HomeUnknown && !inspect.AnyNode(v) && found[i].reason.Get("volume") != v.Name:
				out = append(out, fact.New("ReservedHomeUnknown", "claim", u.Name, "volume", v.Name, "why", home.Why))
			case u.Claim == nil && reserved && home.State == inspect.HomeNode && v.Status.Phase == corev1.VolumeAvailable:
				out = append(out, fact.New("ReservedForNextClaim", "claim", u.Name, "volume", v.Name, "nodes", home.Names()))
			}
		}
	}
	return out
}

// besides are the other volumes of which a claim could have one instead, as data of earlier claims of its name: it can have one alone.
func besides(u evidence.ClaimUse, own match.Earlier) []string {
	var names []string
	for _, other := range u.Earlier {
		if other.Code == match.Fits && other.Volume.Name != own.Volume.Name {
			names = append(names, other.Volume.Name)
		}
	}
	return names
}

// doubtNotes tell what the volumes that the claims may get, or left, say of their data and is not believed.
func doubtNotes(e evidence.Evidence) []fact.Fact {
	var out []fact.Fact
	for _, v := range considered(e) {
		for _, doubt := range disk.Doubts(v, e.Index.TakenAt) {
			if len(out) < maxTold && !slices.ContainsFunc(out, doubt.Equal) {
				out = append(out, doubt)
			}
		}
	}
	return out
}

// considered are the volumes that the claims of the Pod get on the Nodes, and those that they left.
func considered(e evidence.Evidence) []*corev1.PersistentVolume {
	var out []*corev1.PersistentVolume
	for _, m := range e.Matches {
		for _, c := range m.Claims {
			for _, v := range c.Volumes {
				if v.Code == inspect.Match || v.Code == inspect.NotChosen {
					out = append(out, v.Volume)
				}
			}
		}
	}
	for _, u := range e.Uses {
		if u.Claim == nil || !u.Unbound() {
			continue
		}
		for _, own := range u.Earlier {
			out = append(out, own.Volume)
		}
	}
	return out
}
