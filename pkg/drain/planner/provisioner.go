package planner

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Whether who is to provision a new volume for a member is there to do so. The scheduler does not ask: a claim whose class has a
// provisioner fits any node for it.

// provisioner blocks if a claim would wait for a provisioner that is not there: neither on the node where the member is to run, nor in
// Pods that work. It says where that is not known.
func (p *planner) provisioner(c workload.Claim, name, node string, works func(*corev1.Pod) bool) {
	const goOn = "--allow-pending"
	pods := provisionerPods(p.ix, name)
	switch {
	case p.drivesNodes(name) && !drives(p.csiNode(node), name):
		p.block(drain.BlockedNowhere, goOn, fact.New("ProvisionerNotAtPlace", "claim", c.Object(), "provisioner", name, "node", node))
	case p.lacksKey(node, name) != "":
		p.block(drain.BlockedNowhere, goOn, fact.New("ProvisionerLacksKey", "claim", c.Object(), "provisioner", name, "node", node, "key", p.lacksKey(node, name)))
	case p.drivesNodes(name) && p.downOn(node, name, works) != nil:
		p.block(drain.BlockedNowhere, goOn, fact.New("ProvisionerDownAtPlace", "claim", c.Object(), "provisioner", name, "node", node,
			"pods", workload.Names(p.downOn(node, name, works)), "others", p.worksOn(c, name, works)))
	case len(pods) > 0 && !slices.ContainsFunc(pods, works):
		p.block(drain.BlockedNowhere, goOn, fact.New("ProvisionerDown", "claim", c.Object(), "provisioner", name, "pods", workload.Names(pods)))
	case len(pods) == 0 && !p.drivesNodes(name):
		p.warn(fact.New("ProvisionerUnseen", "claim", c.Object(), "provisioner", name))
	}
}

// drivesNodes reports whether a provisioner is a CSI driver that has to run on the node of a volume: some node says that it does.
func (p *planner) drivesNodes(name string) bool {
	_, gap := p.ix.Gap(inspect.CSINodes)
	return !gap && slices.ContainsFunc(p.ix.CSINodes, func(n *storagev1.CSINode) bool { return drives(n, name) })
}

// csiNode is what the kubelet of a node says of the drivers there, nil if it says nothing.
func (p *planner) csiNode(name string) *storagev1.CSINode {
	i := slices.IndexFunc(p.ix.CSINodes, func(n *storagev1.CSINode) bool { return n.Name == name })
	if i < 0 {
		return nil
	}
	return p.ix.CSINodes[i]
}

// drives reports whether a driver is registered on a node.
func drives(n *storagev1.CSINode, driver string) bool {
	return n != nil && slices.ContainsFunc(n.Spec.Drivers, func(d storagev1.CSINodeDriver) bool { return d.Name == driver })
}

// downOn are the Pods of a driver's DaemonSet on a node if none of them works, although it is seen to work on another; nil if one does, or nothing of it
// is recognized. A CSINode goes on to name a driver that has crashed.
func (p *planner) downOn(node, name string, works func(*corev1.Pod) bool) []*corev1.Pod {
	all := slices.DeleteFunc(workload.PodsByName(p.ix.Pods), func(pod *corev1.Pod) bool {
		return workload.FinishedPod(pod) || !workload.OfDaemonSet(pod) || !ofDriver(pod, name)
	})
	here := slices.DeleteFunc(slices.Clone(all), func(pod *corev1.Pod) bool { return pod.Spec.NodeName != node })
	if len(here) == 0 || slices.ContainsFunc(here, works) {
		return nil
	}
	return here
}

// worksOn are the other nodes that take Pods and on which the Pods of a driver's DaemonSet work, without those that a claim leaves.
func (p *planner) worksOn(c workload.Claim, name string, works func(*corev1.Pod) bool) []string {
	var out []string
	for _, pod := range p.ix.Pods {
		n := p.ix.Node(pod.Spec.NodeName)
		left := c.Volume != nil && slices.Contains(p.ix.DataOn(c.Volume).Nodes, pod.Spec.NodeName)
		if workload.OfDaemonSet(pod) && ofDriver(pod, name) && works(pod) && n != nil && !n.Spec.Unschedulable && !left {
			out = append(out, n.Name)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// ofDriver recognizes a Pod of a driver that runs on nodes: it is told the driver's name, or registers by a socket in the kubelet's directory of that
// name (kubernetes-csi/node-driver-registrar: --kubelet-registration-path).
func ofDriver(p *corev1.Pod, name string) bool {
	within := func(text string) bool { return strings.Contains(text+"/", "/plugins/"+name+"/") }
	return slices.ContainsFunc(p.Spec.Containers, func(c corev1.Container) bool {
		return toldName(c, name) || slices.ContainsFunc(c.Args, within) || slices.ContainsFunc(c.Env, func(e corev1.EnvVar) bool { return within(e.Value) })
	}) || slices.ContainsFunc(p.Spec.Volumes, func(v corev1.Volume) bool { return v.HostPath != nil && within(v.HostPath.Path) })
}

// lacksKey is the first topology key of a driver, by its CSINode, that a node has no label of, empty if there is none: external-provisioner makes
// no volume for such a node (kubernetes-csi/external-provisioner pkg/controller/topology.go: getTopologyFromNode).
func (p *planner) lacksKey(node, driver string) string {
	n, csi := p.ix.Node(node), p.csiNode(node)
	if n == nil || csi == nil {
		return ""
	}
	for _, d := range csi.Spec.Drivers {
		for _, key := range d.TopologyKeys {
			if _, has := n.Labels[key]; d.Name == driver && !has {
				return key
			}
		}
	}
	return ""
}

// provisionerImage is how the image of a provisioner is called that does not name itself in its command line, as its manifests have it;
// empty for others. Sources: rancher/local-path-provisioner deploy/local-path-storage.yaml, openebs/dynamic-localpv-provisioner
// deploy/kubectl/openebs-hostpath-operator.yaml, kubernetes/minikube deploy/addons/storage-provisioner.
func provisionerImage(name string) string {
	switch name {
	case "rancher.io/local-path":
		return "local-path-provisioner"
	case "openebs.io/local":
		return "provisioner-localpv"
	case "k8s.io/minikube-hostpath":
		return "storage-provisioner"
	}
	return ""
}

// provisionerPods are the Pods that are recognized as those of a provisioner, by name: by their image, or since they are told its name.
func provisionerPods(ix *inspect.Index, name string) []*corev1.Pod {
	image := provisionerImage(name)
	return workload.PodsByName(slices.DeleteFunc(slices.Clone(ix.Pods), func(p *corev1.Pod) bool {
		return workload.FinishedPod(p) || !slices.ContainsFunc(p.Spec.Containers, func(c corev1.Container) bool {
			base := c.Image[strings.LastIndex(c.Image, "/")+1:]
			return image != "" && strings.HasPrefix(base, image) || toldName(c, name)
		})
	}))
}

// toldName reports whether a container is told the name of a provisioner, by an argument or a variable.
func toldName(c corev1.Container, name string) bool {
	is := func(text string) bool { return text == name || strings.HasSuffix(text, "="+name) }
	return slices.ContainsFunc(c.Command, is) || slices.ContainsFunc(c.Args, is) ||
		slices.ContainsFunc(c.Env, func(e corev1.EnvVar) bool { return is(e.Value) })
}
