package planner

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestReclaimWithoutAKnownHome: a Node has lost the label by which the driver of a volume calls it, and no CSINode tells what the label was: where the
// volume could be used is not known, so no claim is given it.
func TestReclaimWithoutAKnownHome(t *testing.T) {
	const key = "openebs.io/nodeid"
	lost := func(v *corev1.PersistentVolume) {
		Within(Term(In(key, "bay-1")))(v)
		v.Spec.PersistentVolumeSource = corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{Driver: "zfs.csi.openebs.io", VolumeHandle: v.Name}}
	}
	unread := inspect.Gap{Kind: inspect.CSINodes, Reason: "forbidden: list csinodes"}
	for how, tc := range map[string]struct {
		nodes []any
		code  drain.BlockerCode
	}{
		"on no Node, and CSINodes not read":   {[]any{Node("n0"), Node("n1"), unread}, drain.BlockedUnknown},
		"on another Node, CSINodes not read":  {[]any{Node("n0", NodeLabel(key, "bay-0")), Node("n1"), unread}, drain.BlockedUnknown},
		"on no Node, and none has the driver": {[]any{Node("n0"), Node("n1")}, drain.BlockedHome},
	} {
		for name, wants := range map[string]any{"c": Claim("c", WithUID("new")), "data-db-0": StatefulSet("db", 1)} {
			world := All(tc.nodes, left("v", name, lost), wants)
			for asked, r := range map[string]drain.ReclaimRequest{"named": {}, "for its claim": {For: Key(name)}} {
				r.Volumes, r.KeepData = []string{"v"}, true
				plan := planOf(t, reclaiming(r), Snapshot(t, world...))
				if !slices.Equal(codesOf(plan), []drain.BlockerCode{tc.code}) || !strings.Contains(told(plan), "bay-1") {
					t.Errorf("%s, %s, %s: %s", how, name, asked, told(plan))
				}
				labeled := planOf(t, reclaiming(r), Snapshot(t, With(world, Node("n1", NodeLabel(key, "bay-1")))...))
				if labeled.Verdict != drain.Ready {
					t.Errorf("%s, %s, %s, with the label: %s", how, name, asked, told(labeled))
				}
			}
		}
		open := planOf(t, reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true}), Snapshot(t, All(tc.nodes, left("v", "gone", lost))...))
		if last, missing := lastNext(open); open.Verdict != drain.Ready || !missing || !strings.Contains(last, "no Pod can use v, whoever gets it") || !strings.Contains(last, "bay-1") {
			t.Errorf("%s: opened to any, the last thing it says is %q", how, last)
		}
	}
}
