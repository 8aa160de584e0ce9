package drain

import (
	"cmp"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// LeftOut is a member, or a Pod without claims, that stays as it is because it alone cannot be moved, or a volume of a selection that
// alone cannot be reclaimed. The others are.
type LeftOut struct {
	// Member is its Pod, by namespace and name, and Owner what recreates it: "StatefulSet/db". Both are empty for a volume.
	Member string `json:"member,omitempty"`
	Owner  string `json:"owner,omitempty"`
	// Volume is the volume, empty for a member.
	Volume string `json:"volume,omitempty"`
	// Code and Reason say why, and Override is the flag that takes the reason away, empty if none may.
	Code     BlockerCode `json:"code"`
	Reason   fact.Fact   `json:"reason"`
	Override string      `json:"override,omitempty"`
}

// LeavesOut reports whether what blocks a member leaves it out, and stops nobody else: it is about its own claims, volumes and Pods.
// That its loss would cost data, or a quorum, is for somebody to decide, and so is what is about whole nodes.
func (c BlockerCode) LeavesOut() bool {
	switch c {
	case BlockedShared, BlockedTooLarge, BlockedTerminating, BlockedNewer, BlockedNowhere, BlockedCleaner, BlockedPods, BlockedFinalizer,
		BlockedBehind, BlockedLost, BlockedRefused, BlockedSharedDisk, BlockedForeignData, BlockedCordoned, BlockedInUse:
		return true
	default:
		return false
	}
}

// Name is the member or the volume.
func (l LeftOut) Name() string { return cmp.Or(l.Member, l.Volume) }

// LeftOutNames are the names of members, or of volumes, that were left out.
func LeftOutNames(all []LeftOut) []string {
	names := make([]string, 0, len(all))
	for _, l := range all {
		names = append(names, l.Name())
	}
	return names
}

// TellLeftOut says who was left out.
func TellLeftOut(all []LeftOut) fact.Fact {
	if len(all) > 0 && all[0].Volume != "" {
		return fact.New("VolumesLeftOut", "volumes", LeftOutNames(all))
	}
	return fact.New("MembersLeftOut", "members", LeftOutNames(all))
}
