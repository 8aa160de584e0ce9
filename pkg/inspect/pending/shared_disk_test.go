package pending_test

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/pendingtest"
)

// TestFitOnADiskOfOthers: the Pod fits, since the scheduler gives it a free volume, whose disk another claim has, or has left its data on.
func TestFitOnADiskOfOthers(t *testing.T) {
	twin := func(edits ...func(*corev1.PersistentVolume)) func(*pendingtest.Scene) {
		return func(s *pendingtest.Scene) {
			edits = append(edits, On("n0"), func(v *corev1.PersistentVolume) { v.Spec.Local.Path = "/mnt/v-n0/" })
			s.Snapshot.Volumes = append(s.Snapshot.Volumes, Volume("twin", edits...))
		}
	}
	for name, tc := range map[string]struct {
		alter func(*pendingtest.Scene)
		want  []string
	}{
		"nobody has it": {func(*pendingtest.Scene) {}, nil},
		"a running Pod has it": {func(s *pendingtest.Scene) {
			twin(Has("theirs", "theirs-uid"))(s)
			s.Snapshot.Claims = append(s.Snapshot.Claims, Claim("theirs", BoundTo("twin")))
			s.Snapshot.Pods = append(s.Snapshot.Pods, Pod("other-0", RunsOn("n0"), Uses("theirs")))
		}, []string{"v-n0, which is the same disk as twin, that claim shop/theirs has (other-0 uses it)", "kubectl patch pv v-n0"}},
		"a running Pod mounts it": {func(s *pendingtest.Scene) {
			s.Snapshot.Pods = append(s.Snapshot.Pods, Pod("other-0", RunsOn("n0"), MountsPath("/mnt/v-n0")))
		}, []string{"v-n0, whose directory shop/other-0 mounts by hostPath", "kubectl patch pv v-n0"}},
		"a claim left its data": {twin(Has("theirs", "theirs-uid"), Phase(Released)),
			[]string{"v-n0, with the data of claim shop/theirs, which is known by twin, the same disk; it can be overwritten", "kubectl patch pv v-n0"}},
		"its own record": {func(s *pendingtest.Scene) {
			VolumeAnnotation(disk.AnnDataOf, `{"namespace":"shop","name":"theirs"}`)(s.Volume("v-n0"))
		}, []string{"v-n0, with the data of claim shop/theirs; it can be overwritten"}},
		"it is reserved for a claim to come": {func(s *pendingtest.Scene) {
			ReservedFor("data")(s.Volume("v-n0"))
			VolumeAnnotation(disk.AnnDataOf, `{"namespace":"shop","name":"theirs"}`)(s.Volume("v-n0"))
			s.Snapshot.Claims = nil
		}, []string{"v-n0, with the data of claim shop/theirs; it can be overwritten"}},
		"its own data": {func(s *pendingtest.Scene) {
			VolumeAnnotation(disk.AnnDataOf, `{"namespace":"shop","name":"data"}`)(s.Volume("v-n0"))
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := pendingtest.New()
			s.Snapshot.Nodes, s.Snapshot.Volumes = s.Snapshot.Nodes[:1], s.Snapshot.Volumes[:1]
			tc.alter(s)
			answer := s.Explain(t)
			if answer.Cause.Code != pending.CauseSchedulable && len(s.Snapshot.Claims) > 0 {
				t.Fatalf("%s", answer.Cause.Code)
			}
			var lines []string
			for _, f := range answer.Notes {
				if f.Code == "GetsDiskOfOther" || f.Code == "GetsDataOfOther" || f.Code == "GetsMountedDisk" {
					lines = append(lines, phrase.New(phrase.Connection{}).Text(f))
				}
			}
			said := strings.Join(lines, "\n")
			if len(tc.want) == 0 && said != "" {
				t.Errorf("it says %q", said)
			}
			for _, want := range tc.want {
				if !strings.Contains(said, want) {
					t.Errorf("it does not say %q, but %q", want, said)
				}
			}
		})
	}
}
