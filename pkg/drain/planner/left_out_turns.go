package planner

import (
	"cmp"
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
)

// Who is left out frees what was planned for it: a place that another member fits, too, and which that may need. So those are left out first
// whose reasons have nothing to do with the others.

// The turns in which members are left out.
const (
	// ofItself is a reason that stays whatever becomes of the others.
	ofItself = iota
	// ofOrder is about an earlier member of the StatefulSet.
	ofOrder
	// ofPlaces is about what is left for a member when the others have their places.
	ofPlaces
)

// turn is when a member, or a volume of a selection, is left out.
func turn(l drain.LeftOut) int {
	if l.Volume != "" || l.Reason.Code == "DirectoryErased" || l.Reason.Code == "DiskErasedForOther" { // of the disk that it leaves
		return ofItself
	}
	switch l.Code {
	case drain.BlockedBehind:
		return ofOrder
	case drain.BlockedNowhere, drain.BlockedSharedDisk, drain.BlockedForeignData, drain.BlockedCordoned, drain.BlockedInUse:
		return ofPlaces
	default:
		return ofItself
	}
}

// soonest are those whose turn comes first: the others may have no reason any more once these are left out.
func soonest(all []drain.LeftOut) []drain.LeftOut {
	if len(all) == 0 {
		return nil
	}
	first := turn(slices.MinFunc(all, func(a, b drain.LeftOut) int { return cmp.Compare(turn(a), turn(b)) }))
	return slices.DeleteFunc(all, func(l drain.LeftOut) bool { return turn(l) != first })
}
