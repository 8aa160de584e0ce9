package changes

import (
	"slices"
	"time"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
)

// shortest is what is not worth telling: nothing was waited for.
const shortest = 50 * time.Millisecond

// times are how long the steps of each member took, from the first to the last, by member. What took no time is left out.
func (v Result) times() map[string]string {
	out := map[string]string{}
	for _, m := range v.Result.Placements {
		if took := v.took(m.Member); took >= shortest {
			out[m.Member] = shortly(took)
		}
	}
	return out
}

func (v Result) took(member string) time.Duration {
	var first, last time.Time
	mine := v.stepsOf(member)
	for i, s := range v.Result.Steps {
		if !mine(v.Plan.Steps[i]) || s.StartedAt == nil || s.FinishedAt == nil {
			continue
		}
		if first.IsZero() || s.StartedAt.Time.Before(first) {
			first = s.StartedAt.Time
		}
		if s.FinishedAt.After(last) {
			last = s.FinishedAt.Time
		}
	}
	return last.Sub(first)
}

// stepsOf tells which steps are a member's: those that name it, and those of the target that ends when it is Ready, or that are about one of
// its claims. Where volumes go back to claims that are there, steps are about these, and of no member.
func (v Result) stepsOf(member string) func(drain.Step) bool {
	var targets []int
	var claims []string
	for _, s := range v.Plan.Steps {
		if p, ok := s.Parameters.(*drain.AwaitReadyParameters); ok && s.Object.Namespace+"/"+p.Member == member {
			targets = append(targets, s.Target)
			for _, c := range p.Claims {
				claims = append(claims, c.String())
			}
		}
	}
	return func(s drain.Step) bool {
		if s.Member != "" {
			return s.Member == member
		}
		return slices.Contains(targets, s.Target) || s.Parameters != nil && slices.Contains(claims, s.Parameters.About().Claim.String())
	}
}
