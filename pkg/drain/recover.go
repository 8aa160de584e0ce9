package drain

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
)

// RecoverRequest asks to bring what is stuck on dead nodes back on others.
type RecoverRequest struct {
	// Nodes are the names of the dead nodes.
	Nodes []string
	// UnreachableFor is how long a node must not have answered.
	UnreachableFor time.Duration
	// Fenced says that the nodes are surely off.
	Fenced bool
	// DuringOutage goes on although most nodes are down.
	DuringOutage bool
	// AllowPending goes on although a member fits nowhere: it then waits with a claim of its own, on no node.
	AllowPending bool
	// AcceptDataLoss names the claims of which the last good copy, or the quorum, may be given up.
	AcceptDataLoss []types.NamespacedName
	// ForgetVolumes deletes the volume objects of the nodes in the end.
	ForgetVolumes bool
	// Recreated says that another machine has taken the name of a node, and that the earlier one's disks are gone.
	Recreated bool
	// Concurrency is how many owners are served at the same time; the members of one owner never are.
	Concurrency int
	// Earlier is what the leases were before; without it no node with a Node object is proved dead.
	Earlier *liveness.LeaseSample
}

// Move says where a member goes.
type Move struct {
	// Member is the Pod, by namespace and name, and Owner what makes it anew.
	Member string `json:"member"`
	Owner  string `json:"owner,omitempty"`
	Claim  string `json:"claim"`
	// From and To are volumes, with their nodes. To is empty if it will be provisioned, or nothing fits.
	From     string `json:"from"`
	FromNode string `json:"fromNode,omitempty"`
	To       string `json:"to,omitempty"`
	ToNode   string `json:"toNode,omitempty"`
	// Stays says that the claim stays, and that the member waits for FromNode.
	Stays bool `json:"stays,omitempty"`
	// Peers says how the other members of the owner are.
	Peers string `json:"peers,omitempty"`
}

func NodeObject(n *corev1.Node) Object { return Object{Kind: kindNode, Name: n.Name, UID: n.UID} }
