package fix

import (
	corev1 "k8s.io/api/core/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// A claim that names a volume which names no other claim gets that one: the volume controller binds the two within seconds
// (controller/volume/persistentvolume: syncUnboundClaim). So it is with what a backup brings back. Nobody has to do anything, and who takes the name
// off the claim gives up what is on the volume.

// named is the volume that the volume controller is about to bind to a claim which names it, nil if there is none.
func named(e evidence.Evidence, u evidence.ClaimUse) *corev1.PersistentVolume {
	v := e.Index.Volume(u.Claim.Spec.VolumeName)
	if v == nil || u.Matcher == nil || e.Index.ClaimedBy(v) != u.Claim && !volumehelpers.IsVolumeBoundToClaim(v, u.Claim) {
		return nil
	}
	if code := u.Matcher.Explain(v, true, "").Code; code != inspect.Match && code != inspect.NotChosen {
		return nil
	}
	return v
}

// boundSoon waits for the volume controller.
func boundSoon(e evidence.Evidence, u evidence.ClaimUse) []candidate {
	v := named(e, u)
	if v == nil {
		return nil
	}
	fix := Fix{ID: "bound-" + v.Name, Risk: RiskNone, Titles: []fact.Fact{fact.New("ControllerBinds", "claim", u.Name, "volume", v.Name)},
		Notes: []fact.Fact{fact.New("ControllerMustRun")}}
	if _, local := e.Index.LocalSource(v); local {
		fix.Commands = giveBack(nil, given{use: u, Earlier: match.Earlier{Volume: v}})
	}
	return []candidate{{fix: fix, change: together(u.Claim, v), claim: u.Name, gives: []string{u.Name}, nodes: siteNodes(e.Index, v)}}
}

// anyVolume recreates a claim without the name of the volume that it waits for. If the volume controller is about to bind the two, the claim gives up
// what is on that; it does not, if the volume is reserved for its name besides.
func anyVolume(e evidence.Evidence, u evidence.ClaimUse) []candidate {
	c, v := u.Claim, named(e, u)
	if v != nil && v.Spec.ClaimRef != nil {
		return nil
	}
	all := recreate(e, u, "any-volume", fact.New("RecreateClaimWithoutVolumeName", "claim", c.Name), func(*corev1.PersistentVolumeClaim) {})
	if v == nil {
		return all
	}
	given := v.DeepCopy()
	given.Status.Phase = corev1.VolumePending // that it takes the same one again is not what this is for
	for i := range all {
		all[i].fix.Risk = RiskData
		all[i].fix.Notes = append([]fact.Fact{fact.New("OldDataStays", "volume", v.Name)}, all[i].fix.Notes...)
		all[i].change = all[i].change.Then(setting(given))
	}
	return all
}
