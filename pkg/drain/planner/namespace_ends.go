package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// namespaceEnds blocks, and reports so, if the namespace of a claim is being deleted: nobody can create the claim there, and one that is
// there goes.
func (p *planner) namespaceEnds(claim *types.NamespacedName) bool {
	if claim == nil || !slices.ContainsFunc(p.ix.Namespaces, func(n *corev1.Namespace) bool { return n.Name == claim.Namespace && n.DeletionTimestamp != nil }) {
		return false
	}
	p.block(drain.BlockedTerminating, "", fact.New("NamespaceEnds", "namespace", claim.Namespace, "claim", claim.String()))
	return true
}
