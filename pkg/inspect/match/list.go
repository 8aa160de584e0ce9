package match

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// ExplainList gives the verdicts on a list of volumes, in its order, for one Node: Match is exactly the volume
// that FindMatchingVolume returns for the list (nil: no Match). The list is taken as the scheduler's own, so the
// class of a volume that is reserved for the claim is not checked. taken maps the name of each volume that is
// taken already to the claim of the same Pod that took it.
//
// Every volume's node affinity is evaluated here; OnNode looks it up instead. No command asks it: tests hold it against that function of
// the scheduler, and OnNode against both.
func (m *Matcher) ExplainList(volumes []*corev1.PersistentVolume, node *corev1.Node, taken map[string]string) []VolumeVerdict {
	verdicts := make([]VolumeVerdict, 0, len(volumes))
	for _, v := range volumes {
		affinityOK := volumehelpers.CheckNodeAffinity(v, node.Labels) == nil
		verdict := m.explain(v, affinityOK, taken[v.Name], false)
		verdict.node = node.Name
		verdicts = append(verdicts, verdict)
	}
	chooseOne(verdicts)
	return verdicts
}

// OnNode gives the verdicts on the volumes that count on one Node, sorted by name, as the scheduler would reach
// them if it went through the volumes of the claim's class by name. These volumes count:
//
//   - those of the claim's class that are at home on the Node;
//   - those of the claim's class that can be anywhere, if they pass every check (one that does not fails alike on
//     every Node, and is told by Counts and NearMisses);
//   - those that are reserved for the claim, wherever they are and whatever their class.
//
// taken is as in ExplainList.
func (m *Matcher) OnNode(node string, taken map[string]string) []VolumeVerdict {
	verdicts := m.eachOnNode(node, taken)
	chooseOne(verdicts)
	return verdicts
}

// Chosen returns the verdict whose code is Match, and whether there is one.
func Chosen(verdicts []VolumeVerdict) (VolumeVerdict, bool) {
	i := slices.IndexFunc(verdicts, func(v VolumeVerdict) bool { return v.Code == inspect.Match })
	if i < 0 {
		return VolumeVerdict{}, false
	}
	return verdicts[i], true
}

// eachOnNode explains each volume that counts on a Node by itself.
func (m *Matcher) eachOnNode(node string, taken map[string]string) []VolumeVerdict {
	verdicts := make([]VolumeVerdict, 0, len(m.ix.OnNode(node))+len(m.unpinned))
	add := func(v *corev1.PersistentVolume, affinityOK bool) {
		verdict := m.explain(v, affinityOK, taken[v.Name], true)
		verdict.node = node
		verdicts = append(verdicts, verdict)
	}
	for _, v := range m.ix.OnNode(node) {
		if m.Reserves(v) || volumehelpers.GetPersistentVolumeClass(v) == m.class {
			add(v, true)
		}
	}
	for _, v := range m.unpinned {
		if inspect.AnyNode(v) {
			add(v, true)
		} else if !atHome(m.ix, v, node) {
			add(v, false)
		}
	}
	if len(m.unpinned) > 0 {
		slices.SortFunc(verdicts, func(a, b VolumeVerdict) int { return cmp.Compare(a.Volume.Name, b.Volume.Name) })
	}
	return verdicts
}

// chooseOne leaves Match with the one volume that the scheduler takes: the first that is reserved for the claim,
// else the smallest (of equal ones, the first). The first reserved volume decides even where its affinity
// refuses the Node: nothing is taken then.
func chooseOne(verdicts []VolumeVerdict) {
	best := -1
	for i, v := range verdicts {
		if v.decides() {
			best = i
			break
		}
		if v.Code == inspect.Match && (best < 0 || CapacityOf(v.Volume).Cmp(*CapacityOf(verdicts[best].Volume)) < 0) {
			best = i
		}
	}
	for i := range verdicts {
		if i != best && verdicts[i].Code == inspect.Match {
			verdicts[i].Code, verdicts[i].Instead = inspect.NotChosen, verdicts[best].Volume
			verdicts[i].blocked = verdicts[best].Code == inspect.NodeAffinityMismatch
		}
	}
}

// decides reports whether the scheduler stops at a volume, either taking it or giving up the Node: it is reserved
// for the claim and passes every check but, perhaps, node affinity.
func (v VolumeVerdict) decides() bool {
	return (v.Code == inspect.Match || v.Code == inspect.NodeAffinityMismatch) && v.Reserved()
}

// findUnpinned finds the volumes that count on Nodes where they are not at home.
func (m *Matcher) findUnpinned() []*corev1.PersistentVolume {
	var out []*corev1.PersistentVolume
	for _, v := range m.ix.SortedVolumes() {
		if v.Spec.ClaimRef != nil {
			if m.Reserves(v) {
				out = append(out, v)
			}
		} else if inspect.AnyNode(v) && m.Explain(v, true, "").Code == inspect.Match {
			out = append(out, v)
		}
	}
	return out
}

// atHome reports whether a volume is on a Node.
func atHome(ix *inspect.Index, v *corev1.PersistentVolume, node string) bool {
	return slices.ContainsFunc(ix.HomeOf(v).Nodes, func(n *corev1.Node) bool { return n.Name == node })
}
