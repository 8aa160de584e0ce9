package drain

import "encoding/json"

// Move says where a member goes.
type Move struct {
	// Member is the Pod, by namespace and name, and Owner what recreates it: "StatefulSet/db".
	Member string `json:"member"`
	Owner  string `json:"owner,omitempty"`
	Claim  string `json:"claim"`
	// From and To are volumes, with their nodes. To is empty if it will be provisioned, or nothing fits.
	From     string `json:"from"`
	FromNode string `json:"fromNode,omitempty"`
	To       string `json:"to,omitempty"`
	ToNode   string `json:"toNode,omitempty"`
	// ToData says what is known of the data on To, empty without To, and ToDataOf whose it is if that is known: NAMESPACE/NAME.
	ToData   DataState `json:"toData,omitempty"`
	ToDataOf string    `json:"toDataOf,omitempty"`
	// FilledFrom is what the new claim is filled from, a VolumeSnapshot for example; empty if it starts empty.
	FilledFrom string `json:"filledFrom,omitempty"`
	// Stays says that the claim stays, and that the member waits for FromNode.
	Stays bool `json:"stays,omitempty"`
	// Others are Pods of other owners that use the claim as well, and go with the member.
	Others []string `json:"others,omitempty"`
	// Peers are the other members of the owner, nil where that does not matter.
	Peers *Peers `json:"peers,omitempty"`
}

// DataState says what is known of the data on a volume before a member gets it.
type DataState string

// What can be known of it.
const (
	// DataWiped: it was erased, and no claim has had the volume since.
	DataWiped DataState = "wiped"
	// DataOwn: an earlier claim of the same name had the volume.
	DataOwn DataState = "own"
	// DataForeign: another claim had it.
	DataForeign DataState = "foreign"
	// DataUnknown: nothing is recorded.
	DataUnknown DataState = "unknown"
)

// Peers are the other members of an owner while one of them moves.
type Peers struct {
	Kind PeersKind `json:"kind"`
	// Ready is how many of them serve, and Wanted how many members the owner has in all. Both are zero, and not written, unless peers
	// are counted.
	Ready  int `json:"ready"`
	Wanted int `json:"wanted"`
}

// MarshalJSON implements json.Marshaler: numbers that mean nothing are left out.
func (p Peers) MarshalJSON() ([]byte, error) {
	if p.Kind != CountedPeers {
		return json.Marshal(struct {
			Kind PeersKind `json:"kind"`
		}{p.Kind})
	}
	type plain Peers // without this method
	return json.Marshal(plain(p))
}

// PeersKind says what the number of peers means.
type PeersKind string

// The kinds of peers.
const (
	// NoPeers: no controller has other members.
	NoPeers PeersKind = "none"
	// SharedClaim: all replicas use the one claim, so that none of them holds another copy.
	SharedClaim PeersKind = "shared-claim"
	// UnknownPeers: the claim is none that the StatefulSet of the Pod is known to create or to share, so whether another member holds a
	// copy is not known.
	UnknownPeers PeersKind = "unknown"
	// CountedPeers: the number of members is known, so that there is a majority.
	CountedPeers PeersKind = "counted"
)

// Majority is how many of a number of members are a quorum.
func Majority(members int) int { return members/2 + 1 }
