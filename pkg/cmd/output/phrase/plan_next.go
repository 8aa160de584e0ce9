package phrase

// following says what the claims and Pods ask for that come after those that go: pkg/drain/planner, and execute.
func following() catalog {
	return catalog{
		"NextClaimUnknown": "what the next claim {.claim} of {.owner} will ask for is not known: a place is looked for as if it asked for what the present claim does",
		"NextClaimOfOtherClass": "the next claim {.claim} asks for {class .want}{if .default}, by default{end}, and not for {class .have} like {.volume}: " +
			"a place is looked for with that",
		"NextClaimOfOtherSize": "the next claim {.claim} asks for {.want}, and not for {.have} like the present one: a place is looked for with that",
		"ClaimToCome": "{.owner} creates claim {.claim} as well, which does not exist now and which its template names: " +
			"{if .volume}it gets {.volume}{else}a new volume is made for it{end}",
		"NextClaimDoesNotFit": "the next claim {.claim}, which a StatefulSet creates, does not fit {.volume}: {.why}{if .default} (by default){end}; " +
			"the Pod and the volume would end on different nodes: leave out --reserve, or change the template first",
		"DefaultClassUnknown": "the next claim {.claim} names no class, and which one it gets by default is not known: StorageClasses are {.gap}",
		"ReservedForWhoever": "who creates the next claim {.claim} is not known: it has to ask for {class .class}, like {.volume}, " +
			"or the Pod and the volume end on different nodes",

		"ClaimFilled": "the next claim {.claim} is filled from {.source}, which may be older than what it has on {.volume}: " +
			"the member would start with that instead of copying from its peers",
		"ClaimFilledAccepted":    "the next claim {.claim} is filled from {.source}, which may hold older data (accepted)",
		"DataSourceUnused":       "the next claim {.claim} asks to be filled from {.source}, and is not: {.volume} is bound to it as it is",
		"MemberStartsFilled":     "{.member} starts with the data of {.source}, which may be OLD.",
		"WhyDeleteClaimOfFilled": "the member starts with the data of {.source}",

		"PodRecordLost":       "the manifests of Pods that no controller recreates, which are saved on {.volume}: {.command} shows them while it exists",
		"PodRecordUnreadable": "annotation {.annotation} of volume {.volume}, which holds the manifests of Pods, cannot be read: check it, and remove it if it is not needed",

		"JobWouldFail": "Job {.job} {.why}, and fails for good when {plural (len .pods) `its Pod` `its Pods`} {all .pods} " +
			"{plural (len .pods) `is` `are`} removed: wait until it has ended{if .override}, or accept that with {.override}{end}",
		"JobHasNoTries":    "has no tries left",
		"JobFailsByPolicy": "has a podFailurePolicy that fails it for a Pod that is stopped from outside",
		"JobPodNeverFails": "Pod {.pod} would stay for ever, and its claims with it: {.owner} keeps a Pod until that has failed (podReplacementPolicy), " +
			"which nobody says of one on {.node}; taint that node out of service, so that it is marked: {.command}",
		"JobUnknown":        "whether Job {.job} has tries left is {.gap}, so it may fail for good when its Pod is removed{if .override}: accept that with {.override}{end}",
		"ClaimOfFailingJob": "claim {.claim} stays on {.volume}: {.job} fails for good when its Pod is removed, so no other Pod comes for it",
		"JobFailed":         "what Job {.job} has done so far: it fails for good (accepted)",

		"ProvisionerNotAtPlace": "claim {.claim} would be given a new volume by provisioner {.provisioner}, which does not run on {.node}: " +
			"there is no sign of it on the CSINode of that node, so the member would wait with a claim and no volume",
		"ProvisionerLacksKey": "claim {.claim} would be given a new volume by provisioner {.provisioner}, which makes none for {.node}: that has no label {.key}, " +
			"which its CSINode names, so the member would wait with a claim and no volume; put the label back first",
		"ProvisionerDownAtPlace": "claim {.claim} would be given a new volume by provisioner {.provisioner}, and {plural (len .pods) `its Pod` `none of its Pods`} {all .pods} " +
			"on {.node} {plural (len .pods) `is not` `is`} Ready: the member would wait with a claim and no volume; bring the provisioner back there first" +
			"{if .others}, or cordon {.node} until it is, so that another node is looked for: it works on {list .others}{end}",
		"ProvisionerDown": "claim {.claim} would be given a new volume by provisioner {.provisioner}, and none of its Pods ({list .pods}) is Ready on a reachable node: " +
			"the member would wait with a claim and no volume; bring the provisioner back first",
		"ProvisionerUnseen": "claim {.claim} is to be given a new volume by provisioner {.provisioner}: whether that runs is not known, since no Pod of it was recognized",

		"PodSucceededSince": "Pod {.pod} has succeeded since this was planned, so it is left as it is, with its claim: run the same command again",

		"RecordOfAnother": "the manifest saved on volume {.volume} is of claim {.have}, and the volume belongs to claim {.want}: " +
			"it is not what this program saved, and is not used",
		"RecordIgnored": "{.volume} is left as it is: {.why}",

		"WhyNotKnownRecreated": "the claim does not belong to {.owner}, which is not known to recreate it",

		"ReplacementAsksOther": "Pod {.pod}, which waits for the claim, asks for something else than the Pod for which a place was found ({all .parts}): " +
			"its template has been edited, or admission makes something else of it. The claim is still there: run the same command again, which looks for a place for that Pod",
		"DefaultClassChanged": "claim {.claim} would be recreated with {class .have}, the default now, and its volume was found for {class .want}: " +
			"run the same command again",
	}
}
