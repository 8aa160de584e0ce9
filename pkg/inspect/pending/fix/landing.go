package fix

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// What is on the volumes that the claims of a Pod get with a fix. The scheduler knows nothing of data: whatever makes the Pod fit a Node where
// the data of others is on the volume that is free gives a claim that volume.

// landing is a volume that a claim of the Pod gets on a Node with a fix, or may get: there is another one that the scheduler takes as well.
type landing struct {
	claim, node string
	volume      *corev1.PersistentVolume
	perhaps     bool
	// old is the claim whose data is on it, empty unless that is another than the claim that gets it.
	old string
	// unknown is set if nothing is recorded of what is on it; new, if the fix adds it.
	unknown, added bool
}

// foreign reports whether the data of another claim comes with it.
func (l landing) foreign() bool { return l.old != "" }

// landings finds them.
type landings struct {
	e evidence.Evidence
	// held is what keeps the scheduler from volumes that nobody should be given.
	held inspect.Change
	// exposed is set if there is a free volume with the data of others, so that it has to be found out who gets it.
	exposed bool
}

func newLandings(e evidence.Evidence, held inspect.Change) landings {
	l := landings{e: e, held: held}
	for _, u := range e.Uses {
		l.exposed = l.exposed || slices.ContainsFunc(e.Index.Volumes, func(v *corev1.PersistentVolume) bool {
			return v.Status.Phase == corev1.VolumeAvailable && disk.DataOf(v, e.Index.TakenAt).Foreign(l.key(u.Name))
		})
	}
	return l
}

func (l landings) key(claim string) types.NamespacedName {
	return types.NamespacedName{Namespace: l.e.Pod.Namespace, Name: claim}
}

// of are the volumes that the claims get on the Nodes that the Pod fits with a candidate. They are not looked for where nothing depends on them.
func (l landings) of(c candidate, nodes []string) []landing {
	if !l.exposed && !slices.ContainsFunc(c.fix.Titles, saysEmpty) {
		return nil
	}
	ix, pod := after(l.e.Index, l.held.Then(c.change)), l.e.Pod
	if c.pod != nil {
		pod = c.pod
	}
	var out []landing
	for _, u := range l.e.Uses {
		if v := boundBy(l.e.Index, ix, l.key(u.Name)); v != nil {
			for _, node := range nodes {
				out = append(out, l.at(u.Name, node, v, false))
			}
		}
	}
	m, err := match.NewPodMatcher(ix, pod)
	if err != nil {
		return out
	}
	for _, node := range nodes {
		for _, got := range m.OnNode(node).Claims {
			for _, v := range got.Volumes {
				if equal := sameToScheduler(v, got.Chosen); equal || v.Code == inspect.Match && v.Volume == got.Chosen {
					out = append(out, l.at(got.Claim.Name, node, v.Volume, equal || slices.ContainsFunc(got.Volumes, func(o match.VolumeVerdict) bool { return sameToScheduler(o, got.Chosen) })))
				}
			}
		}
	}
	return out
}

// sameToScheduler reports whether the scheduler may as well take a volume as the one that is chosen here: it goes through equal ones in no order.
func sameToScheduler(v match.VolumeVerdict, chosen *corev1.PersistentVolume) bool {
	return v.Code == inspect.NotChosen && chosen != nil && v.Instead == chosen && chosen.Spec.ClaimRef == nil &&
		match.CapacityOf(v.Volume).Cmp(*match.CapacityOf(chosen)) == 0
}

// at is what is known of a volume that a claim gets. It is what is recorded now: a Change takes away what the volume says of its last claim.
func (l landings) at(claim, node string, v *corev1.PersistentVolume, perhaps bool) landing {
	out := landing{claim: claim, node: node, volume: v, perhaps: perhaps}
	now := l.e.Index.Volume(v.Name)
	if now == nil {
		out.added = true
		return out
	}
	switch data := disk.DataOf(now, l.e.Index.TakenAt); {
	case data.Foreign(l.key(claim)):
		out.old = data.Claim.Key().String()
	case data.State == disk.Unknown:
		out.unknown = true
	}
	return out
}

// boundBy is the volume to which a claim is bound by a Change, nil if it is not, or was before.
func boundBy(before, after *inspect.Index, key types.NamespacedName) *corev1.PersistentVolume {
	c := after.Claim(key.Namespace, key.Name)
	if c == nil || !inspect.FullyBound(c) || c == before.Claim(key.Namespace, key.Name) {
		return nil
	}
	return after.Volume(c.Spec.VolumeName)
}

// after is an Index as it would be after a Change, as far as volumes are concerned.
func after(ix *inspect.Index, change inspect.Change) *inspect.Index {
	s := *ix.Snapshot
	s.Volumes = replaced(s.Volumes, change.Set, func(v *corev1.PersistentVolume) types.NamespacedName { return types.NamespacedName{Name: v.Name} })
	s.Claims = replaced(s.Claims, change.Set, func(c *corev1.PersistentVolumeClaim) types.NamespacedName {
		return types.NamespacedName{Namespace: c.Namespace, Name: c.Name}
	})
	s.Nodes = replaced(s.Nodes, change.Set, func(n *corev1.Node) types.NamespacedName { return types.NamespacedName{Name: n.Name} })
	s.Classes = replaced(s.Classes, change.Set, func(c *storagev1.StorageClass) types.NamespacedName { return types.NamespacedName{Name: c.Name} })
	return inspect.NewIndex(&s)
}

// replaced are objects with those of their kind in place that are set; the last one counts.
func replaced[T comparable](have []T, set []runtime.Object, key func(T) types.NamespacedName) []T {
	put := map[types.NamespacedName]T{}
	var order []types.NamespacedName
	for _, o := range set {
		if one, ok := o.(T); ok {
			if _, again := put[key(one)]; !again {
				order = append(order, key(one))
			}
			put[key(one)] = one
		}
	}
	if len(order) == 0 {
		return have
	}
	out := slices.Clone(have)
	for i, one := range out {
		if n, ok := put[key(one)]; ok {
			out[i] = n
			delete(put, key(one))
		}
	}
	for _, k := range order {
		if n, ok := put[k]; ok {
			out = append(out, n)
		}
	}
	return out
}

// asRecoverDoes leaves, for what recover does, the Nodes on which no claim gets the data of others: it takes such a volume only if it is told
// to, which it has to be where there is no other. Then some are left, whose volumes can be named.
func asRecoverDoes(c candidate, all []landing, nodes []string) ([]landing, []string) {
	if !slices.ContainsFunc(c.fix.Commands, recovers) {
		return all, nodes
	}
	foreign := map[string][]string{} // the volumes on each Node
	for _, l := range all {
		if l.foreign() && !l.perhaps {
			foreign[l.node] = append(foreign[l.node], l.volume.Name)
		}
	}
	if some := slices.DeleteFunc(slices.Clone(nodes), func(node string) bool { return foreign[node] != nil }); len(some) > 0 {
		return onNodes(slices.DeleteFunc(all, landing.foreign), some), some
	}
	var some, told []string
	for _, node := range nodes {
		more := slices.DeleteFunc(slices.Clone(foreign[node]), func(v string) bool { return slices.Contains(told, v) })
		if len(told)+len(more) <= maxAlike || len(some) == 0 {
			some, told = append(some, node), append(told, more...)
		}
	}
	return onNodes(all, some), some
}

// onNodes are those on some Nodes.
func onNodes(all []landing, nodes []string) []landing {
	return slices.DeleteFunc(all, func(l landing) bool { return !slices.Contains(nodes, l.node) })
}

// landed is a fix with what there is to say of the volumes that the claims of the Pod get on the Nodes that it fits.
func landed(f Fix, all []landing, nodes []string) Fix {
	f.Notes = slices.Clone(f.Notes)
	var foreign []string
	first, certain := map[string]landing{}, map[string]int{}
	for _, l := range all {
		if !l.foreign() {
			continue
		}
		if _, seen := first[l.volume.Name]; !seen {
			first[l.volume.Name], foreign = l, append(foreign, l.volume.Name)
		}
		if !l.perhaps {
			certain[l.volume.Name]++
		}
	}
	untold := slices.DeleteFunc(slices.Clone(foreign), func(v string) bool { return tellsOf(f.Notes, first[v].old) })
	for _, v := range untold[:min(len(untold), maxAlike)] {
		l, perhaps := first[v], ""
		if certain[v] < len(nodes) { // not on each of them
			perhaps = "perhaps"
		}
		f.Notes = append(f.Notes, fact.New("ForeignDataComes", "claim", l.claim, "volume", v, "old", l.old, "perhaps", perhaps))
	}
	if more := len(untold) - maxAlike; more > 0 {
		f.Notes = append(f.Notes, fact.New("MoreForeignDataComes", "volumes", more))
	}
	if len(foreign) > 0 {
		f.Risk = RiskData
	}
	return notEmpty(accepting(f, foreign), all)
}

// tellsOf reports whether a note tells already that the data of a claim comes with the volume that the fix is about.
func tellsOf(notes []fact.Fact, old string) bool {
	return slices.ContainsFunc(notes, func(n fact.Fact) bool {
		return (n.Code == "OldDataComes" || n.Code == "ReservedDataMayCome") && n.Get("old") == old
	})
}

// notEmpty calls nothing empty that is not known to be: that is a volume that was wiped, that is still to be made, or that the fix adds.
func notEmpty(f Fix, all []landing) Fix {
	f.Titles = slices.Clone(f.Titles)
	var unknown []string
	for i, title := range f.Titles {
		if !saysEmpty(title) {
			continue
		}
		var volumes []string
		known, seen := true, map[string]bool{}
		for _, l := range all {
			if l.claim != title.Get("claim") || seen[l.volume.Name] {
				continue
			}
			seen[l.volume.Name], volumes = true, append(volumes, l.volume.Name)
			known = known && !l.unknown && !l.foreign()
			if l.unknown {
				unknown = append(unknown, l.volume.Name)
			}
		}
		if !known {
			f.Titles[i] = fact.New("OtherVolume", "claim", title.Get("claim"), "volumes", volumes)
		}
	}
	slices.Sort(unknown)
	if unknown = slices.Compact(unknown); len(unknown) > 0 {
		f.Notes = append(f.Notes, fact.New("ContentUnknown", "volumes", unknown))
	}
	return f
}

// saysEmpty reports whether a title says that a claim gets an empty volume.
func saysEmpty(title fact.Fact) bool { return title.Code == "EmptyVolume" }
