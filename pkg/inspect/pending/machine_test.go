package pending_test

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/pendingtest"
)

// TestDiskOfAnEarlierMachine: nothing is promised of a disk that may not be the one that had the data: the volume was made for another machine of the
// name, or a record names one that is gone.
func TestDiskOfAnEarlierMachine(t *testing.T) {
	for name, tc := range map[string]struct {
		alter func(*pendingtest.Scene, *corev1.PersistentVolume)
		note  string
	}{
		"the same machine": {func(*pendingtest.Scene, *corev1.PersistentVolume) {}, ""},
		"a younger Node":   {func(s *pendingtest.Scene, _ *corev1.PersistentVolume) { BornAgo(time.Hour)(s.Node("n0")) }, "v-n0 on n0 was made for another machine"},
		"made for an earlier Node": {func(_ *pendingtest.Scene, v *corev1.PersistentVolume) {
			Provisioned("local-volume-provisioner-n0-earlier")(v)
		},
			"v-n0 on n0 was made for another machine"},
		"a record of one that is gone": {func(_ *pendingtest.Scene, v *corev1.PersistentVolume) {
			VolumeAnnotation("local.path.provisioner/selected-node", "w")(v)
		}, "the data may be on w"},
	} {
		for _, bound := range []bool{false, true} {
			s := pendingtest.New()
			s.Cordon("n1", "n2")
			v := s.Volume("v-n0")
			if bound {
				s.Bind(v)
				s.Cordon("n0")
			} else {
				Has("data", "earlier")(v)
				Phase(corev1.VolumeReleased)(v)
			}
			tc.alter(s, v)
			r := s.Explain(t)
			say := phrase.New(phrase.Connection{})
			if notes := strings.Join(say.Texts(r.Notes), "\n"); !bound && !strings.Contains(notes, tc.note) || strings.Contains(notes, "another machine") != (tc.note != "") {
				t.Errorf("%s, bound %t: %s", name, bound, notes)
			}
			if bound {
				continue
			}
			var fixes []string
			for _, f := range r.Fixes {
				fixes = append(fixes, say.Texts(append([]fact.Fact{}, f.Notes...))...)
			}
			doubts := strings.Contains(strings.Join(fixes, "\n"), "as far as the disk is the one that had it")
			if words := strings.Join(fixes, "\n"); doubts != (tc.note != "") {
				t.Errorf("%s: %s", name, words)
			}
		}
	}
}
