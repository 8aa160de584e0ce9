package planner

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// SuspectList are the nodes that look dead and have local volumes.
type SuspectList struct {
	metav1.TypeMeta `json:",inline"`

	Items []Suspect `json:"items"`
}

// Suspect is a node that is not Ready, or of which only volumes are left.
type Suspect struct {
	Node string `json:"node"`
	// State is Unknown, NotReady, or missing if there is no Node object.
	State string `json:"state"`
	// Since is when it came to that, nil if that is not known.
	Since *metav1.Time `json:"since,omitempty"`
	// LeaseRenewed is when its kubelet last renewed its lease, by the node's own clock.
	LeaseRenewed *metav1.MicroTime `json:"leaseRenewed,omitempty"`
	// Fenced says that it carries the taint node.kubernetes.io/out-of-service.
	Fenced bool `json:"fenced"`
	// Volumes are the local volumes on it, Stuck the Pods that need one of them and do not run elsewhere.
	Volumes int      `json:"volumes"`
	Stuck   []string `json:"stuck"`
}

// Suspects finds the nodes that look dead, sorted by name. A node that says itself that it is not ready is alive; it
// is listed all the same, since its Pods are stuck as well.
func Suspects(ix *inspect.Index) *SuspectList {
	list := &SuspectList{TypeMeta: metav1.TypeMeta{APIVersion: inspect.APIVersion, Kind: "SuspectList"}, Items: []Suspect{}}
	for _, name := range suspectNames(ix) {
		s := Suspect{Node: name, State: "missing", Stuck: []string{}}
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
		g := &workload.Finder{Ix: ix, Departing: map[string]bool{name: true}}
		for _, m := range g.Find() {
			s.Stuck = append(s.Stuck, m.Key.String())
		}
		if s.Volumes = len(g.Volumes()); s.Volumes > 0 {
			list.Items = append(list.Items, s)
		}
	}
	return list
}

func suspectNames(ix *inspect.Index) []string {
	var names []string
	for _, n := range ix.Nodes {
		if condition, _ := inspect.ConditionOf(n); condition != inspect.NodeReady {
			names = append(names, n.Name)
		}
	}
	for _, v := range ix.LocalVolumes() {
		if home := ix.HomeOf(v); home.State == inspect.HomeMissing && len(home.Hosts) == 1 {
			names = append(names, home.Hosts[0])
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
