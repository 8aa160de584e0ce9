package inspect

import (
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
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

// count writes a number with its noun: "1 volume", "5 volumes".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// claimRefText names the claim that a volume belongs to, and tells it from another of the same name.
func claimRefText(v *corev1.PersistentVolume) string {
	ref := v.Spec.ClaimRef
	return fmt.Sprintf("%s/%s (uid %s)", ref.Namespace, ref.Name, ref.UID)
}
