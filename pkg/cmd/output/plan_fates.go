package output

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// maxEmptied is how many members are named that start without data, before they are counted.
const maxEmptied = 3

// fate is a sentence about what becomes of data.
type fate struct {
	style Style
	text  string
}

// fates are the last words before a Plan is confirmed: what is lost, else where the data stays, who starts without it, and
// who may overwrite it.
func (p *pageWriter) fates(plan *drain.Plan) {
	for _, loss := range plan.Losses {
		text := p.phrase.Text(loss)
		if !givenUp(loss) {
			text = "Lost: " + text
		}
		p.prose(Bad, 0, 2, text)
	}
	if len(plan.Steps) == 0 {
		return
	}
	for _, f := range fatesOf(plan) {
		p.prose(f.style, 0, 2, f.text)
	}
}

// givenUp reports whether a loss is one that was accepted by name, which its sentence says.
func givenUp(loss fact.Fact) bool {
	return slices.Contains([]fact.Code{"GivenUpKept", "GivenUpGone", "GivenUpErased"}, loss.Code)
}

func fatesOf(plan *drain.Plan) []fate {
	switch plan.Command {
	case "release":
		return releaseFates(plan)
	case "reclaim":
		return slices.Concat(cleaned(plan), handedOut(plan, "Nothing is erased now. "))
	case "reattach":
		return slices.Concat(reattachFates(plan), handedOut(plan, ""))
	}
	return slices.Concat(leftBehind(plan), emptied(plan), handedOut(plan, ""))
}

// volumesOf are the volumes that steps of an action are about, in order.
func volumesOf(plan *drain.Plan, actions ...drain.Action) []string {
	var names []string
	for _, s := range plan.Steps {
		name := s.Parameters.About().Volume.Name
		if slices.Contains(actions, s.Action) && name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// itOrThem stands for volumes that have been named.
func itOrThem(volumes []string) string {
	if len(volumes) == 1 {
		return "it"
	}
	return "them"
}

func releaseFates(plan *drain.Plan) []fate {
	if len(plan.Losses) > 0 {
		return nil
	}
	volumes := volumesOf(plan, drain.Actions()...)
	text := fmt.Sprintf("No data is erased: %s keeps it", volumes[0])
	if len(volumes) > 1 {
		text = fmt.Sprintf("No data is erased: %s keep it", phrase.List(volumes))
	}
	if claims := reservedFor(plan); len(claims) > 0 {
		text += ", for the next claim " + phrase.List(claims)
	}
	return []fate{{Good, text + "."}}
}

// reservedFor are the claims that volumes are reserved for, in order.
func reservedFor(plan *drain.Plan) []string {
	var claims []string
	for _, s := range plan.Steps {
		if free, ok := s.Parameters.(*drain.FreeParameters); ok && free.For != nil && !slices.Contains(claims, free.For.String()) {
			claims = append(claims, free.For.String())
		}
	}
	return claims
}

// cleaned are volumes that are left to their provisioner anyway.
func cleaned(plan *drain.Plan) []fate {
	volumes := volumesOf(plan, drain.AwaitCleaned)
	if len(volumes) == 0 {
		return nil
	}
	return []fate{{Bad, fmt.Sprintf("The provisioner erases %s, with or without this command.", phrase.List(volumes))}}
}

// handedOut are volumes that claims can be given from now on. Those that members move to are free, or are reserved for them
// alone, and are no news.
func handedOut(plan *drain.Plan, before string) []fate {
	var out []fate
	if volumes := volumesOf(plan, drain.OpenVolume); len(volumes) > 0 {
		out = append(out, overwrite(before, "any claim", volumes))
	}
	if volumes := volumesOf(plan, drain.ReserveVolume); len(volumes) > 0 && plan.Command == "reclaim" {
		out = append(out, overwrite(before, "claim "+strings.Join(reservedFor(plan), ", "), volumes))
	}
	return out
}

func overwrite(before, who string, volumes []string) fate {
	return fate{Warn, fmt.Sprintf("%sFrom now on %s can be given %s and OVERWRITE what is on %s.", before, who, phrase.List(volumes), itOrThem(volumes))}
}

// reattachFates is about the volume that comes back, and the one that it replaces, if there is one.
func reattachFates(plan *drain.Plan) []fate {
	volume, claim, again := plan.Targets[0].Name, "", false
	for _, s := range plan.Steps {
		switch about := s.Parameters.About(); {
		case s.Action == drain.AwaitBound:
			claim = s.Object.String()
		case s.Action == drain.ReserveVolume && about.Volume.Name == volume:
			again = slices.Contains(reservedFor(plan), about.Claim.String())
		}
	}
	replaced := slices.DeleteFunc(volumesOf(plan, drain.AwaitReleased), func(name string) bool { return name == volume })
	switch {
	case len(replaced) == 0:
		return []fate{{Good, fmt.Sprintf("No data is erased: claim %s gets the data on %s.", claim, volume)}}
	case again:
		return []fate{{Warn, fmt.Sprintf("Claim %s goes back to the data on %s. What has been written since stays on %s.", claim, volume, phrase.List(replaced))}}
	}
	return []fate{{Warn, fmt.Sprintf("Claim %s gets the data on %s. What it has now stays on %s.", claim, volume, phrase.List(replaced))}}
}

// leftBehind says of the volumes of a node that is left what becomes of their data.
func leftBehind(plan *drain.Plan) []fate {
	replaced := slices.IndexFunc(plan.RestsOn, func(d liveness.DeadNode) bool { return d.Replaced })
	leaves := slices.ContainsFunc(plan.Moves, func(m drain.Move) bool { return !m.Stays })
	switch {
	case len(plan.Losses) > 0:
		return nil
	case replaced >= 0:
		return []fate{{Warn, fmt.Sprintf("No data is erased now: what the earlier disks of %s held is gone with them (--recreated).", plan.RestsOn[replaced].Name)}}
	case leaves:
		return []fate{{Good, "No data is erased: the old volumes keep it."}}
	}
	return []fate{{Good, "No data is erased: claims stay where they are."}}
}

// emptied are the members that get new claims, and what they can copy from.
func emptied(plan *drain.Plan) []fate {
	var members []drain.Move
	for _, m := range plan.Moves {
		if !m.Stays && !slices.ContainsFunc(members, func(o drain.Move) bool { return o.Member == m.Member }) {
			members = append(members, m)
		}
	}
	if len(members) > maxEmptied {
		return []fate{{Warn, manyEmptied(members)}}
	}
	var out []fate
	for _, m := range members {
		out = append(out, fate{Warn, m.Member + " starts EMPTY" + copyFrom(m.Peers)})
	}
	return out
}

// copies are how many peers a member can copy its data from.
func copies(peers *drain.Peers) int {
	if peers == nil || peers.Kind != drain.CountedPeers {
		return 0
	}
	return peers.Ready
}

func copyFrom(peers *drain.Peers) string {
	switch n := copies(peers); {
	case n > 0:
		return fmt.Sprintf(" and has to copy from %s.", Count(n, "ready peer"))
	case peers != nil && peers.Kind == drain.CountedPeers:
		return ": no peer is ready to copy from."
	}
	return "."
}

func manyEmptied(members []drain.Move) string {
	alone := 0
	for _, m := range members {
		if copies(m.Peers) == 0 {
			alone++
		}
	}
	text := Count(len(members), "member") + " start EMPTY"
	switch alone {
	case 0:
		return text + " and have to copy from their ready peers."
	case len(members):
		return text + ", with no ready peer to copy from."
	}
	return fmt.Sprintf("%s; %d of them with no ready peer to copy from.", text, alone)
}
