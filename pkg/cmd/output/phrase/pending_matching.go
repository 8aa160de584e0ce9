package phrase

// matching says why a volume or a node does not do for a claim: pkg/inspect. The subject of what is said of a volume is the
// volume, or for "asks" the claim.
func matching() catalog {
	const here = `{if .reserved}reserved for this claim, and {end}`
	return catalog{
		"VolumeTakenForSameClaim": "taken already for this claim, which the Pod names twice",
		"VolumeTakenBySibling":    "taken by claim {.subject} of the same Pod",

		"ClaimedByEarlierSelf":    "claimed by an earlier claim of this name",
		"ClaimedByEarlierClaim":   "claimed by an earlier {.subject}, not by the claim that now has this name",
		"VolumeClaimed":           "claimed by {.subject}",
		"VolumeReserved":          "reserved for {.subject}",
		"ClaimedByUnknownClaim":   "claimed by {.subject}, and whether that claim exists is unknown",
		"ReservedForUnknownClaim": "reserved for {.subject}, and whether that claim exists is unknown",
		"ClaimedByGoneClaim":      "claimed by {.subject}, which is gone",
		"ReservedForNoClaim":      "reserved for {.subject}, which does not exist",
		"DiskHasAnother":          "{.why}; the same disk as {.other}, of claim {.claim}",
		"ClaimedAndCordoned":      "cordoned{if .reason} ({.reason}){end}, so it is given to no claim",

		"ClaimMarkedBound":        "it has the annotation {.annotation} and names no volume, so the volume controller never binds it",
		"ClaimNamesAnotherVolume": "the claim names volume {.volume}",
		"CapacityTooSmall":        "asks {.want}, has {capacity .have}",
		"VolumeModeDiffers":       "asks {.want}, has {.have}",
		"AttributesClassDiffers":  "asks {attributesClass .want}, has {attributesClass .have}",
		"VolumeTerminating":       "being deleted {if .age}for {.age}{else}since {.have}{end}",
		"VolumeNotAvailable":      "{phase .have}",
		"LabelsDiffer":            "asks {labels .want}, has {labels .have}",
		"ClassDiffers":            "asks {class .want}, has {class .have}",
		"AccessModesLacking":      "asks {modes .want}, has {modes .have}",

		"VolumeElsewhere":     here + "is on {all .have}",
		"VolumeOnNoNode":      here + "is on {all .have}, which no longer {plural (len .have) `exists` `exist`}",
		"VolumeHomeUnknown":   here + "its home is unknown: {.why}",
		"VolumeNotUsableHere": here + "cannot be used on this Node",

		"ReservedVolumeElsewhere": "fits, but {.subject} is reserved for this claim and cannot be used on this Node",
		"ReservedVolumeFirst":     "fits, but {.subject} is reserved for this claim",
		"EqualVolume":             "fits, but {.subject} is as large and may be taken as well",
		"SmallerVolumeFirst":      "fits, but {.subject} is smaller ({.size}, this one {.have})",
		"VolumeFits":              "fits: asks {.want}, has {.have}",
		"VolumeReservedForClaim":  "reserved for this claim",

		"BoundVolumeHere":          "bound, and here",
		"BoundVolumeElsewhere":     "bound, and on {list .have}",
		"BoundVolumeHomeUnknown":   "bound, and its home is unknown: {.why}",
		"BoundVolumeDataElsewhere": "bound, and its data is on {list .have}",
		"BoundVolumeGone":          "the volume does not exist",
		"BoundVolumeNotRead":       "whether the volume exists is unknown ({.why})",

		"NodeCordoned":     "cordoned",
		"UntoleratedTaint": "taint {.subject}",
		"ResourceLacking":  "{.subject}: asks {.want}, {.have} free",
		"AntiAffinity":     "anti-affinity with {.subject}",
		"DevicesUnread":    "devices, of which the {.kind} are unknown ({.why})",
		"PluginRefuses":    "{all .words}",

		"SelectorInvalid": "claim {.claim} cannot be matched to any volume: its selector is invalid ({.why}); " +
			"a claim's selector cannot be changed, so delete the claim and create it with a valid one",
	}
}

// sameDisk says why the disk or the data of a volume is not for a claim: pkg/inspect/match.
func sameDisk() catalog {
	return catalog{
		"SameDiskAs":           "the same disk as {.other}, of claim {.claim}",
		"DiskUsedSince":        "the same disk as {.other}, on which the data of claim {.claim} is, which was written later",
		"DiskUsedPerhapsSince": "the same disk as {.other}, which claim {.claim} had; which of the two claims had the disk last is not known",
		"DataOfAnother":        "the data of claim {.claim} is recorded on it",
		"ReservedForAnother":   "it is reserved for claim {.other}; to take that back: {.command}",
		"CordonTwin": "{.other} is the same disk and free, so that another claim could be bound to that one at any moment, and would overwrite what is on the disk. " +
			"Cordon it first: {.command}",
		"NamedByClaim":   "claim {.claim} names it, and has it or is about to be bound to it",
		"MountedByPods":  "{list .pods} {plural (len .pods) `mounts` `mount`} its directory by hostPath",
		"HomeUnknownYet": "no Pod can use it, since {.why}",
		"CordonOtherHomes": "its data" + onAnyOf + ", so that a Pod may start on another, without it. " +
			"Cordon the nodes that do not have it first",
		"VolumeWithData": "{.volume} ({.phase}{if .since} for {.since}{end}{if .claimed}, of a claim that was made {.claimed} ago{end}" +
			"{if .nodes}, on {all .nodes}{if .state}, which is {condition .state}{end}{end}{if .doubt}; its disk may not be the one that had it{end})",
	}
}
