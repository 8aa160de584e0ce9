package phrase

import "maps"

// handback says Plans of release, reclaim and reattach: pkg/drain/planner.
func handback() catalog {
	all := catalog{}
	for _, some := range []catalog{users(), claimsAndVolumes(), namedInVain(), cleaners(), released(), releasedNotes(), reclaimed(), givenBack(), reattached(), takenDown()} {
		maps.Copy(all, some)
	}
	return all
}

// users says which Pods hold a claim: pkg/drain/workload.
func users() catalog {
	const used = "claim {.claim} is used by {plural (len .pods) `Pod` `Pods`} {list .pods}; "
	const more = "{if .more}, and then {.more} more{end}"
	return catalog{
		"PodInState":     "{.pod} ({.state} on {.node}, {.owner})",
		"BarePodInState": "{.pod} ({.state} on {.node})",
		"PodList":        "{list .pods}",

		"PodsRemoved":     "{.command}" + more,
		"BarePodsRemoved": "save the {plural .count `manifest` `manifests`}, of which there is no other copy ({.command1}), then {.command2}" + more,

		"ClaimHeldByEndedPod": used + "a Pod that has ended holds its claim until it is deleted: {.end}",
		"ClaimHeldByEndedToo": "{.why}; a Pod that has ended holds its claim until it is deleted: {.end}",
		"ClaimUsedByScalable": used + "scale {.owner} down first",
		"ScalesDownOthers":    "{.why}, to {.to}, which ends {and .later} as well; to move {.member} alone: {.command}",
		"ClaimUsedByBarePod":  used + "stop {plural .count `it` `them`} first: {.end}",
		"ClaimUsedByOwner":    used + "stop {.owner} first",
		"ClaimUsedOnDownNode": used + "{.node} does not answer or is gone, and nothing else ends {plural (len .pods) `it` `them`}: if it is dead: {.command}",
		"ClaimUsedBySeveral":  used + "stop {and .owners} first",
	}
}

// another tells, behind that a claim is gone, of the one that has its name now.
const another = "{if .other}, and the claim of that name now is another, which {if .has}has {.has}{else}waits for a volume{end}{end}"

// claimsAndVolumes says how claims and volumes stand, for all three commands.
func claimsAndVolumes() catalog {
	return catalog{
		"VolumeBeingDeleted":       "volume {.volume} is being deleted",
		"VolumeHasClaimAlready":    "volume {.volume} is Bound to claim {.claim} already",
		"VolumeClaimExists":        "volume {.volume} is {.phase}, but its claim {.claim} still exists: release it first: {.command}",
		"ReleasedVolumeMayBeInUse": "volume {.volume} may still be in use although its claim is gone" + another + ": {.why}",
		"TerminatingVolumeOfClaim": "volume {.volume} is being deleted: once claim {.claim} is gone, the volume object would go too, with the manifest saved on it",
		"ClaimCannotBind":          "claim {.claim} cannot be bound to {.volume}: {.why}",
		"ClaimHasAnotherVolume":    "claim {.claim} is bound to volume {.have}, so it cannot have {.want} as well; to change its volume: {.command}",
		"PolicyStillChanged":       "{.volume} still has policy {.have}; it was {.want} before its release",
	}
}

// namedInVain says of claims that name a volume which they can never have how the next claim of their name gets one: pkg/drain/planner, and
// pkg/inspect/match.
func namedInVain() catalog {
	const inVain = "claim {.claim} {if .other}names volume {.other}, and in vain ({.why}), {else}never gets a volume ({.why}), {end}"
	const data = "{if .bound}so it cannot use what it may have there{else}so it has no data{end}"
	const next = "{if .owner}the next claim of that name, which {.owner} recreates{else}a new claim of that name{end}"
	const create = "{if .create}, and create the claim from that file, without {if .other}spec.volumeName{else}its annotations of pv.kubernetes.io{end}{end}"
	return catalog{
		"NamedVolumeMissing":  "there is none of that name",
		"NamedVolumeOfClaim":  "that {if .phase}is {.phase} and {end}names claim {.claim}{if .uid} (uid {.uid}){end}",
		"TemplateNamesVolume": "its template names volume {.volume} (spec.volumeName), and so will each claim that is created from it",

		"ClaimNamesInVain":         inVain + data + ". To give {.volume} to " + next + ": first {.command}, then {.then}" + create,
		"ClaimNamesInVainReserved": inVain + data + ". {.volume} is reserved already: to give it to " + next + ": {.then}" + create,
		"ClaimNamesInVainToo":      inVain + data + "; and {.volume} cannot be reserved for the next claim of that name: {.then}",
		"InThisOrder":              "{.command}",

		"WhyReserveForNext": "claim {.claim} {if .other}names volume {.other}, and in vain{else}counts as bound and names no volume{end}: the next claim of that name gets this one, and no other",
		"NextClaimGetsVolume": inVain + "so it waits until it is deleted: {.owner} recreates it, and the next claim of that name gets {.volume}. " +
			"To delete it{if .pods}, with {plural (len .pods) `Pod` `Pods`} {list .pods} that {plural (len .pods) `waits` `wait`} for it{end}",
		"SavedClaimGetsVolume": inVain + "so it waits until it is deleted: a new claim of that name gets {.volume}, on which the manifest of one is saved. To delete it, and create that",
		"NewClaimGetsVolume": inVain + "so it waits until it is deleted: a new claim of that name gets {.volume}{if .owner}, which {.owner} may create{end}. " +
			"Create it from its manifest, without spec.volumeName and what the server and its controllers have written (uid, resourceVersion, annotations of pv.kubernetes.io). " +
			"To save that manifest, and delete the claim",

		"StillWaiting": "{list .names} still {plural (len .names) `waits` `wait`}",
	}
}

// cleaners says what is known of the external provisioner of a volume.
func cleaners() catalog {
	return catalog{
		"ProvisionerRuns":          "its Pod {.pod} runs on {.node}",
		"ProvisionerNotKnownToRun": "it is not known to run: {.why}",
		"ProvisionerHomeState":     "the volume's home is {.state}",
		"ProvisionerOfEarlierNode": "it belongs to an earlier Node called {.node}, and the one of the present Node leaves its volumes alone",
		"ProvisionerUnfamiliar":    "how it runs is not known",
		"ProvisionerPodNotSeen":    "no ready Pod of it was seen on {.node}",

		"NoProvisionerToClean":    "no external provisioner owns volume {.volume}, so nothing would clean it; leave out --clean",
		"ProvisionerLeavesVolume": "volume {.volume} has policy {.policy}, so provisioner {.provisioner} would leave it alone; leave out --clean, or set policy Delete first",
		"ProvisionerUnproven":     "whether provisioner {.provisioner} would clean volume {.volume} cannot be shown: {.state}; leave out --clean",
	}
}

// volumeReturns says how a claim whose volume object is gone gets its data back.
const volumeReturns = "A volume object of that name for the same disk, without a claimRef, would be bound to the claim as before"

// goesInUse is about a claim that is being deleted and that Pods hold.
const goesInUse = "claim {.claim} is being deleted already, and goes with the last Pod that holds it; {.goes}. {.why}"

// goesKept is about such a claim once its data is kept.
const goesKept = "claim {.claim} is being deleted already, and goes with the last Pod that holds it{if .owner}; {.owner} recreates it then, without the data, unless it has been scaled down{end}. " +
	"Only then is {.volume} Released, with the data. {.why}; "

// released says Plans of release.
func released() catalog {
	return catalog{
		"ReleaseWhat":    "name what to release: pvc/NAME or pv/NAME",
		"ReserveOrClean": "--reserve keeps a volume with its data and --clean has it erased: give one of them",

		"ClaimWithoutVolume": "claim {.claim} is {.phase} and has no volume to release; if it is not needed: {.command}",
		"ClaimVolumeGone": "claim {.claim} is {.phase}: its volume {.volume} does not exist, so there is none to release. " + volumeReturns +
			"; if neither is needed: {.command}",
		"LostClaimGoes": "claim {.claim} is {.phase} and is being deleted already: its volume {.volume} does not exist, so there is none to release",
		"LostClaimInUse": "claim {.claim} is {.phase}: its volume {.volume} does not exist, so there is none to release, but {plural (len .pods) `Pod` `Pods`} {list .pods} " +
			"may have its data: delete neither before you have copied that. " + volumeReturns,
		"LostClaimHeld": "claim {.claim} is {.phase}: its volume {.volume} does not exist, so there is none to release; {plural (len .pods) `Pod` `Pods`} {list .pods} " +
			"{plural (len .pods) `has` `have`} ended. " + volumeReturns,
		"ClaimLostWithVolume": "claim {.claim} is Lost although volume {.volume} exists: the volume controller binds them again in a moment or says why not: {.command}",
		"EphemeralClaimNotReleased": "claim {.claim} is that of {if eq .of `ephemeral`}a generic ephemeral volume{else if eq .of `member`}a member of {.owner} that was scaled away{else}" +
			"a generic ephemeral volume, or of a member that was scaled away{end}: it goes with Pod {.pod}; {.goes}",
		"EphemeralClaimOfPod":     "{.why}; to end the Pod: {.end}",
		"ClaimGoesInUse":          goesInUse,
		"ClaimGoesBeforeReserved": goesInUse + "; once the claim is gone: {.command}",
		"HeldClaimGoes":           goesKept + "to give the data back then",
		"HeldClaimGoesUnreserved": goesKept + "to reserve it then for the next claim of that name",
		"WhyRetainOfHeld":         "{if .policy}with policy {.policy} the data would go with the claim, and so would the claim's manifest{else}the claim's manifest would go with the claim{end}",
		"StillHeld":               "{plural (len .claims) `claim` `claims`} {list .claims} {plural (len .claims) `is` `are`} not released yet: Pods hold {plural (len .claims) `it` `them`}",
		"NotReservedWithoutHome":  "{.why}; without --reserve the claim goes and the data is kept all the same: {.command}",
		"DataStaysRetained":       "the data on {.volume}, which has policy Retain, stays",
		"DataGoesByPolicy":        "the data on {.volume}, which has policy {.policy}, goes with it: to keep it, first {.command1}, and save the claim's manifest: {.command2}",
		"VolumeAboutToBeBound": "volume {.volume} names claim {.claim}, which is {.phase}: the volume controller is about to bind the two, and nothing is done to them before; " +
			"to wait for that: {.command}",
		"ClaimNamesNoVolume": "volume {.volume} names claim {.claim}, which is being deleted and names no volume: wait until that claim is gone",
		"ClaimBoundElsewhere": "volume {.volume} names claim {.claim}, but that claim is bound to volume {.have}; " +
			"nothing is done to a pair that does not agree; to release {.have}, name the claim: {.command}",
		"ClaimNotNamedBack":    "claim {.claim} names volume {.volume}, which does not name it back: they are not bound",
		"VolumeOfAnotherClaim": "claim {.claim} names volume {.volume}, but that volume belongs to claim {.have} (uid {.uid}); nothing is done to a pair that does not agree",
		"EarlierClaimReleased": "an earlier claim {.claim} has been released already, from {join .earlier `, and from `}; the claim of that name now is another " +
			"(uid {.uid}{if .age}, created {.age} ago{end}) and bound to {.volume}: to release that one too, name its volume: {.command}",
		"VolumeInPhase":        "{.volume}, which is {.phase}",
		"VolumeNotReservedYet": "{.volume}, which is {.phase} and not reserved for it yet ({.command} does that)",
		"VolumeMayBeErased": "volume {.volume} is {.phase} with policy Delete, so provisioner {.provisioner} is to erase it ({.state}): " +
			"check whether its data is still there; to give it back then: {.command}",
	}
}

// releasedNotes says what such Plans tell besides.
func releasedNotes() catalog {
	return catalog{
		"ClaimHasFinalizer":     "claim {.claim} has finalizer {.finalizer}: it goes only when whoever added that removes it",
		"ClaimHasOwner":         "claim {.claim} belongs to {.owner}, which may recreate it",
		"ClaimDeletedWithSet":   "claim {.claim} is deleted with StatefulSet/{.set} by its persistentVolumeClaimRetentionPolicy; so is a recreated claim",
		"SetRecreatesReleased":  "StatefulSet/{.set} wants Pod {.pod} and recreates claim {.claim} with it, which then takes another volume if one fits",
		"TemplateNamesReleased": "{.owner} names claim {.claim} in its Pod template and does not recreate it: its next Pod waits until somebody does",
		"OtherReservedForNext":  "{.volume} is reserved for the next claim {.claim}, which gets that one; to take that back: {.command}",
		"PodOfSetWaits":         "Pod {.pod} waits with this claim: {.owner} recreates the claim, which then takes another volume if one fits",
		"PodOfSetGetsVolume":    "Pod {.pod} waits with this claim: {.owner} recreates the claim, which then gets {.volume} again",
		"PodWaits":              "Pod {.pod} waits with this claim, and will wait until somebody recreates the claim",

		"DataErased":   "all data on {.volume}: provisioner {.provisioner} erases it ({.state})",
		"ManifestLost": "the manifest of claim {.claim}, unless you have it elsewhere",

		"VolumeHasNoClaim":      "volume {.volume} has no claim to release it from: it is {.phase}",
		"VolumeReservedAlready": "volume {.volume} is {.phase} and reserved for claim {.claim}",
		"VolumeReleasedAlready": "volume {.volume} is {.phase} already: its claim {.claim} is gone" + another,

		"PodsWaitForClaim":  "{plural (len .pods) `Pod` `Pods`} {list .pods} {plural (len .pods) `waits` `wait`} until somebody recreates claim {.claim}. To do that, and give it its data back",
		"ReservedForNext":   "{.volume} is reserved, with its data, for the next claim {.claim}",
		"DataStaysReattach": "the data is still on {.volume}. To give it back to {.claim}",
		"OpenToAnyClaim":    "To make it available to any claim, with the old data still on it",
	}
}

// reclaimed says Plans of reclaim.
func reclaimed() catalog {
	return catalog{
		"ReclaimWhat":       "name the volumes to reclaim, or select them: --released with --class, --node or -l",
		"NamesOrSelection":  "reclaim takes names of volumes or a selection, not both",
		"WaitOrKeepData":    "--wait waits until a provisioner has erased the data, and --keep-data keeps it: give one of them",
		"WaitOrFor":         "--wait leaves the volume to its provisioner, which reserves it for no claim: leave out --for or --wait",
		"ForNeedsOneVolume": "--for reserves one volume for one claim: name one volume",

		"ReservedInAMoment":      "volume {.volume} is reserved for claim {.claim} and still {.phase}: the volume controller makes it Available in a moment, and gives it to that claim; to take it back: {.command}",
		"VolumeReservedForOther": "volume {.volume} is Available and reserved for claim {.claim}, so there is nothing to reclaim; whoever reserved it may still mean to use it; to take it back: {.command}",
		"VolumeBoundNotReleased": "volume {.volume} is Bound to claim {.claim}{if .age} (for {.age}){end}, not Released: to release it first: {.command}",
		"VolumePhaseWrong":       "volume {.volume} is {.phase}, not Released or Failed",
		"ProvisionerCleansVolume": "volume {.volume} has policy Delete, and provisioner {.provisioner} is to erase and recreate it; {.state}" +
			"{if .override}; {.override} waits for that{else}, so nobody does; to keep what is on it: {.command}, then run this command again{end}",
		"VolumeNotCleaned": "nothing is going to clean volume {.volume}: it has policy {.policy} and " +
			"{if .provisioner}its provisioner is {.provisioner}{else}no external provisioner owns it{end}; leave out --wait",
		"DataUndecided": "{plural .count `the disk is` `the disks are`} not erased, so the next user can read {plural .count `it` `them`}. " +
			"Add {.override} to accept that, or erase the {plural .count `disk` `disks`} first",

		"ProvisionerNeverCleans": "nothing is going to clean volume {.volume}: it has policy Delete, and provisioner {.provisioner} is to erase it; {.state}; leave out --wait",
		"ProvisionerMayNotClean": "provisioner {.provisioner} is to clean {.volume}, but {.state}",
		"CouldBindWiped":         "{.volume} could be bound next by {all .claims}{if .node}, once {.node} is back, which does not exist{end}",
		"CouldBindNext":          "{.volume} could be bound next, with the old data, by {all .claims}{if .node}, once {.node} is back, which does not exist{end}",
		"DataGivenAway":          "the next user of {.volume} can read the data of claim {.claim}",
	}
}

// givenBack says whose data a volume has that is given to a claim, and to whom it could be given.
func givenBack() catalog {
	return catalog{
		"CouldBeReclaimedFirst": "{.member} has no volume for claim {.claim}, and {.volume} would do, which is not available: the claim that had it is gone" +
			"{if .data}, and its data is still there: that of claim {.data}, which is then overwritten{end}. To reclaim it first: {.command}" +
			"{if .accept}; then this command needs {.accept}{end}",
		"OwnDataCouldReturn": "earlier data of {.member} is on {join .volumes ` and `}, where it could run. To give it that back, in place of what it has now: " +
			"{if .flag}run this command with {.flag}, then {end}{.command}",
		"ForeignData": "{.volume} has the data of claim {.claim}" + perhaps + ", and {all .claims} could get it, read it and overwrite it: {.override} accepts that",
		"ForeignDataWanted": "{.volume} has the data of claim {.claim}" + perhaps + "{if .perhaps}; {.claim} waits for it{else}, which waits for a volume{end}, and {if .claims}{all .claims}{else}any claim{end} could get it instead. " +
			"To give it back to its claim: {.command}; {.override} gives it away",
		"ForeignDataReserved": "{.volume} has the data of claim {.claim}" + perhaps + ", which waits for a volume, and it is reserved for another, so that {if .claims}{all .claims}{else}any claim{end} could get it instead. " +
			"To give it back to its claim: {.command1}, then {.command2}; {.override} gives it away",
		"ForeignDataGiven": "{if .claims}{all .claims}{else}any claim{end} can get {.volume}, and read and overwrite the data of claim {.claim}" + perhaps + needed + " on it ({.accepted})",

		"OwnClaimCannotBind": "claim {.claim}, whose earlier data is on {.volume}, waits for a volume, so no other claim is given this one; " +
			"and it cannot be bound to it: {.why}; to give the data to another claim: {.command}",
		"NamespaceEnds": "namespace {.namespace} is being deleted, with all claims in it: nothing is reserved for claim {.claim}",
		"SeveralVolumesOfClaim": "claim {.claim} can have one volume, and besides {.volume} there {plural (len .volumes) `is` `are`} {list .volumes}, " +
			"which a claim of that name left or which {plural (len .volumes) `is` `are`} reserved for it. To choose this one: {.command}",
		"OtherVolumesOfClaim": "{list .volumes} {plural (len .volumes) `has` `have`} data of an earlier claim {.claim} too: check that {.volume} is the one that is meant",

		"UnknownWhetherSetNeeds":  "whether a StatefulSet creates claim {.claim} again, whose data is on {.volume}, is {.why}; to reserve it for that claim: {.command}",
		"UnreserveAlone":          "--unreserve only takes reservations back: name the volumes, without --released, --for and --wait",
		"VolumeReservedForNobody": "volume {.volume} is {.phase} and reserved for no claim",
		"CordonIsNoReservation":   "volume {.volume} is cordoned ({.why}): that is no reservation",
		"ClaimHoldsVolume":        "volume {.volume} is {.phase}, and claim {.claim} has it: that is no reservation; to release it: {.command}",
		"NamespaceUnread":         "whether namespace {.namespace} exists is {.why}",

		"SelectionEmpty":         "no Released or Failed volume matches the selection",
		"VolumeBeingBound":       "volume {.volume} is being bound to claim {.claim}",
		"VolumeOfMissingNode":    "the node of {.volume}, {.node}, does not exist, so no Pod can use it",
		"VolumeAvailableAlready": "volume {.volume} is Available already{if .claim}, reserved for claim {.claim}{end}",
		"VolumeReservedNow":      "{.volume} is reserved for claim {.claim}, its data untouched",
		"VolumeOpenNow":          "{.volume} is available to any claim, its data untouched",
		"NobodyCanUseVolumeYet":  "no Pod can use {.volume}, whoever gets it, as things stand: {.why}",
		"NobodyCanUseVolume":     "no Pod can use {.volume}, whoever gets it, before {.node} is back, which does not exist. To see what else was there, and what can be done",
		"WipedVolumeReservedNow": "{.volume} is reserved for claim {.claim}, and nothing is on it",
		"WipedVolumeOpenNow":     "{.volume} is available to any claim, and nothing is on it",
	}
}

// reattached says Plans of reattach.
func reattached() catalog {
	return catalog{
		"OneVolumeToReattach":  "--claim is about one volume: name one",
		"OneMemberToReplace":   "--replace takes one member down, and these volumes are of several: name those of one",
		"TwoVolumesOfOneClaim": "{and .volumes} both have data of claim {.claim}, which can have one volume: name one of them",

		"NoClaimOnVolume": "no claim is recorded on volume {.volume}: name the one that is to have it with --claim NAMESPACE/NAME",

		"VolumeBelongsToOther": "volume {.volume} is {.phase} and belongs to claim {.have}, so it cannot be given to {.want}",
		"ReservedForOther":     "volume {.volume} is reserved for claim {.have}, so it cannot be given to {.want}; whoever reserved it may still mean to use it; to take that back: {.command}",
		"VolumeNotReleased":    "volume {.volume} is {.phase}, not Released",
		"NoManifest": "claim {.claim} does not exist, no readable manifest of it is saved on {.volume}, and no StatefulSet recreates it" +
			"{if .command}: to reserve the volume for it until you create it: {.command}{end}",
		"NoManifestAndCleaner": "claim {.claim} does not exist, no readable manifest of it is saved on {.volume}, and no StatefulSet recreates it: " +
			"to reserve the volume for it until you create it: {.command1}, so that its provisioner does not erase it, then {.command2}",
		"RecordedClaimCannotBind":   "the saved claim {.claim} cannot be bound to {.volume}: {.why}",
		"PresentClaimCannotBind":    "claim {.claim}, created like the present one, cannot be bound to {.volume}: {.why}",
		"TemplateClaimCannotBind":   "{.owner} recreates claim {.claim}, and as its template asks for it now it cannot be bound to {.volume}: {.why}",
		"ClaimVolumeDisagree":       "claim {.claim} names volume {.volume}, and the two do not agree: nothing is done to them; to see more: {.command}",
		"EphemeralClaimNotReplaced": "claim {.claim} is that of a generic ephemeral volume: it is created and deleted with Pod {.pod}",
		"ClaimReplaced":             "claim {.claim} exists and is bound to {.volume}: {.override} evicts its Pods and deletes the claim, and keeps {.volume}",
		"UnwantedPodHoldsClaim":     "Pod {.pod} uses claim {.claim}, and nothing would recreate it: {.why}; delete it first",
		"BarePodHoldsClaim":         "Pod {.pod} uses claim {.claim}, and no controller recreates it: save its manifest and delete it first",

		"HomeMissing":          "the data of {.volume} is on {.node}, which does not exist, so no Pod could use it; reattach when that node is back",
		"HomeUnknown":          "it is unknown on which node the data of {.volume} is: {.why}",
		"HomeUnfitForUsers":    "{.why}, so the Pods that use claim {.claim} now would be deleted only to wait for it: {.cure}",
		"HomeForbidden":        "Pod {.pod} may not run where {.volume} is, by its node selector or required node affinity, so with that volume it stays Pending until that is changed. To see more",
		"HomeUnfit":            "{.why}, so Pods that use {.volume} wait for it: {.cure}",
		"NodeInCondition":      "Node {.node} is {condition .condition}",
		"NodeIsCordoned":       "Node {.node} is cordoned",
		"NodeHasTaint":         "Node {.node} has taint {.taint}",
		"PodSelectsOtherNodes": "Pod {.pod} selects other nodes than {.node}",
		"CureSelectFirst":      "it must select that node first",
		"CureReadyFirst":       "it must be Ready first",
		"CureCommandFirst":     "first {.command}",
		"CureTaintFirst":       "if there is no more reason for that, first {.command}",

		"ErasingMayHaveBegun":  "{.volume} had policy Delete, and provisioner {.provisioner} is to erase it: check whether its data is still there; {.state}",
		"ClaimHadOwner":        "claim {.claim} belonged to {.owner}; it is created without an owner, and whoever owns such claims takes it over",
		"SetRecreatesClaim":    "no readable manifest of claim {.claim} is saved on {.volume}; {.owner} creates the claim together with its Pod",
		"RecreatedLikePresent": "no readable manifest of the earlier claim {.claim} is saved on {.volume}: the new one is created like the present one",
		"NewLikePresent":       "nothing says that a claim {.claim} has had {.volume}: the new one is created like the present one",
		"OlderOfAnother":       "{.volume}, {.size}, has the data of claim {.owner}, and nothing says that claim {.claim} has had it",
		"OlderOfNobody":        "{.volume}, {.size}: whose data is on it is not known, and nothing says that claim {.claim} has had it",
		"ReturnsEmpty":         "{.volume} was wiped at {.at}, and nothing says that a claim has had it since: claim {.claim} gets it EMPTY",
		"ReplacedByWiped":      "{.volume} was wiped at {.at}, and nothing says that a claim has had it since, so claim {.claim} would give up what it has on {.has} for an empty volume",
		"OlderClaim":           "{.volume}, {.size}, was bound to claim {.claim}{if .age} until {.age} ago{end}",
		"PresentClaim": "{.volume}, {.size}, is bound to claim {.claim} now{if .age}, which was created {.age} ago{end}; " +
			"which of the two volumes holds the newer data is not known",

		"ClaimHasVolumeAgain":    "{.claim} has {.volume} again",
		"ReplacedVolumeReleased": "{.volume} is Released, its data untouched. To change back",
		"MemberNeedsToo":         "{.member} stays Pending until it has {and .volumes} as well. To give {plural (len .volumes) `that` `those`} back too",
		"MemberComesLater":       "{.member} is not there yet: {.owner} creates it when the members before it are Ready",
	}
}

// takenDown says why a member is not taken down for an earlier volume, and how it is.
func takenDown() catalog {
	const finalizers = "{plural (len .finalizers) `finalizer` `finalizers`} {all .finalizers}"
	return catalog{
		"NoOtherCopyServes": "no other ready member holds what claim {.claim} has on {.volume}: nobody would serve while {.member} is down, " +
			"and it would come back with other data",
		"NoQuorumWithout": "{.have} of {.want} members of {.owner} are ready besides {.member}, fewer than a majority: " +
			"it would be missed while it is down, and could outvote the others with other data afterwards",
		"MemberFitsNotThere": "{.member} does not fit where {.volume} is: {.why}",
		"MemberFitsWithOthers": "{.member} does not fit where {.volume} is before it has its earlier {plural (len .volumes) `volume` `volumes`} {and .volumes} back as well, " +
			"for claim {and .claims}; to give all of them back together: {.command}",
		"MemberFitsWithAnother": "{.member} does not fit where {.volume} is: {.why}; {.instead} has earlier data of claim {.claim} too, and can be used there: {.command}",
		"VolumesApart": "{.member} needs {join .volumes ` and `} together, and no node has {plural (len .volumes) `it` `all of them`}, so it could never run: " +
			"give back those of one node; its other claims then need volumes there",
		"OtherClaimElsewhere": "its claim {.claim} is bound to {.volume}, which cannot be used there",
		"OtherClaimLost":      "its claim {.claim} is bound to volume {.volume}, which does not exist",
		"OtherVolumeForgotten": "{.member} needs claim {.claim} too, whose data is on {.volume}: that claim has no volume now, and may be given another, without that data; " +
			"to give all of them back together: {.command}",
		"OtherDataAway": "{.member} needs claim {.claim} too, whose data is on {.volume}, where no Pod can use it now: that claim has no volume, and may be given another, " +
			"without that data; if that is to come back, wait with this one, and give {and .volumes} back together then",
		"OtherDataApart": "{.member} needs claim {.claim} too, whose data is on {.volume}, which cannot be used where this one is: that claim needs another volume, without that data",

		"PodOnNodeGone":        "Pod {.pod} is on {.node}, which does not exist, so nobody can confirm that it has stopped: {.command}",
		"PodOnUnreachableNode": "Pod {.pod} is on {.node}, which is unreachable, so nobody there can confirm that it has stopped: wait until it is Ready; if it is dead: {.command}",
		"FinalizersHoldClaim":  "claim {.claim} has " + finalizers + ": it would not go before whoever added that removes it, and its member would be down until then",
		"FinalizersHoldPod":    "Pod {.pod} has " + finalizers + ": it would not go before whoever added that removes it",

		"WhyCordonForReturn": "so that no replacement Pod goes back to {.volume}; it is uncordoned once the claim is gone",
		"WhyUncordon":        "the claim is gone, so no Pod can go back any more",
		"WhyAwaitReturned":   "only then is it back",
	}
}
