package phrase

// onAnyOf says of data that it is on one of several machines, some of which may be gone, as far as is known.
const onAnyOf = " may be on any of {list .nodes}{if .gone}, of which {list .gone} no longer {plural (len .gone) `exists` `exist`}{end}, and nothing says which of them has it"

// sites says of Plans of recover and drain where data is that the home of its volume does not tell: pkg/drain/workload and
// pkg/drain/planner.
func sites() catalog {
	const notHeld = "claim {.claim} on {.volume} cannot move: {.why}"
	const holdFirst = "Scale its owner down first, or {if .command}set spec.nodeAffinity of {.volume} to {.node}, which can be done once: {.command}" +
		"{else}replace the volume object by one whose node affinity names the node by a label{end}"
	return catalog{
		"ClaimUsedWithoutData": "claim {.claim} on {.volume}: {.why}; Pod {.pod} uses it on {.node}, without that data",
		"ReattachedAstray":     "{.volume}: {.why}; its Pod may start on another node, without that data. Nodes that are cordoned for that must stay so until the Pod runs where its data is",
		"StartsWithoutData": "{.volume}: {.why}; its Pod may start on {list .nodes}, without that data: first {.command}, and leave that so until the Pod runs" +
			"{if .select}, or let its owner make the Pod select {list .select}{end}",
		"GivenAtSeveralHomes": "{.volume}: {.why}; a Pod that gets it may start on another, without that data. Cordon the nodes that do not have it, then run this command again",
		"ClosedHomes": "the affinity of {.volume} allows {list .closed} besides {.node}: {plural (len .closed) `it is` `they are`} cordoned, or {plural (len .closed) `does` `do`} not exist{if .counts}, and nothing else says that the data is on {.node}{end}. " +
			"A Pod with this volume may start there without the data as soon as {plural (len .closed) `it takes` `they take`} Pods: cordon {plural (len .closed) `it` `them`} as long as a claim has the volume",
		"KeptFromData": "{.volume}: {.why}; and {.kept}, so its Pod would start on another node, without that data: {.cure}",
		"DataNodeFull": "{.volume}: {.why}; and {.member} does not fit there, so it would start on another node, without that data: {.kept}; make room for it there first",
		"MadeForAnotherMachine": "{.volume} on {.node} was made for another machine, or for one that was registered again since " +
			"({if .by}by {.by}{else}the Node is younger than the volume{end}): its disk may be new and empty, or not be there",
		"VolumePerhapsGone": "{.volume}: {.why}",
		"ClaimNotHeldToData": notHeld + "; as soon as Pod {.pod} is gone, its replacement may start on any node with the same claim, without that data. " +
			holdFirst,
		"ClaimNotHeldToDataAndWaits": notHeld + ", so its Pod may start on any node with the same claim, without that data. " +
			holdFirst,

		"DirectoryHeldToNoNode": "{.volume} is a hostPath without required node affinity: its data is on {.node} ({.source}), at {.path}, unless all nodes share that file system, " +
			"and its Pod may start on any node; set spec.nodeAffinity to that node first, which can be done once: {.command}",
		"DirectoryOfEachNode": "{.volume} is a hostPath without required node affinity, so that a Pod which has it may start on any node, now and later, with another directory on each",

		"DataOnOneOf":     "the data" + onAnyOf,
		"DataHomeUnknown": "on which node the data is, is unknown: {.why}",

		"ClaimPerhapsOnDeadNode": "claim {.claim}, bound to {.volume}, is left as it is{if .pods}, and so is Pod {list .pods}{end}: {.why}; " +
			"if the data was on the dead node, {if .elsewhere}scale the Pod's owner down first, or cordon {all .elsewhere}, since a replacement may start there without it: then {end}" +
			"delete the Pod (with --force), then {.command}; if it is elsewhere, {if gt (len .elsewhere) 1}cordon those of these nodes that do not have it, then delete the Pod{else}deleting the Pod is enough{end}",
		"ClaimOnWhicheverNode": "claim {.claim}, bound to {.volume}, is left as it is{if .pods}, and so is Pod {list .pods}{end}: {.why}; as soon as the Pod is gone, its replacement may start on any node " +
			"without that data, so first set spec.nodeAffinity of {.volume} to the node that has it, which can be done once: if that is {.node}, {.command}, then run this command again; " +
			"if it is another, name that one, then delete the Pod (with --force)",
		"UnclearClaimLeaves": "claim {.claim} on {.volume}: {.why}; if Pod {.pod} left {.node}, its replacement might start without that data. " +
			"Scale its owner down first",
		"ClaimOfDownPodInDoubt": "claim {.claim} on {.volume} is left as it is: {.why}, and Pod {.pod} runs on no node that there is. " +
			"Find out whether the data is on {.node} before that goes, and scale the Pod's owner down until then: it may start elsewhere without that data",
		"ClaimWithoutHome": "no Pod can use claim {.claim} on {.volume}: {.why}",
		"ClaimPerhapsHere": "claim {.claim} may have its data on {.node}, and stays as it is: no Pod can use {.volume}, since {.why}",
		"ClaimInDoubt":     "claim {.claim} on {.volume}: {.why}",
		"DataPerhapsLeft":  "what claim {.claim} has on {.volume}, if the Pod starts elsewhere",
		"DataLeftByPod":    "what claim {.claim} has on {.volume}: the Pod may start elsewhere with the same claim, without it, and it stays on {.node}",
		"DataHasNoHome":    "the data of claim {.claim} is on {.node}, and no Pod can use {.volume} there as things stand: {.why}",

		"VolumeHeldByFinalizers": "{.volume} is being deleted already, and held by {plural (len .finalizers) `finalizer` `finalizers`} {all .finalizers}, " +
			"which only {if .driver}{.driver}{else}its driver{end} on {.node} takes off, and that node does not exist any more: " +
			"the object stays until somebody takes {plural (len .finalizers) `it` `them`} off. {join .protects `; `}. " +
			"If that node will not return: {.command}",
		"FinalizerOfProvisioner": "{.finalizer} keeps the object until the driver has deleted the storage behind it, which nobody does once it is taken off by hand",
		"FinalizerOfAttacher":    "{.finalizer} keeps the object until the volume is detached from all nodes",
		"FinalizerOfOthers":      "{.finalizer} keeps the object until whoever added it is done with it: find out what for",
		"NothingElseLeft":        "nothing else is left to do",

		"SeenAlsoCalled":     "also called {list .names}",
		"NodeByHostname":     "node {.node} is also called {.hostname}",
		"HostnameOfSeveral":  "{.hostname} is what several nodes are called ({list .nodes}): name one of them",
		"NodePerhapsHasData": "{.node} may still have the data of {plural (len .claims) `claim` `claims`} {all .claims}: find out before the node is removed",
	}
}
