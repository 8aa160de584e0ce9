package drain

import (
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inventory"
)

// Target is a claim or a volume as it was named.
type Target struct {
	// Volume tells a volume from a claim, which has a Namespace.
	Volume    bool
	Namespace string
	Name      string
}

// ReleaseRequest asks to release volumes from their claims.
type ReleaseRequest struct {
	Targets []Target
	// Reserve reserves the volumes for claims of the same namespaces and names.
	Reserve bool
	// Clean leaves the volumes to the external provisioner that owns them, which erases them.
	Clean bool
}

// ReclaimRequest asks to make released volumes usable again.
type ReclaimRequest struct {
	// Volumes are names. With none, Selection says which.
	Volumes []string
	// Selection takes all Released and Failed volumes that pass, and leaves out what cannot be reclaimed.
	Selection *inventory.VolumeFilter
	// KeepData says that whoever gets a volume gets what is on it.
	KeepData bool
	// For is the claim to reserve the volume for, nil for the one whose data is on it, or, if there is none, any.
	For *types.NamespacedName
	// AcceptForeignData names the volumes whose data others than its claims may get.
	AcceptForeignData []string
	// Unreserve takes reservations back, and changes no other volume.
	Unreserve bool
	// Wait leaves volumes to the external provisioner that owns them, and waits for it.
	Wait bool
}

// ReattachRequest asks to give volumes back to their claims.
type ReattachRequest struct {
	Volume string
	// More are further volumes, which are given back at the same time.
	More []string
	// Claim is the claim to give it to, nil for the one recorded on the volume.
	Claim *types.NamespacedName
	// Replace deletes the claim that has taken the place, and evicts its Pods.
	Replace bool
	// AllowPending goes on although the member that is taken down does not fit where the volume is: it then waits there.
	AllowPending bool
	// AcceptDataLoss names the claims of which the last good copy, or the quorum, may be lost.
	AcceptDataLoss []types.NamespacedName
	// AcceptForeignData names the volumes whose data others than its claims may get.
	AcceptForeignData []string
}

// RecoverRequest asks to recreate on other nodes what is stuck on dead ones.
type RecoverRequest struct {
	// Nodes are the names of the dead nodes.
	Nodes []string
	// UnreachableFor is how long a node must have been unreachable.
	UnreachableFor time.Duration
	// Fenced confirms that the nodes are powered off.
	Fenced bool
	// DuringOutage goes on although most nodes are down.
	DuringOutage bool
	// AllowPending goes on although a member fits nowhere: it then waits with a claim of its own, on no node.
	AllowPending bool
	// AcceptDataLoss names the claims of which the last good copy, or the quorum, may be lost.
	AcceptDataLoss []types.NamespacedName
	// AcceptForeignData names the volumes that a member may get although the data of another claim is on them.
	AcceptForeignData []string
	// FailJobs goes on although Jobs fail for good, which have no tries left.
	FailJobs bool
	// Only names the members to recover, all if there are none; Except those of them that stay as they are.
	Only, Except []Choice
	// ForgetVolumes deletes the volume objects of the nodes in the end.
	ForgetVolumes bool
	// Recreated confirms that another machine has taken the name of a node, and that the earlier one's disks are gone.
	Recreated bool
	// Concurrency is how many owners are served at the same time; the members of one owner never are.
	Concurrency int
	// Earlier is what the leases were before; without it no node with a Node object is proved dead.
	Earlier *liveness.LeaseSample
}

// DrainRequest asks to empty a node that is alive.
//
//nolint:revive // drain is the command as well as the package
type DrainRequest struct {
	Node string
	// KeepClaims leaves claims where they are: their Pods wait for the node. MoveClaims gives the members new claims
	// elsewhere. One of the two must be given.
	KeepClaims, MoveClaims bool
	Eviction               Eviction
	// AllowPending goes on although a member fits nowhere: it then waits with a claim of its own, on no node.
	AllowPending bool
	// AllowDown evicts, of members whose claims stay, one without which no other of its owner serves while the node is away, or fewer than a
	// majority; one that its StatefulSet does not recreate before an earlier one is Ready, although that one is not; and one whose next Pod does
	// not fit the node.
	AllowDown bool
	// AcceptDataLoss names the claims of which the last good copy, or the quorum, may be lost. It is about claims that move, and those that are being
	// deleted and go with their Pods.
	AcceptDataLoss []types.NamespacedName
	// AcceptForeignData names the volumes that a member may get although the data of another claim is on them.
	AcceptForeignData []string
	// FailJobs goes on although Jobs fail for good, which have no tries left.
	FailJobs bool
	// Only names what is to leave the node, everything if there are none; Except what of it stays.
	Only, Except []Choice
	// Clean leaves the old volumes to the external provisioner that owns them, which erases them.
	Clean bool
}

// Eviction says which Pods kubectl drain would evict, and how; its fields are that command's flags.
type Eviction struct {
	IgnoreDaemonSets   bool
	DeleteEmptyDirData bool
	Force              bool
	PodSelector        string
	// GracePeriodSeconds is given to each Pod; negative: its own.
	GracePeriodSeconds int
}

// Validate finds what is invalid whatever the cluster is like. Its errors are *MisuseError.
func (r DrainRequest) Validate() error {
	switch {
	case r.KeepClaims == r.MoveClaims:
		return Misuse(fact.New("KeepOrMoveClaims"))
	case r.Clean && r.KeepClaims:
		return Misuse(fact.New("CleanNeedsMoveClaims"))
	case r.AllowPending && r.KeepClaims:
		return Misuse(fact.New("AllowPendingNeedsMoveClaims"))
	case r.AllowDown && r.MoveClaims:
		return Misuse(fact.New("AllowDownNeedsKeepClaims"))
	case len(r.AcceptForeignData) > 0 && r.KeepClaims:
		return Misuse(fact.New("AcceptForeignDataNeedsMoveClaims"))
	case r.MoveClaims && r.Eviction.GracePeriodSeconds == 0:
		return Misuse(fact.New("GracePeriodZero"))
	}
	return nil
}
