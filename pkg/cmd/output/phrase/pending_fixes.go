package phrase

// fixes says changes that make a Pod schedulable: pkg/inspect. Two titles make a pair, notes stand one after the other.
func fixes() catalog {
	return catalog{
		"AddVolume":          `add a {.request} volume for claim {.claim} on {plural .nodes "this node" "one of these nodes"}`,
		"CreateStorageClass": "create storage class {.class} for local volumes",
		"EmptyVolume":        "give claim {.claim} a new, empty volume",
		"OtherVolume":        "give claim {.claim} another volume{if gt (len .volumes) 1}, one of{else}:{end} {list .volumes}",
		"ControllerBinds":    "the volume controller binds claim {.claim} to {.volume}",
		"EndReservation":     "stop reserving {.volume} for claim {.claim}",
		"FreeResources":      "free {range $i, $name := .resources}{if $i} and {end}{index $.lacks $i} more {$name}{end} on {.node}",
		"LabelNode":          "label {.node} with {.label} again, as {.volume} asks",
		"LabelVolume":        "label {.volume} with {all .labels}, as claim {.claim} asks",
		"NodeComesBack":      "{.node} comes back",
		"ReclaimForAny":      "reclaim the {.phase} volume {.volume}",
		"ReclaimForClaim":    "reclaim the {.phase} volume {.volume} for claim {.claim}",
		"RemoveAnnotation":   "remove the annotation {.annotation} from claim {.claim}",
		"RemoveTaint":        "remove the taint {.taint} from {.node}",
		"ReattachOwn":        "give {plural (len .claims) `claim` `claims`} {and .claims} {plural (len .claims) `its` `their`} own earlier {plural (len .claims) `volume` `volumes`} {and .volumes} back",
		"Reserve":            "reserve {.volume} for claim {.claim}",
		"ReserveInstead":     "reserve {.volume} for claim {.claim} instead of {.old}, which does not exist",
		"SelectNode":         "give Pod {.pod} the nodeSelector {.label}={.value} instead of spec.nodeName",
		"TolerateTaint":      "add a toleration for the taint {.taint} to Pod {.pod}",
		"Uncordon":           "uncordon {.node}",

		"RecreateClaimWithAccessModes":     "recreate claim {.claim} with access modes {.modes}",
		"RecreateClaimWithAttributesClass": "recreate claim {.claim} {if .class}with attributes class {.class}{else}without an attributes class{end}",
		"RecreateClaimWithClass":           "recreate claim {.claim} {if .class}with class {.class}{else}without a storage class{end}",
		"RecreateClaimForVolume":           "recreate claim {.claim} for {.volume}",
		"RecreateClaimWithRequest":         "recreate claim {.claim} with a request of {.request} or less",
		"RecreateClaimWithVolumeMode":      "recreate claim {.claim} with volume mode {.mode}",
		"RecreateClaimWithoutSelector":     "recreate claim {.claim} without its selector",
		"RecreateClaimWithoutVolumeName":   "recreate claim {.claim} without spec.volumeName",
	}
}

// fixNotes says what must be known of such changes.
func fixNotes() catalog {
	return catalog{
		"ClaimBoundAtOnce": "the claim is bound to it at once",
		"ClaimTemplateNamesVolume": "{.owner} creates its claims from a template that names volume {.volume} (spec.volumeName), and recreates this one the same: first recreate {.owner} " +
			"without that (kubectl delete with --cascade=orphan leaves its Pods running), then delete the claim with its Pod",
		"ClaimTemplateUnchanged": "{.owner} creates its claims from a template: change that too, for its next members",
		"ClassHasVolumes":        `{count .volumes "volume"} of that class {plural .volumes "exists" "exist"}`,
		"ControllerMustRun":      "it does so within seconds: if it does not, see whether kube-controller-manager runs",
		"DriverLabelsNode":       "the driver {.driver} sets that label when it registers on {.node}: if it does not run there, start it",
		"DiskNeeded":             "the command is for {.node}: mount the disk there first, at {.path}",
		"LabelMustBeTrue":        "only if the label is true of the disk",
		"LargestPods":            "its largest Pods: {first .pods .count}",
		"OldDataComes":           "the data of {.old} is still on it and comes with it",
		"ForeignDataComes":       "the data of {.old} is still on {.volume} and {if .perhaps}may come{else}comes{end} with it",
		"MoreForeignDataComes":   "on {count .volumes `more volume`} that may be taken there is the data of other claims too",
		"ContentUnknown":         "what is on {list .volumes} is not known",
		"WipedComes":             "{.volume} was wiped: nothing is on it",
		"SetMayNeedData":         "whether a StatefulSet is about to create {.old} for that data is {.why}",
		"OldDataStays":           "the Pod starts without its data; the old data stays on {.volume}, which is kept",
		"OldDataStaysToo":        "the old data stays on {.volume} too, which is kept",
		"OwnDataComes":           "the Pod has the data that an earlier claim of the same name left; nothing is erased",
		"OwnDataMayCome":         "the Pod has the data that an earlier claim of the same name left, as far as the {plural (len .volumes) `disk is the one` `disks are those`} that had it; nothing is erased",
		"OneOfSeveralOwn": "claims of the name {.claim} left several volumes: {.volume}{if eq .order `last`}, the last one{else if eq .order `earlier`}, not the last one{else}; " +
			"which was left last is not known{end}; besides {list .others}",
		"OwnDataOverwritten":     "the own data of claim {.claim} was on {list .volumes}, the same disk: what is left of it can be overwritten",
		"OwnDataLeft":            "the Pod starts without the own data of claim {.claim}, which stays on {list .volumes}",
		"OwnDataStaysToo":        "the own data of claim {.claim} stays on {list .volumes}",
		"MoveNeedsFlag":          "recover and drain take {.volume} only with --accept-foreign-data {.volume}, as its data is another's",
		"OtherPodsCome":          "other Pods can be placed there too",
		"PodHolds":               "{.pod} ({.amount} {resource .resource})",
		"PodStartsElsewhere":     "the Pod then starts on another volume, without what is on {.volume}, and any claim can take {.volume}",
		"PodStartsEmpty":         "the Pod starts without its data",
		"PodTemplateSelectsNode": "{.owner} creates its Pods from a template: make that change there",
		"PodTemplateTolerates":   "{.owner} creates its Pods from a template: add the toleration there too",
		"RecoverDoesIt":          "recover does all of it in order, once the node is proved dead",
		"ReservedDataMayCome":    "data of {.old} may still be on it and would come with it; whoever reserved it may still mean to use it",
		"TaintHasReason":         "somebody tainted it for a reason",
		"VolumeStaysElsewhere":   "the Pod starts without its data; {.volume} belongs to {.claim}{if .uid} (uid {.uid}){end} and stays as it is",
	}
}
