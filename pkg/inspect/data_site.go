package inspect

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// DataSite is where the data of a volume is, as far as that is recorded. It is the second question besides the home: the home is
// where the scheduler lets the volume's Pods go, and the two differ where the node affinity does not say what its author meant.
type DataSite struct {
	// Nodes are the names of the Nodes or hosts, there or gone, sorted: one where it is known which has the data, several where it
	// is on one of them and nothing says on which, none where nothing is known.
	Nodes []string
	// Source is what names them: SiteAffinity, SiteFields, or the key of an annotation or attribute; several, with commas, where only that
	// they agree makes it known. It is empty if nothing does.
	Source string
	// Perhaps are further names of Nodes or hosts that may have the data, as far as nothing says that it is elsewhere, sorted: hosts that the
	// affinity names beside those that are there, Nodes that may be the host that it names since they lack its label, Nodes without an
	// object to which Pods that use the volume are bound, and such as a record names, whose hostname another machine has now.
	Perhaps []string
}

// What names the site of data besides annotations and attributes, which are called by their keys.
const (
	// SiteAffinity is the required node affinity, as the scheduler evaluates it.
	SiteAffinity = "nodeAffinity"
	// SiteFields is what the affinity says by matchFields, which the scheduler does not evaluate for volumes.
	SiteFields = "matchFields:metadata.name"
	// SitePod is a Pod that has the volume mounted.
	SitePod = "Pod"
)

// Known reports whether the data is known to be on one node, as far as the Nodes that there are say: it may be Perhaps elsewhere.
func (s DataSite) Known() bool { return len(s.Nodes) == 1 }

// DataOn returns where the data of a local volume is: at home, if its affinity pins it to one host that there is, unless that has the hostname
// of a machine that is gone; else where it is recorded to be; else on one of the Nodes or hosts that the affinity leaves.
func (ix *Index) DataOn(v *corev1.PersistentVolume) DataSite {
	site := ix.foundOn(v)
	if _, unread := ix.Gap(Nodes); unread {
		return site
	}
	if site.Source == "" || site.Source == SiteAffinity {
		site.Perhaps = slices.Clone(ix.homes[v.Name].perhaps)
	}
	if site.Source == SiteAffinity {
		_, perhaps := ix.goneSite(v)
		site.Perhaps = append(site.Perhaps, perhaps.Nodes...)
	}
	for _, p := range ix.users(v) {
		if node := p.Spec.NodeName; !site.Known() && node != "" && ix.Node(node) == nil {
			site.Perhaps = append(site.Perhaps, node)
		}
	}
	slices.Sort(site.Perhaps)
	site.Perhaps = slices.DeleteFunc(slices.Compact(site.Perhaps), func(name string) bool { return slices.Contains(site.Nodes, name) })
	return site
}

// foundOn is the site of a volume without what may be it besides.
func (ix *Index) foundOn(v *corev1.PersistentVolume) DataSite {
	found := ix.homes[v.Name]
	home := found.home
	if _, unread := ix.Gap(Nodes); unread {
		return DataSite{}
	}
	if gone, _ := ix.goneSite(v); gone.Known() {
		return gone
	}
	if found.pinned && (home.State == HomeMissing || len(home.Nodes) == 1) {
		return DataSite{Nodes: home.Names(), Source: SiteAffinity}
	}
	var recorded DataSite
	if _, local := ix.LocalSource(v); local { // of a network disk, a record says only for which Node it was made
		recorded = ix.recordedSite(v, found.pinned && home.State != HomeNode)
	}
	switch {
	case found.pinned && home.State == HomeNode: // several homes, of which a record may name the one
		if len(recorded.Nodes) > 0 && !slices.ContainsFunc(recorded.Nodes, func(n string) bool { return !slices.Contains(home.Names(), n) }) {
			return recorded
		}
		return DataSite{Nodes: home.Names(), Source: SiteAffinity}
	case len(recorded.Nodes) > 0:
		return recorded
	case len(found.named) > 0:
		return DataSite{Nodes: found.named, Source: SiteAffinity}
	case home.State == HomeNode:
		return DataSite{Nodes: ix.orWhereUsed(v, home.Names()), Source: SiteAffinity}
	}
	return DataSite{}
}

// orWhereUsed adds to the only Node that an affinity without names of hosts leaves the machines, gone since, on which Pods use the volume: it
// would have left those too, so that Node is not known to have the data. A network disk is on none of them.
func (ix *Index) orWhereUsed(v *corev1.PersistentVolume, nodes []string) []string {
	if _, local := ix.LocalSource(v); !local || len(nodes) > 1 {
		return nodes
	}
	for _, p := range ix.users(v) {
		if name := p.Spec.NodeName; name != "" && ix.Node(name) == nil {
			nodes = append(nodes, name)
		}
	}
	slices.Sort(nodes)
	return slices.Compact(nodes)
}

// SiteNames are the names by which it is told where a volume is: those of the Nodes or hosts that have, or may have, its data; else those
// of its home.
func (ix *Index) SiteNames(v *corev1.PersistentVolume) []string {
	if site := ix.DataOn(v); len(site.Nodes) > 0 {
		return site.Nodes
	}
	return ix.HomeOf(v).Names()
}

// Astray says that the scheduler may send the Pods of a local volume to Nodes that do not have its data: its data is known to be on
// certain Nodes, and its home is others, or more.
func (ix *Index) Astray(v *corev1.PersistentVolume) (why fact.Fact, astray bool) {
	home, site := ix.HomeOf(v), ix.DataOn(v)
	if home.State != HomeNode || site.Source == "" || site.Source == SiteAffinity || slices.Equal(home.Names(), site.Nodes) {
		return fact.Fact{}, false
	}
	if others := slices.DeleteFunc(home.Names(), func(n string) bool { return slices.Contains(site.Nodes, n) }); len(others) == 0 {
		return fact.Fact{}, false // several homes, of which some have the data
	}
	switch {
	case AnyNode(v):
		return fact.New("DataAstrayUnlessShared", "nodes", site.Nodes, "source", site.Source), true
	case site.Source == SiteFields:
		return fact.New("DataAstrayByFields", "nodes", site.Nodes, "source", site.Source), true
	case ix.homes[v.Name].pinned && ix.Node(site.Nodes[0]) == nil:
		return fact.New("DataAstrayByHostname", "nodes", site.Nodes, "source", site.Source, "home", home.Names(), "hosts", home.Hosts), true
	}
	return fact.New("DataAstray", "nodes", site.Nodes, "source", site.Source), true
}

// MayBeOn reports whether the data of a volume is on a Node or host of that name, or may be as far as is known.
func (ix *Index) MayBeOn(v *corev1.PersistentVolume, name string) bool {
	site := ix.DataOn(v)
	return slices.Contains(site.Nodes, name) || slices.Contains(site.Perhaps, name)
}

// OnSite reports whether the data of a volume is known to be on a Node of that name, or on one of several of which that is one.
func (ix *Index) OnSite(v *corev1.PersistentVolume, node string) bool {
	return slices.Contains(ix.DataOn(v).Nodes, node)
}

// SiteGone reports whether the data of a volume is known to be on Nodes that do not exist any more.
func (ix *Index) SiteGone(v *corev1.PersistentVolume) bool {
	if ix.HomeOf(v).State == HomeMissing {
		return true
	}
	if _, astray := ix.Astray(v); !astray {
		return false
	}
	return !slices.ContainsFunc(ix.DataOn(v).Nodes, func(n string) bool { return ix.Node(n) != nil })
}
