package phrase

import "maps"

// leave says Plans of recover and drain: pkg/drain/planner, and what they stand on.
func leave() catalog {
	all := catalog{}
	for _, some := range []catalog{evidence(), dead(), drained(), evictions(), relocated(), givenUp(), leftAlone(), nowhere(), leftOut()} {
		maps.Copy(all, some)
	}
	return all
}

// lostStays and lostStarts are about a claim that is Lost with a dead node: who uses it, and how whoever does starts without its data.
const (
	lostStays = ", so it does not move{if .pods}, and {plural (len .pods) `Pod` `Pods`} {list .pods} {plural (len .pods) `waits` `wait`} for it{end}" +
		"{if .placed}, and {plural (len .placed) `Pod` `Pods`} {list .placed} {plural (len .placed) `holds` `hold`} it{end}"
	lostStarts = "{if .owner}, with a claim that {.owner} recreates{end}: {if .placed}once {plural (len .placed) `Pod` `Pods`} {list .placed} {plural (len .placed) `is` `are`} gone (on a dead node: kubectl delete pod --force), {end}{.without}" +
		"{if .owner}{else}, and create the claim from that file, without spec.volumeName{end}"
)

// evidence says what was seen of a node, in parts that are listed behind its name.
func evidence() catalog {
	return catalog{
		"SeenExistenceUnknown": "whether it exists is {.gap}",
		"SeenNoNode":           "no Node of that name exists any more",
		"SeenPerhapsANode":     "no Node of that name exists, and {join .nodes ` or `} may be that host",
		"SeenCondition":        "{condition .condition}",
		"SeenCordoned":         "cordoned",
		"SeenUnreachable":      "unreachable for {.for}",
		"SeenNodesDown":        "{.down} of {count .nodes `node`} down",
		"SeenPods":             "{count .pods `Pod`}, {.evict} to evict{if .stay}, {.stay} to stay{end}{if .refused}, {.refused} refused{end}",

		"SeenFenced":                  "powered off (confirmed with --fenced)",
		"SeenNotFenced":               "not confirmed to be powered off",
		"SeenOutOfService":            "out of service (taint {.taint})",
		"SeenOutOfServiceThoughAlive": "out of service all the same (taint {.taint})",
		"SeenYounger":                 "{condition .condition}, and younger than {count .volumes `volume`} on it",
		"SeenReplaced":                "{condition .condition}, and the disks of the earlier machine are gone (confirmed with --recreated)",

		"SeenLeaseUnknown":    "lease {.gap}",
		"SeenLeaseOnce":       "lease checked once",
		"SeenNoLease":         "no lease",
		"SeenLeaseGone":       "its lease is gone",
		"SeenLeaseRenewed":    "lease renewed within {.over}",
		"SeenLeaseNotRenewed": "lease not renewed within {.over}",
		"SeenLeaseAge":        "lease renewed {.ago} ago",
	}
}

// dead says why a node is not recovered, or what is done about it.
func dead() catalog {
	const alive = "{.node} is {condition .condition}{if .lease} ({.lease}){end}, so it is alive"
	return catalog{
		"NodeExistenceUnknown":    "whether node {.node} exists is {.gap}",
		"NodeAlive":               alive + " and there is nothing to recover. To drain it: {.command}",
		"NodeUnreachableButAlive": "{.node} is unreachable, but its kubelet renews its lease, so it is alive: wait until it is Ready",
		"NodeAliveHalfRecovered":  alive + " and no more is recovered from it. An earlier run released {plural (len .claims) `claim` `claims`} {all .claims}",
		"NodeAliveWithoutLabel":   alive + ". What is stuck, and may be its, needs the label that the {plural (len .claims) `volume` `volumes`} {plural (len .claims) `asks` `ask`} for: {plural (len .claims) `claim` `claims`} {all .claims}",
		"HostMayBeANode":          "{.host} is not proved dead: {.volume}{if .claim}, which claim {.claim} has,{end} is on it, and {.why}",
		"ClaimHalfRecovered":      "Claim {.claim} was released from {.volume}, its data untouched. To give it back",
		"NodePerhapsReplaced": "{.node} is {condition .condition}, and younger than the volumes on it (e.g. {.volume}): if another machine has taken the name, " +
			"its disks may be new and empty. If the old disks are gone, confirm it with {.override}; otherwise there is nothing to recover",
		"NodeNotReplaced":         "{.node} is older than all volumes on it, so no other machine has taken its name: leave out --recreated",
		"ReplacedNodeUnreachable": "{.node} is unreachable, so Pods there cannot be stopped in order: leave out --recreated, and it is recovered like any dead node",

		"UnreachableTooShort":   "{.node} has been unreachable for only {.have} and may come back: wait until it has been unreachable for {.want}, or lower {.override}",
		"UnreachableSinceLater": "{.node} has been unreachable since a time that comes only in {.by} by the clock of this machine, which is behind: set it right, or lower {.override}",
		"LeaseUnknown":          "whether the kubelet of {.node} still renews its lease is {.gap}, so it is not proved dead",
		"LeaseUnreadable":       "lease unknown: {.why}",
		"LeaseNotRenewedThough": "although its lease was not renewed within {.over}",
		"LeaseCheckedOnce": "the lease of {.node} was checked only once: it takes two checks {.interval} apart to see that it is not renewed, " +
			"which a file cannot show",
		"LeaseDeleted": "the lease of {.node} was deleted between two checks: run the command again",
		"NodeNotFenced": "{.node} is unreachable, but nobody has confirmed that it is powered off: its Pods may still be running and writing; " +
			"two copies of one member can corrupt its data. Power it off, then either run {.command} or add {.override}",
		"Outage": "{.down} of {.nodes} nodes are down at once, which looks like a fault of the network or the control plane rather than of machines: " +
			"fix that first, or add {.override}",
		"NodeCleanupRuns": "Pod {.pod} ({.image}) deletes the claims and volumes of nodes that no longer exist, {.volume} among them, and saves nothing: " +
			"scale it down first",

		"OwnersUnknown": "which controllers recreate Pods and claims is not known: {.kind} are {.gap}",
		"JudgedWithout": "{all .kinds} are {.gap}: where members fit, and whether they are still wanted, was judged without them",

		"WhyCordonUnreachable":  "so that no Pod goes back there if it returns",
		"NodeStaysCordoned":     "{.node} stays cordoned. Once it is healthy",
		"NodeStaysOutOfService": "{.node} stays cordoned and out of service. Once it is healthy",

		"WhyForgetVolume": "its node will not return; a disk that still exists keeps its data",
		"RestoredClaimWaits": "claim {.claim} is Lost: it counts as bound to {.volume}, which " +
			"{if .reserved}is reserved for {if .other}{.other}{else}its name, without its UID{end}{else}belongs to {if .other}{.other}{else}an earlier claim of its name{end}{end}" +
			lostStays + "; if the disk comes back: {.command}; to start without what is on {.on}, which this leaves alone" + lostStarts,
		"RestoredClaimBinds": "claim {.claim} counts as bound to {.volume}, which names no claim: the volume controller is about to bind the two, " +
			"and the same command moves the claim then; to see whether it does: {.command}",
		"LostClaimOfDeadNode": "claim {.claim} is Lost: its volume {.volume} does not exist" + lostStays + ". " + volumeReturns + "; to start without its data" + lostStarts,
		"AwaitedDataOnDeadNode": "claim {.claim} waits for a volume, and the data of an earlier claim of its name is on {.volume}, which it does not have, so it does not move; " +
			"if the disk comes back: {.command1}; to see what else helps: {.command2}",
		"RestoredClaimLosesVolume": "claim {.claim}, which counts as bound to {.volume}: it stays Lost, and nothing leads it back to that data",
		"VolumeKeptForRestored":    "{.volume} is not forgotten: claim {.claim} counts as bound to it; add {.override} to give its data up",
		"VolumeForgottenLater":     "{.volume} is not forgotten now: its claim goes with a Pod; the same command forgets it afterwards",
		"VolumeNotForgotten":       "{.volume} is not forgotten: it holds the manifest of a Pod that no controller recreates",
		"VolumesWithClaimsNotForgotten": "{plural (len .volumes) `volume` `volumes`} {list .volumes} {plural (len .volumes) `is` `are`} not forgotten: " +
			"{plural (len .volumes) `a claim has it` `claims have them`}",
		"ForgottenVolumesMayReturn": "a provisioner that comes back with the node recreates {list .volumes}, Available to any claim and with the old data, " +
			"unless the {plural (len .volumes) `disk is` `disks are`} erased first",
		"VolumeObjectDeleted":          "the volume object {.volume}: what is left on the disk can then be used only through a new volume object",
		"VolumeObjectAndRecordDeleted": "the volume object {.volume}, with the claim's manifest saved on it: what is left on the disk can then be used only through a new volume object",
	}
}

// drained says how a node is drained.
func drained() catalog {
	return catalog{
		"NodeUnreachable":   "{.node} has been unreachable for {.for}: an eviction there never ends. If it is dead: {.command}",
		"NodeNeverReported": "{.node} has never reported its state: an eviction there never ends. If it is dead: {.command}",
		"WhyCordonDrained":  "so that no Pod comes back while it is drained",

		"RunsOnUnclaimedVolume": "Pod {.pod} stays: {.why}",
		"RunsOnLostClaim": "Pod {.pod} runs on claim {.claim}, whose volume {.volume} {if .other}belongs to claim {.other} (UID {.uid}){else}does not exist any more{end}: " +
			"once evicted it could start nowhere; copy its data to another volume first",
		"RunsOnOtherVolume": "Pod {.pod} runs on {.node}, and its claim {.claim} now has volume {.volume} on {.site}: the Pod still writes to the disk that the claim had before" +
			"{if .left} ({all .left}){end}; once evicted it starts without that; copy its data first",
		"RunsOnMissingClaim": "Pod {.pod} runs on claim {.claim}, which does not exist any more: once evicted it could start nowhere, or without its data; " +
			"copy that to another volume first",

		"WhyRecordPod":     "so that it is not lost: there is no other copy of it",
		"WhyRetainOfDying": "its claim is being deleted and goes when the Pod does",
		"ClaimGoesWithPod": "claim {.claim} is being deleted already, and goes when {plural (len .pods) `Pod` `Pods`} {list .pods} {plural (len .pods) `does` `do`}: {.then}. " +
			"The data stays on {.volume}; to go back to it: {.command}",
		"DyingClaimKept": "claim {.claim} is being deleted already, and goes when Pod {.by} on {.node} does: until then the Pod that replaces {.pod} cannot start. " +
			"What is on {.volume} stays there",
		"LastCopyGoesWithPod": "claim {.claim} is being deleted already, and goes when the Pod of {.member} does: {.then}. No other ready member holds what is on {.volume}",
		"QuorumGoesWithPod": "claim {.claim} is being deleted already, and goes when the Pod of {.member} does; {.have} of {.want} members of {.owner} are ready, " +
			"fewer than a majority: {.member} without its data could outvote those that have it",
		"RestartsWithoutData": "the member starts WITHOUT ITS DATA then",
		"NeitherRecreated":    "no controller recreates either",
		"WaitsWithoutClaim":   "no controller recreates the claim, so that the replacement Pod stays Pending",

		"OnlyMemberDown":        "{.owner} has no other member that could serve: it is down until {.node} is back",
		"PeersMeanwhileUnknown": "{.member} is down until {.node} is back, and whether enough other members of {.owner} serve until then is not known",
		"NoneServesMeanwhile": "{.member} is down until {.node} is back, and no other member of {.owner} is ready that stays: none serves until then; " +
			"see to the others first",
		"FewServeMeanwhile": "{.member} is down until {.node} is back, and {.have} of {.want} members of {.owner} are ready and stay, fewer than a majority: " +
			"it has no quorum until {.node} is back; see to the others first",
		"NextPodDoesNotReturn": "the replacement Pod of {.member} asks for something else than the present one, and does not fit {.node} when that is back: {.why}; " +
			"it would stay Pending: see to the template of {.owner} first",
		"DoesNotReturn": "{.member} would not be scheduled to {.node} again as things are, even when that is uncordoned: {.why}",

		"NodeDrained":        "{.node} is cordoned, and no Pod is left to evict",
		"NodeRunsUnselected": "{.node} still runs the Pods that --pod-selector does not select",
		"NodeCanBeRebooted":  "{.node} can be rebooted. Afterwards, so that the Pods that wait for it come back",
		"NodeHasData": "{.node} still has the data of {plural (len .claims) `claim` `claims`} {all .claims}: " +
			"copy what is needed, and release the rest, before the node is removed",
		"AwaitedDataStays": "claim {.claim} waits for a volume, and the data of an earlier claim of its name is on {.volume}, which stays on {.node}; " +
			"to give it back there first: {.command}",
		"NodeCanBeRemoved": "{.node} is empty and can be removed",
	}
}

// evictions says what becomes of the Pods of a node.
func evictions() catalog {
	return catalog{
		"PodSelectorInvalid":      "--pod-selector={.selector}: {.text}",
		"EvictionRefused":         "cannot evict {.why}: {list .pods}",
		"RefusedByKubectl":        "{.words}",
		"RefusedOrphan":           "Pods of {.kind} {.name}, which does not exist any more (use --force to override)",
		"RefusedUnknownDaemonSet": "Pods of DaemonSet {.daemonset}, of which nothing more is known: DaemonSets are {.gap}",

		"PodsStay":    "{count (len .pods) `Pod`} {plural (len .pods) `stays` `stay`} on {.node} ({.why}): {list .pods}",
		"NotSelected": "not selected by --pod-selector",
		"StaticPod":   "static: the kubelet runs it by itself",
		"OfDaemonSet": "of a DaemonSet",

		"PodWouldComeBack":      "Pod {.pod} would come back to {.node} as soon as it is evicted, since {.why}: change that in {.owner} first",
		"PodMayComeBack":        "Pod {.pod} may come back to {.node} as soon as it is evicted, since {.why}",
		"NamesakeStaysCordoned": "{.node} stays cordoned. Once the members run that moved",
		"NextPodWithoutData":    "the Pod that replaces {.pod} could start on {.node} although that is cordoned, without the data, since {.why}: change that in {.owner} first",
		"TemplateNamesThisNode": "its template names that node",
		"ToleratesCordon":       "it tolerates the cordon",

		"BudgetsUnknown": "whether disruption budgets hold evictions up is {.gap}; they are waited for in any case",
		"BudgetHolds": "the eviction of Pod {.pod} waits: disruption budget {.budget} allows none now" +
			"{if .unready}, as Pod {all .unready} {plural (len .unready) `is` `are`} not Ready{end}",
		"BudgetNeverAllows": "the eviction of Pod {.pod} waits, and in vain as things are: disruption budget {.budget} wants all of its Pods to be available, " +
			"so it never allows one",
		"BudgetHeldByMember": "the eviction of Pod {.pod} waits, and in vain as things are: disruption budget {.budget} allows none " +
			"as long as Pod {.member} is not Ready, which {.why}: {.cure}",
		"BudgetUsedUpByNode": "disruption budget {.budget} allows {count .allows `eviction`} now, and {count (len .pods) `Pod`} of it ({list .pods}) would wait for {.node} " +
			"at the same time: the rest of these evictions waits, and in vain as things are: change the budget for as long as {.node} is away",
		"BudgetUsedUpByClaim": "disruption budget {.budget} allows {count .allows `eviction`} now, and {count (len .pods) `Pod`} of it ({list .pods}) use one claim " +
			"and have to go before one of them is replaced: the rest of these evictions waits, and in vain as things are: change the budget, or scale down, first",
		"UnreadyOnNode":    "is on a node that does not run it ({.why})",
		"UnreadyForVolume": "waits for the node of its volume {.volume} ({.why})",
		"NodeGone":         "Node {.node} does not exist",

		"SeveralBudgets": "Pod {.pod} has {len .budgets} disruption budgets ({all .budgets}), and the server evicts no Pod with more than one: " +
			"change all but one so that they do not select it",

		"PodDeleted":            "Pod {.pod}, which no controller recreates: {.command} shows its manifest while it exists",
		"ScratchStartsEmpty":    "claim {.claim} is deleted with Pod {.pod}, which starts with an empty one if it is recreated; what is on {.volume} stays there",
		"EmptyDirDeleted":       "what Pod {.pod} has in emptyDir volumes",
		"EphemeralClaimDeleted": "what claim {.claim} has on {.volume}: it is created and deleted with Pod {.pod}",

		"WhyPodEnded":                "it has ended",
		"WhyNotReplaced":             "no other Pod comes: {.why}",
		"WhyReplaced":                "{.owner} creates a replacement Pod",
		"WhyJobFails":                "{.owner} fails for good then: no other Pod comes",
		"WhyNotRecreated":            "no controller recreates it",
		"WhyNotRecreatedButRecorded": "no controller recreates it; its manifest is saved on the volume",
	}
}

// relocated says how members move, and where to.
func relocated() catalog {
	return catalog{
		"WhyForceDelete":           "the dead node's kubelet cannot confirm that it has stopped",
		"WhyAwaitUnusedDead":       "up to this point nothing is lost, even if the node turns out to be alive",
		"WhyAwaitUnusedAlive":      "up to this point the member can still go back to its data",
		"WhyAwaitUnusedToCome":     "up to this point the member can still go back to its data, where there is a volume for {list .claims} as well",
		"WhyUnreserve":             "the member does not fit there",
		"WhyReserveForMember":      "so that the member is placed there, and no other claim gets the volume",
		"WhyDeleteClaimOfKept":     "the member starts without this data, which stays on {.volume}",
		"WhyDeleteClaimOfReplaced": "the member starts without its data; the disk of {.volume} went with the earlier machine",
		"WhyDeleteClaimOfErased":   "the member starts without its data; the provisioner erases {.volume}",
		"StepUnreserve":            "free {.volume}, which was reserved for claim {.claim}",

		"NothingLeft":            "nothing is left to do",
		"MemberMoved":            "{.member} has been moved",
		"MemberRecovered":        "{.member} has been recovered",
		"MovedToUnreachable":     "{.member} was moved to {.volume}, and {.node} is unreachable too: {.command}",
		"RecoveredToUnreachable": "{.member} was recovered to {.volume}, and {.node} is unreachable too: {.command}",

		"PodNotRecreated":           "Nothing recreates Pod {.pod}. To do it yourself",
		"MemberWaits":               "{.member} stays Pending: it fits no node. To see why",
		"ReattachIfDiskReturns":     "{.volume} is Released, its data untouched. If the disk comes back",
		"ReattachIfLostDiskReturns": "{.volume} is Released; its disk went with the earlier machine. If the disk comes back",
		"ReattachToGoBack":          "{.volume} is Released, its data untouched. To go back to it",
		"ReattachPerhapsToGoBack":   "{.volume} is Released, and what is on its disk untouched; whether that is its data, only the machine tells. To go back to it",
		"VolumesLeftBehindPerhaps":  "{count .count `volume`} are Released, and what is on their disks untouched. To list them",
		"VolumesLeftBehind":         "{count .count `volume`} are Released, their data untouched. To list them",
		"ReattachAnyIfDiskReturns":  "If the disk of one of them comes back, for example that of {.volume}",
		"ReattachAnyToGoBack":       "To go back to one of them, for example to {.volume}",
	}
}

// givenUp says what is lost when a member moves, and what may not be.
func givenUp() catalog {
	return catalog{
		"NoOtherCopy": "no other ready member holds what claim {.claim} has on {.volume}: {.member} would start without it",
		"NoQuorum":    "{.have} of {.want} members of {.owner} are ready, fewer than a majority: {.member} without its data could outvote those that have it",

		"GivenUpKept":   "Given up (accepted): {.what}. The disk of {.volume} keeps the data.",
		"GivenUpGone":   "Given up (accepted): {.what}. The disk of {.volume} went with the earlier machine.",
		"GivenUpErased": "Given up (accepted): {.what}. The disk of {.volume} is erased.",
		"GivenUpCopy":   "the only ready copy of {.claim}",
		"GivenUpQuorum": "the copy of {.claim}, although fewer than a majority of {.owner} are ready",

		"PodRecordTooLarge": "the manifest of {plural (len .pods) `Pod` `Pods`} {all .pods}, which no controller recreates, is too large to be saved on volume {.volume}: " +
			"save it yourself ({.command}), then delete the {plural (len .pods) `Pod` `Pods`}",
		"PodDeletedAndRecorded": "{plural (len .pods) `Pod` `Pods`} {all .pods}, which no controller recreates; " +
			"{plural (len .pods) `its manifest stays` `their manifests stay`} on {.volume}: {.command}",
		"ClaimRecordErased": "no controller recreates claim {.claim}, and volume {.volume}, which would hold its manifest, is erased by its provisioner: leave out --clean",
		"PodRecordErased":   "volume {.volume}, which would hold the manifest of a Pod that no controller recreates, is erased by its provisioner: leave out --clean",
	}
}

// leftAlone says which claims do not move, and why: pkg/drain/workload.
func leftAlone() catalog {
	return catalog{
		"ClaimOfDaemonSet":  "claim {.claim} of {.owner} is left as it is: a Pod of a DaemonSet does not move",
		"ClaimNotRecreated": "claim {.claim}, which an earlier run released from {.volume}, is not recreated: {.why}; its manifest stays on the volume",
		"NoPodNamesClaim":   "no Pod names it",
		"ClaimWithoutPod":   "claim {.claim}, bound to {.volume}, has no Pod and is left as it is; to release it: {.command}",
		"ClaimUnwanted": "claim {.claim}, bound to {.volume}, is left as it is: {.why}; to release it: {.end} " +
			"(with --force if its node is dead), then {.command}",
		"ClaimUnwantedUnheld": "claim {.claim}, bound to {.volume}, is left as it is: {.why}; to release it afterwards: {.command}",
		"ClaimUnwantedGoes": "claim {.claim} is being deleted already, and goes with the last Pod that holds it ({.pods}): {.why}; {.goes}; " +
			"to end that: {.end} (with --force if its node is dead)",
		"NextPodForsakes": "{.owner} has other volumeClaimTemplates now: the replacement Pod {.member} does not use claim {.claim} any more" +
			"{if .next}, but {list .next}{end}, and starts without what is on it. " +
			"So that it uses that, recreate {.owner} with the templates that it had (kubectl delete --cascade=orphan leaves its Pods){if .meant}; {.meant}{end}",
		"ForsakenEvicted": "if it is meant to start without: {.command}",
		"ForsakenDeleted": "if it is meant to start without, and {.node} is off for certain: see to it first that its next claim can only get a volume that it may have ({.list}), " +
			"then {.command}",
		"NamespaceGoes":           "namespace {.namespace} is being deleted: nobody recreates {.member} there, nor its claims",
		"ClaimSharedWithUnchosen": "claim {.claim} is also used by Pod {.pod}, which is not chosen: choose both, or neither",
		"ClaimSharedWithEnded":    "claim {.claim} is also held by Pod {.pod} on {.node}, a node that stays, although it has ended: {.end}",
		"ClaimSharedWithPod":      "claim {.claim} is also used by Pod {.pod} on {.node}, a node that stays: stop that Pod first",
		"ClaimUsedOnGoneNode": "claim {.claim} is also used by Pod {.pod} on {.node}, and no Node of that name exists: what it has on {.volume} may have been there. " +
			"Find out; a Pod that is deleted there may start elsewhere without that data, so scale its owner down first",
		"ClaimHeldByDaemon": "claim {.claim} is also used by Pod {.pod} of {.owner}, which recreates it on {.node} whatever removes it, so that the claim never goes: " +
			"keep {.owner} off {.node} first",
		"ClaimHeldByStaying": "claim {.claim} is also used by Pod {.pod}, which stays on {.node} ({.why}), so that the claim never goes: evict both, or stop that Pod first",
		"ClaimSharedByMembers": "claim {.claim} is shared by several members of StatefulSets, so they cannot move one at a time: " +
			"scale them down and recover without them",

		"MemberEnded":          "Pod {.pod} has ended",
		"OwnerSuspended":       "{.owner} is suspended, and creates no Pods",
		"OwnerCreatesNone":     "{.owner} creates no Pods",
		"OwnerBeingDeleted":    "{.owner} is being deleted",
		"OwnerGone":            "{.owner} does not exist any more",
		"OwnerEnded":           "{.owner} has ended",
		"OwnerWantsNoPods":     "{.owner} wants no Pods any more",
		"OwnerHasNoSuchMember": "{.owner} has no member of that name any more",
	}
}

// nowhere says why a member has no place: pkg/drain/placement.
func nowhere() catalog {
	return catalog{
		"MemberFitsNowhere":        "{.member} fits nowhere: {.why}",
		"SchedulerRefuses":         "{goesOn .words}",
		"FitsNoReadyNode":          "the nodes that it fits are not Ready, or are being deleted",
		"FitsNoReadyNodeTogether":  "the nodes that it fits are not Ready, or do not fit all its Pods together",
		"TemplateNamesNode":        "its template names node {.node}",
		"FuturePodUnknown":         "what its Pod will look like is not known",
		"OtherVolumeBoundFirst":    "on {.node}, the scheduler would bind a claim of it to {.volume}, which it is not given, before it has a new volume made",
		"NoClassOnlyExisting":      "claim {.claim} asks for no class, so no new volume is made for it: it needs one that exists, has no class either, and fits",
		"ClassMissingOnlyExisting": "claim {.claim} asks for class {.class}, and no such StorageClass exists, so no new volume is made for it: it needs one of that class that exists and fits",
		"ClassAtOnceOnlyExisting": "claim {.claim} asks for class {.class}, which binds before its Pod has a node, so where a new volume is made cannot be chosen: " +
			"it needs one of that class that exists and fits",
		"PlacesTaken":           "the members before it take the places that it fits, and there is no way to place them all",
		"PlacesTakenAfterTries": "the members before it take the places that it fits, and in {.tries} tries no way was found to place them all",
	}
}
