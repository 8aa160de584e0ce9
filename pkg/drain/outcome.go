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
		return slices.Concat(givenBack(p), opened(p))
	}
	return slices.Concat(leftBehind(p), newStarts(p), opened(p))
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

// reservedFor are the claims that volumes are reserved for, in order.
func reservedFor(p *Plan) []string {
	claims := []string{}
	for _, s := range p.Steps {
		if free, ok := s.Parameters.(*FreeParameters); ok && free.For != nil && !slices.Contains(claims, free.For.String()) {
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
	if volumes := volumesOf(p, OpenVolume); len(volumes) > 0 {
		out = append(out, fact.New("VolumesOpenToAny", "volumes", volumes))
	}
	if volumes := volumesOf(p, ReserveVolume); len(volumes) > 0 {
		out = append(out, fact.New("VolumesOpenToClaims", "volumes", volumes, "claims", reservedFor(p)))
	}
	return out
}

// opened are volumes that any claim can be given besides. Those that members move to are free, or are reserved for them alone,
// and are no news.
func opened(p *Plan) []fact.Fact {
	if volumes := volumesOf(p, OpenVolume); len(volumes) > 0 {
		return []fact.Fact{fact.New("VolumesOpenBesides", "volumes", volumes)}
	}
	return nil
}

// givenBack is about the volume that comes back, and the one that it replaces, if there is one.
func givenBack(p *Plan) []fact.Fact {
	volume, claim, again := p.Targets[0].Name, "", false
	for _, s := range p.Steps {
		switch about := s.Parameters.About(); {
		case s.Action == AwaitBound:
			claim = s.Object.String()
		case s.Action == ReserveVolume && about.Volume.Name == volume:
			again = slices.Contains(reservedFor(p), about.Claim.String())
		}
	}
	replaced := slices.DeleteFunc(volumesOf(p, AwaitReleased), func(name string) bool { return name == volume })
	switch {
	case len(replaced) == 0:
		return []fact.Fact{fact.New("ClaimGetsData", "claim", claim, "volume", volume)}
	case again:
		return []fact.Fact{fact.New("ClaimGoesBackToData", "claim", claim, "volume", volume, "replaced", replaced)}
	}
	return []fact.Fact{fact.New("ClaimGetsOtherData", "claim", claim, "volume", volume, "replaced", replaced)}
}

// leftBehind says of the volumes of a node that is left what becomes of their data.
func leftBehind(p *Plan) []fact.Fact {
	replaced := slices.IndexFunc(p.RestsOn, func(d liveness.DeadNode) bool { return d.Replaced })
	switch {
	case len(p.Losses) > 0:
		return nil
	case replaced >= 0:
		return []fact.Fact{fact.New("EarlierDisksGone", "node", p.RestsOn[replaced].Name)}
	case slices.ContainsFunc(p.Moves, func(m Move) bool { return !m.Stays }):
		return []fact.Fact{fact.New("OldVolumesKeepData")}
	}
	return []fact.Fact{fact.New("ClaimsStay")}
}
