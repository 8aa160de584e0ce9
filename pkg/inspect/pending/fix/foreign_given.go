package fix

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// Whatever lets the scheduler give a claim a free volume with the data of another one risks that data, be it a label or another request: the
// scheduler does not know whose it is.

// withGiven says of a fix which data of others claims of the Pod are given with it on some nodes, unless it has been said.
func withGiven(e evidence.Evidence, c candidate, f Fix, nodes []string) Fix {
	for _, u := range e.Uses {
		for _, on := range foreignGiven(e, c, u, nodes) {
			old := on.Claim.Key().String()
			if slices.ContainsFunc(f.Notes, func(n fact.Fact) bool { return n.Code == "OldDataComes" && n.Get("old") == old }) {
				continue
			}
			f.Risk = RiskData
			f.Notes = append(slices.Clone(f.Notes), fact.New("ForeignDataComes", "volume", on.By.Name, "old", old, "claim", u.Name))
		}
		if unknown := fact.New("UnknownDataComes"); unknownGiven(e, c, u, f, nodes) && !slices.ContainsFunc(f.Notes, unknown.Equal) {
			f.Notes = append(slices.Clone(f.Notes), unknown)
		}
	}
	return f
}

// unknownGiven reports whether nothing says what is on a volume that the scheduler would give, on some node, to a claim which gives up its own for
// another one.
func unknownGiven(e evidence.Evidence, c candidate, u evidence.ClaimUse, f Fix, nodes []string) bool {
	other := slices.ContainsFunc(f.Titles, func(title fact.Fact) bool { return title.Code == "EmptyVolume" && title.Get("claim") == u.Name })
	claim := changedClaim(c, u.Claim)
	if !other || claim.Spec.VolumeName != "" {
		return false
	}
	m, err := match.NewMatcher(e.Index, claim)
	if err != nil {
		return false
	}
	disks, key := disk.New(e.Index), types.NamespacedName{Namespace: claim.Namespace, Name: claim.Name}
	return slices.ContainsFunc(nodes, func(node string) bool {
		return slices.ContainsFunc(smallestOn(e, c, m, key, node), func(v *corev1.PersistentVolume) bool {
			there := e.Index.Volume(v.Name)
			return there != nil && disks.DataOn(there, e.Index.TakenAt).State == disk.Unknown
		})
	})
}

// foreignGiven are the volumes with the data of others that the scheduler would give to an unbound claim on some nodes with a candidate, each
// once.
func foreignGiven(e evidence.Evidence, c candidate, u evidence.ClaimUse, nodes []string) []disk.OnDisk {
	claim := changedClaim(c, u.Claim)
	if claim == nil || claim.Spec.VolumeName != "" {
		return nil
	}
	key := types.NamespacedName{Namespace: claim.Namespace, Name: claim.Name}
	m, err := match.NewMatcher(e.Index, claim)
	if err != nil || !slices.ContainsFunc(e.Index.OfClass(m.Class()), func(v *corev1.PersistentVolume) bool {
		return v.Spec.ClaimRef == nil && disk.DataOf(v, e.Index.TakenAt).Foreign(key)
	}) {
		return nil
	}
	var out []disk.OnDisk
	for _, node := range nodes {
		for _, v := range smallestOn(e, c, m, key, node) {
			on := disk.OnDisk{Data: disk.DataOf(v, e.Index.TakenAt), By: v}
			if v.Spec.ClaimRef == nil && on.Foreign(key) && !slices.ContainsFunc(out, func(o disk.OnDisk) bool { return o.By.Name == v.Name }) {
				out = append(out, on)
			}
		}
	}
	return out
}

// changedClaim is a claim as it is with a candidate.
func changedClaim(c candidate, claim *corev1.PersistentVolumeClaim) *corev1.PersistentVolumeClaim {
	for _, o := range c.change.Set {
		if n, ok := o.(*corev1.PersistentVolumeClaim); ok && claim != nil && n.Namespace == claim.Namespace && n.Name == claim.Name {
			return n
		}
	}
	return claim
}

// smallestOn are the volumes of which the scheduler takes one for a claim on a node: those that do, with a candidate, and are the smallest. Which of
// equal ones it takes is chance. If one is reserved for the claim, it is that one.
func smallestOn(e evidence.Evidence, c candidate, m *match.Matcher, key types.NamespacedName, node string) []*corev1.PersistentVolume {
	var smallest []*corev1.PersistentVolume
	disks := disk.New(e.Index)
	for _, v := range volumesWith(e.Index, c, m.Class()) {
		n := e.Index.Node(node)
		if n == nil || m.Explain(v, volumehelpers.CheckNodeAffinity(v, n.Labels) == nil, "").Code != inspect.Match {
			continue
		}
		if m.Reserves(v) && v.Spec.ClaimRef != nil {
			return []*corev1.PersistentVolume{v}
		}
		if slices.ContainsFunc(disks.Refusals(v, key), func(r disk.Refusal) bool { return r.Code != disk.DiskFree && speaksAgainst(r) }) {
			continue // the simulation was without it as well
		}
		switch {
		case len(smallest) == 0 || match.CapacityOf(v).Cmp(*match.CapacityOf(smallest[0])) < 0:
			smallest = []*corev1.PersistentVolume{v}
		case match.CapacityOf(v).Cmp(*match.CapacityOf(smallest[0])) == 0:
			smallest = append(smallest, v)
		}
	}
	return smallest
}

// volumesWith are the volumes of a class with a candidate.
func volumesWith(ix *inspect.Index, c candidate, class string) []*corev1.PersistentVolume {
	out := slices.Clone(ix.OfClass(class))
	for _, o := range c.change.Set {
		v, ok := o.(*corev1.PersistentVolume)
		if !ok {
			continue
		}
		out = slices.DeleteFunc(out, func(old *corev1.PersistentVolume) bool { return old.Name == v.Name })
		if volumehelpers.GetPersistentVolumeClass(v) == class {
			out = append(out, v)
		}
	}
	return out
}
