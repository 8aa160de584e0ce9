package drain

import "github.com/kubectl-localpv/kubectl-localpv/pkg/fact"

// Blocker is a reason not to run a Plan.
type Blocker struct {
	Code BlockerCode `json:"code"`
	// Reason is what stands in the way, about which objects, with what can be done about it.
	Reason fact.Fact `json:"reason"`
	// Override is the flag that takes the reason away, as it is typed, empty if none may.
	Override string `json:"override,omitempty"`
	// Member is the member, or the Pod, that it is about, empty if it is about none alone.
	Member string `json:"member,omitempty"`
	// Volume is the volume of a selection that it is about, empty if it is about none alone.
	Volume string `json:"volume,omitempty"`
	// Except is the owner that can be left out instead: NAMESPACE/KIND/NAME, for --except; empty if that does not help.
	Except string `json:"except,omitempty"`
}

// BlockerCode says what kind of reason it is.
type BlockerCode string

// The reasons that block a Plan.
const (
	// BlockedUnknown: something could not be read, so it is not known to be safe.
	BlockedUnknown BlockerCode = "Unknown"
	// BlockedInUse: a Pod with a node names the claim, which it keeps alive whatever its phase
	// (controller/volume/pvcprotection: podUsesPVCForDeletion), or mounts the directory of its volume.
	BlockedInUse BlockerCode = "InUse"
	// BlockedPhase: the volume or claim is in a phase from which the command does not start.
	BlockedPhase BlockerCode = "WrongPhase"
	// BlockedTerminating: the volume object is being deleted.
	BlockedTerminating BlockerCode = "Terminating"
	// BlockedEphemeral: the claim belongs to a Pod's generic ephemeral volume and lives with the Pod.
	BlockedEphemeral BlockerCode = "EphemeralClaim"
	// BlockedLost: the claim's volume does not exist, or is another claim's.
	BlockedLost BlockerCode = "ClaimLost"
	// BlockedMisbound: claim and volume do not name each other.
	BlockedMisbound BlockerCode = "BoundElsewhere"
	// BlockedAnother: the claim was made after another of its name was released, and either may be meant.
	BlockedAnother BlockerCode = "AnotherClaim"
	// BlockedTooLarge: the claim's manifest does not fit on the volume.
	BlockedTooLarge BlockerCode = "ManifestTooLarge"
	// BlockedCleaner: an external provisioner owns the volume and cleans it, or cannot be shown to.
	BlockedCleaner BlockerCode = "Cleaner"
	// BlockedUndecided: what happens to the data was not decided.
	BlockedUndecided BlockerCode = "DataUndecided"
	// BlockedNoManifest: no controller recreates the claim, and its manifest is not recorded.
	BlockedNoManifest BlockerCode = "NoManifest"
	// BlockedReplaced: another claim has taken the place of the one to reattach.
	BlockedReplaced BlockerCode = "Replaced"
	// BlockedBarePod: a Pod that would have to be deleted has no controller that recreates it.
	BlockedBarePod BlockerCode = "BarePod"
	// BlockedHome: the volume's Node does not exist.
	BlockedHome BlockerCode = "HomeMissing"
	// BlockedHomeUnfit: the volume's Node takes no Pods now, and ones that serve elsewhere would be deleted for it.
	BlockedHomeUnfit BlockerCode = "HomeUnfit"
	// BlockedNoFit: the claim cannot be bound to the volume.
	BlockedNoFit BlockerCode = "NoFit"
	// BlockedAlive: the node answers, or a host that volumes name may be a Node that is there.
	BlockedAlive BlockerCode = "NodeAlive"
	// BlockedTooSoon: the node has not been silent for long.
	BlockedTooSoon BlockerCode = "TooSoon"
	// BlockedUnfenced: nobody has said that the node is off.
	BlockedUnfenced BlockerCode = "Unfenced"
	// BlockedOutage: most nodes are down at once.
	BlockedOutage BlockerCode = "Outage"
	// BlockedShared: a Pod on another node uses the claim, nothing keeps its Pods where its data is, or nothing says where that is.
	BlockedShared BlockerCode = "Shared"
	// BlockedNowhere: a member would have no node and volume to land on.
	BlockedNowhere BlockerCode = "Nowhere"
	// BlockedLastCopy: no other ready member holds the data.
	BlockedLastCopy BlockerCode = "LastCopy"
	// BlockedPods: kubectl drain would refuse to evict some Pod.
	BlockedPods BlockerCode = "Pods"
	// BlockedUnreachable: the node that is to be emptied does not answer.
	BlockedUnreachable BlockerCode = "NodeUnreachable"
	// BlockedNewer: a newer version of this program has recorded on the volume what this one may not understand.
	BlockedNewer BlockerCode = "NewerRecord"
	// BlockedFinalizer: somebody else holds a Pod or a claim that would go, so that its end may never come.
	BlockedFinalizer BlockerCode = "Finalizer"
	// BlockedQuorum: fewer than a majority of the members are ready.
	BlockedQuorum BlockerCode = "Quorum"
	// BlockedSharedDisk: another volume is the same disk, and somebody else has that one, or can be given it.
	BlockedSharedDisk BlockerCode = "SharedDisk"
	// BlockedForeignData: the data of another claim is on the volume.
	BlockedForeignData BlockerCode = "ForeignData"
	// BlockedCordoned: the volume is to be given to nobody.
	BlockedCordoned BlockerCode = "Cordoned"
	// BlockedJob: a Job would fail for good.
	BlockedJob BlockerCode = "JobFails"
	// BlockedFilled: the next claim would be filled with older data, from its data source.
	BlockedFilled BlockerCode = "FilledClaim"
	// BlockedBehind: a StatefulSet recreates its Pods in order, and one before this member is left out, or is not Ready.
	BlockedBehind BlockerCode = "Behind"
	// BlockedRefused: the server would refuse a step, as it said when it was asked first.
	BlockedRefused BlockerCode = "Refused"
)
