// Package drain decides and carries out changes: planners turn an inspect.Index and a request into a Plan, without a
// client or a clock; the Executor carries a Plan out against a cluster and reports what it does.
//
// Every command built on it is level-triggered: whatever is needed to finish interrupted work is in the cluster, and
// planning again from there gives the steps that are left.
package drain

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Verdict says whether a Plan can be run.
type Verdict string

// The verdicts.
const (
	Ready       Verdict = "ready"
	Blocked     Verdict = "blocked"
	NothingToDo Verdict = "nothing-to-do"
)

// Plan is what a command would do, and why it may not.
type Plan struct {
	metav1.TypeMeta `json:",inline"`

	Command  string    `json:"command"`
	Targets  []Object  `json:"targets"`
	Verdict  Verdict   `json:"verdict"`
	Blockers []Blocker `json:"blockers"`
	// Warnings are what the reader should know before saying yes.
	Warnings []string `json:"warnings"`
	// Losses name what cannot be had back afterwards. Usually there are none.
	Losses []string `json:"losses"`
	Steps  []Step   `json:"steps"`
	// Done says, of a Plan with nothing to do, how things stand.
	Done []string `json:"done,omitempty"`
	// Next is what can be done once the Plan has been carried out.
	Next []string `json:"next,omitempty"`

	// Evidence is what was seen of the nodes that are left, Moves where the members go.
	Evidence []liveness.Evidence `json:"evidence,omitempty"`
	Moves    []Move              `json:"moves,omitempty"`

	// Concurrency, if set, is how many targets are worked on at the same time: those before prelude first and alone,
	// those from epilogue on last, and only if all went well.
	Concurrency       int `json:"-"`
	Prelude, Epilogue int

	// Dead are the nodes that must be as dead as they were, all of them, whenever something is deleted.
	Dead []liveness.DeadNode

	// Independent says that a failed step stops only the steps of the same target.
	Independent bool `json:"-"`
}

// Blocker is a reason not to run the Plan.
type Blocker struct {
	Code    BlockerCode `json:"code"`
	Message string      `json:"message"`
	// Override is the flag that takes the reason away, empty if none may.
	Override string `json:"override,omitempty"`
}

// BlockerCode says what kind of reason it is.
type BlockerCode string

// The reasons that block a Plan.
const (
	// BlockedUnknown: something could not be read, so it is not known to be safe.
	BlockedUnknown BlockerCode = "Unknown"
	// BlockedInUse: a Pod with a node names the claim. It keeps the claim alive whatever its phase
	// (controller/volume/pvcprotection: podUsesPVCForDeletion).
	BlockedInUse BlockerCode = "InUse"
	// BlockedPhase: the volume or claim is in a phase from which the command does not start.
	BlockedPhase BlockerCode = "WrongPhase"
	// BlockedTerminating: the volume object is being deleted.
	BlockedTerminating BlockerCode = "Terminating"
	// BlockedEphemeral: the claim belongs to a Pod's generic ephemeral volume and lives with the Pod.
	BlockedEphemeral BlockerCode = "EphemeralClaim"
	// BlockedLost: the claim's volume does not exist.
	BlockedLost BlockerCode = "ClaimLost"
	// BlockedMisbound: claim and volume do not name each other.
	BlockedMisbound BlockerCode = "BoundElsewhere"
	// BlockedAnother: the claim was made after another of its name was released, and either may be meant.
	BlockedAnother BlockerCode = "AnotherClaim"
	// BlockedTooLarge: the claim's manifest does not fit on the volume.
	BlockedTooLarge BlockerCode = "ManifestTooLarge"
	// BlockedCleaner: an external provisioner owns the volume and cleans it, or cannot be shown to.
	BlockedCleaner BlockerCode = "Cleaner"
	// BlockedUndecided: what happens to the data has to be said.
	BlockedUndecided BlockerCode = "DataUndecided"
	// BlockedNoManifest: nobody would re-create the claim, and its manifest was not saved.
	BlockedNoManifest BlockerCode = "NoManifest"
	// BlockedReplaced: another claim has taken the place of the one to reattach.
	BlockedReplaced BlockerCode = "Replaced"
	// BlockedBarePod: a Pod that would have to be deleted has no controller to make it anew.
	BlockedBarePod BlockerCode = "BarePod"
	// BlockedHome: the volume's Node does not exist.
	BlockedHome BlockerCode = "HomeMissing"
	// BlockedHomeUnfit: the volume's Node takes no Pods now, and ones that serve elsewhere would be deleted for it.
	BlockedHomeUnfit BlockerCode = "HomeUnfit"
	// BlockedNoFit: the claim cannot be bound to the volume.
	BlockedNoFit BlockerCode = "NoFit"
	// BlockedAlive: the node answers.
	BlockedAlive BlockerCode = "NodeAlive"
	// BlockedTooSoon: the node has not been silent for long.
	BlockedTooSoon BlockerCode = "TooSoon"
	// BlockedUnfenced: nobody has said that the node is off.
	BlockedUnfenced BlockerCode = "Unfenced"
	// BlockedOutage: most nodes are down at once.
	BlockedOutage BlockerCode = "Outage"
	// BlockedShared: a Pod on another node uses the claim.
	BlockedShared BlockerCode = "Shared"
	// BlockedNowhere: a member would have no node and volume to land on.
	BlockedNowhere BlockerCode = "Nowhere"
	// BlockedLastCopy: no other ready member holds the data.
	BlockedLastCopy BlockerCode = "LastCopy"
	// BlockedPods: kubectl drain would refuse to evict some Pod.
	BlockedPods BlockerCode = "Pods"
	// BlockedSilent: the node that is to be emptied does not answer.
	BlockedSilent BlockerCode = "NodeSilent"
	// BlockedQuorum: fewer than a majority of the members are ready.
	BlockedQuorum BlockerCode = "Quorum"
)

// Action is what a step does.
type Action string

// The actions.
const (
	// RetainVolume sets policy Retain, the original recorded, and saves the claim's manifest on the volume, if there is
	// a claim.
	RetainVolume Action = "keep-volume"
	// RecordClaim saves the claim's manifest on the volume and leaves the policy.
	RecordClaim Action = "save-claim"
	// DeleteClaim deletes the claim.
	DeleteClaim Action = "delete-claim"
	// DeletePod deletes a Pod with its own grace period.
	DeletePod Action = "delete-pod"
	// AwaitReleased waits until the claim is gone and the volume knows.
	AwaitReleased Action = "await-released"
	// AwaitCleaned waits until the provisioner has taken the volume back.
	AwaitCleaned Action = "await-cleaned"
	// ReserveVolume keeps a volume whose claim is gone for a claim by name.
	ReserveVolume Action = "reserve-volume"
	// OpenVolume lets any claim have a volume whose claim is gone.
	OpenVolume Action = "open-volume"
	// AwaitAvailable waits until the volume controller has seen that the volume is free.
	AwaitAvailable Action = "await-available"
	// CreateClaim creates the claim whose manifest is saved on the volume, unless somebody else does.
	CreateClaim Action = "create-claim"
	// AwaitBound waits until the claim is bound to the volume.
	AwaitBound Action = "await-bound"
	// CordonNode keeps new Pods off a node.
	CordonNode Action = "cordon-node"
	// ForceDeletePod deletes a Pod whose kubelet is dead, without its confirmation.
	ForceDeletePod Action = "force-delete-pod"
	// EvictPod evicts a Pod, as its disruption budget allows, and waits until it is gone.
	EvictPod Action = "evict-pod"
	// CheckEmpty looks whether Pods are on a node that nobody decided about.
	CheckEmpty Action = "check-empty"
	// AwaitUnused waits until no Pod with a node names the claim, and, with Successor, until one without a node does.
	AwaitUnused Action = "await-unused"
	// AwaitReady waits until the claims are bound and a Pod that uses them is Ready.
	AwaitReady Action = "await-ready"
	// ForgetVolume deletes a volume object that no claim has.
	ForgetVolume Action = "forget-volume"
)

// Object names an object of the cluster.
type Object struct {
	Kind      string    `json:"kind"`
	Namespace string    `json:"namespace,omitempty"`
	Name      string    `json:"name"`
	UID       types.UID `json:"uid,omitempty"`
}

// Kinds of Objects.
const (
	KindVolume = "PersistentVolume"
	KindClaim  = "PersistentVolumeClaim"
	KindPod    = "Pod"
	kindNode   = "Node"
)

// String is how people read an object: "shop/data-0" or "local-pv-0".
func (o Object) String() string {
	if o.Namespace == "" {
		return o.Name
	}
	return o.Namespace + "/" + o.Name
}

// Step is one change, or one wait.
type Step struct {
	ID     string `json:"id"`
	Action Action `json:"action"`
	// Object is what is changed or waited for.
	Object Object `json:"object"`
	// Title says what is done, Why what for.
	Title       string `json:"title"`
	Why         string `json:"why"`
	Destructive bool   `json:"destructive"`
	// Member is the member whose move the step is part of, as in Moves; empty if it is of none.
	Member string `json:"member,omitempty"`
	// Precondition is looked at again right before the step, and guards its write.
	Precondition Precondition `json:"precondition"`

	// Target is the target that the step belongs to.
	Target int
}

// Precondition is what a step rests on. Parts that are not set do not count.
type Precondition struct {
	// Volume is the volume, with its UID.
	Volume Object `json:"volume"`
	// Claim is the claim that lets go of the volume or gets it. Its UID, if set, is the one that the volume's claimRef
	// must hold.
	Claim Object `json:"claim"`
	// Phases are those of which the volume must have one.
	Phases []corev1.PersistentVolumePhase `json:"phases,omitempty"`
	// Policy is the reclaim policy that the volume must have.
	Policy corev1.PersistentVolumeReclaimPolicy `json:"policy,omitempty"`
	// Unused wants no Pod with a node that names the claim, whatever its phase.
	Unused bool `json:"unused,omitempty"`
	// Home are the Nodes on which the volume can be used; empty if unknown.
	Home []string `json:"home,omitempty"`
	// For is the claim that the volume is reserved for.
	For *Object `json:"for,omitempty"`
	// Dead are nodes that must be as dead as they were when the step was planned.
	Dead []liveness.DeadNode `json:"dead,omitempty"`
	// Notes are annotations that the volume gets with the manifest.
	Notes map[string]string `json:"notes,omitempty"`
	// Successor wants a Pod without a node that names the claim.
	Successor bool `json:"successor,omitempty"`
	// Stays are the UIDs of Pods that may be on the node, and of controllers whose Pods may.
	Stays []types.UID `json:"stays,omitempty"`
	// PodSelector selects, by labels, the Pods that may not be on the node; all if empty.
	PodSelector string `json:"podSelector,omitempty"`
	// GracePeriodSeconds is what an evicted Pod is given, nil for its own.
	GracePeriodSeconds *int64 `json:"gracePeriodSeconds,omitempty"`
	// Claims are all the claims that the Pod names, with the UIDs that they had.
	Claims []Object `json:"claims,omitempty"`
	// Owner is the operator that makes the Pod anew in its own way, if one does, and Members how many Pods it then has; for
	// others it is how many share the claims.
	Owner   *Object `json:"owner,omitempty"`
	Members int     `json:"members,omitempty"`
	// Member is the name of the Pod that is waited for, or of the one that it comes after, and Node where it is expected.
	Member string `json:"member,omitempty"`
	Node   string `json:"node,omitempty"`
	// Bound says that a Pod need not be Ready, only have a node, and that none need come.
	Bound bool `json:"bound,omitempty"`
	// Place is the volume that must still be kept for the claim when it is deleted, nil if none is.
	Place *Object `json:"place,omitempty"`
	// Elsewhere wants the claim, for which the volume is kept, to be bound to another.
	Elsewhere bool `json:"elsewhere,omitempty"`
	// Safeguards is what must still stand around a member whose claim is deleted, nil if nothing need.
	Safeguards *Safeguards `json:"standing,omitempty"`
}

func NewPlan(command string) *Plan {
	return &Plan{
		TypeMeta: metav1.TypeMeta{APIVersion: inspect.APIVersion, Kind: "Plan"},
		Command:  command,
		Targets:  []Object{}, Blockers: []Blocker{}, Warnings: []string{}, Losses: []string{}, Steps: []Step{},
	}
}

func VolumeObject(v *corev1.PersistentVolume) Object {
	return Object{Kind: KindVolume, Name: v.Name, UID: v.UID}
}

func ClaimObject(c *corev1.PersistentVolumeClaim) Object {
	return Object{Kind: KindClaim, Namespace: c.Namespace, Name: c.Name, UID: c.UID}
}
