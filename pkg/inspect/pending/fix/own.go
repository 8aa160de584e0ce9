package fix

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// given is a volume with its own data that a claim is given back.
type given struct {
	use evidence.ClaimUse
	match.Earlier
	// place is which of the claim's volumes it is, by when they were left: 0 is the last.
	place int
}

// ownVolumes gives the claims of the Pod back what earlier claims of their names left, in every way that a node can have: all of them in one
// change, as the Pod may need every one, first those that were left last. Where the volumes of the claims are on different nodes, only some
// can be given back. No claim gets such a volume by itself, for it names a claim that is gone.
func ownVolumes(e evidence.Evidence) []candidate {
	var whole, parts []candidate
	claims := 0
	for _, choice := range choices(e) {
		claims = max(claims, len(choice)) // the first choice has them all
		nodes, together := onSameNode(e.Index, choice)
		switch {
		case len(choice) == 0 || twice(choice) || !together:
		case len(choice) == claims:
			whole = append(whole, ownVolume(e, choice, nodes))
		default:
			parts = append(parts, ownVolume(e, choice, nodes))
		}
	}
	if len(whole) > 0 {
		return whole
	}
	return parts
}

// choices are what the claims of the Pod could be given back together, each one of its volumes or none: first what was left last.
func choices(e evidence.Evidence) [][]given {
	all := [][]given{nil}
	for _, u := range e.Uses {
		back := u.Returnable(e.Index)
		if len(back) == 0 {
			continue
		}
		var longer [][]given
		for _, choice := range all {
			for i, own := range back[:min(len(back), maxAlike)] {
				longer = append(longer, append(slices.Clone(choice), given{u, own, i}))
			}
			longer = append(longer, choice)
		}
		all = longer[:min(len(longer), maxChoices)]
	}
	return all
}

// onSameNode are the nodes that have the data of all volumes of a choice, nil for every node, and whether there can be such a node.
func onSameNode(ix *inspect.Index, choice []given) (nodes []string, can bool) {
	for _, g := range choice {
		on := siteNodes(ix, g.Volume)
		switch {
		case on == nil:
		case nodes == nil:
			nodes = on
		default:
			nodes = slices.DeleteFunc(slices.Clone(nodes), func(n string) bool { return !slices.Contains(on, n) })
		}
		if on != nil && len(nodes) == 0 {
			return nil, false
		}
	}
	return nodes, true
}

// twice reports whether two claims would be given one volume.
func twice(choice []given) bool {
	for i, g := range choice {
		if slices.ContainsFunc(choice[i+1:], func(other given) bool { return other.Volume.Name == g.Volume.Name }) {
			return true
		}
	}
	return false
}

// ownVolume is one of them.
func ownVolume(e evidence.Evidence, choice []given, nodes []string) candidate {
	c := candidate{fix: Fix{Risk: RiskNone}, nodes: nodes}
	var volumes []string
	for _, g := range choice {
		volumes, c.gives = append(volumes, g.Volume.Name), append(c.gives, g.use.Name)
		c.change = c.change.Then(together(g.use.Claim, g.Volume))
		c.fix.ID = joinedID(c.fix.ID, "reattach-"+g.Volume.Name)
		c.fix.Commands = giveBack(c.fix.Commands, g)
		if several := g.amongSeveral(e.Index); !several.IsZero() {
			c.fix.Notes = append(c.fix.Notes, several)
		}
		if g.place > 0 {
			c.fix.Risk = RiskLow // nothing is lost, but what was written last is elsewhere
		}
	}
	if len(choice) == 1 {
		c.claim = c.gives[0]
	}
	c.fix.Titles = []fact.Fact{fact.New("ReattachOwn", "volumes", volumes, "claims", c.gives)}
	c.fix.Notes = append([]fact.Fact{ownComes(e.Index, volumes)}, c.fix.Notes...)
	return c
}

// ownComes says that the Pod gets the own data of claims on volumes, as far as that is certain.
func ownComes(ix *inspect.Index, volumes []string) fact.Fact {
	doubtful := slices.ContainsFunc(volumes, func(name string) bool {
		_, perhaps := disk.PerhapsNotThere(ix, ix.Volume(name))
		return perhaps
	})
	if doubtful {
		return fact.New("OwnDataMayCome", "volumes", volumes)
	}
	return fact.New("OwnDataComes", "volumes", volumes)
}

// giveBack are the commands that give volumes back, with one more volume. One command takes all that name their claims; one that names
// none, or is reserved for another, has to be told for which claim it is.
func giveBack(commands []fact.Command, g given) []fact.Command {
	if ref := g.Volume.Spec.ClaimRef; ref == nil || ref.Namespace != g.use.Claim.Namespace || ref.Name != g.use.Name {
		return append(commands, fact.Plugin("reattach", g.Volume.Name).With("--claim", g.use.Claim.Namespace+"/"+g.use.Name))
	}
	for i, c := range commands {
		if len(c.Flags) == 0 {
			commands[i] = fact.Plugin("reattach", append(slices.Clone(c.Args), g.Volume.Name)...)
			return commands
		}
	}
	return append(commands, fact.Plugin("reattach", g.Volume.Name))
}

// amongSeveral says that the claim left other volumes besides, and what tells them apart; zero if it did not.
func (g given) amongSeveral(ix *inspect.Index) fact.Fact {
	all := g.use.Returnable(ix)
	if len(all) < 2 {
		return fact.Fact{}
	}
	order, others := "last", make([]fact.Fact, 0, len(all))
	if g.place > 0 {
		order = "earlier"
	}
	for i, other := range all {
		if i != g.place {
			others = append(others, other.Fact())
		}
		if other.Volume.Status.LastPhaseTransitionTime == nil {
			order = "unknown"
		}
	}
	return fact.New("OneOfSeveralOwn", "claim", g.use.Name, "volume", g.Fact(), "order", order, "others", others)
}

// joinedID is the ID of one more change of the same kind.
func joinedID(before, id string) string {
	if before == "" {
		return id
	}
	return before + "+" + id
}

// leaving is a fix that makes the Pod fit some nodes, with what the Pod is without then: the own data of claims that the fix lets be bound to other volumes.
func leaving(e evidence.Evidence, c candidate, f Fix, nodes []string) Fix {
	for _, u := range e.Uses {
		if len(u.Earlier) > 0 && !slices.Contains(c.gives, u.Name) && !takesOwn(u, nodes) {
			f.Risk = RiskData
			left, given := leftElsewhere(e, c, u.Earlier)
			if len(given) > 0 {
				f.Notes = append(slices.Clone(f.Notes), fact.New("OwnDataOverwritten", "claim", u.Name, "volumes", match.Facts(given)))
			}
			if len(left) > 0 {
				stays := fact.New("OwnDataLeft", "claim", u.Name, "volumes", match.Facts(left))
				f.Notes = slices.Concat(f.Notes, withoutAgain(f.Notes, []fact.Fact{stays}))
			}
		}
	}
	return f
}

// leftElsewhere are the volumes with own data that a fix leaves alone, and those that are one disk with a volume that it gives away.
func leftElsewhere(e evidence.Evidence, c candidate, own []match.Earlier) (left, given []match.Earlier) {
	for _, o := range own {
		same := slices.ContainsFunc(disk.Sharing(e.Index, o.Volume), func(v *corev1.PersistentVolume) bool {
			return slices.ContainsFunc(c.change.Set, func(set runtime.Object) bool {
				g, ok := set.(*corev1.PersistentVolume)
				return ok && g.Name == v.Name
			})
		})
		if same {
			given = append(given, o)
		} else {
			left = append(left, o)
		}
	}
	return left, given
}

// takesOwn reports whether a claim is bound to a volume with its own data by itself on all of some nodes: one that names no claim.
func takesOwn(u evidence.ClaimUse, nodes []string) bool {
	return u.Matcher != nil && !slices.ContainsFunc(nodes, func(node string) bool {
		chosen, ok := match.Chosen(u.Matcher.OnNode(node, nil))
		return !ok || !slices.ContainsFunc(u.Earlier, func(own match.Earlier) bool { return own.Volume == chosen.Volume })
	})
}

// otherwiseAsked recreates a claim so that it can be bound to a volume with its own data that it asks too much of, or another class than it
// has. It names the volume, so that it is bound to no other before it is given that one.
func otherwiseAsked(e evidence.Evidence, u evidence.ClaimUse) []candidate {
	if u.Ephemeral || slices.ContainsFunc(e.Index.Consumers(u.Claim.Namespace, u.Name), func(p *corev1.Pod) bool { return p.Spec.NodeName != "" }) {
		return nil
	}
	var out []candidate
	for _, own := range u.Earlier {
		claim, titles := asksFor(e.Index, u.Claim, own)
		if len(titles) == 0 || !evidence.Reachable(e.Index, own) {
			continue
		}
		if way, ok := forNext(e, u, own, titles); ok {
			out = append(out, way)
			continue
		}
		text, err := inspect.Manifest(claim)
		if err != nil {
			continue
		}
		out = append(out, candidate{
			fix: Fix{
				ID: "as-own-" + own.Volume.Name, Titles: append(titles, fact.New("ReattachOwn", "volumes", []string{own.Volume.Name}, "claims", []string{u.Name})),
				Commands: append([]fact.Command{printFix(e.Question).To(replacing())}, giveBack(nil, given{use: u, Earlier: own})...),
				Risk:     RiskRecreate, Manifest: text,
				Notes: append([]fact.Fact{ownComes(e.Index, []string{own.Volume.Name})}, claimTemplateNotes(e, claim)...),
			},
			change: together(claim, own.Volume), claim: u.Name, gives: []string{u.Name}, nodes: siteNodes(e.Index, own.Volume),
		})
		if len(out) == maxAlike {
			break
		}
	}
	return out
}

// forNext reserves a volume with its own data for the next claim of a name, which a StatefulSet creates within a moment once this one is deleted: one
// that was created by hand in between would come too late. It is only for claims that name another volume in vain, and ask for nothing else.
func forNext(e evidence.Evidence, u evidence.ClaimUse, own match.Earlier, titles []fact.Fact) (candidate, bool) {
	c := u.Claim
	if _, inVain := match.NamesInVain(e.Index, c); !inVain || !recreated(e, c) || len(titles) > 1 {
		return candidate{}, false
	}
	reserve := fact.Plugin("reclaim", own.Volume.Name).With("--keep-data", "--for", c.Namespace+"/"+c.Name)
	return candidate{
		fix: Fix{
			ID: "as-own-" + own.Volume.Name, Titles: append(titles, fact.New("ReattachOwn", "volumes", []string{own.Volume.Name}, "claims", []string{u.Name})),
			Commands: []fact.Command{reserve, fact.Kubectl("delete", "pvc/"+c.Name, "pod/"+e.Pod.Name).In(c.Namespace)},
			Risk:     RiskRecreate, Notes: []fact.Fact{ownComes(e.Index, []string{own.Volume.Name})},
		},
		change: together(c, own.Volume), claim: u.Name, gives: []string{u.Name}, nodes: siteNodes(e.Index, own.Volume),
	}, true
}

// asksFor is a claim as it would have to ask to be bound to a volume with its own data, by name, and what is changed of it: nothing if it
// can be bound as it is, or asking differently is no way.
func asksFor(ix *inspect.Index, c *corev1.PersistentVolumeClaim, own match.Earlier) (changed *corev1.PersistentVolumeClaim, titles []fact.Fact) {
	n := inspect.StripClaim(c)
	fails := own.Fails
	if own.Recreating() {
		n.Spec.VolumeName = ""
		still := match.WhyNot(ix, own.Volume, n)
		if still.Code != match.Fits && still.Code != match.ChecksFail {
			return nil, nil
		}
		fails, titles = still.Fails, []fact.Fact{fact.New("RecreateClaimForVolume", "claim", c.Name, "volume", own.Volume.Name)}
	}
	for _, code := range fails {
		alter, title := alteration(c, own.Volume, code)
		if alter == nil {
			return nil, nil
		}
		alter(n)
		titles = append(titles, title)
	}
	n.Spec.VolumeName = own.Volume.Name
	return n, titles
}

// Otherwise says how a claim would have to be recreated to be bound to a volume with its own data; nothing if that is no way.
func Otherwise(ix *inspect.Index, c *corev1.PersistentVolumeClaim, own match.Earlier) []fact.Fact {
	_, titles := asksFor(ix, c, own)
	return titles
}

// together is the Change that a claim and a volume have each other.
func together(c *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume) inspect.Change {
	claim, volume := c.DeepCopy(), v.DeepCopy()
	claim.Spec.VolumeName, claim.Status.Phase = v.Name, corev1.ClaimBound
	metav1.SetMetaDataAnnotation(&claim.ObjectMeta, volumehelpers.AnnBindCompleted, "yes")
	volume.Spec.ClaimRef, volume.Status.Phase = claimRef(c), corev1.VolumeBound
	return setting(claim, volume)
}
