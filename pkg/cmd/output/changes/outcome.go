package changes

import (
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// outcome are the last words before a Plan is confirmed: what is lost, else where the data stays, who starts without it, and
// who may overwrite it.
func (p *writer) outcome(plan *drain.Plan) {
	for _, loss := range plan.Losses {
		text := p.phrase.Text(loss)
		if !givenUp(loss) {
			text = "Lost: " + text
		}
		p.Prose(output.Bad, 0, 2, text)
	}
	for _, f := range plan.Outcome {
		p.Prose(outcomeStyle(f), 0, 2, p.phrase.Text(f))
	}
}

// givenUp reports whether a loss is one whose sentence says itself what becomes of the data: it was accepted by name, or the claim goes anyhow.
func givenUp(loss fact.Fact) bool {
	return slices.Contains([]fact.Code{"GivenUpKept", "GivenUpGone", "GivenUpErased", "ForeignDataGiven", "ClaimGoesWithPod"}, loss.Code)
}

// outcomeStyle is how what becomes of data is shown: that it stays is good, that it is erased bad, and whatever else is a warning.
func outcomeStyle(f fact.Fact) output.Style {
	switch f.Code {
	case "VolumesKeepData", "ClaimGetsData", "VolumesGoBack", "VolumesWiped", "VolumesReleasedAgain", "VolumesReleasedBesides", "OldVolumesKeepData", "OldVolumesUntouched", "ClaimsStay":
		return output.Good
	case "ProvisionerErasesAnyway":
		return output.Bad
	}
	return output.Warn
}
