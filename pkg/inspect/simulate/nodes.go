package simulate

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
	fwk "k8s.io/kube-scheduler/framework"
	schedulercache "k8s.io/kubernetes/pkg/scheduler/backend/cache"
	"k8s.io/kubernetes/pkg/scheduler/framework"
)

// nodeLister is what the plugins know of Nodes and the Pods on them: the scheduler's snapshot, kept sorted by
// name, and cheap to see with a few Nodes or Pods changed. It implements fwk.SharedLister.
type nodeLister struct {
	*nodeView
	base *cluster
}

// cluster is what the Snapshot says of Nodes and Pods. It does not change.
type cluster struct {
	nodes map[string]*corev1.Node
	pods  map[podKey]*corev1.Pod   // those that occupy a node
	on    map[string][]*corev1.Pod // the same, by the name of their node
	view  *nodeView
}

type podKey = types.NamespacedName

// nodeView is one state of the cluster in the form that the plugins read.
type nodeView struct {
	byName map[string]*framework.NodeInfo
	// sorted by name: all Nodes, those with Pods that have affinity, those with Pods that have required
	// anti-affinity.
	all, affinity, antiAffinity []fwk.NodeInfo
}

var (
	_ fwk.SharedLister      = (*nodeLister)(nil)
	_ fwk.NodeInfoLister    = (*nodeView)(nil)
	_ fwk.StorageInfoLister = (*nodeView)(nil)
)

func newNodeLister(nodes []*corev1.Node, pods []*corev1.Pod) (*nodeLister, error) {
	c := &cluster{
		nodes: make(map[string]*corev1.Node, len(nodes)),
		pods:  map[podKey]*corev1.Pod{},
		on:    map[string][]*corev1.Pod{},
	}
	for _, p := range pods {
		if occupies(p) {
			c.pods[keyOf(p)] = p
			c.on[p.Spec.NodeName] = append(c.on[p.Spec.NodeName], p)
		}
	}
	infos := make(map[string]*framework.NodeInfo, len(nodes))
	for _, n := range nodes {
		info, err := newNodeInfo(n, c.on[n.Name])
		if err != nil {
			return nil, err
		}
		c.nodes[n.Name], infos[n.Name] = n, info
	}
	c.view = newNodeView(infos)
	return &nodeLister{nodeView: c.view, base: c}, nil
}

// occupies reports whether the scheduler counts a Pod against its node: it does from the moment of binding until
// the Pod has ended, a terminating one included.
func occupies(p *corev1.Pod) bool {
	return p.Spec.NodeName != "" && p.Status.Phase != corev1.PodSucceeded && p.Status.Phase != corev1.PodFailed
}

// newNodeInfo sums up a Node as the scheduler does. Pods on a node without a Node object never come here: the
// scheduler's snapshot leaves them out too.
func newNodeInfo(n *corev1.Node, pods []*corev1.Pod) (info *framework.NodeInfo, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("adding up the Pods on Node %s: the scheduler's code panics: %v", n.Name, p)
		}
	}()
	info = framework.NewNodeInfo(pods...)
	info.SetNode(n)
	return info, nil
}

func newNodeView(infos map[string]*framework.NodeInfo) *nodeView {
	v := &nodeView{byName: infos, all: make([]fwk.NodeInfo, 0, len(infos))}
	for _, info := range infos {
		v.all = append(v.all, info)
	}
	slices.SortFunc(v.all, func(a, b fwk.NodeInfo) int { return cmp.Compare(a.Node().Name, b.Node().Name) })
	for _, info := range v.all {
		if len(info.GetPodsWithAffinity()) > 0 {
			v.affinity = append(v.affinity, info)
		}
		if len(info.GetPodsWithRequiredAntiAffinity()) > 0 {
			v.antiAffinity = append(v.antiAffinity, info)
		}
	}
	return v
}

// List returns every Node, sorted by name.
func (v *nodeView) List() ([]fwk.NodeInfo, error) { return v.all, nil }

// HavePodsWithAffinityList returns the Nodes that have Pods with affinity.
func (v *nodeView) HavePodsWithAffinityList() ([]fwk.NodeInfo, error) { return v.affinity, nil }

// HavePodsWithRequiredAntiAffinityList returns the Nodes that have Pods with required anti-affinity.
func (v *nodeView) HavePodsWithRequiredAntiAffinityList() ([]fwk.NodeInfo, error) {
	return v.antiAffinity, nil
}

// Get returns the Node of that name.
func (v *nodeView) Get(name string) (fwk.NodeInfo, error) {
	if info, ok := v.byName[name]; ok {
		return info, nil
	}
	return nil, fmt.Errorf("no Node %s", name)
}

// IsPVCUsedByPods reports whether a Pod on some Node names the claim, given as namespace/name.
func (v *nodeView) IsPVCUsedByPods(key string) bool {
	return slices.ContainsFunc(v.all, func(info fwk.NodeInfo) bool { return info.GetPVCRefCounts()[key] > 0 })
}

// NodeInfos implements fwk.SharedLister.
func (l *nodeLister) NodeInfos() fwk.NodeInfoLister { return l.nodeView }

// StorageInfos implements fwk.SharedLister.
func (l *nodeLister) StorageInfos() fwk.StorageInfoLister { return l.nodeView }

// PodGroupStates implements fwk.SharedLister. Pod groups are off by default in this version.
func (*nodeLister) PodGroupStates() fwk.PodGroupStateLister {
	return schedulercache.NewEmptySnapshot().PodGroupStates()
}

// named returns the Nodes of those names, sorted and each once; nil means all.
func (v *nodeView) named(names []string) ([]fwk.NodeInfo, error) {
	if names == nil {
		return v.all, nil
	}
	var infos []fwk.NodeInfo
	var unknown []string
	for _, name := range slices.Compact(slices.Sorted(slices.Values(names))) {
		info, ok := v.byName[name]
		if !ok {
			unknown = append(unknown, name)
			continue
		}
		infos = append(infos, info)
	}
	if len(unknown) > 0 {
		return nil, fmt.Errorf("no Node %s: it is not in the snapshot, or the change removes it", strings.Join(unknown, ", "))
	}
	return infos, nil
}

func keyOf(p *corev1.Pod) podKey { return podKey{Namespace: p.Namespace, Name: p.Name} }

// with returns the cluster's view after a change of Nodes and Pods (nil: removed) that touches only the Nodes of
// these names.
func (c *cluster) with(nodes map[string]*corev1.Node, pods map[podKey]*corev1.Pod, touched sets.Set[string]) (*nodeView, error) {
	infos := maps.Clone(c.view.byName)
	for _, name := range sets.List(touched) {
		node, changed := nodes[name]
		if !changed {
			node = c.nodes[name]
		}
		delete(infos, name)
		if node == nil {
			continue
		}
		info, err := newNodeInfo(node, c.podsOn(name, pods))
		if err != nil {
			return nil, err
		}
		infos[name] = info
	}
	return newNodeView(infos), nil
}

// podsOn returns the Pods that occupy a Node after a change: first those that stay as they are, then those that
// the change sets, sorted.
func (c *cluster) podsOn(node string, changed map[podKey]*corev1.Pod) []*corev1.Pod {
	var on []*corev1.Pod
	for _, p := range c.on[node] {
		if _, ok := changed[keyOf(p)]; !ok {
			on = append(on, p)
		}
	}
	stay := len(on)
	for _, p := range changed {
		if p != nil && occupies(p) && p.Spec.NodeName == node {
			on = append(on, p)
		}
	}
	slices.SortFunc(on[stay:], func(a, b *corev1.Pod) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	return on
}
