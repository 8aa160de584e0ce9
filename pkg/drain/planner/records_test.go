package planner

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestRecordsThatAreNotBelieved: a plan says of a volume that it gives away what that says of its data and is not believed, by name.
func TestRecordsThatAreNotBelieved(t *testing.T) {
	for annotation, tc := range map[string]struct {
		value string
		code  fact.Code
	}{
		"localpv.dev/data-of": {"somebody", "DataNoteUnreadable"},
		"localpv.dev/wiped":   {`{"at":"2031-01-01T00:00:00Z","verified":true}`, "WipeStillToCome"},
	} {
		v := Volume("v", VolumeAnnotation(annotation, tc.value))
		plan := planOf(t, reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true, For: Key("c")}), Snapshot(t, Node("node-0"), v, Claim("c")))
		if !slices.ContainsFunc(plan.Warnings, func(f fact.Fact) bool { return f.Code == tc.code && f.Get("volume") == "v" }) {
			t.Errorf("%s: %v", annotation, plan.Warnings)
		}
	}
}

// TestSameDiskIsWhereTheDataIs: of two volumes of one disk, the node with the data is named, not all that the affinity allows.
func TestSameDiskIsWhereTheDataIs(t *testing.T) {
	twin := func(name string, edits ...func(*corev1.PersistentVolume)) *corev1.PersistentVolume {
		v := Volume(name, append([]func(*corev1.PersistentVolume){Within(Term(In(corev1.LabelHostname, "node-0", "node-1"))),
			VolumeAnnotation("local.path.provisioner/selected-node", "node-1")}, edits...)...)
		v.Spec.Local.Path = "/mnt/one"
		return v
	}
	plan := planOf(t, reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true}), Snapshot(t, Node("node-0"), Node("node-1"), left("gone", "gone"),
		twin("v", Has("gone", "gone-uid"), Phase(Released)), twin("w", Has("d", "d-uid")), Claim("d", BoundTo("w"))))
	for _, b := range plan.Blockers {
		if same := b.Reason.Values["same"].Fact(); b.Code == drain.BlockedSharedDisk && same != nil {
			if nodes, _ := same.Values["nodes"].Any().([]string); cmp.Equal(nodes, []string{"node-1"}) {
				return
			}
		}
	}
	t.Errorf("blockers %v", plan.Blockers)
}
