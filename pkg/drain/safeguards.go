package drain

import (
	"k8s.io/apimachinery/pkg/types"
)

// Safeguards is what the Plan found around a member and what must still be so when its claim is deleted: minutes may have
// passed since, with a question or with earlier members.
type Safeguards struct {
	// Owner is the controller that makes the member's Pod, OwnerUID its UID, and Named are the names of its other Pods.
	Owner    string    `json:"owner,omitempty"`
	OwnerUID types.UID `json:"ownerUID,omitempty"`
	Named    []string  `json:"named,omitempty"`
	// Ready is how many other members have to be Ready on nodes that answer; 0 if it does not matter, or was given up.
	Ready int `json:"ready,omitempty"`
	// Node is where the member is to land, empty if it is not known.
	Node string `json:"node,omitempty"`
	// NoOutage wants most nodes to be Ready.
	NoOutage bool `json:"noOutage,omitempty"`
}
