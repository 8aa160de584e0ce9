package drain

import (
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// inDoubt reports whether a Plan tells of a volume that its disk may not be the one that had the data: nothing is promised of that.
func (p *Plan) inDoubt(volume string) bool {
	return slices.ContainsFunc(p.Warnings, func(f fact.Fact) bool {
		return (f.Code == "MadeForAnotherMachine" || f.Code == "VolumePerhapsGone") && f.Get("volume") == volume
	})
}

// goBack says of volumes that go back to claims, in their order, that these get their data, those apart of which that is not certain.
func (p *Plan) goBack(volumes, claims []string) []fact.Fact {
	var out []fact.Fact
	for _, doubt := range []bool{false, true} {
		var some, theirs []string
		for i, v := range volumes {
			if p.inDoubt(v) == doubt {
				some, theirs = append(some, v), append(theirs, claims[i])
			}
		}
		switch {
		case len(some) == 0:
		case doubt:
			out = append(out, fact.New("VolumesGoBackDoubtful", "volumes", some, "claims", theirs))
		default:
			out = append(out, fact.New("VolumesGoBack", "volumes", some, "claims", theirs))
		}
	}
	return out
}
