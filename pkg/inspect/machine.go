package inspect

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// Machine is what a name means that somebody typed: a Node, or a machine of which only volumes are left.
type Machine struct {
	// Nodes have the name, or the hostname label; there are several only by that.
	Nodes []*corev1.Node
	// Names are all names by which the machine is known, sorted: that of its Node, or of one that is gone those of its Node and host.
	// There are none if nothing is known of the name.
	Names []string
}

// MachineOf finds out what a name means. A Node is called by its name, there or gone, before another is by its hostname label, and that before
// the name that volumes of a driver have for their host.
func (ix *Index) MachineOf(name string) Machine {
	if n := ix.Node(name); n != nil {
		return Machine{[]*corev1.Node{n}, []string{name}}
	}
	var m Machine
	if ix.lostHostname(name) {
		return Machine{Names: ix.goneMachine(name)}
	}
	for _, n := range ix.Nodes {
		if n.Labels[corev1.LabelHostname] == name {
			m.Nodes, m.Names = append(m.Nodes, n), append(m.Names, n.Name)
		}
	}
	if len(m.Nodes) == 0 {
		m.Nodes, m.Names = ix.hostOfDriver(name)
	}
	if len(m.Nodes) > 0 {
		slices.SortFunc(m.Nodes, func(a, b *corev1.Node) int { return cmp.Compare(a.Name, b.Name) })
		slices.Sort(m.Names)
		return m
	}
	return Machine{Names: ix.goneMachine(name)}
}

// lostHostname reports whether a name is that of a Node that is gone and has the data of volumes, while their home is another machine now.
func (ix *Index) lostHostname(name string) bool {
	return slices.ContainsFunc(ix.LocalVolumes(), func(v *corev1.PersistentVolume) bool {
		site, _ := ix.goneSite(v)
		return slices.Contains(site.Nodes, name)
	})
}

// hostOfDriver are the Nodes, and their names, that local volumes mean by the name of a host.
func (ix *Index) hostOfDriver(host string) (nodes []*corev1.Node, names []string) {
	for _, v := range ix.LocalVolumes() {
		home := ix.HomeOf(v)
		if !ix.homes[v.Name].pinned || len(home.Hosts) != 1 || home.Hosts[0] != host {
			continue
		}
		for _, name := range slices.Concat(home.Names(), ix.homes[v.Name].named) {
			if n := ix.Node(name); n != nil && !slices.Contains(names, name) {
				nodes, names = append(nodes, n), append(names, name)
			}
		}
	}
	return nodes, names
}

// goneMachine are all names of a machine that is gone, which volumes, and Pods that use them, connect.
func (ix *Index) goneMachine(name string) []string {
	names, found := []string{name}, false
	var known [][]string
	for _, v := range ix.LocalVolumes() {
		if some := ix.GoneNames(v); len(some) > 0 {
			known = append(known, some)
		} else if ix.SiteGone(v) && ix.OnSite(v, name) {
			found = true // one of several hosts
		}
	}
	for grown := true; grown; {
		grown = false
		for _, some := range known {
			if !slices.ContainsFunc(some, func(n string) bool { return slices.Contains(names, n) }) {
				continue
			}
			found = true
			for _, n := range some {
				if !slices.Contains(names, n) {
					names, grown = append(names, n), true
				}
			}
		}
	}
	if !found {
		return nil
	}
	slices.Sort(names)
	return names
}

// GoneNames are the names of the machine of a volume whose Node does not exist any more, sorted: the host that its affinity names, and
// the Nodes without an object that its records, and the Pods that use it, name. There are none if the Node exists, or if the affinity
// names several hosts.
func (ix *Index) GoneNames(v *corev1.PersistentVolume) []string {
	site := ix.DataOn(v)
	if !site.Known() || !ix.SiteGone(v) {
		return nil
	}
	names := slices.Clone(site.Nodes)
	for _, record := range ix.records() {
		if node, _ := record(v); node != "" && ix.Node(node) == nil {
			names = append(names, node)
		}
	}
	for _, p := range ix.users(v) {
		if node := p.Spec.NodeName; node != "" && ix.Node(node) == nil && !ix.goneHost(node) {
			names = append(names, node)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// goneHost reports whether a name is that of a host that volumes name and no Node has. A Pod that was written for a node by hand
// must not make one machine of two.
func (ix *Index) goneHost(name string) bool {
	return slices.ContainsFunc(ix.sortedVolumes, func(v *corev1.PersistentVolume) bool {
		home := ix.HomeOf(v)
		return home.State == HomeMissing && slices.Contains(home.Hosts, name)
	})
}
