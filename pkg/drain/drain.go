package drain

import (
	"k8s.io/apimachinery/pkg/types"
)

// DrainRequest asks to empty a node that lives.
//
//nolint:revive // drain is the command as well as the package
type DrainRequest struct {
	Node string
	// KeepClaims leaves claims where they are: their Pods wait for the node. MoveClaims gives the members new claims
	// elsewhere. One of the two must be said.
	KeepClaims, MoveClaims bool
	Eviction               Eviction
	// AllowPending goes on although a member fits nowhere: it then waits with a claim of its own, on no node.
	AllowPending bool
	// AcceptDataLoss names the claims of which the last good copy, or the quorum, may be given up.
	AcceptDataLoss []types.NamespacedName
	// Clean leaves the volumes that are left to the external provisioner that owns them, which erases them.
	Clean bool
}

// Validate finds what makes no sense whatever the cluster is like. Its errors are *MisuseError.
func (r DrainRequest) Validate() error {
	switch {
	case r.KeepClaims == r.MoveClaims:
		return Misusef("say what becomes of the claims on the node: --keep-claims (it comes back; their Pods wait for it) or --move-claims (it does not; they start anew elsewhere)")
	case r.Clean && r.KeepClaims:
		return Misusef("--clean has the volumes erased that claims leave, which takes --move-claims")
	case r.AllowPending && r.KeepClaims:
		return Misusef("--allow-pending is about members that move, which takes --move-claims")
	case len(r.AcceptDataLoss) > 0 && r.KeepClaims:
		return Misusef("--accept-data-loss is about claims that are given up, which takes --move-claims")
	case r.MoveClaims && r.Eviction.GracePeriodSeconds == 0:
		return Misusef("--grace-period=0 removes a Pod from the API before its kubelet has stopped it, so that two of one member could run: use 1 or more")
	}
	return nil
}
