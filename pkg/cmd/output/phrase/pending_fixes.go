package phrase

// fixes says changes that make a Pod schedulable: pkg/inspect. Two titles make a pair, notes stand one after the other.
func fixes() catalog {
	return catalog{
		"AddVolume":          `add a {.request} volume for claim {.claim} on {plural .nodes "this node" "one of these nodes"}`,
		"CreateStorageClass": "create storage class {.class} for local volumes",
		"EmptyVolume":        "give claim {.claim} a new, empty volume",
		"EndReservation":     "stop reserving {.volume} for claim {.claim}",
		"FreeResources":      "free {range $i, $name := .resources}{if $i} and {end}{index $.lacks $i} more {$name}{end} on {.node}",
		"LabelVolume":        "label {.volume} with {all .labels}, as claim {.claim} asks",
		"NodeComesBack":      "{.node} comes back",
		"ReclaimForClaim":    "reclaim the {.phase} volume {.volume} for claim {.claim}",
		"RemoveAnnotation":   "remove the annotation {.annotation} from claim {.claim}",
		"RemoveTaint":        "remove the taint {.taint} from {.node}",
		"Reserve":            "reserve {.volume} for claim {.claim}",
		"ReserveInstead":     "reserve {.volume} for claim {.claim} instead of {.old}, which does not exist",
		"SelectNode":         "give Pod {.pod} the nodeSelector {.label}={.value} instead of spec.nodeName",
		"TolerateTaint":      "add a toleration for the taint {.taint} to Pod {.pod}",
		"Uncordon":           "uncordon {.node}",

		"RecreateClaimWithAccessModes":     "recreate claim {.claim} with access modes {.modes}",
		"RecreateClaimWithAttributesClass": "recreate claim {.claim} {if .class}with attributes class {.class}{else}without an attributes class{end}",
		"RecreateClaimWithClass":           "recreate claim {.claim} {if .class}with class {.class}{else}without a storage class{end}",
		"RecreateClaimWithRequest":         "recreate claim {.claim} with a request of {.request} or less",
		"RecreateClaimWithVolumeMode":      "recreate claim {.claim} with volume mode {.mode}",
		"RecreateClaimWithoutSelector":     "recreate claim {.claim} without its selector",
		"RecreateClaimWithoutVolumeName":   "recreate claim {.claim} without spec.volumeName",

		"ClaimBoundAtOnce":       "the claim is bound to it at once",
		"ClaimTemplateUnchanged": "{.owner} creates its claims from a template: change that too, for its next members",
		"ClassHasVolumes":        `{count .volumes "volume"} of that class {plural .volumes "exists" "exist"}`,
		"DiskNeeded":             "the command is for {.node}: mount the disk there first, at {.path}",
		"LabelMustBeTrue":        "only if the label is true of the disk",
		"LargestPods":            "its largest Pods: {first .pods .count}",
		"OldDataComes":           "the data of {.old} is still on it and comes with it",
		"OldDataStays":           "the Pod starts without its data; the old data stays on {.volume}, which is kept",
		"OtherPodsCome":          "other Pods can be placed there too",
		"PodHolds":               "{.pod} ({.amount} {resource .resource})",
		"PodStartsElsewhere":     "the Pod then starts on another volume, without what is on {.volume}, and any claim can take {.volume}",
		"PodStartsEmpty":         "the Pod starts without its data",
		"PodTemplateSelectsNode": "{.owner} creates its Pods from a template: make that change there",
		"PodTemplateTolerates":   "{.owner} creates its Pods from a template: add the toleration there too",
		"RecoverDoesIt":          "recover does all of it in order, once the node is proved dead",
		"ReservedDataMayCome":    "data of {.old} may still be on it and would come with it; whoever reserved it may still mean to use it",
		"TaintHasReason":         "somebody tainted it for a reason",
		"VolumeStaysElsewhere":   "the Pod starts on an empty volume; {.volume} belongs to {.claim}{if .uid} (uid {.uid}){end} and stays as it is",
	}
}
