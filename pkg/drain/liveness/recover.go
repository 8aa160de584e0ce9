package liveness

import (
	"k8s.io/apimachinery/pkg/types"
)

// DeadNode is a node that must still be as dead right before anything is deleted.
type DeadNode struct {
	Name string `json:"name"`
	// UID is that of the Node object, empty if there is none.
	UID types.UID `json:"uid,omitempty"`
	// Lease is the resourceVersion of its lease, empty if there is none.
	Lease string `json:"lease,omitempty"`
	// Replaced says that the node may well live: it is the disks of an earlier one that are gone.
	Replaced bool `json:"replaced,omitempty"`
	// OutOfService says that it is the taint that says that the node is off.
	OutOfService bool `json:"outOfService,omitempty"`
}
