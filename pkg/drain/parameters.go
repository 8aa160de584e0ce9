package drain

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
)

// Parameters are what an action needs to know besides its object.
type Parameters interface {
	// About are the volume and the claim that the step is about; their names are empty if it is about none.
	About() Pair
	// Dead are the nodes that the step is about and that must be as dead as they were.
	Dead() []liveness.DeadNode
}

// Pair is a volume, with its UID, and the claim that leaves it or gets it. The UID of the claim, if set, is the one that the
// volume's claimRef must hold.
type Pair struct {
	Volume Object `json:"volume"`
	Claim  Object `json:"claim"`
}

// About implements Parameters.
func (p *Pair) About() Pair { return *p }

// Dead implements Parameters: most actions are about no dead node.
func (*Pair) Dead() []liveness.DeadNode { return nil }

// CordonParameters are those of CordonNode and UncordonNode.
type CordonParameters struct {
	NoParameters `json:",inline"`
	// For is the volume for whose sake the node is cordoned for a while, empty if it is to stay so.
	For string `json:"for,omitempty"`
}

// NoParameters are for what needs to know nothing more.
type NoParameters struct{}

// About implements Parameters.
func (*NoParameters) About() Pair { return Pair{} }

// Dead implements Parameters.
func (*NoParameters) Dead() []liveness.DeadNode { return nil }

// RecordParameters are those of RetainVolume and RecordClaim.
type RecordParameters struct {
	Pair `json:",inline"`
	// Annotations are further ones that the volume gets with the manifest.
	Annotations map[string]string `json:"annotations,omitempty"`
	// Was is the reclaim policy that the volume had, empty if that is Retain already.
	Was corev1.PersistentVolumeReclaimPolicy `json:"was,omitempty"`
	// Unused wants no Pod with a node that names the claim, whatever its phase.
	Unused bool `json:"unused,omitempty"`
	// Phases are those of which a volume without a claim must have one; any, if there are none.
	Phases []corev1.PersistentVolumePhase `json:"phases,omitempty"`
}

// DeleteClaimParameters are those of DeleteClaim.
type DeleteClaimParameters struct {
	Pair `json:",inline"`
	// Policy is the reclaim policy that the volume must have.
	Policy corev1.PersistentVolumeReclaimPolicy `json:"policy"`
	// Unused wants no Pod with a node that names the claim, whatever its phase.
	Unused bool `json:"unused,omitempty"`
	// Member is the name of the Pod that the claim is of.
	Member string `json:"member,omitempty"`
	// Place is the volume that must still be reserved for the claim, nil if none is.
	Place *Object `json:"place,omitempty"`
	// Disk are the other volumes that are the same disk as Place, which nobody may have, and Data is what was known of the data on
	// Place, nil if that does not matter.
	Disk []OtherVolume `json:"disk,omitempty"`
	Data *KnownData    `json:"data,omitempty"`
	// Finalizers are those that others had on the claim: with another one, its end is somebody else's to decide.
	Finalizers []string `json:"finalizers,omitempty"`
	// Safeguards are what must still hold around the member, nil if nothing need.
	Safeguards *Safeguards `json:"safeguards,omitempty"`
	// DefaultClass is the default class, empty for none, that the next claim gets since it names none itself: it must still be the
	// default. It is nil if the claim names its class.
	DefaultClass *string `json:"defaultClass,omitempty"`
	// Judged are the demands of the Pods for which the place was found, one of which each Pod must have that waits for the claim; none,
	// if that does not matter.
	Judged []Demands `json:"judged,omitempty"`
	// Nodes are those that must be as dead as they were.
	Nodes []liveness.DeadNode `json:"dead,omitempty"`
}

// Dead implements Parameters.
func (p *DeleteClaimParameters) Dead() []liveness.DeadNode { return p.Nodes }

// Safeguards are what the Plan found around a member and what must still hold when its Pod is evicted and its claim deleted:
// minutes may have passed since, with a question or with earlier members.
type Safeguards struct {
	// Owner is the controller that makes the member's Pod, OwnerUID its UID, and Named are the names of its other Pods.
	Owner    string    `json:"owner,omitempty"`
	OwnerUID types.UID `json:"ownerUID,omitempty"`
	Named    []string  `json:"named,omitempty"`
	// Ready is how many other members must be Ready on nodes that can be reached; 0 if it does not matter, or the loss was
	// accepted.
	Ready int `json:"ready,omitempty"`
	// Earlier are the Pods of the member's StatefulSet that must be Ready, or the set does not recreate the member's Pod.
	Earlier []string `json:"earlier,omitempty"`
	// Node is where the member is to run, empty if it is not known, and Taints are those that keep Pods from it and that it had then:
	// KEY=VALUE:EFFECT.
	Node   string   `json:"node,omitempty"`
	Taints []string `json:"taints,omitempty"`
	// Cordoned says that Node may be cordoned: the command itself does that.
	Cordoned bool `json:"cordoned,omitempty"`
	// NoOutage wants most nodes to be Ready.
	NoOutage bool `json:"noOutage,omitempty"`
	// Kept says that the member's claims stay on Node, where its Pod is and comes back to: Node need not be Ready, and what is said of other
	// Pods matters only while the member's own is Ready.
	Kept bool `json:"kept,omitempty"`
	// Leaving are the names of Pods that are down for as long as the member is, and do not count.
	Leaving []string `json:"leaving,omitempty"`
	// Next are the demands of the Pods that the member's StatefulSet was to create next, one of which the next one must have; none, if that does
	// not matter.
	Next []Demands `json:"next,omitempty"`
}

// PodGuards are what must still hold when a Pod is evicted.
type PodGuards struct {
	// Member is the name of the member that the Pod is of, Safeguards what must still hold around it; nil if nothing need.
	Member     string      `json:"member,omitempty"`
	Safeguards *Safeguards `json:"safeguards,omitempty"`
	// Finalizers are those that others had on the Pod: with another one, its end is somebody else's to decide.
	Finalizers []string `json:"finalizers,omitempty"`
	// KeepsJob wants the Job that the Pod belongs to not to fail for good without it.
	KeepsJob bool `json:"keepsJob,omitempty"`
}

// DeletePodParameters are those of ForceDeletePod.
type DeletePodParameters struct {
	Pair `json:",inline"`
	// KeepsJob wants the Job that the Pod belongs to not to fail for good without it.
	KeepsJob bool `json:"keepsJob,omitempty"`
	// Nodes are those that must be as dead as they were.
	Nodes []liveness.DeadNode `json:"dead,omitempty"`
}

// Dead implements Parameters.
func (p *DeletePodParameters) Dead() []liveness.DeadNode { return p.Nodes }

// FreeParameters are those of ReserveVolume and OpenVolume.
type FreeParameters struct {
	Pair `json:",inline"`
	// For is the claim that the volume is reserved for, nil for none. With a UID it is that very claim, which counts as bound to the
	// volume already; or, if Former, the one that had the volume and is gone.
	For *Object `json:"for,omitempty"`
	// Former wants the claim to be gone: with its UID on it, the volume is Released again, and given to nobody.
	Former bool `json:"former,omitempty"`
	// Unwanted wants no claim of the namespace and name of the one that had the volume to wait for a volume.
	Unwanted bool `json:"unwanted,omitempty"`
	// Phases are those of which the volume must have one.
	Phases []corev1.PersistentVolumePhase `json:"phases,omitempty"`
	// Policy is the reclaim policy that the volume must have, empty for any.
	Policy corev1.PersistentVolumeReclaimPolicy `json:"policy,omitempty"`
	// Home are the Nodes on which the volume can be used; empty if unknown.
	Home []string `json:"home,omitempty"`
	// Elsewhere wants the claim, for which the volume is reserved, to be bound to another.
	Elsewhere bool `json:"elsewhere,omitempty"`
	// Disk are the other volumes that are the same disk, which nobody may have.
	Disk []OtherVolume `json:"disk,omitempty"`
	// Data is what was known of the data on the volume, nil if that does not matter.
	Data *KnownData `json:"data,omitempty"`
}

// KnownData is what was known of the data on a volume when somebody decided to give the volume away.
type KnownData struct {
	// Wiped says that it was erased, and that no claim has had the volume since.
	Wiped bool `json:"wiped,omitempty"`
	// Claim is whose data it is, nil if nothing is recorded.
	Claim *Object `json:"claim,omitempty"`
	// FreeSince is, of a volume that was Available, since when: if that is another time, somebody has had it in between.
	FreeSince *metav1.Time `json:"freeSince,omitempty"`
}

// Of reports whether the data is known to be that of a claim of a name, whichever claim has it now.
func (k *KnownData) Of(claim Object) bool {
	return k != nil && k.Claim != nil && k.Claim.Namespace == claim.Namespace && k.Claim.Name == claim.Name
}

// OtherVolume is another volume of a disk that is given away.
type OtherVolume struct {
	Object `json:",inline"`
	// Claim is the claim that it belongs to, or did, nil if there was none: nobody may be using that one.
	Claim *Object `json:"claim,omitempty"`
}

// Reservation is a volume that must still be reserved for a claim.
type Reservation struct {
	Pair `json:",inline"`
	// Disk are the other volumes that are the same disk, which nobody may have, and Data is what was known of the data on it.
	Disk []OtherVolume `json:"disk,omitempty"`
	Data *KnownData    `json:"data,omitempty"`
}

// EvictParameters are those of EvictPod.
type EvictParameters struct {
	Pair      `json:",inline"`
	PodGuards `json:",inline"`
	// Home are the nodes on which no Pod of that name may be once the evicted one is gone; none, if it does not matter.
	Home []string `json:"home,omitempty"`
	// Unfinished wants the Pod not to have succeeded: nothing would need its claim any more.
	Unfinished bool `json:"unfinished,omitempty"`
	// GracePeriodSeconds is what the Pod is given, nil for its own.
	GracePeriodSeconds *int64 `json:"gracePeriodSeconds,omitempty"`
	// Reserved are the volumes that must still be reserved for the member's claims.
	Reserved []Reservation `json:"reserved,omitempty"`
	// Keeps are the claims that the Pod leaves where they are, with their volumes: one that is on its way out would go with the Pod.
	Keeps []Pair `json:"keeps,omitempty"`
	// Nodes are those that must be as they were when it was confirmed that their disks are gone.
	Nodes []liveness.DeadNode `json:"dead,omitempty"`
}

// Dead implements Parameters.
func (p *EvictParameters) Dead() []liveness.DeadNode { return p.Nodes }

// CheckEmptyParameters are those of CheckEmpty.
type CheckEmptyParameters struct {
	NoParameters `json:",inline"`
	// Stays are the UIDs of Pods that may be on the node, and of controllers whose Pods may.
	Stays []types.UID `json:"stays,omitempty"`
	// PodSelector selects, by labels, the Pods that may not be on the node; all if empty.
	PodSelector string `json:"podSelector,omitempty"`
}

// AwaitUnusedParameters are those of AwaitUnused.
type AwaitUnusedParameters struct {
	Pair `json:",inline"`
	// Claims are all the claims that the Pod names, with the UIDs that they had.
	Claims []Object `json:"claims"`
	// Replacement wants a Pod without a node that names the claim.
	Replacement bool `json:"replacement,omitempty"`
	// Judged are the demands of the Pods for which the place was found, one of which each Pod must have that waits for the claims; none,
	// if that does not matter.
	Judged []Demands `json:"judged,omitempty"`
}

// Demands are what a Pod asks of a node: by the part of its specification ("nodeSelector", "requests"), a digest of what that says.
type Demands map[string]string

// AwaitReadyParameters are those of AwaitReady.
type AwaitReadyParameters struct {
	Pair `json:",inline"`
	// Claims are all the claims that the Pod names, with the UIDs that they had.
	Claims []Object `json:"claims"`
	// Member is the name of the Pod that is waited for, or of the one that it replaces, and Node where it is expected.
	Member string `json:"member"`
	Node   string `json:"node,omitempty"`
	// Owner is the operator that recreates the Pod in its own way, if one does, and Members how many Pods it then has; for
	// others it is how many share the claims.
	Owner   *Object `json:"owner,omitempty"`
	Members int     `json:"members,omitempty"`
	// Bound says that a Pod need not be Ready, only have a node, and that none need come.
	Bound bool `json:"bound,omitempty"`
}

// ForgetParameters are those of ForgetVolume.
type ForgetParameters struct {
	Pair `json:",inline"`
	// Nodes are those that must be as dead as they were.
	Nodes []liveness.DeadNode `json:"dead,omitempty"`
}

// Dead implements Parameters.
func (p *ForgetParameters) Dead() []liveness.DeadNode { return p.Nodes }
