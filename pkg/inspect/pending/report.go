package pending

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/fix"
)

// ObjectKey names an object with its UID.
type ObjectKey struct {
	Namespace string    `json:"namespace,omitempty"`
	Name      string    `json:"name"`
	UID       types.UID `json:"uid,omitempty"`
}

// PodReport is the answer for one Pod, or for one claim that no Pod uses (Pod.Name is empty then).
type PodReport struct {
	// Pod is the Pod that was asked about. Item has it for programs.
	Pod ObjectKey `json:"-"`
	// Pending reports whether the Pod waits for a node.
	Pending bool `json:"pending"`
	// Schedulable reports whether the scheduler's filters let the Pod onto some Node, on this Snapshot.
	Schedulable bool             `json:"schedulable"`
	Cause       Cause            `json:"cause"`
	Claims      []ClaimReport    `json:"claims"`
	Nodes       []NodeReport     `json:"nodes"`
	NearMisses  []match.NearMiss `json:"nearMisses"`
	Fixes       []fix.Fix        `json:"fixes"`
	Scheduler   *SchedulerReport `json:"scheduler,omitempty"`
	// SchedulerUnknown says, where Scheduler is absent, that what the scheduler found could not be read.
	SchedulerUnknown fact.Fact `json:"schedulerUnknown,omitzero"`
	// Notes are things that the reader must know to weigh the answer: gaps, another scheduler, ties.
	Notes []fact.Fact `json:"notes,omitempty"`
}

// CauseCode says what kind of root cause it is: a ClaimCode, or one of the constants below.
type CauseCode string

// The causes that are not a claim's.
const (
	// CauseNone: the Pod is not pending, or nothing keeps it.
	CauseNone CauseCode = "None"
	// CauseSchedulable: the Pod fits a Node on this Snapshot and is only waiting for the scheduler.
	CauseSchedulable CauseCode = "Schedulable"
	// CauseNotVolumes: no Node takes the Pod, and volumes are not the reason.
	CauseNotVolumes CauseCode = "NotVolumes"
	// CauseGated: scheduling gates hold the Pod back.
	CauseGated CauseCode = "SchedulingGated"
	// CauseOtherScheduler: another scheduler than the one simulated is in charge.
	CauseOtherScheduler CauseCode = "OtherScheduler"
	// CauseNodeNameUnbound: spec.nodeName is set, so the scheduler never sees the Pod and its
	// WaitForFirstConsumer claims are never bound.
	CauseNodeNameUnbound CauseCode = "NodeNameBypassesScheduler"
	// CauseNoNodes: the cluster has no Nodes.
	CauseNoNodes CauseCode = "NoNodes"
	// CauseVolumesAndNodes: every Node is refused, some for their volumes and some for other reasons.
	CauseVolumesAndNodes CauseCode = "VolumesAndNodes"
)

// CodeAboutClaim is told of a claim that no Pod uses, where a Cause is about a Pod else.
const CodeAboutClaim fact.Code = "AboutClaim"

// Cause is the root cause: what kind it is, and all of it. Reason has the value "about", the Fact that names the Pod or claim.
type Cause struct {
	Code   CauseCode `json:"code"`
	Reason fact.Fact `json:"reason"`
}

// ClaimReport is one claim of the Pod.
type ClaimReport struct {
	Name string            `json:"name"`
	Code inspect.ClaimCode `json:"code"`
	// Reason is what there is to say of the claim. It has the value "claim", its name.
	Reason fact.Fact `json:"reason"`
	// Request is what the claim asks for, as written.
	Request      string   `json:"request,omitempty"`
	VolumeMode   string   `json:"volumeMode,omitempty"`
	AccessModes  []string `json:"accessModes,omitempty"`
	StorageClass string   `json:"storageClass"`
	// BoundVolume is the volume that the claim is bound to.
	BoundVolume string `json:"boundVolume,omitempty"`
	// Reserved is the volume whose claimRef names this claim while it is not bound yet.
	Reserved string `json:"reserved,omitempty"`
	// Volumes counts the volumes of the claim's class by their code, each on its own home.
	Volumes map[inspect.VolumeCode]int `json:"volumes,omitempty"`
	// ClaimedBy says who has those of them that others have claimed.
	ClaimedBy []match.Claimed `json:"claimedBy,omitempty"`
}

// SchedulerReport is what the scheduler itself last reported of the Pod.
type SchedulerReport struct {
	Message string      `json:"message"`
	At      metav1.Time `json:"at"`
	// Agrees reports whether it came to the same result as the simulation.
	Agrees bool `json:"agrees"`
	// SameWords reports whether its message is, up to the part on preemption, the one that the simulation gives:
	// then nothing relevant has changed since.
	SameWords bool `json:"sameWords"`
}
