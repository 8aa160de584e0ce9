package inspect

// VolumeCode says at which check a volume falls out for a claim on a Node. The checks are those of
// k8s.io/component-helpers/storage/volume.FindMatchingVolume, in the order of evaluation there.
type VolumeCode string

// The volume codes, in the order in which the scheduler checks.
const (
	// TakenBySibling: already chosen for a smaller claim of the same Pod.
	TakenBySibling VolumeCode = "TakenBySibling"
	// ClaimedByOther: the volume's claimRef names another claim (or an earlier one of the same name).
	ClaimedByOther VolumeCode = "ClaimedByOther"
	// CapacityTooSmall: the volume's capacity is below the request.
	CapacityTooSmall VolumeCode = "CapacityTooSmall"
	// VolumeModeMismatch: Filesystem against Block.
	VolumeModeMismatch VolumeCode = "VolumeModeMismatch"
	// AttributesClassMismatch: another volumeAttributesClassName.
	AttributesClassMismatch VolumeCode = "AttributesClassMismatch"
	// Terminating: the volume is being deleted.
	Terminating VolumeCode = "Terminating"
	// NotAvailable: the volume's phase is not Available.
	NotAvailable VolumeCode = "NotAvailable"
	// SelectorMismatch: the claim's selector does not match the volume's labels.
	SelectorMismatch VolumeCode = "SelectorMismatch"
	// ClassMismatch: another storage class.
	ClassMismatch VolumeCode = "ClassMismatch"
	// NodeAffinityMismatch: the volume cannot be used on the Node.
	NodeAffinityMismatch VolumeCode = "NodeAffinityMismatch"
	// AccessModesMismatch: the volume lacks a requested access mode.
	AccessModesMismatch VolumeCode = "AccessModesMismatch"
	// NotChosen: the volume passes every check, and the scheduler takes another: a smaller one, an equal one, or
	// the one that is reserved for the claim.
	NotChosen VolumeCode = "NotChosen"
	// Match: this is the volume that the scheduler takes on this Node.
	Match VolumeCode = "Match"
)

// VolumeCodes lists every volume code in the order of evaluation.
func VolumeCodes() []VolumeCode {
	return []VolumeCode{TakenBySibling, ClaimedByOther, CapacityTooSmall, VolumeModeMismatch, AttributesClassMismatch,
		Terminating, NotAvailable, SelectorMismatch, ClassMismatch, NodeAffinityMismatch, AccessModesMismatch, NotChosen, Match}
}

// ClaimCode says what stands between a claim and a volume, or that nothing does.
type ClaimCode string

// The claim codes, in the order in which they are looked for. Those up to ImmediateUnbound (and its causes)
// stop the scheduler before it looks at any Node.
const (
	// ClaimNotFound: the Pod names a claim that does not exist.
	ClaimNotFound ClaimCode = "ClaimNotFound"
	// EphemeralClaimNotCreated: the claim of a generic ephemeral volume has not been created yet.
	EphemeralClaimNotCreated ClaimCode = "EphemeralClaimNotCreated"
	// ClaimLost: the claim's volume vanished.
	ClaimLost ClaimCode = "ClaimLost"
	// ClaimTerminating: the claim is being deleted.
	ClaimTerminating ClaimCode = "ClaimTerminating"
	// EphemeralClaimNotOwned: a claim of the ephemeral volume's name exists and belongs to something else.
	EphemeralClaimNotOwned ClaimCode = "EphemeralClaimNotOwned"
	// ImmediateUnbound: the class binds at once, and no volume has been bound.
	ImmediateUnbound ClaimCode = "ImmediateUnbound"
	// StorageClassNotFound: the claim names a class that does not exist.
	StorageClassNotFound ClaimCode = "StorageClassNotFound"
	// NoStorageClass: the claim has no class, so it waits for a volume without one.
	NoStorageClass ClaimCode = "NoStorageClass"
	// VolumeNameUnbound: spec.volumeName is set, and the binding has not been completed.
	VolumeNameUnbound ClaimCode = "VolumeNameUnbound"
	// VolumeReservedElsewhere: spec.volumeName names a volume that is claimed by another claim.
	VolumeReservedElsewhere ClaimCode = "VolumeReservedElsewhere"
	// SelectedNodeStale: the annotation volume.kubernetes.io/selected-node keeps static volumes from being tried.
	SelectedNodeStale ClaimCode = "SelectedNodeStale"
	// BoundVolumeMissing: the claim is bound to a volume that does not exist (and is not yet marked Lost).
	BoundVolumeMissing ClaimCode = "BoundVolumeMissing"
	// BoundNodeMissing: the claim is bound to a volume whose home no longer exists.
	BoundNodeMissing ClaimCode = "BoundNodeMissing"
	// BoundNodeUnfit: the claim is bound to a volume whose home refuses the Pod (NotReady, cordoned, tainted, full, ...).
	BoundNodeUnfit ClaimCode = "BoundNodeUnfit"
	// BoundVolumeUnknown: the claim is bound to a volume that could not be read. It may well be there.
	BoundVolumeUnknown ClaimCode = "BoundVolumeUnknown"
	// NoMatchingVolume: no volume matches on any Node that would otherwise do.
	NoMatchingVolume ClaimCode = "NoMatchingVolume"
	// GreedyMiss: volumes for all claims of the Pod exist on a Node, and the scheduler's smallest-first order misses them.
	GreedyMiss ClaimCode = "GreedyMiss"
	// AwaitingProvisioner: an external provisioner has been asked for the volume and has not answered.
	AwaitingProvisioner ClaimCode = "AwaitingProvisioner"
	// ClaimOk: nothing stands in the way of this claim.
	ClaimOk ClaimCode = "Ok"
)

// ClaimCodes lists every claim code in the order in which they are looked for.
func ClaimCodes() []ClaimCode {
	return []ClaimCode{ClaimNotFound, EphemeralClaimNotCreated, ClaimLost, ClaimTerminating, EphemeralClaimNotOwned,
		ImmediateUnbound, StorageClassNotFound, NoStorageClass, VolumeNameUnbound, VolumeReservedElsewhere,
		SelectedNodeStale, BoundVolumeMissing, BoundNodeMissing, BoundNodeUnfit, BoundVolumeUnknown, NoMatchingVolume,
		GreedyMiss, AwaitingProvisioner, ClaimOk}
}
