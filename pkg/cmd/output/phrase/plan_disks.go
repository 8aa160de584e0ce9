package phrase

// perhaps names other claims whose data it may be instead.
const perhaps = `{if .perhaps} or of {and .perhaps} (which of them had it last is not known){end}`

// needed says who will miss the data of a claim.
const needed = `{if .waits}, which waits for a volume{end}{if .by}, which {.by} needs{end}`

// disks says which volumes are one disk, and whose data is on them: pkg/drain/planner, and pkg/drain/execute when it checks again.
func disks() catalog {
	const compare = "; to compare the two: {.command}"
	const twice = ": two claims would write to one disk. Only one of the two volume objects can be right" + compare
	return catalog{
		"SameDisk":       "volumes {.volume} and {.other} are the same disk, {.path}{if .otherPath} and {.otherPath}{end}{if .nodes} on {all .nodes}{end}",
		"VolumeWithTwin": "{.volume} (the same disk as {.other})",
		"DirectoryMounted": "{.volume} is in use: {list .pods} {plural (len .pods) `mounts` `mount`} {.path} by hostPath, and would write on the same directory as the Pod that gets it. " +
			"Stop {plural (len .pods) `that Pod` `those Pods`} first",
		"DirectoryErased": "{.volume} is in use: {list .pods} {plural (len .pods) `mounts` `mount`} {.path} by hostPath, and the provisioner that erases the disk would erase what is theirs. " +
			"Stop {plural (len .pods) `that Pod` `those Pods`} first",
		"CountsAsHome": "{.volume} can be used on {list .nodes}, and nothing says which of them has its data: {.node} counts as that one, since {list .others} {plural (len .others) `is` `are`} cordoned",
		"DiskHeld": "{.same}; {if .claim}claim {.claim} has {.other}{else}{.other} is {.phase}{end}" +
			"{if .pods}, and {plural (len .pods) `Pod` `Pods`} {all .pods} {plural (len .pods) `uses` `use`} it{end}" + twice,
		"DiskReserved":   "{.same}; {.other} is reserved for claim {.claim}" + twice,
		"DiskGivenTwice": "{.same}: only one of them can be given to a claim, and {.other} can be given to another" + compare,
		"DiskFree": "{.same}, and {.other} is free: another claim could be bound to that one at any moment, and would overwrite what is on the disk. " +
			"Cordon it first: {.command1}; to compare the two: {.command2}",
		"DataOnSharedDisk": "what is on {.volume} stays as long as nobody else writes to that disk: {.why}",
		"DiskErasedForOther": "{.same}: the provisioner that erases {.volume} would erase {.other} as well, which {if .claim}claim {.claim} has{else}is in use{end}" +
			"{if .pods} with {plural (len .pods) `Pod` `Pods`} {all .pods}{end}" + compare,
		"DiskErasedForEarlier": "{.same}: the provisioner that erases {.volume} would erase the data that claim {.claim} left with {.other} as well. If nothing of that is needed, delete that volume object first" + compare,
		"DiskKept":             "{.same}: who gets {.volume} gets {.other} with it, and {.other} may not be given away: {.why}" + compare,
		"DiskForAnotherClaim":  "claim {.claim} needs another disk than that of {.volume}: claim {.first} gets that once {.volume} is cordoned, and only one of them can have it",
		"CordonedWouldBeGiven": "{.why}; to keep that, and have another volume looked for: {.command} (without it, Kubernetes could give {.volume} to the claim all the same)",
		"VolumeCordoned":       "volume {.volume} is cordoned{if .reason} ({.reason}){end}, so it is given to no claim; to end that: {.command}",
		"VolumeClaimedBy": "claim {.claim} {if .bound}counts as bound to{else}names{end} {.volume}, which names {if .other}claim {.other}{else}no claim{end}" +
			"{if .pods}, and {plural (len .pods) `Pod` `Pods`} {all .pods} {plural (len .pods) `uses` `use`} it, so that two claims would write to one disk{end}" +
			"{if .other}; if the volume is to be that claim's: {else}; the volume controller binds the two{if .bound} again{end} as soon as it sees them, so that nobody else is to be given {.volume}; " +
			"{if .bound}if it does not: {else}what it says of that: {end}{end}{.command}",

		"SchedulerGivesToo": "{.member} needs claim {.claim} too, which has no volume, and the scheduler would give it {.volume} on {.node}: {.why}",
		"SchedulerWouldGive": "{.member} would wait with claim {.claim}, and the scheduler would give it {.volume} on {.node} as soon as it can, which it may not have: {.why}; " +
			"to see the volume: {.command}",
		"FitsOnceUncordoned": "{.volume} would do for claim {.claim}, but for the cordon that this command sets: with --allow-pending {.member} waits, " +
			"and gets it as soon as that node takes Pods again: {.command}",
		"FitsOnceUnreserved":  "{.volume} would do for claim {.claim} of {.member}, and is reserved for claim {.other}; to take that back: {.command}",
		"ReservedAndDoubtful": "{.volume} is reserved for claim {.claim} and may not be given to it; to keep it from everybody, so that another is found for that claim: {.command}",
		"ReservedAndRefused":  "{.volume} is reserved for claim {.claim}; to take that back, so that another can be found: {.command}",
		"NextClaimCouldGet": "{.owner} {if .first}creates claim {.claim} with its next Pod{else}recreates claim {.claim} as soon as that is gone{end}, and " +
			"{if .reserved}{.volume} is reserved for it{else}the scheduler could give it {.volume}{end}, which it may not have: {.why}" +
			"{if .keep}; to keep that volume from everybody first: {.command}{end}{if .override}{if .keep}, or{else};{end} accept that with {.override}{end}",
		"CordonedByMarkAlone": "it is cordoned{if .reason} ({.reason}){end}, but only by its annotation, of which the scheduler knows nothing",
		"ForeignDataOnPlace": "{.volume} holds the data of claim {.claim}" + perhaps + "{if .age}, which left it {.age} ago{end}" + needed + ", and {.member} would start on that: " +
			"erase it first, or accept that with {.override}",
		"AcceptForeignDataNeedsMoveClaims": "--accept-foreign-data is for members that move, and with --keep-claims none does: leave it out",

		"DiskAppeared":          "volume {.other}, which is the same disk as {.volume} ({.path}), has been created since this was planned, and is {.phase}: two claims could write to one disk",
		"DiskErasedForOtherNow": "volume {.other}, which is the same disk as {.volume} ({.path}), is {.phase} for claim {.claim} now: the provisioner that erases {.volume} would erase that as well",
		"DiskNowOpen":           "volume {.other}, which is the same disk as {.volume} ({.path}), is open to any claim now: two claims could write to one disk",
		"DiskNowHeld":           "volume {.other}, which is the same disk as {.volume} ({.path}), is {.phase} for claim {.claim} now: two claims would write to one disk",
		"DiskNowInUse":          "volume {.other}, which is the same disk as {.volume} ({.path}), is in use by {.pods}: two claims would write to one disk",
	}
}
