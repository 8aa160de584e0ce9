package fix

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// roomFor are volumes for a claim that has to give its own up first: ones whose claims are gone, to reclaim, and a new one. None helps by
// itself, as long as the claim has its volume, so each is tried together with newVolume. They come before it, as their commands do.
func roomFor(e evidence.Evidence, u evidence.ClaimUse, near nearby) []candidate {
	next := inspect.StripClaim(u.Claim)
	m, err := match.NewMatcher(e.Index, next)
	if err != nil {
		return nil
	}
	near = nearby{ix: near.ix, inTheWay: near.inTheWay, misses: map[string][]match.NearMiss{next.Name: m.NearMisses()}}
	var out []candidate
	for miss := range near.of(next.Name, inspect.ClaimedByOther) {
		v := e.Index.Volume(miss.Volume)
		if leftBy(u, v) || hasDataOf(e.Index, v, next) {
			continue // it is the claim's own
		}
		if _, local := e.Index.LocalSource(v); !local || !reclaimable(e.Index, v) || v.Status.Phase == corev1.VolumeAvailable || !forfeited(e.Index, v, next) {
			continue
		}
		if out = append(out, opened(e.Index, v)); len(out) == maxAlike {
			break
		}
	}
	return append(out, newRoom(e, next)...)
}

// hasDataOf reports whether the own data of a claim is on a volume.
func hasDataOf(ix *inspect.Index, v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim) bool {
	data := disk.DataOf(v, ix.TakenAt)
	return data.State == disk.Known && data.Claim.Namespace == c.Namespace && data.Claim.Name == c.Name
}

// opened makes a volume whose claim is gone available to any claim.
func opened(ix *inspect.Index, v *corev1.PersistentVolume) candidate {
	n := v.DeepCopy()
	n.Spec.ClaimRef, n.Status.Phase = nil, corev1.VolumeAvailable
	c := candidate{
		fix: Fix{
			ID: "open-" + v.Name, Risk: RiskData,
			Titles:   []fact.Fact{fact.New("ReclaimForAny", "phase", v.Status.Phase, "volume", v.Name)},
			Commands: []fact.Command{fact.Plugin("reclaim", v.Name).With("--keep-data", acceptForeign, v.Name)},
		},
		change: setting(n), nodes: siteNodes(ix, v),
	}
	if disk.DataOf(v, ix.TakenAt).State != disk.Wiped {
		old := v.Spec.ClaimRef.Namespace + "/" + v.Spec.ClaimRef.Name
		c.fix.Notes = []fact.Fact{fact.New("OldDataComes", "old", old), fact.New("MoveNeedsFlag", "volume", v.Name)}
		c.opens = []string{v.Name}
	}
	return c
}

// newRoom is a new volume that fits the claim.
func newRoom(e evidence.Evidence, c *corev1.PersistentVolumeClaim) []candidate {
	all := addVolume(e, c, false)
	on, volumes := newVolumes(e, c)
	if len(all) == 0 || len(volumes) == 0 {
		return nil
	}
	change := inspect.Change{}
	for _, v := range volumes {
		change.Set = append(change.Set, v)
	}
	return []candidate{{fix: all[0].fix, fixFor: all[0].fixFor, change: change, nodes: on}}
}
