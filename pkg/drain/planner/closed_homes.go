package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Volumes with several homes, of which all but one take no Pods.

// closedHomes are the other Nodes and hosts where the scheduler would let Pods of a volume start that runs on one: they are cordoned, or do not
// exist. None, if it is not known that all but that one are.
func closedHomes(ix *inspect.Index, v *corev1.PersistentVolume) (open string, closed []string) {
	home := ix.HomeOf(v)
	if home.State != inspect.HomeNode {
		return "", nil
	}
	names, _ := ix.DataNames(v)
	for _, name := range names {
		switch n := ix.Node(name); {
		case !slices.Contains(home.Names(), name) && !slices.Contains(home.Hosts, name): // a record names it, not the affinity
		case n == nil || n.Spec.Unschedulable:
			closed = append(closed, name)
		case open != "":
			return "", nil
		default:
			open = name
		}
	}
	if open == "" {
		return "", nil
	}
	return open, closed
}

// tellClosed tells of a volume that a claim gets and that can be used on one Node only as long as others take no Pods.
func (p *planner) tellClosed(v *corev1.PersistentVolume) {
	if open, closed := closedHomes(p.ix, v); len(closed) > 0 {
		counts := ""
		if _, so := p.ix.CountsAsHome(v); so {
			counts = "yes"
		}
		p.warn(fact.New("ClosedHomes", "volume", v.Name, "node", open, "closed", closed, "counts", counts))
	}
}

// tellCounts tells of a volume that somebody gets which of its homes counts as the one with its data, once: which others take no Pods says that, too.
func (p *planner) tellCounts(v *corev1.PersistentVolume) {
	if _, closed := closedHomes(p.ix, v); len(closed) > 0 {
		p.tellClosed(v)
	} else if why, counts := p.ix.CountsAsHome(v); counts {
		p.warn(why)
	}
}
