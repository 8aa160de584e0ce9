package drain

import (
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// Outcome says what becomes of the data once the steps of a Plan are done, besides what is lost: where it stays, who starts without
// it, and who may overwrite it.
func Outcome(p *Plan) []fact.Fact {
	if len(p.Steps) == 0 {
		return nil
	}
	switch p.Command {
	case "release":
		return keptFor(p)
	case "reclaim":
		return slices.Concat(erasedAnyway(p), handedOut(p))
	case "reattach":
		return slices.Concat(givenBack(p), releasedBesides(p), opened(p))
	}
	return slices.Concat(leftBehind(p), newStarts(p), releasedBesides(p), opened(p))
}

// volumesOf are the volumes that steps of an action are about, in order.
func volumesOf(p *Plan, actions ...Action) []string {
	var names []string
	for _, s := range p.Steps {
		name := s.Parameters.About().Volume.Name
		if slices.Contains(actions, s.Action) && name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// reservedFor are the claims that volumes are reserved for, in order, without those that are gone.
func reservedFor(p *Plan) []string {
	claims := []string{}
	for _, s := range p.Steps {
		if free, ok := s.Parameters.(*FreeParameters); ok && free.For != nil && !free.Former && !slices.Contains(claims, free.For.String()) {
			claims = append(claims, free.For.String())
		}
	}
	return claims
}

// keptFor says that volumes which are released keep the data.
func keptFor(p *Plan) []fact.Fact {
	volumes := volumesOf(p, Actions()...)
	if len(p.Losses) > 0 || len(volumes) == 0 {
		return nil
	}
	return []fact.Fact{fact.New("VolumesKeepData", "volumes", volumes, "claims", reservedFor(p))}
}

// erasedAnyway are volumes that are left to their provisioner whatever is done.
func erasedAnyway(p *Plan) []fact.Fact {
	if volumes := volumesOf(p, AwaitCleaned); len(volumes) > 0 {
		return []fact.Fact{fact.New("ProvisionerErasesAnyway", "volumes", volumes)}
	}
	return nil
}

// handedOut are volumes that reclaim gives away as they are.
func handedOut(p *Plan) []fact.Fact {
	var out []fact.Fact
	wiped := wipedIn(p)
	if volumes := without(volumesOf(p, OpenVolume), wiped); len(volumes) > 0 {
		out = append(out, fact.New("VolumesOpenToAny", "volumes", volumes))
	}
	var given, others, back, claims, kept, next []string
	for _, s := range p.Steps {
		free, ok := s.Parameters.(*FreeParameters)
		switch {
		case !ok || free.For == nil || free.Former || slices.Contains(wiped, free.Volume.Name):
		case free.For.String() != free.Claim.String() && !free.Data.Of(*free.For):
			given, others = append(given, free.Volume.Name), append(others, free.For.String())
		case p.hasToGo(*free.For): // the data is its own, as the volume's claimRef or record says
			kept, next = append(kept, free.Volume.Name), append(next, free.For.String())
		default:
			back, claims = append(back, free.Volume.Name), append(claims, free.For.String())
		}
	}
	if len(given) > 0 {
		out = append(out, fact.New("VolumesOpenToClaims", "volumes", given, "claims", others))
	}
	out = append(out, p.goBack(back, claims)...)
	if len(kept) > 0 {
		out = append(out, fact.New("VolumesKeepData", "volumes", kept, "claims", next))
	}
	if again := releasedAgain(p); len(again) > 0 {
		out = append(out, fact.New("VolumesReleasedAgain", "volumes", again))
	}
	if len(wiped) > 0 {
		out = append(out, fact.New("VolumesWiped", "volumes", wiped))
	}
	return out
}

// hasToGo reports whether a claim has to go before the next one of its name gets what is reserved for it.
func (p *Plan) hasToGo(claim Object) bool {
	return slices.ContainsFunc(p.Next, func(n Next) bool { return n.Missing && n.Fact.Get("claim") == claim.String() })
}

// releasedAgain are the volumes that belong to claims which are gone again.
func releasedAgain(p *Plan) []string {
	var names []string
	for _, s := range p.Steps {
		if free, ok := s.Parameters.(*FreeParameters); ok && free.Former {
			names = append(names, free.Volume.Name)
		}
	}
	return names
}

// releasedBesides says of volumes that were reserved in vain that they keep the data.
func releasedBesides(p *Plan) []fact.Fact {
	if volumes := releasedAgain(p); len(volumes) > 0 {
		return []fact.Fact{fact.New("VolumesReleasedBesides", "volumes", volumes)}
	}
	return nil
}

// opened are volumes that any claim can be given besides. Those that members move to are free, or are reserved for them alone,
// and are no news.
func opened(p *Plan) []fact.Fact {
	if volumes := without(volumesOf(p, OpenVolume), wipedIn(p)); len(volumes) > 0 {
		return []fact.Fact{fact.New("VolumesOpenBesides", "volumes", volumes)}
	}
	return nil
}

// givenBack is about the volumes that come back, and those that they replace, if they do.
func givenBack(p *Plan) []fact.Fact {
	var out []fact.Fact
	for _, s := range p.Steps {
		if s.Action == AwaitBound {
			out = append(out, givenBackTo(p, s))
		}
	}
	return out
}

// givenBackTo is about one of them, by the step that waits until it is bound.
func givenBackTo(p *Plan, bound Step) fact.Fact {
	volume, claim, again := bound.Parameters.About().Volume.Name, bound.Object.String(), false
	var replaced []string
	for _, s := range p.Steps {
		about := s.Parameters.About()
		switch {
		case s.Action == ReserveVolume && about.Volume.Name == volume:
			again = slices.Contains(reservedFor(p), about.Claim.String())
		case s.Action == AwaitReleased && about.Claim.String() == claim && about.Volume.Name != volume && !slices.Contains(replaced, about.Volume.Name):
			replaced = append(replaced, about.Volume.Name)
		}
	}
	switch {
	case slices.Contains(wipedIn(p), volume):
		return fact.New("ClaimGetsWiped", "claim", claim, "volume", volume)
	case p.inDoubt(volume):
		return fact.New("ClaimGetsDoubtful", "claim", claim, "volume", volume, "replaced", replaced)
	case len(replaced) == 0:
		return fact.New("ClaimGetsData", "claim", claim, "volume", volume)
	case again:
		return fact.New("ClaimGoesBackToData", "claim", claim, "volume", volume, "replaced", replaced)
	}
	return fact.New("ClaimGetsOtherData", "claim", claim, "volume", volume, "replaced", replaced)
}

// leftBehind says of the volumes of a node that is left what becomes of their data. That members get the data of others with the volumes
// that they move to changes nothing about those.
func leftBehind(p *Plan) []fact.Fact {
	replaced := slices.IndexFunc(p.RestsOn, func(d liveness.DeadNode) bool { return d.Replaced })
	switch {
	case slices.ContainsFunc(p.Losses, func(f fact.Fact) bool { return f.Code != "ForeignDataGiven" }):
		return nil
	case replaced >= 0:
		return []fact.Fact{fact.New("EarlierDisksGone", "node", p.RestsOn[replaced].Name)}
	case slices.ContainsFunc(p.Moves, p.leavesDoubtful):
		return []fact.Fact{fact.New("OldVolumesUntouched")}
	case slices.ContainsFunc(p.Moves, func(m Move) bool { return !m.Stays }):
		return []fact.Fact{fact.New("OldVolumesKeepData")}
	}
	return []fact.Fact{fact.New("ClaimsStay")}
}

// leavesDoubtful reports whether a member leaves a volume whose disk may have gone with an earlier machine.
func (p *Plan) leavesDoubtful(m Move) bool {
	return !m.Stays && p.inDoubt(m.From)
}
