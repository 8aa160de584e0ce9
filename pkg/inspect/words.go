package inspect

import (
	"fmt"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/duration"
)

// ago is how long before the Snapshot something was, as kubectl writes durations: "14m". Empty if that is not recorded.
func (ix *Index) ago(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return duration.HumanDuration(ix.TakenAt.Sub(t))
}

// TODO walls: these go with the last sentences that are made of them.

// maxListed is how many names a sentence lists before it counts the rest.
const maxListed = 5

// listed writes names for a sentence: "a, b and 7 more".
func listed(names []string) string {
	switch {
	case len(names) == 0:
		return "none"
	case len(names) <= maxListed:
		return strings.Join(names, ", ")
	default:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:maxListed-1], ", "), len(names)-maxListed+1)
	}
}
