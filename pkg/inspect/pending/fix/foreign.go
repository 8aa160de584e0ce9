package fix

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
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
		if title.Code == "EmptyVolume" {
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

// foreignNext are the free volumes that a recreated claim would get on the Nodes that would take the Pod, if each of them has the data of
// another claim; none if there is another one.
func foreignNext(e evidence.Evidence, next *corev1.PersistentVolumeClaim) []disk.OnDisk {
	m, err := match.NewMatcher(e.Index, next)
	if err != nil {
		return nil
	}
	key, disks := types.NamespacedName{Namespace: next.Namespace, Name: next.Name}, disk.New(e.Index)
	var out []disk.OnDisk
	for _, node := range e.OtherwiseFit() {
		chosen, ok := match.Chosen(m.OnNode(node, nil))
		if !ok {
			continue
		}
		on := disks.DataOn(chosen.Volume, e.Index.TakenAt).For(key)
		if !on.Foreign(key) {
			return nil
		}
		on.By = chosen.Volume
		out = append(out, on)
	}
	return out
}
