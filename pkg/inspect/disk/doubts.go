package disk

import (
	"encoding/json"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// Doubts are what a volume says of its data and is not believed: a record that cannot be read, and a wipe that is still to come, or older than
// the volume object. Whose data is on the disk is then what the rest tells, or not known.
func Doubts(v *corev1.PersistentVolume, now time.Time) []fact.Fact {
	var out []fact.Fact
	if _, err := notedOwner(v); err != nil && !namesOwner(v.Spec.ClaimRef) {
		out = append(out, fact.New("DataNoteUnreadable", "volume", v.Name, "annotation", AnnDataOf))
	}
	text := v.Annotations[AnnWiped]
	if text == Written {
		return out
	}
	w := Wipe{}
	err := json.Unmarshal([]byte(text), &w)
	switch {
	case err != nil || w.Verified && w.At.IsZero():
		out = append(out, fact.New("WipeNoteUnreadable", "volume", v.Name, "annotation", AnnWiped))
	case w.Verified && w.At.After(now):
		out = append(out, fact.New("WipeStillToCome", "volume", v.Name, "annotation", AnnWiped, "at", w.At.UTC().Format(time.RFC3339)))
	case w.Verified && olderThan(v, w):
		out = append(out, fact.New("WipeBeforeVolume", "volume", v.Name, "annotation", AnnWiped, "at", w.At.UTC().Format(time.RFC3339)))
	}
	return out
}
