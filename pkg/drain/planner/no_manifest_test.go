package planner

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// earlierProvisioner is that of a Node which was registered again since.
const earlierProvisioner = "local-volume-provisioner-node-0-00000000-0000-4000-8000-000000000001"

// TestNoManifestOffersWhatWorks: the way to let a volume wait for a claim that nobody can create is offered if reclaim takes it.
func TestNoManifestOffersWhatWorks(t *testing.T) {
	for name, tc := range map[string]struct {
		edits []func(*corev1.PersistentVolume)
		world []any
		want  []string
	}{
		"nothing speaks against it": {nil, nil, []string{"kubectl localpv reclaim v --keep-data --for shop/gone"}},
		"cordoned":                  {[]func(*corev1.PersistentVolume){VolumeAnnotation("localpv.dev/cordoned", "smart")}, nil, nil},
		"a newer record":            {[]func(*corev1.PersistentVolume){VolumeAnnotation("localpv.dev/record-version", "99")}, nil, nil},
		"somebody has the disk":     {nil, []any{Volume("w", Has("d", "d-uid"), at("/mnt/v")), Claim("d", BoundTo("w"))}, nil},
		"a provisioner is to erase it": {[]func(*corev1.PersistentVolume){Deletes, Provisioned(External)}, nil,
			[]string{"kubectl patch pv v -p", "kubectl localpv reclaim v --keep-data --for shop/gone"}},
	} {
		v := left("v", "gone", append(tc.edits, at("/mnt/v"))...)
		plan := planOf(t, reattaching(drain.ReattachRequest{Volume: "v"}), Snapshot(t, append([]any{Node("node-0"), v}, tc.world...)...))
		i := slices.IndexFunc(plan.Blockers, func(b drain.Blocker) bool { return b.Code == drain.BlockedNoManifest })
		if i < 0 {
			t.Errorf("%s: %v", name, plan.Blockers)
			continue
		}
		text := english(plan.Blockers[i].Reason)
		if len(tc.want) == 0 && strings.Contains(text, "kubectl") {
			t.Errorf("%s: %s", name, text)
		}
		for _, command := range tc.want {
			if !strings.Contains(text, command) {
				t.Errorf("%s: %s\ndoes not offer %s", name, text, command)
			}
		}
	}
}

// TestNobodyCleansForAnEarlierNode: what the provisioner of an earlier Node is to erase, nobody erases, and it is not waited for.
func TestNobodyCleansForAnEarlierNode(t *testing.T) {
	s := Snapshot(t, Node("node-0"), left("v", "gone", Deletes, Provisioned(earlierProvisioner)))
	waiting := planOf(t, reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, Wait: true}), s)
	if waiting.Verdict != drain.Blocked || !slices.Equal(codesOf(waiting), []drain.BlockerCode{drain.BlockedCleaner}) {
		t.Errorf("--wait: %s, %v", waiting.Verdict, waiting.Blockers)
	}
	plan := planOf(t, reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true}), s)
	if len(plan.Blockers) != 1 || plan.Blockers[0].Override != "" || !strings.Contains(english(plan.Blockers[0].Reason), "kubectl patch pv v") {
		t.Errorf("%s, %v", plan.Verdict, plan.Blockers)
	}
}
