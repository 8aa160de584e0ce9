package pending

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
)

// claims writes what each claim asks for and how it stands.
func (p *writer) claims(r pending.PodReport) {
	rows := make([]output.Row, 0, len(r.Claims))
	for _, c := range r.Claims {
		style := output.Warn
		if c.Code == inspect.ClaimOk {
			style = output.Good
		}
		rows = append(rows, output.Row{
			Cells: []output.Cell{{Text: c.Name}, {Text: asks(c)}, {Text: c.StorageClass}, {Text: claimState(c), Style: style}},
			Under: p.underClaim(r, c),
		})
	}
	p.Table(0, []string{"CLAIM", "ASKS", "CLASS", "STATE"}, rows)
}

// asks is what a claim asks for: 500Gi RWO Filesystem.
func asks(c pending.ClaimReport) string {
	var words []string
	if c.Request != "" {
		words = append(words, c.Request)
	}
	if len(c.AccessModes) > 0 {
		modes := make([]corev1.PersistentVolumeAccessMode, 0, len(c.AccessModes))
		for _, m := range c.AccessModes {
			modes = append(modes, corev1.PersistentVolumeAccessMode(m))
		}
		words = append(words, match.AccessModesText(modes))
	}
	if c.VolumeMode != "" {
		words = append(words, c.VolumeMode)
	}
	return strings.Join(words, " ")
}

// claimState is a claim's code in a few words. What could not be read is unknown, whatever the code.
func claimState(c pending.ClaimReport) string {
	if c.Reason.Tells(inspect.CodeUnread) {
		return unknownState(c)
	}
	volume, bound := c.BoundVolume, "bound to "+c.BoundVolume
	if volume == "" {
		volume, bound = c.Reserved, "to be bound to "+c.Reserved+", its reserved volume"
	}
	switch c.Code {
	case inspect.BoundVolumeMissing:
		return bound + ", which does not exist"
	case inspect.BoundNodeMissing:
		return bound + homeState(c.Reason, ", whose node no longer exists", ", whose nodes no longer exist")
	case inspect.BoundNodeUnfit:
		return bound + homeState(c.Reason, ", whose node refuses the Pod", ", whose nodes refuse the Pod")
	case inspect.ClaimOk:
		if volume != "" {
			return bound
		}
		return "unbound, waits for its Pod to be placed"
	default:
		return stateWords(c.Code)
	}
}

// homeState is what is said of the home of a claim's volume, for one node and for several.
func homeState(reason fact.Fact, one, several string) string {
	switch {
	case reason.Code == pending.CodePinnedToUnknownHome:
		return ", whose home is unknown"
	case len(texts(reason.Values["nodes"])) > 1:
		return several
	}
	return one
}

// unknownState is for what rests on a gap.
func unknownState(c pending.ClaimReport) string {
	switch {
	case c.BoundVolume != "":
		return "bound to " + c.BoundVolume + "; the rest is unknown"
	case c.Request != "":
		return "unbound; the rest is unknown"
	}
	return "unknown"
}

// stateWords are for the codes that need no name of a volume.
func stateWords(code inspect.ClaimCode) string {
	switch code {
	case inspect.ClaimNotFound:
		return "does not exist"
	case inspect.EphemeralClaimNotCreated:
		return "not created yet"
	case inspect.ClaimLost:
		return "Lost"
	case inspect.ClaimTerminating:
		return "being deleted"
	case inspect.EphemeralClaimNotOwned:
		return "belongs to something else"
	case inspect.ImmediateUnbound:
		return "unbound, though its class binds at once"
	case inspect.StorageClassNotFound:
		return "unbound, its class does not exist"
	case inspect.NoStorageClass:
		return "unbound, has no class"
	case inspect.VolumeNameUnbound:
		return "unbound, names a volume"
	case inspect.VolumeReservedElsewhere:
		return "unbound, names a volume that another claim has"
	case inspect.SelectedNodeStale:
		return "unbound, already marked for a node"
	case inspect.NoMatchingVolume:
		return "unbound, no volume matches"
	case inspect.GreedyMiss:
		return "unbound, the smaller claims are served first"
	case inspect.AwaitingProvisioner:
		return "unbound, waits for its provisioner"
	default:
		return string(code)
	}
}

// underClaim is what is said of a claim below it: its volumes in numbers, and its finding unless the root cause or
// the numbers tell it already.
func (p *writer) underClaim(r pending.PodReport, c pending.ClaimReport) []string {
	var under []string
	numbers := volumeCounts(r, c)
	if numbers != "" {
		under = append(under, numbers)
	}
	told := r.Cause.Reason.Holds(c.Reason) || numbers != "" && c.Reason.Code == pending.CodeVolumesFail
	if c.Code == inspect.ClaimOk || c.Reason.IsZero() || told {
		return under
	}
	return append(under, p.without("claim", c.Reason))
}

// without is a Fact in English without what it is about, which is named beside it.
func (p *writer) without(about string, f fact.Fact) string {
	return strings.TrimLeft(p.phrase.Text(f.With(about, "")), ": ")
}

// volumeCounts says how the volumes of a claim's class fail: "8 volumes: 5 too small (100Gi), 3 claimed by others".
func volumeCounts(r pending.PodReport, c pending.ClaimReport) string {
	total := 0
	var parts []string
	for _, code := range inspect.VolumeCodes() {
		n := c.Volumes[code]
		if n == 0 {
			continue
		}
		total += n
		if code == inspect.ClaimedByOther && len(c.ClaimedBy) > 0 {
			for _, by := range c.ClaimedBy {
				parts = append(parts, fmt.Sprintf("%d %s", by.Count, phrase.ClaimantWords(string(by.By), by.Count == 1, by.Claims...)))
			}
			continue
		}
		part := fmt.Sprintf("%d %s", n, phrase.CodeWords(string(code)))
		if code == inspect.CapacityTooSmall {
			part += sizes(r, c.Name)
		}
		parts = append(parts, part)
	}
	if total == 0 {
		return ""
	}
	return phrase.Count(total, "volume") + ": " + strings.Join(parts, ", ")
}

// sizes are the capacities of the volumes that are too small for a claim: " (100Gi)", " (50Gi..100Gi)".
func sizes(r pending.PodReport, claim string) string {
	var have []string
	for _, n := range r.Nodes {
		for _, v := range n.Volumes {
			if v.Claim == claim && v.Code == inspect.CapacityTooSmall {
				have = append(have, v.Have)
			}
		}
	}
	return inBrackets(span(have))
}
