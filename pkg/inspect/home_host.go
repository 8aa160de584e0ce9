package inspect

import (
	"encoding/json"
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// hostKeys are the topology keys by which drivers of local volumes name single hosts, whatever the values look like.
func hostKeys(driver string) []string {
	switch driver {
	case "topolvm.io": // topolvm: constants.go, TopologyNodeKey
		return []string{"topology.topolvm.io/node"}
	case "topolvm.cybozu.com": // the same, as it was called before
		return []string{"topology.topolvm.cybozu.com/node"}
	case "local.csi.openebs.io": // openebs/lvm-localpv: docs/storageclasses.md
		return []string{"openebs.io/nodename"}
	case "zfs.csi.openebs.io": // openebs/zfs-localpv: pkg/zfs/volume.go, ZFSTopologyKey and ZFSTopoNodenameKey
		return []string{zfsNodeID, "openebs.io/nodename"}
	case "directpv-min-io": // minio/directpv: pkg/apis/directpv.min.io/types, TopologyDriverNode
		return []string{"directpv.min.io/node"}
	case "carina.storage.io": // carina-io/carina: utils/constants.go, TopologyNodeKey
		return []string{"topology.carina.storage.io/node"}
	case "lvm.hwameistor.io": // hwameistor/hwameistor: pkg/apis/hwameistor, TopologyNodeKey
		return []string{"topology.lvm.hwameistor.io/node"}
	case "localdisk.csi.acstor.io": // Azure/local-csi-driver: internal/csi/core/lvm, TopologyKey
		return []string{"topology.localdisk.csi.acstor.io/node"}
	case "hostpath.csi.k8s.io": // kubernetes-csi/csi-driver-host-path: pkg/hostpath, TopologyKeyNode
		return []string{"topology.hostpath.csi/node"}
	}
	return nil
}

// driverOf is the CSI driver of a volume, empty if it has none.
func driverOf(v *corev1.PersistentVolume) string {
	if v.Spec.CSI == nil {
		return ""
	}
	return v.Spec.CSI.Driver
}

// hostNames knows what Nodes are called besides their names: by CSI drivers.
type hostNames struct {
	ids map[[2]string]string // node and driver -> nodeID
	// all are the names of Nodes, their hostname labels and, with a driver, its nodeIDs.
	all map[[2]string]bool // name and driver
}

func newHostNames(s *Snapshot) hostNames {
	h := hostNames{ids: map[[2]string]string{}, all: map[[2]string]bool{}}
	for _, n := range s.Nodes {
		h.all[[2]string{n.Name, ""}] = true
		if label := n.Labels[corev1.LabelHostname]; label != "" {
			h.all[[2]string{label, ""}] = true
		}
	}
	if _, unread := s.Gap(CSINodes); unread {
		h.fromAnnotations(s.Nodes)
	}
	for _, n := range s.CSINodes {
		for _, d := range n.Spec.Drivers {
			h.ids[[2]string{n.Name, d.Name}] = d.NodeID
			h.all[[2]string{d.NodeID, d.Name}] = true
		}
	}
	return h
}

// annNodeID is what the CSI drivers of a Node call it, by driver, as JSON: kubelet writes it beside the CSINode (kubernetes:
// pkg/volume/csi/nodeinfomanager, annotationKeyNodeID).
const annNodeID = "csi.volume.kubernetes.io/nodeid"

// nodeIDs are what the annotation of a Node says its drivers call it.
func nodeIDs(n *corev1.Node) map[string]string {
	ids := map[string]string{}
	if json.Unmarshal([]byte(n.Annotations[annNodeID]), &ids) != nil {
		return nil // what cannot be read names nothing
	}
	return ids
}

// fromAnnotations takes what Nodes are called from their annotations, for who may not read the CSINodes.
func (h hostNames) fromAnnotations(nodes []*corev1.Node) {
	for _, n := range nodes {
		for driver, id := range nodeIDs(n) {
			h.ids[[2]string{n.Name, driver}] = id
			h.all[[2]string{id, driver}] = true
		}
	}
}

// registered reports whether it is known of some Node that a driver is registered there.
func (h hostNames) registered(driver string) bool {
	for key := range h.ids {
		if key[1] == driver {
			return true
		}
	}
	return false
}

// called reports whether a Node is called so: by its name, its hostname label, or the nodeID that a driver has for it.
func (h hostNames) called(n *corev1.Node, driver, name string) bool {
	return name == n.Name || name == n.Labels[corev1.LabelHostname] || driver != "" && name == h.ids[[2]string{n.Name, driver}]
}

// some reports whether a Node is called so.
func (h hostNames) some(driver, name string) bool {
	return h.all[[2]string{name, ""}] || driver != "" && h.all[[2]string{name, driver}]
}

// perHost reports whether a label key is known to tell single hosts apart: it is in the table of the driver, or its values are what
// Nodes are called. That each Node has a value of its own proves nothing, since a zone may have a single Node, and neither does
// that the driver lists the key in its CSINodes: that of EBS lists its zones there.
func (f *homeFinder) perHost(driver string, r corev1.NodeSelectorRequirement) bool {
	if slices.Contains(hostKeys(driver), r.Key) || f.nodesGap != nil { // without Nodes nothing is known of any key, and no home is
		return true
	}
	return !slices.ContainsFunc(r.Values, func(value string) bool { return !f.namesHost(driver, r.Key, value) })
}

// namesHost reports whether the value of a label is what the Nodes that carry it are called. One that no Node carries may be what a
// Node is called that has lost the label; else the other values of the key tell.
func (f *homeFinder) namesHost(driver, key, value string) bool {
	if carriers := f.byLabel[[2]string{key, value}]; len(carriers) > 0 {
		return !slices.ContainsFunc(carriers, func(n *corev1.Node) bool { return !f.hosts.called(n, driver, value) })
	}
	if f.hosts.some(driver, value) {
		return true
	}
	c := f.carriers(driver, key)
	return c.count > 0 && c.named
}

// carriers is how a label key is spread over the Nodes.
type carriers struct {
	count int
	// named is set if the value of each is what the Node is called.
	named bool
}

func (f *homeFinder) carriers(driver, key string) carriers {
	if c, ok := f.carried[[2]string{driver, key}]; ok {
		return c
	}
	c := carriers{named: true}
	for _, n := range f.nodes {
		if value, ok := n.Labels[key]; ok {
			c.count++
			c.named = c.named && f.hosts.called(n, driver, value)
		}
	}
	f.carried[[2]string{driver, key}] = c
	return c
}

// holdsNames reports whether the values of a key are what Nodes are called besides, so that one that lacks the label is not the host of
// another name: those of kubernetes.io/hostname never are, and where no Node has the key, what is known of it tells.
func (f *homeFinder) holdsNames(driver, key string) bool {
	if key == corev1.LabelHostname {
		return false
	}
	if c := f.carriers(driver, key); c.count > 0 {
		return c.named
	}
	return key != zfsNodeID
}

// zfsNodeID may be set to anything before the driver starts (openebs/zfs-localpv: docs/faq.md, custom topology by openebs.io/nodeid).
const zfsNodeID = "openebs.io/nodeid"
