package phrase

import "maps"

// running says what happens while a Plan is carried out: pkg/drain/execute.
func running() catalog {
	all := catalog{}
	for _, some := range []catalog{runEnds(), runServer(), runLeft(), runNodes(), runVolumes(), runClaims(), runPods()} {
		maps.Copy(all, some)
	}
	return all
}

// runEnds says how a run and its steps end, and what can be done then.
func runEnds() catalog {
	const gaveUp = "gave up after {.timeout} (--timeout)"
	return catalog{
		"EventMessage": "{.object}: {.title} (kubectl localpv {.verb}, by {if .user}{.user}{else}an unknown user{end})",

		"Permission":           "{.verb} {.resource}{if .namespace} in namespace {.namespace}{end}",
		"PermissionEverywhere": "{.verb} {.resource} in all namespaces",
		"PermissionsMissing":   "not allowed to {join .permissions `, nor to `}; nothing was changed; ask an administrator for {plural (len .permissions) `that permission` `those permissions`}",

		"StoppedAtSafePoint":    "stopped at a safe point",
		"StoppedBeforeChanges":  "stopped before anything was changed",
		"GaveUpWaiting":         gaveUp + "; last seen: {.seen}",
		"GaveUpTrying":          gaveUp + ": {.why}",
		"StepDidNotLast":        "tried {.times} times, and it did not last: {.why}",
		"SomebodyElseChangesIt": "somebody else changes it at the same time",
		"ServerSays":            "the server says: {.why}",
		"ChangedSinceChecked":   "it has changed since it was checked",
		"ChangedSoReadAgain":    "it has changed since it was checked: reading it again",
		"LastChangeUnchecked":   "the last change could not be checked: {.why}",
		"StepFailed":            "{.step}: {.why}",
		"RequestFailed":         "a request failed ({.why})",
		"RequestFailedSoAgain":  "a request failed ({.why}): trying again",

		"RunAgainToFinish":     "To finish, run the same command again",
		"CheckReturnedNode":    "Check the node, then see what is left",
		"ReturnedNodeCordoned": "{.node} stays cordoned. Once it is healthy, to let the Pods that were not moved go back to their data",
		"NodeCordonedForReturn": "{.node} is still cordoned, so that {.volume} can be given back: the same command takes that back. " +
			"To have the Pod go back to the present volume instead",
		"VolumeStillReserved": "{.volume} is still reserved for claim {.claim}. Once you have checked that the claim keeps its own volume, to free it",
	}
}

// runServer says what the server refuses, and what it does not say.
func runServer() catalog {
	return catalog{
		"ServerRefuses":        "the server refuses that{if .user} to {.user}{end}: {.why}",
		"ServerWouldRefuse":    "asked before anything was done, the server refuses to {.what}{if .user} as {.user}{end}: {.why}",
		"AdmissionUnknown":     "whether the server lets {if .by}{.by}{else}us{end} {.what} is unknown{if .user}, {if .by}asked {end}as user {.user}{end}: {.why}",
		"GaveUpAsking":         "gave up after {.timeout} (--timeout), before anything was done: asked whether it is let {.what}, the server does not answer in time",
		"RecreatingClaim":      "recreate claim {.claim}",
		"RecreatingPod":        "recreate Pod {.pod}",
		"RecreatingPods":       "recreate Pods in namespace {.namespace}",
		"PodOfEarlierRevision": "that Pod is of an earlier revision than the template of {.owner}, and only that one was read",
		"MemberLeftOut":        "{.member} is left out: {.why}",
		"ServerAsksToWait":     "the server is overloaded and asks to wait longer than one request may take (429)",
		"CredentialsRefused":   "the server no longer accepts your credentials (401 Unauthorized): they have expired or were withdrawn; log in again",
		"PodEndUnconfirmed":    "{.what}; {.why}",
		"WaitsBecause":         "{.what}; its controller says: {.why}",
	}
}

// runLeft says what a run has left behind that came to no good end.
func runLeft() catalog {
	return catalog{
		"NodeLeftCordoned":   "{.node} was cordoned. To undo that",
		"VolumeLeftReserved": "{.volume} was reserved for claim {.claim}. To undo that",
		"VolumeLeftRetained": "{.volume} was given policy Retain, and had {.was}. To undo that",
	}
}

// runNodes says why a node stops what is done. Once it has begun, nothing more is deleted.
func runNodes() catalog {
	const stopped = "; stopped before anything else was deleted"
	return catalog{
		"NodeRecreatedSince": "node {.node} has been recreated since this was planned" + stopped,
		"NodeReachableAgain": "node {.node} is reachable again ({.condition})" + stopped,
		"NodeTaintRemoved":   "the taint {.taint}, which confirmed that node {.node} is powered off, has been removed" + stopped,
		"LeaseRenewedAgain":  "the kubelet of node {.node} renews its lease again" + stopped,
		"NodeOfVolumeBack":   "node {.node}, which volume {.volume} is on, exists again" + stopped,

		"NodeObjectGone":            "the Node object no longer exists",
		"NodeRecreatedBeforeCordon": "node {.node} has been recreated since this was planned",
		"MostNodesDown":             "{.have} of {.of} nodes are down now, which looks like a fault of the network or the control plane",
		"LandingNodeGone":           "node {.node}, where the member was to run, no longer exists",
		"LandingNodeCordoned":       "node {.node}, where the member was to run, is cordoned now",
		"LandingNodeTainted":        "node {.node}, where the member was to run, has {plural (len .taints) `taint` `taints`} {all .taints} now",
		"LandingNodeNotReady":       "node {.node}, where the member was to run, is {condition .condition} now",
		"NodeDiedMeanwhile":         "node {.node} is unreachable now: an eviction there never ends. If it is dead: {.command}",
		"NodeGoneMeanwhile":         "the Node object {.node} has been deleted since this was planned: nobody there confirms that a Pod has stopped. If the machine is powered off: {.command}",
		"PodsCameToNode":            "{count .n `Pod`} on {.node} that came after it was checked: {list .pods}",
	}
}

// runVolumes says what steps find volumes to be like.
func runVolumes() catalog {
	const uncleaned = "; provisioner {.provisioner} has not cleaned it yet"
	return catalog{
		"VolumeDeletedByOther":   "volume {.volume} has been deleted by somebody else since this was planned",
		"VolumeRecreatedByOther": "volume {.volume} has been deleted and recreated since this was planned",
		"VolumeNowTerminating":   "volume {.volume} is being deleted now, and was not when this was planned",
		"VolumePhaseChanged":     "volume {.volume} is {.phase} now, so it is left as it is",
		"VolumePolicyChanged":    "volume {.volume} has reclaim policy {.have} now, not {.want}",
		"VolumeLeftClaim":        "volume {.volume} no longer belongs to claim {.claim}",
		"VolumeAndClaimParted":   "volume {.volume} and claim {.claim} no longer belong together",
		"VolumeNotReserved":      "volume {.volume} is no longer reserved for claim {.claim}",
		"ReservationNeeded":      "volume {.volume} is reserved for claim {.claim}, which has no other volume now",
		"VolumeGivenAway":        "volume {.volume} was given to claim {.claim} meanwhile",
		"OwnClaimWaitsNow":       "claim {.claim}, whose earlier data is on volume {.volume}, waits for a volume now, so it is not given to any other",
		"VolumeMayBeInUse":       "volume {.volume} may be in use: {.why}",

		"DataChanged":        "what is known of the data on volume {.volume} has changed since this was planned: it was {.was}, and is {.now}",
		"DataIsWiped":        "wiped",
		"DataIsOf":           "the data of claim {.claim}",
		"DataIsUnknown":      "unknown",
		"VolumeHadMeanwhile": "volume {.volume} has not been Available all the time since this was planned: a claim may have had it, and what is on it now is unknown",

		"VolumeHasPhase":      "{.phase}",
		"VolumeStillHasPhase": "volume {.volume} is still {.phase}",
		"VolumeBoundAlready":  "bound to claim {.claim} already",
		"ClaimHasVolume":      "claim {.claim} has it",

		"VolumeGoneForCleaning":          "volume {.volume} is gone; its provisioner recreates it",
		"VolumeRecreatedByCleaner":       "volume {.volume} has been recreated: {.phase}",
		"VolumeTakenUncleaned":           "volume {.volume} was not cleaned: somebody else took it from claim {.claim}",
		"VolumeNotCleanedYet":            "volume {.volume} is {.phase}" + uncleaned,
		"TerminatingVolumeNotCleanedYet": "volume {.volume} is {.phase} and being deleted" + uncleaned,
	}
}

// runClaims says what steps find claims to be like.
func runClaims() catalog {
	return catalog{
		"ClaimDeletedByOther":  "claim {.claim} has been deleted by somebody else since this was planned; volume {.volume} is {.phase}, policy {.policy}",
		"RestoredClaimChanged": "claim {.claim} no longer counts as bound to volume {.volume}: it was changed or deleted since this was planned",
		"ClaimNotDeleted":      "claim {.claim} has not been deleted",
		"ClaimNotTerminating":  "claim {.claim} is no longer being deleted",
		"ClaimExistsAgain":     "claim {.claim} of volume {.volume} exists again",
		"ClaimBoundInstead":    "claim {.claim} was bound to volume {.have} instead; {.want} is still reserved for it, with its data",
		"RecreatedInVain": "somebody has recreated claim {.claim}{if .volume} with spec.volumeName {.volume}{end}, and in vain ({.why}): it gets no {if .volume}other {end}volume. " +
			"Take that out of the manifest that it is created from, and then delete it: {.command}",
		"ManifestNotOnVolume": "the manifest of claim {.claim} is no longer on volume {.volume}",
		"CreatingClaimFailed": "creating claim {.claim}: {.why}",

		"ClaimGoneVolumeStill":     "claim {.claim} is gone, volume {.volume} is still {.phase}",
		"ClaimTerminating":         "claim {.claim} is being deleted",
		"ClaimEndHeldByFinalizers": "claim {.claim} is being deleted and has {plural (len .finalizers) `finalizer` `finalizers`} {all .finalizers}",
		"ClaimFinalizersNow": "claim {.claim} has {plural (len .finalizers) `finalizer` `finalizers`} {all .finalizers} now, and had not when this was planned; " +
			"it is deleted once {plural (len .finalizers) `that is` `those are`} gone",
		"DownMeanwhile":             "{goesOn (.what)}; until then {.member} is down. To start it again where it was, on {.node}: stop this command, then {.command}",
		"ClaimEndHeldByPods":        "claim {.claim} is being deleted and held by Pod {.pods}",
		"ClaimHeldByPods":           "claim {.claim} is held by Pod {.pods}",
		"ClaimNotThereYet":          "claim {.claim} does not exist yet",
		"ClaimHasPhase":             "claim {.claim} is {.phase}",
		"ClaimAndPodWait":           "claim {.claim} is {.phase}; {.why}",
		"ClaimAndVolumeHavePhases":  "claim {.claim} is {.claimPhase}, volume {.volume} is {.volumePhase}",
		"OwnerHasNotRecreatedClaim": "{.kind} {.owner} has not recreated claim {.claim}; its manifest is on volume {.volume}",
	}
}

// runPods says what steps find Pods to be like, and where members run in the end.
func runPods() catalog {
	const volumes = "{if .volumes}{and .volumes}{else}no volume{end}"
	return catalog{
		"PodOnNoDeadNode":     "Pod {.pod} is on no node that was found dead",
		"PodHeldByFinalizers": "Pod {.pod} is deleted and has {plural (len .finalizers) `finalizer` `finalizers`} {all .finalizers}",
		"PodFinalizersNow": "Pod {.pod} has {plural (len .finalizers) `finalizer` `finalizers`} {all .finalizers} now, and had not when this was planned; " +
			"it is removed once {plural (len .finalizers) `that is` `those are`} gone",
		"KeptClaimGoes": "claim {.claim} is being deleted since this was planned, and goes when Pod {.pod} does: run the same command again, which keeps what is on {.volume}",
		"KeptClaimLost": "claim {.claim} of Pod {.pod} is Lost since this was planned, and once evicted the Pod could start nowhere: see to {.volume} first",
		"NextPodAsksOther": "the Pod that {.owner} creates next in the place of {.member} asks for something else than when this was planned ({all .parts}), " +
			"and may not fit {.node}: run the same command again, which finds out",
		"JobFailsNow":        "Job {.job} would fail for good without Pod {.pod} now: it {.why}",
		"PodRecreatedAtHome": "Pod {.pod} was recreated on {.node} since this was planned",
		"PodTerminating":     "Pod {.pod} is terminating{if .seconds}, and has {.seconds}s to stop{end}{if .finalizers}; it has {plural (len .finalizers) `finalizer` `finalizers`} {all .finalizers}{end}",

		"HeldByDisruptionBudget": "held by its disruption budget: {.why}",
		"NamespaceTerminating":   "its namespace is being deleted, which will delete it",

		"PodHasPhase":           "Pod {.pod} is {.phase}",
		"PodHasPhaseBecause":    "Pod {.pod} is {.phase}: {.why}",
		"PodScheduledAgain":     "Pod {.pod} is {.phase}: the scheduler tries again",
		"PodsReady":             "{.have} of {.want} Pods are Ready",
		"NoPodNamesClaimYet":    "no Pod names claim {.claim} yet",
		"NoReplacementPodYet":   "no replacement Pod names claim {.claim} yet",
		"EarlierMemberNotReady": "{.first} is not Ready, and {.owner} recreates its Pods in order: it must be before {.object} goes",
		"TooFewReadyPeers":      "{.have} other {plural .have `member` `members`} of {.owner} {plural .have `is` `are`} Ready now, and {.want} must be before {.object} goes",
		"PodApartFromVolume": "Pod {.pod} runs on {.node}, and its volume {.volume} can be used only on {all .home}: " +
			"what it writes is not on that volume. Delete it, and its replacement runs where the volume is: {.command}",

		"MemberRuns":             "{.pod} runs on {.node} with " + volumes + "{if .planned} (planned was {.planned}){end}",
		"BoundWithoutPod":        volumes + " {if gt (len .volumes) 1}are{else}is{end} bound, and no Pod has come for {if gt (len .volumes) 1}them{else}it{end} yet",
		"OwnerHasFewerPods":      "{.kind} {.owner} has {count .have `Pod`}, and had {.want}",
		"OwnerReadyWithoutClaim": "all {count .n `Pod`} of {.kind} {.owner} are Ready, none of them with claim {.claim}",
	}
}
