package inspect

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"
)

// Who records on which Node the data of a volume was made.
const (
	// annLocalPath is set by the provisioner (rancher/local-path-provisioner: provisioner.go, nodeNameAnnotationKey).
	annLocalPath = "local.path.provisioner/selected-node"
	// attrIdentity is set by the external provisioner; with --node-deployment, as drivers of local volumes run it, it ends with the
	// driver and the Node (kubernetes-csi/external-provisioner: cmd/csi-provisioner, identity).
	attrIdentity = "storage.kubernetes.io/csiProvisionerIdentity"
	// attrCarina is set by the driver (carina-io/carina: utils/constants.go, VolumeDeviceNode).
	attrCarina = "carina.storage.io/node"
	// staticProvisioner begins the name of the static provisioner, which goes on with the name of its Node and, unless that is switched
	// off, its UID (sig-storage-local-static-provisioner: cmd/local-volume-provisioner, provisionerName).
	staticProvisioner = "local-volume-provisioner-"
)

// recordedSite is where the data is recorded to be, besides what the scheduler evaluates. What the volume's object says comes before
// what others do. A running Pod counts only if the affinity pins the volume to hosts and no longer matches any Node: its kubelet would
// not have mounted the volume had the Node not matched then.
func (ix *Index) recordedSite(v *corev1.PersistentVolume, homeless bool) DataSite {
	if names := fieldNames(v); len(names) > 0 {
		return DataSite{Nodes: names, Source: SiteFields}
	}
	for _, record := range ix.records() {
		if node, source := record(v); node != "" {
			return DataSite{Nodes: []string{node}, Source: source}
		}
	}
	if node, source := ix.byPod(v); homeless && node != "" {
		return DataSite{Nodes: []string{node}, Source: source}
	}
	return DataSite{}
}

// records are those that somebody wrote when the volume was made, in the order in which they count.
func (ix *Index) records() []func(*corev1.PersistentVolume) (node, source string) {
	return []func(*corev1.PersistentVolume) (node, source string){byLocalPath, byAttributes, ix.bySelectedNode, ix.byStaticProvisioner}
}

// recordedNode is the Node of the cluster that has the data of a pinned volume by its records, nil if they name none or several. One
// that took the name of the Node that they mean is not it.
func (ix *Index) recordedNode(v *corev1.PersistentVolume) *corev1.Node {
	site := ix.recordedSite(v, true)
	if !site.Known() {
		return nil
	}
	n := ix.Node(site.Nodes[0])
	if _, uid := provisionerNode(v.Annotations[volumehelpers.AnnDynamicallyProvisioned]); n != nil && uid != "" && string(n.UID) != uid {
		return nil
	}
	return n
}

// fieldNames are the Nodes that the affinity names by matchFields, sorted: nothing, unless each term does. The scheduler and the
// kubelet evaluate the affinity of a volume against labels alone (component-helpers/storage/volume: CheckNodeAffinity), so that a
// term with nothing else matches every Node.
func fieldNames(v *corev1.PersistentVolume) []string {
	var names []string
	for _, t := range terms(v) {
		i := slices.IndexFunc(t.MatchFields, func(r corev1.NodeSelectorRequirement) bool {
			return r.Key == "metadata.name" && r.Operator == corev1.NodeSelectorOpIn && len(r.Values) > 0
		})
		if i < 0 {
			return nil
		}
		names = append(names, t.MatchFields[i].Values...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func byLocalPath(v *corev1.PersistentVolume) (node, source string) {
	return v.Annotations[annLocalPath], annLocalPath
}

func byAttributes(v *corev1.PersistentVolume) (node, source string) {
	if v.Spec.CSI == nil {
		return "", ""
	}
	attributes := v.Spec.CSI.VolumeAttributes
	if node := attributes[attrCarina]; node != "" {
		return node, attrCarina
	}
	_, node, _ = strings.Cut(attributes[attrIdentity], "-"+v.Spec.CSI.Driver+"-")
	return node, attrIdentity
}

// bySelectedNode is the Node for which the volume of a claim was provisioned, which the scheduler writes on the claim.
func (ix *Index) bySelectedNode(v *corev1.PersistentVolume) (node, source string) {
	by := v.Annotations[volumehelpers.AnnDynamicallyProvisioned]
	c := ix.ClaimOf(v)
	if c == nil || by == "" || strings.HasPrefix(by, staticProvisioner) || v.Spec.ClaimRef.UID == "" || c.Spec.VolumeName != v.Name {
		return "", ""
	}
	return c.Annotations[volumehelpers.AnnSelectedNode], volumehelpers.AnnSelectedNode
}

// byStaticProvisioner is the Node of the static provisioner that made the volume.
func (ix *Index) byStaticProvisioner(v *corev1.PersistentVolume) (node, source string) {
	by := v.Annotations[volumehelpers.AnnDynamicallyProvisioned]
	if name, cut := strings.CutPrefix(by, staticProvisioner); cut && ix.Node(name) != nil {
		return name, volumehelpers.AnnDynamicallyProvisioned // which does not end with a UID
	}
	for _, n := range ix.homes[v.Name].home.Nodes {
		if by == staticProvisioner+n.Name+"-"+string(n.UID) {
			return n.Name, volumehelpers.AnnDynamicallyProvisioned // whatever its UID looks like
		}
	}
	node, _ = provisionerNode(by)
	return node, volumehelpers.AnnDynamicallyProvisioned
}

// provisionerNode is the Node in the name of a static provisioner, with its UID if that is there.
func provisionerNode(by string) (node, uid string) {
	name, cut := strings.CutPrefix(by, staticProvisioner)
	if !cut {
		return "", ""
	}
	const uidLen = len("8e2ed93b-6789-4e52-a925-5c075b926c6c")
	if at := len(name) - uidLen; at > 1 && name[at-1] == '-' && strings.Count(name[at:], "-") == 4 && strings.Trim(name[at:], "-0123456789abcdef") == "" {
		return name[:at-1], name[at:]
	}
	return name, ""
}

// byPod is the Node of a running Pod that uses the volume. Pods on several Nodes prove nothing: one of them may have been sent past the
// scheduler, and waits for a volume that is elsewhere.
func (ix *Index) byPod(v *corev1.PersistentVolume) (node, source string) {
	for _, p := range ix.users(v) {
		switch name := p.Spec.NodeName; {
		case name == "" || p.Status.Phase != corev1.PodRunning || name == node:
		case node != "":
			return "", ""
		default:
			node = name
		}
	}
	return node, SitePod
}

// users are the Pods that name the claim that has a volume.
func (ix *Index) users(v *corev1.PersistentVolume) []*corev1.Pod {
	c := ix.ClaimOf(v)
	if c == nil || c.Spec.VolumeName != v.Name {
		return nil
	}
	return ix.Consumers(c.Namespace, c.Name)
}
