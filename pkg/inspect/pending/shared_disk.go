package pending

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// diskNotes tell of volumes that the claims of a Pod get as things stand, although the disk is another claim's, or the data on it: of disks the
// scheduler knows nothing.
func diskNotes(e evidence.Evidence) []fact.Fact {
	disks := disk.New(e.Index)
	var out []fact.Fact
	for _, u := range e.Uses {
		for _, v := range given(e, u) {
			if f, ok := diskNote(e, disks, u, v); ok && len(out) < maxTold {
				out = append(out, f)
			}
		}
	}
	return out
}

// given are the volumes that a claim is bound to on the Nodes that the Pod fits, each once, in the order of the Nodes; of a claim that does not
// exist those that are reserved for it.
func given(e evidence.Evidence, u evidence.ClaimUse) []*corev1.PersistentVolume {
	var out []*corev1.PersistentVolume
	if u.Claim == nil {
		for _, v := range e.Index.Naming(e.Pod.Namespace, u.Name) {
			if v.Spec.ClaimRef.UID == "" {
				out = append(out, v)
			}
		}
		return out
	}
	if !u.Unbound() {
		return nil
	}
	feasible := e.Verdict.Feasible()
	for _, m := range e.Matches {
		if v := chosenFor(m, u.Claim); v != nil && slices.Contains(feasible, m.Node) && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// diskNote is what speaks against that a claim gets a volume, false if nothing does.
func diskNote(e evidence.Evidence, disks *disk.Disks, u evidence.ClaimUse, v *corev1.PersistentVolume) (fact.Fact, bool) {
	r, against := disk.First(disks.Refusals(v, types.NamespacedName{Namespace: e.Pod.Namespace, Name: u.Name}), disk.VolumeClaimed, disk.DiskMounted, disk.DiskHeld, disk.DataForeign)
	if !against {
		return fact.Fact{}, false
	}
	var f fact.Fact
	switch r.Code {
	case disk.VolumeClaimed: // not to be cordoned, since the two are to be bound
		return fact.New("GetsClaimedVolume", "claim", u.Name, "volume", v.Name, "owner", r.Holder.Claim), true
	case disk.DiskMounted:
		f = fact.New("GetsMountedDisk", "claim", u.Name, "volume", v.Name, "pods", r.Names())
	case disk.DiskHeld:
		pods := make([]string, 0, len(r.Holder.Pods))
		for _, p := range r.Holder.Pods {
			pods = append(pods, p.Name)
		}
		f = fact.New("GetsDiskOfOther", "claim", u.Name, "volume", v.Name, "other", r.Holder.Volume.Name, "owner", r.Holder.Claim, "pods", pods)
	default:
		other := ""
		if r.Data.By != nil {
			other = r.Data.By.Name
		}
		f = fact.New("GetsDataOfOther", "claim", u.Name, "volume", v.Name, "other", other, "owner", r.Data.Claim.Key())
	}
	if v.Spec.ClaimRef == nil {
		f = f.Offering(disk.Cordon(v, "in-use"))
	}
	return f, true
}
