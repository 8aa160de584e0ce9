package fix_test

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/fix"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/pendingtest"
)

// TestNoFixGivesADiskTwice: what another volume has, and what is cordoned, is no way out. Each scene has one node, with the volume
// v-n0 and a Pod that cannot have it; that it is offered while nothing is wrong with the disk is the first case of each.
func TestNoFixGivesADiskTwice(t *testing.T) {
	released := func(s *pendingtest.Scene) { Has("old", "old-uid")(s.Volume("v-n0")); Phase(Released)(s.Volume("v-n0")) }
	reserved := func(s *pendingtest.Scene) { ReservedFor("typo")(s.Volume("v-n0")) }
	small := func(s *pendingtest.Scene) { Sized("10Gi")(s.Volume("v-n0")) }
	unlabelled := func(s *pendingtest.Scene) { WantsLabel("tier", "fast")(s.Claim) }
	none := func(s *pendingtest.Scene) { s.Snapshot.Volumes = nil }
	twin := func(path string, edits ...func(*corev1.PersistentVolume)) func(*pendingtest.Scene) {
		return func(s *pendingtest.Scene) {
			edits = append(edits, func(v *corev1.PersistentVolume) { v.Spec.Local.Path = path })
			s.Snapshot.Volumes = append(s.Snapshot.Volumes, Volume("twin", append([]func(*corev1.PersistentVolume){On("n0")}, edits...)...))
			s.Snapshot.Claims = append(s.Snapshot.Claims, Claim("theirs", BoundTo("twin")))
			s.Snapshot.Pods = append(s.Snapshot.Pods, Pod("other-0", RunsOn("n0"), Uses("theirs")))
		}
	}
	held := twin("/mnt/v-n0", Has("theirs", "theirs-uid"))
	mounted := func(s *pendingtest.Scene) {
		s.Snapshot.Pods = append(s.Snapshot.Pods, Pod("other-0", RunsOn("n0"), MountsPath("/mnt/v-n0/")))
	}
	runs := func(s *pendingtest.Scene) {
		s.Snapshot.Claims = append(s.Snapshot.Claims, Claim("theirs", BoundTo("v-n0")))
		s.Snapshot.Pods = append(s.Snapshot.Pods, Pod("other-0", RunsOn("n0"), Uses("theirs")))
	}
	leftOn := func(claim string) func(*pendingtest.Scene) {
		return func(s *pendingtest.Scene) {
			left := Volume("twin", On("n0"), Sized("1Gi"), Has(claim, claim+"-of-before"), Phase(Released), func(v *corev1.PersistentVolume) { v.Spec.Local.Path = "/mnt/v-n0/" })
			s.Snapshot.Volumes = append(s.Snapshot.Volumes, left)
		}
	}
	cordon := func(s *pendingtest.Scene) { VolumeAnnotation(disk.AnnCordoned, "slow")(s.Volume("v-n0")) }
	cordonedFor := func(s *pendingtest.Scene) {
		s.Volume("v-n0").Spec.ClaimRef = &corev1.ObjectReference{Namespace: disk.CordonNamespace, Name: "slow"}
	}
	for _, tc := range []struct {
		name    string
		alter   func(*pendingtest.Scene)
		disk    func(*pendingtest.Scene)
		fix     string
		offered bool
	}{
		{"released", released, nil, "reclaim-v-n0", true},
		{"released", released, held, "reclaim-v-n0", false},
		{"released, below", released, twin("/mnt", Has("theirs", "theirs-uid")), "reclaim-v-n0", false},
		{"released, a Pod mounts it", released, mounted, "reclaim-v-n0", false},
		{"released, a Pod runs with it by a claim that is Lost", released, runs, "reclaim-v-n0", false},
		{"reserved, a Pod runs with it by a claim that is Lost", reserved, runs, "unreserve-v-n0", false},
		{"too small, a claim has it", small, runs, "ask-10gi-data", false},
		{"too small, a Pod mounts it", small, mounted, "ask-10gi-data", false},
		{"released, cordoned", released, cordon, "reclaim-v-n0", false},
		{"reserved", reserved, nil, "unreserve-v-n0", true},
		{"reserved", reserved, held, "unreserve-v-n0", false},
		{"reserved, cordoned", reserved, cordonedFor, "unreserve-v-n0", false},
		{"too small", small, nil, "ask-10gi-data", true},
		{"too small", small, held, "ask-10gi-data", false},
		{"too small, cordoned", small, cordon, "ask-10gi-data", false},
		{"without the label", unlabelled, nil, "label-v-n0", true},
		{"without the label", unlabelled, held, "label-v-n0", false},
		{"too small, the data of another is on it", small, leftOn("theirs"), "ask-10gi-data", false},
		{"without the label, the data of another is on it", unlabelled, leftOn("theirs"), "label-v-n0", false},
		{"without the label, its own data is on it", unlabelled, leftOn("data"), "label-v-n0", true},
		{"new", none, nil, "volume-data", true},
		{"new, below", none, twin("/mnt", Has("theirs", "theirs-uid")), "volume-data", false},
	} {
		s := pendingtest.New()
		s.Snapshot.Nodes, s.Snapshot.Volumes = s.Snapshot.Nodes[:1], s.Snapshot.Volumes[:1]
		tc.alter(s)
		if tc.disk != nil {
			tc.disk(s)
		}
		fixes := s.Explain(t).Fixes
		if slices.ContainsFunc(fixes, func(f fix.Fix) bool { return strings.Contains(f.ID, tc.fix) }) != tc.offered {
			var ids []string
			for _, f := range fixes {
				ids = append(ids, f.ID)
			}
			t.Errorf("%s: fixes %q; want %s among them: %v", tc.name, ids, tc.fix, tc.offered)
		}
	}
}
