package phrase

// outcome says what becomes of the data in the end: pkg/drain. These are the last words before a Plan is confirmed.
func outcome() catalog {
	const notKnown = " What is on {list .unknown} is not known."
	const notKnownIfAny = "{if .unknown}" + notKnown + "{end}"
	const how = "{if .unknown}WITHOUT THEIR DATA{else}EMPTY{end}"
	const overwrite = "can be given {list .volumes} and OVERWRITE what is on {plural (len .volumes) `it` `them`}."
	return catalog{
		"VolumesKeepData":         "No data is erased: {list .volumes} {plural (len .volumes) `keeps` `keep`} it{if .claims}, for the next {plural (len .claims) `claim` `claims`} {list .claims}{end}.",
		"ProvisionerErasesAnyway": "The provisioner erases {list .volumes}, with or without this command.",
		"VolumesOpenToAny":        "Nothing is erased now. From now on any claim " + overwrite,
		"VolumesOpenToClaims":     "Nothing is erased now. From now on claim {all .claims} " + overwrite,
		"VolumesWiped":            "No data is lost: {list .volumes} {plural (len .volumes) `was` `were`} wiped, and nothing is on {plural (len .volumes) `it` `them`}.",
		"VolumesGoBack":           "No data is erased: {plural (len .claims) `claim` `claims`} {all .claims} {plural (len .claims) `gets its own earlier data` `get their own earlier data`} on {list .volumes}.",
		"VolumesGoBackDoubtful":   "No data is erased: {plural (len .claims) `claim` `claims`} {all .claims} {plural (len .claims) `gets` `get`} {list .volumes}, with {plural (len .claims) `its` `their`} own earlier data as far as the {plural (len .volumes) `disk is the one` `disks are those`} that had it.",
		"VolumesReleasedAgain":    "No data is erased: {list .volumes} {plural (len .volumes) `is` `are`} Released again, and no claim gets {plural (len .volumes) `it` `them`}.",
		"VolumesReleasedBesides":  "{list .volumes} {plural (len .volumes) `is` `are`} Released again with the old data, and no claim gets {plural (len .volumes) `it` `them`}.",
		"VolumesOpenBesides":      "From now on any claim " + overwrite,

		"ClaimGetsData": "No data is erased: claim {.claim} gets the data on {.volume}.",
		"ClaimGetsDoubtful": "{if .replaced}Claim{else}No data is erased: claim{end} {.claim} gets {.volume}, with the data as far as the disk is the one that had it." +
			"{if .replaced} What it has now stays on {list .replaced}.{end}",
		"ClaimGetsWiped":      "Claim {.claim} gets {.volume} EMPTY: it was wiped.",
		"ClaimGoesBackToData": "Claim {.claim} goes back to the data on {.volume}. What has been written since stays on {list .replaced}.",
		"ClaimGetsOtherData":  "Claim {.claim} gets the data on {.volume}. What it has now stays on {list .replaced}.",

		"EarlierDisksGone":    "No data is erased now: what the earlier disks of {.node} held is gone with them (--recreated).",
		"OldVolumesKeepData":  "No data is erased: the old volumes keep it.",
		"OldVolumesUntouched": "Nothing is erased: what is on the old volumes stays there, as far as the disks are those that had the data.",
		"ClaimsStay":          "No data is erased: claims stay where they are.",

		"MemberStartsEmpty":            "{.member} starts EMPTY and has to copy from {count .peers `ready peer`}.",
		"MemberStartsEmptyNoPeerReady": "{.member} starts EMPTY: no peer is ready to copy from.",
		"MemberStartsEmptyAlone":       "{.member} starts EMPTY.",

		"MemberStartsWithout":            "{.member} starts WITHOUT ITS DATA and has to copy from {count .peers `ready peer`}." + notKnown,
		"MemberStartsWithoutNoPeerReady": "{.member} starts WITHOUT ITS DATA: no peer is ready to copy from." + notKnown,
		"MemberStartsWithoutAlone":       "{.member} starts WITHOUT ITS DATA." + notKnown,
		"MembersStartWithout":            "{count (len .members) `member`} start " + how + " and have to copy from their ready peers." + notKnownIfAny,
		"MembersStartWithoutAlone":       "{count (len .members) `member`} start " + how + ", with no ready peer to copy from." + notKnownIfAny,
		"MembersStartWithoutSomeAlone":   "{count (len .members) `member`} start " + how + "; {len .alone} of them with no ready peer to copy from." + notKnownIfAny,

		"MemberContinuesOwnData": "{.member} continues with its own OLDER data on {list .volumes}.",
		"MemberGetsForeignData":  "{.member} starts on the data of ANOTHER claim, {all .claims}, on {list .volumes}.",

		"MemberStaysPending":            "{.member} stays Pending: it fits no node.",
		"MemberNotRecreatedFitsNowhere": "{.member} fits no node, and no controller recreates it.",
		"MembersFitNowhere":             "{count (len .members) `member`} fit no node and do not start: {list .members}.",
	}
}
