package planner

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/placement"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
)

// relocator plans how members leave their nodes, one owner after the other.
type relocator struct {
	*planner
	places       *places
	accept       []types.NamespacedName
	allowPending bool
	// force deletes Pods without asking their kubelets, which are dead.
	force bool
	// evict, if set, is how Pods are evicted from a node that lives.
	evict *drain.Eviction
	// clean leaves the volumes to the provisioner that owns them.
	clean bool
	// forget says that the volume objects are deleted in the end.
	forget bool
	// annotation is the annotation that says where a volume's claim came from.
	annotation string
	// failJobs says that Jobs may fail for good.
	failJobs bool
	// noOutage says that nothing is done while most nodes are down.
	noOutage bool
	// recording are the volumes that hold, or will, the manifests of Pods that no controller recreates.
	recording map[string]bool
	// suggested are the volumes that could be reclaimed first, for members that fit nowhere.
	suggested []string
	// spared are the claims that get a disk once a second volume of it is cordoned, by that volume's name.
	spared map[string]string
	// leftBehind are the volumes that are left behind.
	leftBehind []leftVolume
	// cordons are the nodes that are cordoned only while a Pod is evicted, returning the volumes that its member goes back to, each with
	// the claim that it is reserved for.
	cordons   map[string]bool
	returning []drain.Reservation
}

// leftVolume is a volume that a member leaves behind, together are the names of all that it leaves: it can go back only to all of them.
type leftVolume struct {
	volume   *corev1.PersistentVolume
	together []string
}

// disksGone reports whether the disks went with an earlier machine, while the kubelet of the present one lives.
func (p *relocator) disksGone() bool { return p.evict == nil && !p.force }

// relocation is how one member leaves its node, after earlier ones of its owner, while its peers serve.
type relocation struct {
	*relocator
	member  *workload.Member
	earlier []*workload.Member
	peers   drain.Peers
}

// place is where the member is to run, nil if there is no place for it.
func (p *relocation) place() *placement.Place { return p.places.of(p.member) }
