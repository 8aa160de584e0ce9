package phrase

import "maps"

// handback says Plans of release, reclaim and reattach: pkg/drain/planner.
func handback() catalog {
	all := catalog{}
	for _, some := range []catalog{users()} {
		maps.Copy(all, some)
	}
	return all
}

// users says which Pods hold a claim: pkg/drain/workload.
func users() catalog {
	const used = "claim {.claim} is used by {plural (len .pods) `Pod` `Pods`} {list .pods}; "
	return catalog{
		"PodInState":     "{.pod} ({.state} on {.node}, {.owner})",
		"BarePodInState": "{.pod} ({.state} on {.node})",
		"PodList":        "{list .pods}",

		"ClaimHeldByEndedPod": used + "a Pod that has ended holds its claim until it is deleted: {.command}",
		"ClaimUsedByScalable": used + "scale it down first: {.command}",
		"ClaimUsedByBarePod":  used + "stop it first: {.command}",
		"ClaimUsedByOwner":    used + "stop {.owner} first",
	}
}
