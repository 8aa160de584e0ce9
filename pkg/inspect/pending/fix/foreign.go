package fix

import (
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// acceptForeign is the flag of reclaim, reattach and recover for a volume whose data another claim than its own gets.
const acceptForeign = "--accept-foreign-data"

// accepting is a fix whose commands take volumes with the data of others: recover is told to, and nothing is called empty.
func accepting(f Fix, volumes []string) Fix {
	if len(volumes) == 0 {
		return f
	}
	f.Titles = slices.Clone(f.Titles)
	for i, title := range f.Titles {
		if saysEmpty(title) {
			f.Titles[i] = fact.New("OtherVolume", "claim", title.Get("claim"), "volumes", volumes)
		}
	}
	if !slices.ContainsFunc(f.Commands, recovers) {
		return f
	}
	f.Commands = slices.Clone(f.Commands)
	for i, c := range f.Commands {
		for _, v := range volumes {
			if recovers(c) && !slices.Contains(c.Flags, v) {
				c = c.With(acceptForeign, v)
			}
		}
		f.Commands[i] = c
	}
	f.Notes = slices.DeleteFunc(slices.Clone(f.Notes), func(n fact.Fact) bool { return n.Code == "MoveNeedsFlag" && slices.Contains(volumes, n.Get("volume")) })
	return f
}

// recovers reports whether a command moves members, and places none on such a volume without the flag.
func recovers(c fact.Command) bool { return c.Verb == fact.Plugin("recover").Verb }
