package planner

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// SuspectList are the nodes that look dead and have local volumes, and those that live and whose volumes cannot be used.
type SuspectList struct {
	metav1.TypeMeta `json:",inline"`

	Items []Suspect `json:"items"`
}

// Suspect is a node that is not Ready, or of which only volumes are left, or whose labels are not what its volumes ask for.
type Suspect struct {
	Node string `json:"node"`
	// AlsoCalled are the other names of a machine that is gone: that of its Node, if its host is called otherwise.
	AlsoCalled []string `json:"alsoCalled,omitempty"`
	// State is Unknown, NotReady, or missing if there is no Node object; Ready if the node lives and only its labels are wrong.
	State string `json:"state"`
	// Since is when it came to that, nil if that is not known.
	Since *metav1.Time `json:"since,omitempty"`
	// LeaseRenewed is when its kubelet last renewed its lease, by the node's own clock.
	LeaseRenewed *metav1.MicroTime `json:"leaseRenewed,omitempty"`
	// Fenced says that it carries the taint node.kubernetes.io/out-of-service.
	Fenced bool `json:"fenced"`
	// Volumes are the local volumes whose data is, or may be, on it, Stuck the Pods that need one of them and do not run elsewhere.
	Volumes int      `json:"volumes"`
	Stuck   []string `json:"stuck"`
	// Homeless are the claims that no Pod can use as the Node is labeled, with what brings them back.
	Homeless []fact.Fact `json:"homeless,omitempty"`
}

// Suspects finds the nodes that look dead, sorted by name. A node that says itself that it is not ready is alive; it
// is listed all the same, since its Pods are stuck as well.
func Suspects(ix *inspect.Index) *SuspectList {
	list := &SuspectList{TypeMeta: metav1.TypeMeta{APIVersion: inspect.APIVersion, Kind: "SuspectList"}, Items: []Suspect{}}
	waiting := homeless(ix)
	for _, names := range suspects(ix, waiting) {
		name := names[0]
		s := Suspect{Node: name, AlsoCalled: append([]string(nil), names[1:]...), State: "missing", Stuck: []string{}}
		if n := ix.Node(name); n != nil {
			condition, since := inspect.ConditionOf(n)
			s.State, s.Fenced = string(condition), liveness.OutOfService(n)
			if !since.IsZero() {
				s.Since = &metav1.Time{Time: since}
			}
			if l := liveness.LeaseOf(ix.Leases, name); l != nil {
				s.LeaseRenewed = l.Spec.RenewTime
			}
		}
		s.Stuck = append(s.Stuck, stuckOn(ix, names, s.State == string(inspect.NodeReady))...)
		s.Homeless = waiting[name].told
		if s.Volumes = volumesOn(ix, names); s.Volumes > 0 || len(s.Stuck) > 0 {
			list.Items = append(list.Items, s)
		}
	}
	return list
}

// stuckOn are the members that need a volume of a machine and do not run elsewhere; of one that is Ready, those that do not serve.
func stuckOn(ix *inspect.Index, names []string, ready bool) []string {
	g := &workload.Finder{Ix: ix, Departing: map[string]bool{}}
	for _, each := range names {
		g.Departing[each] = true
	}
	serves := func(m *workload.Member) bool { return slices.ContainsFunc(m.Placed, workload.Ready) }
	var stuck []string
	for _, m := range g.Find() {
		if !ready || !serves(m) {
			stuck = append(stuck, m.Key.String())
		}
	}
	for _, i := range g.Shared {
		if i.Unclear != nil || i.Loose && !(ready && serves(i.Member)) && !servesElsewhere(i.Member, g.Departing) {
			stuck = append(stuck, i.Member.Key.String())
		}
	}
	if ready {
		return stuck
	}
	for _, name := range stuckLost(ix, g) {
		if !slices.Contains(stuck, name) {
			stuck = append(stuck, name)
		}
	}
	return stuck
}

// stuckLost are those that use claims which are Lost with a machine: no member has these.
func stuckLost(ix *inspect.Index, g *workload.Finder) []string {
	on := func(node string) bool { return g.Departing[node] }
	var stuck []string
	for _, c := range restoredOn(ix, g.Volumes()) {
		stuck = append(stuck, stuckWith(ix, c.Claim, on)...)
	}
	for _, c := range lostOf(ix, on) {
		stuck = append(stuck, stuckWith(ix, c, on)...)
	}
	return stuck
}

// servesElsewhere reports whether a member runs on other nodes than some: what is said of the readiness of its Pods there may be old.
func servesElsewhere(m *workload.Member, nodes map[string]bool) bool {
	return slices.ContainsFunc(m.Placed, func(pod *corev1.Pod) bool { return !nodes[pod.Spec.NodeName] && workload.Ready(pod) })
}

// volumesOn counts the volumes whose data is, or may be, on a machine: local ones, and directories of whichever node a Pod is on that one of its Pods
// uses.
func volumesOn(ix *inspect.Index, names []string) int {
	n := 0
	for _, v := range directories(ix) {
		if slices.ContainsFunc(names, func(name string) bool { return ix.MayBeOn(v, name) || inspect.AnyNode(v) && usedOn(ix, v, name) }) {
			n++
		}
	}
	return n
}

// directories are the volumes whose data is on particular nodes, be it known on which or not: the local ones, and hostPath volumes without node
// affinity.
func directories(ix *inspect.Index) []*corev1.PersistentVolume {
	return slices.DeleteFunc(slices.Clone(ix.SortedVolumes()), func(v *corev1.PersistentVolume) bool {
		_, local := ix.LocalSource(v)
		return !local && v.Spec.HostPath == nil
	})
}

// usedOn reports whether a Pod on a node that has not ended names the claim that has a volume.
func usedOn(ix *inspect.Index, v *corev1.PersistentVolume, node string) bool {
	c := ix.ClaimOf(v)
	return c != nil && c.Spec.VolumeName == v.Name && slices.ContainsFunc(ix.Consumers(c.Namespace, c.Name), func(p *corev1.Pod) bool {
		return p.Spec.NodeName == node && !workload.FinishedPod(p)
	})
}

// suspects are the names of the nodes that look dead, or for whose labels claims wait, sorted by the first name of each.
func suspects(ix *inspect.Index, waiting map[string]unlabeled) [][]string {
	var all [][]string
	for _, n := range ix.Nodes {
		condition, _ := inspect.ConditionOf(n)
		if condition != inspect.NodeReady || len(waiting[n.Name].claims) > 0 {
			all = append(all, []string{n.Name})
		}
	}
	seen := map[string]bool{}
	for _, v := range directories(ix) {
		site := ix.DataOn(v)
		for _, name := range slices.Concat(site.Nodes, site.Perhaps) {
			if seen[name] || ix.Node(name) != nil {
				continue
			}
			seen[name] = true
			m := ix.MachineOf(name)
			if len(m.Nodes) > 0 {
				continue
			}
			names := []string{name}
			if len(m.Names) > 0 {
				names = m.Names
			}
			for _, each := range names {
				seen[each] = true
			}
			all = append(all, names)
		}
	}
	for _, name := range namedByPods(ix) {
		if !seen[name] && len(ix.MachineOf(name).Nodes) == 0 {
			all = append(all, []string{name})
		}
	}
	slices.SortFunc(all, func(a, b []string) int { return cmp.Compare(a[0], b[0]) })
	return all
}
