package drain

// Action is what a step does.
type Action string

// The actions.
const (
	// RetainVolume sets policy Retain, the original recorded, and records the claim's manifest on the volume, if there is
	// a claim.
	RetainVolume Action = "retain-volume"
	// RecordClaim records the claim's manifest on the volume and leaves the policy.
	RecordClaim Action = "record-claim"
	// DeleteClaim deletes the claim.
	DeleteClaim Action = "delete-claim"
	// AwaitReleased waits until the claim is gone and the volume knows.
	AwaitReleased Action = "await-released"
	// AwaitCleaned waits until the provisioner has taken the volume back.
	AwaitCleaned Action = "await-cleaned"
	// ReserveVolume reserves a volume whose claim is gone for a claim by name.
	ReserveVolume Action = "reserve-volume"
	// OpenVolume lets any claim have a volume whose claim is gone.
	OpenVolume Action = "open-volume"
	// AwaitAvailable waits until the volume controller has seen that the volume is free.
	AwaitAvailable Action = "await-available"
	// CreateClaim creates the claim whose manifest is recorded on the volume, unless somebody else does.
	CreateClaim Action = "create-claim"
	// AwaitBound waits until the claim is bound to the volume.
	AwaitBound Action = "await-bound"
	// CordonNode keeps new Pods off a node.
	CordonNode Action = "cordon-node"
	// UncordonNode lets new Pods onto a node again that an earlier step kept them off.
	UncordonNode Action = "uncordon-node"
	// ForceDeletePod deletes a Pod whose kubelet is dead, without its confirmation.
	ForceDeletePod Action = "force-delete-pod"
	// EvictPod evicts a Pod, as its disruption budget allows, and waits until it is gone.
	EvictPod Action = "evict-pod"
	// CheckEmpty checks whether Pods are on a node that nobody decided about.
	CheckEmpty Action = "check-empty"
	// AwaitUnused waits until no Pod with a node names the claim, and, with Replacement, until one without a node does.
	AwaitUnused Action = "await-unused"
	// AwaitReady waits until the claims are bound and a Pod that uses them is Ready.
	AwaitReady Action = "await-ready"
	// ForgetVolume deletes a volume object that no claim has.
	ForgetVolume Action = "forget-volume"
)

// Actions are all actions, in the order in which a reader meets them.
func Actions() []Action {
	return []Action{CordonNode, RetainVolume, RecordClaim, ReserveVolume, OpenVolume, AwaitAvailable, ForceDeletePod, EvictPod, CheckEmpty,
		AwaitUnused, DeleteClaim, AwaitReleased, AwaitCleaned, UncordonNode, CreateClaim, AwaitBound, AwaitReady, ForgetVolume}
}

// Parameters returns empty parameters of the action, nil if there is no such action.
func (a Action) Parameters() Parameters { //nolint:ireturn // each action has a type of its own
	switch a {
	case RetainVolume, RecordClaim:
		return &RecordParameters{}
	case DeleteClaim:
		return &DeleteClaimParameters{}
	case ForceDeletePod:
		return &DeletePodParameters{}
	case AwaitReleased, AwaitCleaned, AwaitAvailable, CreateClaim, AwaitBound:
		return &Pair{}
	case ReserveVolume, OpenVolume:
		return &FreeParameters{}
	case CordonNode, UncordonNode:
		return &CordonParameters{}
	case EvictPod:
		return &EvictParameters{}
	case CheckEmpty:
		return &CheckEmptyParameters{}
	case AwaitUnused:
		return &AwaitUnusedParameters{}
	case AwaitReady:
		return &AwaitReadyParameters{}
	case ForgetVolume:
		return &ForgetParameters{}
	}
	return nil
}
