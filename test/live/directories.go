package live

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
)

// bindCompleted is on claims that the volume controller has bound.
const bindCompleted = "pv.kubernetes.io/bind-completed"

// directories is whose data is where, and who runs there: for each path of a node, the claim that was the first to be bound to it, by
// whatever volume. Simulated nodes have no disks, so this is what a file with a name in it would show. It is told of all moments of
// a timeline, in their order.
type directories struct {
	told told
	// owner is a claim by directory.
	owner map[string]string
	// volumes are the directories of the volumes that there are, running the claims of the Pods that run, by directory.
	volumes map[types.UID]string
	running map[types.UID]map[string]string
}

func newDirectories(t told) *directories {
	d := &directories{told: t, owner: maps.Clone(t.marks), volumes: map[types.UID]string{}, running: map[types.UID]map[string]string{}}
	if d.owner == nil {
		d.owner = map[string]string{}
	}
	return d
}

// directory is the node and path of a volume, as inspecttest.On and a scene make it; both are empty for any other.
func directory(v *corev1.PersistentVolume) (node, dir string) {
	at := ""
	switch {
	case v.Spec.Local != nil:
		at = v.Spec.Local.Path
	case v.Spec.HostPath != nil:
		at = v.Spec.HostPath.Path
	}
	if at == "" || v.Spec.NodeAffinity == nil || v.Spec.NodeAffinity.Required == nil {
		return "", ""
	}
	for _, term := range v.Spec.NodeAffinity.Required.NodeSelectorTerms {
		for _, e := range term.MatchExpressions {
			if e.Key == corev1.LabelHostname && len(e.Values) == 1 {
				return e.Values[0], e.Values[0] + ":" + path.Clean(at)
			}
		}
	}
	return "", ""
}

// within reports whether two directories are one, or one of them is below the other: what is written in it is there through both.
func within(a, b string) bool {
	return a == b || strings.HasPrefix(a, b+"/") || strings.HasPrefix(b, a+"/")
}

// check is wrong if a claim has the data of another, if two claims have one volume, if the Pods of two claims run on one directory, or
// if a Pod runs where its volume is not.
func (d *directories) check(m *moment) error {
	all := newCatalog(m)
	d.erase(m)
	wrong := slices.Concat(d.claims(all), d.pods(all))
	if len(wrong) == 0 {
		return nil
	}
	return errors.New(strings.Join(wrong, "; "))
}

// erase forgets the data of volumes that are gone and whose disks were erased.
func (d *directories) erase(m *moment) {
	for uid, where := range d.volumes {
		if m.volumes[uid] == nil && d.told.erased[uid] {
			delete(d.owner, where)
		}
	}
	clear(d.volumes)
	for uid, v := range m.volumes {
		_, d.volumes[uid] = directory(v)
	}
}

// claims looks at what claims are bound to.
func (d *directories) claims(all *catalog) []string {
	var wrong []string
	first := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(all.claims)) {
		c := all.claims[name]
		v := all.boundTo(c)
		if v == nil {
			continue
		}
		if other, taken := first[v.Name]; taken {
			wrong = append(wrong, fmt.Sprintf("volume %s has the claims %s and %s", v.Name, other, name))
		}
		first[v.Name] = name
		_, where := directory(v)
		if where == "" || v.Spec.ClaimRef == nil || v.Spec.ClaimRef.UID != c.UID {
			continue // of two that are to name each other
		}
		if owner, at := d.ownerOf(where, name); owner != "" && !d.told.given[v.Name] {
			wrong = append(wrong, fmt.Sprintf("claim %s has %s, which holds the data of claim %s%s", name, where, owner, besides(at, where)))
		} else {
			d.owner[where] = name
		}
	}
	return wrong
}

// ownerOf is another claim whose data is in a directory, above or below it, and where; it is empty if there is none.
func (d *directories) ownerOf(where, claim string) (owner, at string) {
	for _, at := range slices.Sorted(maps.Keys(d.owner)) {
		if owner := d.owner[at]; owner != claim && within(at, where) {
			return owner, at
		}
	}
	return "", ""
}

// besides names a directory that is another than the one before it.
func besides(at, where string) string {
	if at == where {
		return ""
	}
	return " (in " + at + ")"
}

// pods looks at what Pods run on. A Pod stays where it was begun, whatever becomes of its claim.
func (d *directories) pods(all *catalog) []string {
	var wrong []string
	running, users := map[types.UID]map[string]string{}, map[string]*corev1.Pod{}
	for _, p := range all.running {
		on, apart := d.runsOn(all, p)
		wrong = append(wrong, apart...)
		running[p.UID] = on
		for _, where := range slices.Sorted(maps.Keys(on)) {
			for _, at := range slices.Sorted(maps.Keys(users)) {
				if other := users[at]; within(at, where) && running[other.UID][at] != on[where] {
					wrong = append(wrong, fmt.Sprintf("Pods %s and %s run on %s%s", other.Name, p.Name, where, besides(at, where)))
				}
			}
			users[where] = p
		}
	}
	d.running = running
	return wrong
}

// runsOn are the directories that a Pod runs on, with its claims, and which of them are not where it runs.
func (d *directories) runsOn(all *catalog, p *corev1.Pod) (on map[string]string, wrong []string) {
	on = maps.Clone(d.running[p.UID])
	if on == nil {
		on = map[string]string{}
	}
	for _, c := range all.claimsOf(p) {
		v := all.boundTo(c)
		if v == nil || slices.Contains(slices.Collect(maps.Values(on)), c.Name) {
			continue
		}
		node, where := directory(v)
		if where == "" {
			continue
		}
		on[where] = c.Name
		if node != p.Spec.NodeName && !d.told.given[v.Name] {
			wrong = append(wrong, fmt.Sprintf("Pod %s runs on %s, and the volume of its claim %s is %s", p.Name, p.Spec.NodeName, c.Name, where))
		}
	}
	return on, wrong
}
