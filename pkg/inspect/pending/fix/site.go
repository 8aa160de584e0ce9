package fix

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// lostLabel gives the Node that has the data of a claim's volume, which is nil if there is none, the label back that it has lost.
func lostLabel(e evidence.Evidence, v *corev1.PersistentVolume) []candidate {
	if v == nil {
		return nil
	}
	lost, ok := e.Index.LostLabel(v)
	if !ok {
		return nil
	}
	n := e.Index.Node(lost.Node).DeepCopy()
	metav1.SetMetaDataLabel(&n.ObjectMeta, lost.Key, lost.Value)
	fix := Fix{
		ID:       "relabel-" + lost.Node,
		Titles:   []fact.Fact{fact.New("LabelNode", "node", lost.Node, "label", lost.Key+"="+lost.Value, "volume", v.Name)},
		Commands: []fact.Command{fact.Kubectl("label", "node", lost.Node, lost.Key+"="+lost.Value)},
		Risk:     RiskLow,
	}
	if v.Spec.CSI != nil {
		fix.Notes = []fact.Fact{fact.New("DriverLabelsNode", "driver", v.Spec.CSI.Driver, "node", lost.Node)}
	}
	return []candidate{{fix: fix, change: setting(n), node: lost.Node}}
}

// onLivingNode reports whether the data of a volume is on a Node that is not unreachable, and only labels keep Pods from it: nobody has
// to give the data up.
func onLivingNode(ix *inspect.Index, v *corev1.PersistentVolume) bool {
	site := ix.DataOn(v)
	if ix.HomeOf(v).State != inspect.HomeUnknown || !site.Known() {
		return false
	}
	n := ix.Node(site.Nodes[0])
	if n == nil {
		return false
	}
	condition, _ := inspect.ConditionOf(n)
	return condition != inspect.NodeUnknown
}

// siteNodes are the Nodes on which a volume can be used with its data, nil for every Node: those of its home; of one whose data is
// elsewhere than its affinity says, those of them that have the data.
func siteNodes(ix *inspect.Index, v *corev1.PersistentVolume) []string {
	home := nodeNames(ix.HomeOf(v))
	if _, astray := ix.Astray(v); !astray {
		return home
	}
	return slices.DeleteFunc(home, func(n string) bool { return !ix.OnSite(v, n) })
}

// withData are those of the Nodes that a Pod fits with a candidate which have the data of all its claims. The scheduler may take others:
// that a Pod starts without its data is no fix. A candidate that changes the claim gives the data up, and has a note of it.
func withData(e evidence.Evidence, c candidate, nodes []string) []string {
	return slices.DeleteFunc(slices.Clone(nodes), func(node string) bool {
		return slices.ContainsFunc(e.Uses, func(u evidence.ClaimUse) bool {
			if u.Claim == nil || !inspect.FullyBound(u.Claim) || c.claim == u.Name {
				return false
			}
			v := e.Index.Volume(u.Claim.Spec.VolumeName)
			if v == nil {
				return false
			}
			_, astray := e.Index.Astray(v)
			return astray && !e.Index.OnSite(v, node)
		})
	})
}
