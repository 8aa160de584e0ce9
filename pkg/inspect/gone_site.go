package inspect

import (
	"maps"
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// A host is known by its hostname, which another machine may be given once its Node is gone. The affinity of its volumes then matches that
// machine, and says nothing of where their data is. What names the Node itself does: records, and Pods that use the volume.

// The annotations that the commands leave on a volume whose claim they move off a node: the nodes, separated by commas.
const (
	annRecoveredFrom = "localpv.dev/recovered-from"
	annMovedFrom     = "localpv.dev/moved-from"
)

// witness is one thing that names the Node that has the data of a volume, besides what the scheduler evaluates.
type witness struct{ node, source string }

// witnesses are all of a volume, each once, those first that were written when it was made.
func (ix *Index) witnesses(v *corev1.PersistentVolume) []witness {
	var all []witness
	add := func(node, source string) {
		if w := (witness{node, source}); node != "" && !slices.Contains(all, w) {
			all = append(all, w)
		}
	}
	if names := fieldNames(v); len(names) == 1 {
		add(names[0], SiteFields)
	}
	for _, record := range ix.records() {
		add(record(v))
	}
	if c, err := DecodeClaim(v.Annotations[AnnReleasedClaim]); err == nil && v.Annotations[volumehelpers.AnnDynamicallyProvisioned] != "" {
		add(c.Annotations[volumehelpers.AnnSelectedNode], AnnReleasedClaim)
	}
	for _, key := range []string{annRecoveredFrom, annMovedFrom} {
		if name := v.Annotations[key]; !strings.Contains(name, ",") { // of several, nothing says which
			add(name, key)
		}
	}
	for _, p := range ix.users(v) {
		if p.Status.Phase == corev1.PodRunning || ix.Node(p.Spec.NodeName) == nil { // it may wait in vain on a Node that there is
			add(p.Spec.NodeName, SitePod)
		}
	}
	return all
}

// goneSite is what witnesses say of where the data of a pinned volume with a home is, although that Node is gone: the site for certain, if two of
// them agree and none differs; else what they name is perhaps, and so it is if the machine may be the one at home, registered under another
// name. Both are zero if no witness names a Node that is gone.
func (ix *Index) goneSite(v *corev1.PersistentVolume) (site, perhaps DataSite) {
	found := ix.homes[v.Name]
	if _, local := ix.LocalSource(v); !local || !found.pinned || found.home.State != HomeNode {
		return DataSite{}, DataSite{}
	}
	var differ bool
	var sources []string
	for _, w := range ix.witnesses(v) {
		switch {
		case ix.Node(w.node) != nil:
			differ = true
		case ix.calledAtHome(v, w.node):
		default:
			perhaps.Nodes, sources = append(perhaps.Nodes, w.node), append(sources, w.source)
		}
	}
	if len(sources) == 1 && sources[0] == SitePod && (differ || !ix.tookHostname(v)) {
		return DataSite{}, DataSite{} // by hand, a Pod can be bound to whatever name
	}
	slices.Sort(perhaps.Nodes)
	perhaps.Nodes, perhaps.Source = slices.Compact(perhaps.Nodes), strings.Join(sources, ", ")
	if differ || len(perhaps.Nodes) != 1 || len(sources) < 2 || ix.mayBeAtHome(v, perhaps.Nodes[0]) {
		return DataSite{}, perhaps
	}
	return perhaps, DataSite{}
}

// PerhapsGone says that the data of a volume may be on a machine whose Node is gone, by its name, although the affinity matches another now.
func (ix *Index) PerhapsGone(v *corev1.PersistentVolume) (why fact.Fact, perhaps bool) {
	_, gone := ix.goneSite(v)
	if home := ix.HomeOf(v); len(gone.Nodes) > 0 && ix.foundOn(v).Source == SiteAffinity {
		return fact.New("DataPerhapsGone", "nodes", gone.Nodes, "source", gone.Source, "home", home.Names(), "hosts", home.Hosts), true
	}
	return fact.Fact{}, false
}

// calledAtHome reports whether a Node of a volume's home is called by the name of one that is gone, by its drivers or whoever registered it.
func (ix *Index) calledAtHome(v *corev1.PersistentVolume, name string) bool {
	return slices.ContainsFunc(ix.homes[v.Name].home.Nodes, func(n *corev1.Node) bool {
		ids := slices.Collect(maps.Values(nodeIDs(n)))
		for _, c := range ix.CSINodes {
			for i := range c.Spec.Drivers {
				if c.Name == n.Name {
					ids = append(ids, c.Spec.Drivers[i].NodeID)
				}
			}
		}
		return path.Base(n.Spec.ProviderID) == name || slices.Contains(ids, name)
	})
}

// tookHostname reports whether a Node of a volume's home may have taken the hostname of another: it is called otherwise than the affinity says,
// or is younger than a Pod that uses the volume.
func (ix *Index) tookHostname(v *corev1.PersistentVolume) bool {
	home := ix.homes[v.Name].home
	return slices.ContainsFunc(home.Nodes, func(n *corev1.Node) bool {
		return !slices.Contains(home.Hosts, n.Name) || slices.ContainsFunc(ix.users(v), func(p *corev1.Pod) bool { return p.CreationTimestamp.Before(&n.CreationTimestamp) })
	})
}

// mayBeAtHome reports whether a machine whose Node is gone may be one at a volume's home, registered again: one name is the other with its
// domain, or what is recorded of the machine is so of that one.
func (ix *Index) mayBeAtHome(v *corev1.PersistentVolume, name string) bool {
	ids, addresses := ix.recordedMachine(v)
	return slices.ContainsFunc(ix.homes[v.Name].home.Nodes, func(n *corev1.Node) bool {
		is := func(id string) bool { return id != "" && slices.Contains(ids, id) }
		info := n.Status.NodeInfo
		return strings.HasPrefix(n.Name, name+".") || strings.HasPrefix(name, n.Name+".") ||
			is(info.MachineID) || is(info.SystemUUID) || is(n.Spec.ProviderID) ||
			slices.ContainsFunc(n.Status.Addresses, func(a corev1.NodeAddress) bool { return slices.Contains(addresses, a.Address) })
	})
}

// recordedMachine is whatever a volume, its claim and the Pods that use it record, among which the identity of a machine may be, and the
// addresses of the machines of those Pods whose Node is gone.
func (ix *Index) recordedMachine(v *corev1.PersistentVolume) (ids, addresses []string) {
	texts := []map[string]string{v.Annotations, v.Labels}
	if v.Spec.CSI != nil {
		texts = append(texts, v.Spec.CSI.VolumeAttributes)
	}
	if c := ix.ClaimOf(v); c != nil {
		texts = append(texts, c.Annotations)
	}
	for _, p := range ix.users(v) {
		texts = append(texts, p.Annotations)
		if p.Status.HostIP != "" && ix.Node(p.Spec.NodeName) == nil {
			addresses = append(addresses, p.Status.HostIP)
		}
	}
	for _, some := range texts {
		ids = slices.AppendSeq(ids, maps.Values(some))
	}
	return ids, addresses
}
