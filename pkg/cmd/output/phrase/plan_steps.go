package phrase

import "maps"

// steps says what all Plans have in common: pkg/drain, retain, and the steps of pkg/drain/planner.
func steps() catalog {
	all := catalog{}
	for _, some := range []catalog{titles(), whys(), volumes(), misuse(), records(), outcome()} {
		maps.Copy(all, some)
	}
	return all
}

// titles say what steps do.
func titles() catalog {
	return catalog{
		"StepCordon":         "cordon {.node}",
		"StepUncordon":       "uncordon {.node}",
		"StepCheckEmpty":     "check that no other Pod has been scheduled to {.node}",
		"StepEvictPod":       "evict Pod {.pod}",
		"StepForceDeletePod": "force-delete Pod {.pod}",

		"StepRetain":          "protect {.volume}: set reclaim policy Retain",
		"StepRetainAndRecord": "protect {.volume}: set reclaim policy Retain and save the claim's manifest on it",
		"StepRecordClaim":     "save the claim's manifest on {.volume}",
		"StepRecordPod":       "save the manifest of Pod {.pod} on {.volume}",

		"StepDeleteClaim":      "delete claim {.claim}",
		"StepAwaitUnused":      "wait until no Pod on a node names claim {.claim}",
		"StepAwaitReplacement": "wait until the replacement Pod of {.owner} is Pending, on no node",
		"StepAwaitReleased":    "wait until {.volume} is Released",
		"StepAwaitClaimGone":   "wait until claim {.claim} is gone and {.volume} is Released",
		"StepAwaitCleaned":     "wait until {or .provisioner `its provisioner`} has cleaned {.volume}",

		"StepReserveVolume":     "reserve {.volume} for claim {.claim}",
		"StepReserveForNext":    "reserve {.volume} for the next claim {.claim}",
		"StepReserveWithData":   "reserve {.volume}, with its data, for claim {.claim}",
		"StepTakeBack":          "stop reserving {.volume} for claim {.claim}",
		"StepTakeBackForFormer": "stop reserving {.volume} for claim {.claim}: it belongs to the earlier claim {.former} again",
		"StepFreeReserved":      "free {.volume}, which was reserved for claim {.claim} too",
		"StepOpenWiped":         "make {.volume} available to any claim; it was wiped",
		"StepOpenVolume":        "make {.volume} available to any claim, with the old data still on it",
		"StepAwaitAvailable":    "wait until {.volume} is Available",
		"StepForgetVolume":      "delete the volume object {.volume}",

		"StepCreateClaim": "create claim {.claim} as it was saved, unless somebody else has",
		"StepAwaitBound":  "wait until claim {.claim} is bound to {.volume}",
		"StepAwaitReady":  "wait until {.member} is Ready again",
	}
}

// whys say what steps are for. Those of recover and drain alone are in plan_leave.go.
func whys() catalog {
	return catalog{
		"WhyCheckEmpty": "one could have been, just before the cordon",

		"WhyRetain":          "so that nothing erases it when its claim is gone",
		"WhyRetainAndRecord": "so that neither the data nor the claim's manifest is lost when the claim goes",
		"WhyRecordClaim":     "so that it is not lost if the claim goes and the volume does not",

		"WhyReleaseVolume":      "to release {.volume}; the data stays",
		"WhyReplaceClaim":       "to release {.volume}, which keeps its data",
		"WhyDeleteClaimToClean": "{if .provisioner}provisioner {.provisioner}{else}its provisioner{end} then erases {.volume} within seconds",
		"WhyAwaitReleased":      "the volume controller notices that the claim is gone",
		"WhyAwaitClaimGone":     "Kubernetes keeps a claim until the last Pod that uses it is gone",
		"WhyAwaitCleaned":       "it erases the disk, deletes the volume and recreates it",
		"WhyAwaitCleanedOnly":   "it erases the disk, deletes the volume and recreates it; nothing is changed here",

		"WhyReserve":           "so that no other claim is given it",
		"WhyReserveData":       "so that no other claim is given the data",
		"WhyReserveForClaim":   "so that no other claim gets this volume, and this claim gets no other volume",
		"WhyReservedInVain":    "claim {.claim}, for which it is reserved, has another volume",
		"WhyFreeReserved":      "so that the claim is not bound to it instead",
		"WhyOwnClaimWaits":     "the data is of an earlier claim {.claim}, and a claim of that name waits for a volume",
		"WhyOwnClaimComes":     "the data is of an earlier claim {.claim}, and {.by} needs a claim of that name",
		"WhyNameRestoredClaim": "claim {.claim} counts as bound to it already, and the volume controller binds them only once the volume names it with its uid",
		"WhyTakeBack":          "claim {.claim} does not have it",
		"WhyClaimGone":         "its claim {.claim} is gone" + another,
		"WhyAwaitAvailable":    "the volume controller notices that it is free",

		"WhyCreateClaim":   "the claim is gone",
		"WhyRecreateClaim": "a StatefulSet creates it by itself, others do not",
		"WhyAwaitBound":    "the volume controller binds the two",
		"WhyAwaitReady":    "before the next member is touched",
	}
}

// volumes names volumes with their nodes, as parts of sentences, and says what is not there.
func volumes() catalog {
	return catalog{
		"Volume":              "{.volume}",
		"VolumeAtHome":        "{.volume} (on {.node})",
		"VolumeOnMissingNode": "{.volume} (on {.node}, which does not exist)",

		"HostPathOfNoNode": "volume {.volume} is a hostPath without required node affinity: its data is on one node, at {.path}, and which node that is, is recorded nowhere; " +
			"find out, and set spec.nodeAffinity to that node first, which can be done once: {.command}",
		"VolumeNotLocal": "volume {.volume} is not local: its data is not on particular nodes, and this command is only for volumes whose data is; " +
			"to see it: {.command}",
		"ClaimNamesVolume": "claim {.claim} was created with spec.volumeName {.volume}: if it is created like that again, by whoever keeps its manifest, it waits for " +
			"{.volume} and gets no other volume; take spec.volumeName out of the manifest first, or give that volume back: {.command}",
		"NotFound":             "no {.kind} \"{.name}\" in the cluster",
		"NotFoundInNamespace":  "no {.kind} \"{.name}\" in namespace {.namespace}",
		"NotFoundButElsewhere": "no {.kind} \"{.name}\" in namespace {.namespace}; there is one in {.elsewhere}: add -n {.elsewhere}",

		"UnknownWhichPodsUseClaims": "which Pods use the claims is {.why}",
		"UnknownWhichVolumes":       "where the data of claims is, is {.why}",
		"UnknownWhetherClaimsExist": "whether the claims exist is {.why}",
		"Error":                     "{.text}",
	}
}

// misuse says what is invalid whatever the cluster is like: pkg/drain.
func misuse() catalog {
	return catalog{
		"KeepOrMoveClaims": "choose what becomes of the claims on the node: --keep-claims (it comes back; their Pods wait for it) " +
			"or --move-claims (it does not; their Pods start elsewhere, on empty volumes)",
		"CleanNeedsMoveClaims":        "--clean has the volumes erased that claims leave, so it needs --move-claims",
		"AllowPendingNeedsMoveClaims": "--allow-pending is about members that move, so it needs --move-claims",
		"AcceptDataLossOfKept": "--accept-data-loss is about claims that are given up, and with --keep-claims that is none that is not being deleted already, " +
			"as {.claim} is not: to take members down for as long as the node is away, use --allow-down",
		"AllowDownNeedsKeepClaims": "--allow-down is about members that wait for the node, so it needs --keep-claims",
		"GracePeriodZero": "--grace-period=0 removes a Pod from the API before its kubelet has stopped it, " +
			"so that two copies of one member could run: use 1 or more",
	}
}

// records says what is wrong with what is recorded on volumes: pkg/drain/retain.
func records() catalog {
	return catalog{
		"ManifestTooLarge": "the manifest of claim {.claim} is too large to be saved on volume {.volume}: with it, the volume's annotations " +
			"would take {.have} bytes, and {.want} are allowed; save it elsewhere, then shorten the claim's annotations",
		"RecordUnreadable": "annotation {.annotation} of volume {.volume} cannot be read: {.why}",
		"RecordNewer": "what is recorded on volume {.volume} has version {.have}, and this program understands up to version {.want}: " +
			"use the version that recorded it",
		"AnnotationsTooLarge": "the annotations of volume {.volume} would take {.have} bytes, and {.want} are allowed: shorten them",
		"RecordReplaced":      "the saved manifest of claim {.claim}, which had {.volume} before, is replaced on it",
	}
}
