package pending

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// machineNotes tell of volumes that claims have, or have their own data on, whose disks may not be those that had the data: another machine may have
// taken the name of the node since.
func machineNotes(e evidence.Evidence) []fact.Fact {
	var out []fact.Fact
	for _, u := range e.Uses {
		for _, v := range withOwnData(e.Index, u) {
			if why, perhaps := disk.PerhapsNotThere(e.Index, v); perhaps && len(out) < maxTold && !slices.ContainsFunc(out, why.Equal) {
				out = append(out, why)
			}
			if _, why, elsewhere := e.Index.RecordedElsewhere(v); elsewhere && (u.Claim == nil || !inspect.FullyBound(u.Claim)) && len(out) < maxTold {
				out = append(out, fact.New("VolumeRecordedElsewhere", "volume", v.Name, "claim", "", "why", why))
			}
		}
	}
	return out
}

// withOwnData are the volume that a claim has, and those that have its own data.
func withOwnData(ix *inspect.Index, u evidence.ClaimUse) []*corev1.PersistentVolume {
	var out []*corev1.PersistentVolume
	if u.Claim != nil && inspect.FullyBound(u.Claim) {
		if v := ix.Volume(u.Claim.Spec.VolumeName); v != nil {
			if _, told := ix.PerhapsGone(v); !told { // of which astrayNotes tell
				out = append(out, v)
			}
		}
	}
	for _, own := range u.Earlier {
		if !slices.Contains(out, own.Volume) {
			out = append(out, own.Volume)
		}
	}
	return out
}
