package phrase

// leftOut says who is not worked on, and why: by choice, or because something stands in the way of one alone.
func leftOut() catalog {
	return catalog{
		"MembersLeftOut":       "{count (len .members) `member`} {plural (len .members) `is` `are`} left out: {list .members}",
		"VolumesLeftOut":       "{count (len .volumes) `volume`} {plural (len .volumes) `is` `are`} left out: {list .volumes}",
		"MembersNotChosen":     "not chosen with --only or --except, and left as {plural (len .members) `it is` `they are`}: {list .members}",
		"ChoiceMatchesNothing": "{.flag}={.value} matches nothing{if .known}: there {plural (len .known) `is` `are`} {list .known}{end}",

		"ClaimHeldByUnchosen": "claim {.claim} is also held by Pod {.pod} on {.node}, which has ended and is not chosen: choose both, or delete that Pod first",

		"NotChosen":         "not chosen with --only or --except",
		"PodLeftOut":        "left out",
		"NodeRunsLeftOut":   "{.node} is cordoned and NOT empty: it still runs what was left out ({list .members})",
		"NodeRunsNotChosen": "{.node} still runs the Pods that --only or --except leaves there",

		"BehindAnotherMember": "{.member} cannot come back before {.first}: {.owner} recreates its Pods in order, and {.first} stays where it is",
		"BehindUnready": "{.member} would be down and not come back before {.first} is Ready, which it is not: {.owner} recreates its Pods in order; " +
			"see to {.first} first",
		"DownBehindUnready":     "{.member} cannot come back before {.first} is Ready, which it is not: {.owner} recreates its Pods in order; see to {.first} first",
		"DownBehindWaiting":     "{.member} comes back only after {.first}, which waits for {.node} as well: {.owner} recreates its Pods in order",
		"BehindUnreadyWithData": "{.why}; its earlier data is there, to give it that back first: {.command}",
		"PodHasFinalizer":       "Pod {.pod} has finalizer {.finalizer}: it goes only when whoever added that removes it",
		"PodHeldByFinalizersOf": "Pod {.pod}, which is Ready, has {plural (len .finalizers) `finalizer` `finalizers`} {all .finalizers}: it would stop, and be recreated only when " +
			"whoever added {plural (len .finalizers) `that` `those`} allows it",
		"ClaimHeldByFinalizersOf": "claim {.claim} has {plural (len .finalizers) `finalizer` `finalizers`} {all .finalizers} and goes only when whoever added " +
			"{plural (len .finalizers) `that` `those`} allows it; {.member}, which is Ready, would be down until then",
	}
}
