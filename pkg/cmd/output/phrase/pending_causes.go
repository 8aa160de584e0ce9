package phrase

import "maps"

// causes says why a Pod is pending, and what is found about its claims: pkg/inspect. A claim's sentences begin with
// {claim .claim}, and those on a cause with {.about}: both are left out where a table names the claim or the Pod already.
func causes() catalog {
	all := catalog{}
	for _, some := range causeCatalogs() {
		maps.Copy(all, some)
	}
	return all
}

func causeCatalogs() []catalog {
	return []catalog{rootCauses(), preconditions(), claimVolumes(), pinnedClaims(), provisionedClaims(), limits(), unknownHomes()}
}

// rootCauses are whole sentences, and the parts that they are made of.
func rootCauses() catalog {
	return catalog{
		"AboutPod":   "Pod {.namespace}/{.pod}",
		"AboutClaim": "{if .claim}Claim {.namespace}/{.claim} {end}has no Pod; a Pod that needs nothing else",

		"PodEnded":      "{.about} is not pending: it has ended ({.phase}).",
		"PodPlaced":     "{.about} has been placed on {.node} and waits for that node to start it, not for a volume to be found.",
		"PodNotPending": "{.about} is not pending: it is {.phase} on {.node}.",

		"NodeNameBypassesScheduler": "{.about} names its node ({.node}) itself, so the scheduler never sees it and nothing binds its claim {.claim}, which waits for the scheduler.",
		"SchedulingGated":           "{.about} is held back by the scheduling {plural (len .gates) `gate` `gates`} {list .gates}; {.otherwise}.",
		"SchedulerNotSimulated":     "{.about} is left to scheduler {.scheduler}, which is not simulated; {.otherwise}.",
		"FitsByDefaultFilters":      "{.about} is left to scheduler {.scheduler}, which is not simulated; by the default scheduler's filters it fits {first .nodes .count}.",
		"OtherwiseFits":             "otherwise it would fit {first .nodes .count}",
		"OtherwiseUndecided":        "otherwise it {.why}",
		"OtherwiseRefused":          "otherwise it would fit no node either",
		"OtherwiseRefusedToo":       "otherwise it would fit no node either: {.why}",

		"PodFits":               "{.about} fits {first .nodes .count} as things stand: it only waits for the scheduler to try again.",
		"ReservedNeverBinds":    "{.about} stays Pending: {.volume} is reserved for claim {.claim}, and the volume controller never binds the two: {.why}. Recreate the claim with the access modes of {.volume}.",
		"PodFitsAtRisk":         "{.about} fits {first .nodes .count} as things stand, but with a volume that it should not get: see the note below before the scheduler tries again.",
		"PodFitsWithoutItsData": "{.about} fits {first .nodes .count} as things stand, but it {if .may}may{else}would{end} start without its own earlier data: {join .left `; `}.",
		"ClaimLeavesData":       "that of claim {.claim} is on {list .volumes}",
		"ClaimAwaitsPod":        "{.about} fits {first .nodes .count} as things stand: the claim only waits for one.",
		"BeingPlaced":           "{.about} is being placed: {.why}.",

		"NoNodes":               "{.about} fits no node: the cluster has no nodes.",
		"NodesUnknown":          "{.about} fits no node: which nodes there are is {.why}.",
		"ClaimFitsNoNode":       "{.about} fits no node: {.why}.",
		"NoNodeForAllClaims":    "{.about} fits no node: each of its claims has a volume somewhere, but no node has one for all of them.",
		"PluginRefusesAllNodes": "{.about} fits no node, but not because of volumes: {all .reasons} ({.plugin}).",
		"NodesRefuse":           "{.about} fits no node, but not because of volumes: {join .parts `; `}{if .more}; {.more} more reasons{end}.",
		"NodesRefusing":         "{count .count `node`}: {all .why}",
		"VolumesDoNotMatter":    "{.about} fits no node, but not because of volumes: {.why}.",
		"VolumesAndNodesApart":  "{.about} fits no node: {.why}; the other {if eq .others 1}node has{else}{.others} nodes have{end} no volume for it.",
		"FitUndecided":          "{.about} {.why}.",
		"DevicesUndecided": "may fit {first .nodes .count}, and volumes are not the reason if it does not: " +
			"whether there are devices for it cannot be told, because the {.kind} are {.why}",

		"NodesWithVolumesCordoned":     "{first .nodes .count} {plural .count `has` `have`} a volume for it and {plural .count `is` `are`} cordoned",
		"NodesWithVolumesRefuse":       withVolumes + " ({all .why})",
		"NodesWithVolumesRefuseInWays": withVolumes + " ({join .ways `; `}{if .more}; {.more} more ways{end})",
		"NodesRefuseFor":               "{first .nodes .count}: {all .why}",
	}
}

const withVolumes = "{first .nodes .count} {plural .count `has` `have`} a volume for it and {plural .count `refuses` `refuse`} it for another reason"

// absent is about a claim that a Pod names, and what an earlier one of that name left.
const absent = "{claim .claim} does not exist in namespace {.namespace}{if .left}; an earlier claim of this name left {list .left}{end}"

// preconditions stop the scheduler before it looks at any node.
func preconditions() catalog {
	return catalog{
		"ClaimUnread":           "{claim .claim}: whether it exists is {.why}",
		"ClaimAbsent":           absent,
		"ClaimAbsentOfSet":      absent + "; {.owner} creates it, on old versions of Kubernetes only with a replacement of the Pod: {.command}",
		"ClaimAbsentNoMaker":    absent + ", and {.owner} does not create claims of that name: create it",
		"ClaimAbsentOfOperator": absent + "; the operator of {.owner} may create it with a replacement of the Pod: {.command}",
		"VolumeLeft":            "{.volume}, to give it back: {.command}",
		"VolumeLeftOutOfReach":  "{.volume}, which no Pod can use before that node is back",
		"VolumeLeftToReserve":   "{.volume}, to reserve it for the next one, before that is created: {.command}",
		"VolumeLeftNotYet":      "{.volume}, which cannot be given back yet: {.why}; then {.command}",
		"VolumeLeftWithheld":    "{.volume}, which cannot be given back: {.why}",
		"EphemeralClaimAwaited": "{claim .claim} of a generic ephemeral volume has not been created yet",
		"ClaimOfAnotherOwner":   "{claim .claim} exists and does not belong to Pod {.pod}, which needs one of that name for its ephemeral volume",

		"LostClaimNamesNoVolume": "{claim .claim} is Lost: it is marked as bound and names no volume",
		"LostVolumeUnread":       "{claim .claim} is Lost, and whether its volume {.volume} exists is {.why}",
		"LostVolumeGone":         "{claim .claim} is Lost: its volume {.volume} is gone",
		"LostVolumeClaimed":      "{claim .claim} is Lost: volume {.volume}, which it names, belongs to {.subject} ({if .uid}uid {.uid}{else}without a uid{end})",
		"LostVolumeOfEarlierSelf": "{claim .claim} is Lost: it counts as bound to volume {.volume}, which is {.phase} and " +
			"{if .uid}names an earlier claim of this name (uid {.uid}){else}names it without its uid{end}; this does not end by itself",
		"LostVolumeBack": "{claim .claim} is Lost although volume {.volume} exists: the volume controller binds the two again in a moment",

		"TerminatingClaimUnheld": "{claim .claim} is being deleted ({since .since}), and no Pod with a node holds it; finalizers: {list .finalizers}",
		"TerminatingClaimHeld":   "{claim .claim} is being deleted ({since .since}) and held by Pod {list .holders}",
		"TerminatingClaimHeldByEnded": "{claim .claim} is being deleted ({since .since}) and held by {plural (len .holders) `Pod` `Pods`} {list .holders}: " +
			"a Pod that has ended holds its claim until it is deleted: {.command1}" +
			"{if .volume}; the data on {.volume}, which has policy Delete, goes with the claim: to keep it, first {.command2}{end}",
		"EndedPodOnNode": "{.pod} ({.phase}, on {.node})",
		"PodOnNode":      "{.pod} on {.node}",

		"ClaimWithoutClass":        "{claim .claim} has no storage class, so it waits for a volume without one: {.why}",
		"NoVolumeWithoutClass":     "{claim .claim} has no storage class, so it waits for a volume without one, and there is no volume without a storage class",
		"ClaimClassUnread":         "{claim .claim} is not bound, and its class {.class} is {.why}",
		"ClaimClassAbsent":         "{claim .claim} names storage class {.class}, which does not exist",
		"ImmediateClaimUnbound":    "{claim .claim} is not bound, though class {.class} binds at once: {.why}",
		"NamedVolumeUnread":        "{claim .claim} names volume {.volume}, and whether that exists is {.why}",
		"NamedVolumeAbsent":        "{claim .claim} names volume {.volume}, which does not exist",
		"NamedVolumeClaimed":       "{claim .claim} names volume {.volume}, which is claimed by {.subject}",
		"NamedVolumeOfEarlierSelf": "{claim .claim} names volume {.volume}, which is {.phase} and still names an earlier claim of this name",
		"NamedVolumeUnfit":         "{claim .claim} names volume {.volume}, which does not fit it: {.why}",
		"NamedVolumeNotYetBound":   "{claim .claim} names volume {.volume}, and the two have not been bound yet",
	}
}

// claimVolumes are about the volumes that an unbound claim can choose from.
func claimVolumes() catalog {
	return catalog{
		"VolumesOfClassUnread": "which volumes {ofClass .class} there are is {.why}",
		"VolumesWouldDo":       "{count .count `volume`} {ofClass .class} would do, and the volume controller binds {plural .count `it` `one of them`} within about 15 s",
		"NoVolumeOfClass":      "there is no volume {ofClass .class}",
		"VolumesFailAlike":     "{allOf .count `volume`} {ofClass .class} {fail .check .count .by}",
		"VolumesFail":          "no volume matches; {count .count `volume`} {ofClass .class}: {all .parts}",
		"VolumesFailing":       "{.count} {failing .check .by .count .claims}",

		"ClaimVolumesUnread":  "{claim .claim}: which volumes {ofClass .class} there are is {.why}",
		"ClaimVolumesFail":    "{claim .claim}: {.why}",
		"FreeVolumesTooSmall": "{claim .claim} asks for {.want}, and {if eq .count 1}the only free volume{else}the largest of the {.count} free volumes{end} {ofClass .class} has {.have}",
		"OwnVolumesLeft": "{claim .claim}: {first .volumes .count} have the data of earlier claims of this name, the last one first as far as that is known: " +
			"each still names the one that it had, so none is bound to this claim by itself",
		"OwnVolumeLeft": "{claim .claim}: {.volume}{if .nodes} on {list .nodes}{end} has the data of an earlier claim of this name and is {.phase}: " +
			"it still names that one, so it is not bound to this claim by itself",
		"OnlyVolumeClaimed":         "{claim .claim}: {.volume}, the only volume {ofClass .class}, is {.why}",
		"OneFreeVolumeFails":        "{claim .claim} cannot have {.volume}, the only unclaimed volume {ofClass .class}: {.why}",
		"FreeVolumesFailAlike":      "{claim .claim}: {allOf .count `unclaimed volume`} {ofClass .class} {fail .check .count} (e.g. {.volume}: {.why})",
		"FreeVolumesOnMissingNodes": "{claim .claim}: {allOf .count `unclaimed volume`} {ofClass .class} are on nodes that no longer exist (e.g. {.volume}, on {list .nodes})",
		"VolumesOnOtherNodes":       "{claim .claim} has volumes {ofClass .class} that would do, but not on a node where all of the Pod's claims find one",
		"NoVolumeBesideBoundClaim":  "{claim .claim} finds no volume on {list .nodes}, where claim {.other} is bound to {.volume}",

		"ClaimMatches":       "{claim .claim} matches {first .volumes .count}",
		"VolumeOnNode":       "{.volume} on {.node}",
		"SmallerClaimsFirst": "{claim .claim} finds no volume on {.node} because the scheduler serves smaller claims first; {list .assignment} would do for all",
		"VolumeForClaim":     "{.volume} for {.claim}",
	}
}

// pinnedClaims are those whose volume is decided: they can be used only where that is.
func pinnedClaims() catalog {
	const pinned = "{claim .claim} {if eq .binding `reserved`}is to get the reserved volume{else}is bound to{end} {.volume}"
	const pinnedTo = pinned + ", which is on {list .nodes}"
	return catalog{
		"ClaimVolumeUnread":   "{claim .claim} is bound to volume {.volume}, and whether that exists is {.why}",
		"ClaimVolumeAbsent":   "{claim .claim} is bound to volume {.volume}, which does not exist",
		"PinnedAnywhere":      pinned + ", which can be used on every node",
		"PinnedToNode":        pinnedTo,
		"PinnedToMissingNode": pinnedTo + ", {plural (len .nodes) `a node that no longer exists` `nodes that no longer exist`}",
		"PinnedToUnknownHome": pinned + ", whose home is unknown: {.why}",
		"PinnedToUnfitNode":   pinnedTo + ", and {join .refusals `; `}",
		"PinnedAstray":        pinned + ": {.why}",
		"PinnedAstrayMissing": pinned + ": {.why}; {list .nodes} no longer {plural (len .nodes) `exists` `exist`}",
		"PinnedAstrayUnfit":   pinned + ": {.why}; and {join .refusals `; `}",

		"HomeUnreachable": "{list .nodes} {plural (len .nodes) `has` `have`} been unreachable for {since .since}",
		"HomeNotReady":    "{list .nodes} {plural (len .nodes) `has` `have`} not been ready for {since .since}",
		"HomeCordoned":    "{list .nodes} {plural (len .nodes) `is` `are`} cordoned",
		"HomeRefusesPod":  "{list .nodes} {plural (len .nodes) `refuses` `refuse`} the Pod: {all .why}",

		"ClaimsBoundApart": "{claim .claim} is bound to {.volume}, which is on {list .nodes}, and {all .others}",
		"AlsoBound":        "claim {.claim} to {.volume} on {list .nodes}",
	}
}

// provisionedClaims are those for which a driver is to make a volume.
func provisionedClaims() catalog {
	const asks = "{claim .claim} asks for {.want}"
	return catalog{
		"SelectedNodeWithoutProvisioner": "{claim .claim} carries {.annotation}={.node}, so existing volumes are not tried for it, and class {.class} provisions none",
		"SelectedNodeAbsent":             "{claim .claim} was handed to provisioner {.provisioner} for node {.node}, which does not exist",
		"SelectedNodeRefuses":            "{claim .claim} was handed to provisioner {.provisioner} for node {.node}, which now refuses the Pod: {all .why}",
		"ProvisionerAwaited":             "{claim .claim} waits for provisioner {.provisioner} of class {.class}, {.waited}",
		"ProvisioningAwaited":            "{claim .claim} waits for provisioner {.provisioner} to make a volume on {.node}, {.waited}",
		"WaitedSinceClaim":               "for {since .since} at most (the age of the claim)",
		"WaitedSinceEvent":               "for {since .since}",

		"ClassAllowsNoNode":   "{claim .claim}: class {.class} allows no node of this cluster (allowedTopologies), and no existing volume matches",
		"ClaimProvisionable":  "{claim .claim} can be provisioned by {.driver}",
		"DriverRoomUnread":    asks + ", and how much room driver {.driver} has for class {.class} is {.why}",
		"DriverRoomElsewhere": asks + "; driver {.driver} has that much room only on nodes that class {.class} does not allow",
		"DriverReportsNoRoom": asks + ", and driver {.driver} reports no room for class {.class} on any node",
		"DriverRoomTooSmall":  asks + ", and the most that driver {.driver} can make for class {.class} is {.have}, on {.node}",
	}
}

// limits are what the reader must know to weigh an answer.
func limits() catalog {
	return catalog{
		"Unread":                   "unknown ({.reason})",
		"AnswerRestsOnRest":        "{all .kinds}: {.why}; the answer rests on what could be read",
		"AnotherSchedulerInCharge": "scheduler {.scheduler} is in charge of this Pod; what is said of nodes is what the default scheduler's filters say",
		"PodBeingDeleted":          "the Pod is being deleted",
		"PodMayStartWithoutData":   "claim {.claim} on {.volume}: {.why}, so the Pod may be placed on a node without its data{if .command}; to keep it from there: {.command}{end}",
		"PodStartsWithoutData": "claim {.claim} on {.volume}: {.why}; and {join .refusals `; `}, so the Pod would be placed on a node without its data" +
			"{if .command}; to keep it from there: {.command}{end}",
		"ReservedHomeUnknown": "claim {.claim}: {.volume} is reserved for it, and no Pod can use that, since its home is unknown: {.why}",
		"DataNoteUnreadable":  "{.volume}: its annotation {.annotation} cannot be read, so it does not tell whose data is on the volume",
		"WipeNoteUnreadable":  "{.volume}: its annotation {.annotation} cannot be read, so the disk does not count as wiped",
		"WipeStillToCome":     "{.volume}: its annotation {.annotation} says {.at}, which is still to come, so the disk does not count as wiped",
		"WipeBeforeVolume":    "{.volume}: its annotation {.annotation} says {.at}, which was before the volume object was created, so it was copied, and the disk does not count as wiped",
		"GetsDiskOfOther": "claim {.claim} would be given {.volume}, which is the same disk as {.other}, that claim {.owner} has{if .pods} ({list .pods} uses it){end}: " +
			"two Pods would write on it, and the scheduler does not know{if .command}; to keep {.volume} from everybody: {.command}{end}",
		"GetsMountedDisk": "claim {.claim} would be given {.volume}, whose directory {list .pods} {plural (len .pods) `mounts` `mount`} by hostPath: " +
			"two Pods would write on it, and the scheduler does not know{if .command}; to keep {.volume} from everybody: {.command}{end}",
		"GetsClaimedVolume": "claim {.claim} would be given {.volume}, which claim {.owner} names and has, or is about to be bound to: two Pods would use one disk",
		"GetsDataOfOther": "claim {.claim} would be given {.volume}, with the data of claim {.owner}{if .other}, which is known by {.other}, the same disk{end}; " +
			"it can be overwritten, and the scheduler does not know{if .command}; to keep {.volume} from everybody: {.command}{end}",
		"ReservedForNextClaim": "claim {.claim}: {.volume} on {list .nodes} is reserved for the next claim of that name",
		"OwnDataWaits": "claim {.claim}: {if .others}data of an earlier claim of its name{else}its own earlier data{end} is on {.volume}; " +
			"to bring {if .others}this back, and not what is on {list .others},{else}it back{end} before the claim is bound to another volume: {.command}",
		"EarlierDataBesides": "claim {.claim} has {.has}, and the data of an earlier claim of its name is on {.volume}; " +
			"to have that instead{if .with}, together with {list .with} for {plural (len .with) `another claim` `other claims`} of the Pod{end}, while what is on {.has} stays there: {.command}",
		"OwnDataNotYet": "claim {.claim}: its own earlier data is on {.volume}, which cannot be given back yet: {.why}; then {.command}",
		"OwnDataNodeRefuses": "claim {.claim}: its own earlier data is on {.volume}, and {join .refusals `; `}, so the Pod could not start there now; " +
			"once it can, to bring the data back: {.command}",
		"OwnDataDoesNotFit": "claim {.claim}: its own earlier data is on {.volume}, which it cannot be bound to: {.why}" +
			"{if .ways}; to bring it back: {join .ways `, `}, and name the volume in spec.volumeName, then {.command}{end}",
		"OwnDataForNextClaim": "claim {.claim}: its own earlier data is on {.volume}, which it cannot be bound to: {.why}; " +
			"to keep it for the next claim of that name, before this one is deleted: {.command}",
		"OwnDataOutOfReach":  "claim {.claim}: its own earlier data is on {.volume}; no Pod can use it before that node is back",
		"OwnDataInDoubt":     "claim {.claim}: its own earlier data is on {.volume}; whether it can be brought back, and what of it is left, says {.command}",
		"EqualVolumesDecide": "on {.node} the claims can get their volumes, depending on which of several equal volumes the scheduler meets first; it may take some attempts",
	}
}

// unknownHomes says why a home is unknown, or where the data is besides.
func unknownHomes() catalog {
	return catalog{
		"AffinityNotRequired":  "it has no required node affinity",
		"AffinityWithoutTerms": "its node affinity has no terms, so it matches no node",
		"AffinityWithoutHost":  "its node affinity names no host and matches no node",
		"NodesUnread":          "{.reason}",
		"NodeLabelsDiffer":     "node {.node} exists, but its labels do not match the volume's node affinity",
		"NodeLabelDiffers": "node {.node}, which the volume means, has {.label}={.have}, and the volume asks for {.label}={join .want `,`}. " +
			"The node affinity of a volume cannot be changed: it takes a volume object that asks for {.label}={.have}, and a provisioner that writes the value of the label",
		"NodeLabelUnlike": "node {.node}, which the volume means, has {.label}={.have}, and the volume asks for {.label}={join .want `,`} as well",
		"NodeLabelLost": "node {.node}, which the volume means, has no label {.label}, and the volume asks for {.label}={join .want `,`}" +
			"{if .command}. To put the label back: {.command}{end}",
		"RecordDiffers": "its affinity means {list .home} (hostname {list .hosts}), and {.source} says that it was made on {list .nodes}: that is where the data is if the labels of these nodes were changed since",
		"MovedDiskKeepsData": "if {plural (len .volumes) `the disk` `one of the disks`} of {list .volumes} is in another machine now, or {.nodes} is registered under another name, its data need not be given up: " +
			"create a volume object like the one of {.command}, with a name like {.as} and without annotations, that machine in spec.nodeAffinity, reclaim policy Retain, and in spec.claimRef only the " +
			"namespace and name of claim {.claim}{if .driver} (if {.driver} finds the disk there){end}; then {.then}, " +
			"or {.recover}, if the Pod is still on a node that does not exist: the claim gets that volume then, too, although nobody says what is on it",
		"ClaimsUnused": "no Pod uses {plural (len .unused) `claim` `claims`} {list .unused}, which {plural (len .unused) `has a volume that` `have volumes that`} would do for claim {.claim}. " +
			"If nobody needs what is on {.volume} any more: {.command}, then {.then}; the data of {.old} is at risk then, since claim {.claim} can overwrite it",
		"ThenCommand":            "{.command}",
		"DataAstrayUnlessShared": "the data is on {list .nodes} ({.source}), unless all nodes share the file system of its path, and no node affinity keeps Pods there",
		"DataAstray":             "the data is on {list .nodes} ({.source}), and the node affinity does not keep Pods there",
		"DataAstrayByHostname":   "the data is on {list .nodes}, by {.source}, and another machine, {list .home}, has its hostname {list .hosts} now",
		"DataPerhapsGone": "the data may be on {list .nodes}, which no longer {plural (len .nodes) `exists` `exist`}, by {.source}: then {list .home} is another machine " +
			"that has its hostname {list .hosts} now. If it is the same machine under another name, the data is there",
		"PodAwaitsOrder":       "{.owner} creates Pod {.pod}, which uses the claim, only once {.first} is Ready, and that is not: {.command}",
		"PodMayStartElsewhere": "claim {.claim} on {.volume}: {.why}",
		"DataAstrayByFields":   "the data is on {list .nodes} ({.source}), and Kubernetes ignores matchFields in the node affinity of a volume, which does not keep Pods there",
		"NodeWithoutHostname": "{plural (len .nodes) `node` `nodes`} {list .nodes} {plural (len .nodes) `has` `have`} no label {.label}, so it may be {if eq (len .nodes) 1}the one{else}one of them{end}" +
			"{if .want} that the volume means by {.label}={join .want `,`}{end}{if .command}. If it is: {.command}{end}",
		"LabelValueInvalid": "it asks for {.label}={join .want `,`}, which no label can have",
		"LabelOfNoNode":     "no node has one of {.label}={join .want `,`}, and nothing shows that this key names single hosts",
	}
}
