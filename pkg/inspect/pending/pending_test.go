package pending_test

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/pendingtest"
)

// scene is a cluster of which each case changes what it is about.
type scene struct{ *pendingtest.Scene }

func newScene() *scene { return &scene{pendingtest.New()} }

// blind leaves a kind unread.
func (s *scene) blind(kind inspect.Kind) {
	if kind == inspect.PersistentVolumes {
		s.Snapshot.Volumes = nil
	}
	s.Snapshot.Gaps = []inspect.Gap{{Kind: kind, Reason: "forbidden: list " + string(kind)}}
}

// reservedOn reserves the volume of a node that is cordoned for the claim.
func reservedOn(node string, phase corev1.PersistentVolumePhase) func(*scene) {
	return func(s *scene) { s.Reserve(node, phase) }
}

// text is a Fact in English.
func text(f fact.Fact) string { return phrase.New(phrase.Connection{}).Text(f) }

func TestExplainPodCause(t *testing.T) {
	tests := []struct {
		name  string
		alter func(*scene)
		code  string
		says  string // part of the sentence
		fixes []string
	}{
		{"fits", func(*scene) {}, "Schedulable", "fits n0, n1, n2 as things stand", nil},
		{"running", func(s *scene) { s.Pod.Spec.NodeName, s.Pod.Status.Phase = "n0", corev1.PodRunning }, "None", "is not pending: it is Running on n0", nil},
		{"too big", func(s *scene) { Asks("500Gi")(s.Claim) },
			"NoMatchingVolume", "claim data asks for 500Gi, and the largest of the 3 free volumes of class local-ssd has 100Gi",
			[]string{"volume-data", "ask-100gi-data"}},
		{"no volumes", func(s *scene) { s.Snapshot.Volumes = nil }, "NoMatchingVolume", "claim data: there is no volume of class local-ssd", []string{"volume-data"}},
		{"selector", func(s *scene) {
			WantsLabel("disk", "ssd")(s.Claim)
		}, "NoMatchingVolume", "disk=ssd", []string{"label-v-n0", "label-v-n1", "label-v-n2", "volume-data", "no-selector-data"}},
		{"claim missing", func(s *scene) { s.Snapshot.Claims = nil }, "ClaimNotFound", "claim data does not exist in namespace shop", nil},
		{"class missing", func(s *scene) { s.Snapshot.Classes = nil }, "StorageClassNotFound", "names storage class local-ssd, which does not exist", []string{"class-local-ssd"}},
		{"stale selected node", func(s *scene) {
			s.Claim.Annotations = map[string]string{"volume.kubernetes.io/selected-node": "n0"}
		}, "SelectedNodeStale", "volume.kubernetes.io/selected-node=n0", []string{"unselect-data"}},
		{"home cordoned", func(s *scene) { s.Bind(s.Volume("v-n1")); s.Node("n1").Spec.Unschedulable = true },
			"BoundNodeUnfit", "claim data is bound to v-n1, which is on n1, and n1 is cordoned", []string{"uncordon-n1", "empty-data"}},
		{"home missing", func(s *scene) { s.Bind(s.Volume("v-n1")); s.Snapshot.Nodes = s.Snapshot.Nodes[:1] },
			"BoundNodeMissing", "v-n1, which is on n1, a node that no longer exists", []string{"empty-data"}},
		{"home dead", func(s *scene) {
			s.Bind(s.Volume("v-n1"))
			Unreachable(s.Node("n1"))
		}, "BoundNodeUnfit", "n1 has been unreachable for 14m", []string{"node-back-n1", "empty-data"}},
		{"home full", func(s *scene) { s.Bind(s.Volume("v-n1")); s.Fill("n1") }, "BoundNodeUnfit", "cpu: asks 500m, 0 free", []string{"free-n1", "empty-data"}},
		{"home tainted", func(s *scene) {
			s.Bind(s.Volume("v-n1"))
			Tainted("team", "red", corev1.TaintEffectNoSchedule)(s.Node("n1"))
		}, "BoundNodeUnfit", "taint team=red:NoSchedule", []string{"untaint-n1-team", "tolerate-team", "empty-data"}},
		{"bound volume gone", func(s *scene) { s.Bind(s.Volume("v-n1")); s.Snapshot.Volumes = s.Snapshot.Volumes[:1] },
			"BoundVolumeMissing", "bound to volume v-n1, which does not exist", []string{"empty-data"}},
		{"lost", func(s *scene) {
			s.Bind(s.Volume("v-n1"))
			s.Claim.Status.Phase = corev1.ClaimLost
			s.Snapshot.Volumes = s.Snapshot.Volumes[:1]
		}, "ClaimLost", "is Lost", []string{"empty-data"}},
		{"released volume", func(s *scene) {
			s.Snapshot.Volumes = s.Snapshot.Volumes[:1]
			v := s.Volume("v-n0")
			v.Status.Phase = corev1.VolumeReleased
			v.Spec.ClaimRef = &corev1.ObjectReference{Namespace: "shop", Name: "old", UID: "uid-old"}
		}, "NoMatchingVolume", "claim data: v-n0, the only volume of class local-ssd, is claimed by shop/old, which is gone", []string{"volume-data", "reclaim-v-n0"}},
		{"reserved for nobody", func(s *scene) {
			s.Snapshot.Volumes = s.Snapshot.Volumes[:1]
			s.Volume("v-n0").Spec.ClaimRef = &corev1.ObjectReference{Namespace: "shop", Name: "typo"}
		}, "NoMatchingVolume", "claim data: v-n0, the only volume of class local-ssd, is reserved for shop/typo, which does not exist", []string{"volume-data", "unreserve-v-n0"}},
		{"kept with its data for a claim to come", func(s *scene) {
			s.Snapshot.Volumes = s.Snapshot.Volumes[:1]
			v := s.Volume("v-n0")
			v.Spec.ClaimRef = &corev1.ObjectReference{Namespace: "bank", Name: "ledger"}
			v.Annotations = map[string]string{"localpv.dev/released-claim": "{}"}
		}, "NoMatchingVolume", "claim data: v-n0, the only volume of class local-ssd, is reserved for bank/ledger, which does not exist", []string{"volume-data"}},
		{"being bound to a claim made since", func(s *scene) {
			s.Snapshot.Volumes = s.Snapshot.Volumes[:1]
			s.Volume("v-n0").Spec.ClaimRef = &corev1.ObjectReference{Namespace: "shop", Name: "new", UID: "uid-new"}
		}, "NoMatchingVolume", "claim data: v-n0, the only volume of class local-ssd, is claimed by shop/new, which is gone", []string{"volume-data"}},
		{"reserved on a cordoned node", reservedOn("n1", corev1.VolumeAvailable), "BoundNodeUnfit", "is to get the reserved volume v-n1", []string{"uncordon-n1", "release-v-n1"}},
		{"reserved and already Bound", reservedOn("n1", corev1.VolumeBound), "BoundNodeUnfit", "is to get the reserved volume v-n1", []string{"uncordon-n1"}},
		{"volumes unknown", func(s *scene) { s.Bind(s.Volume("v-n1")); s.blind(inspect.PersistentVolumes) },
			"BoundVolumeUnknown", "bound to volume v-n1, and whether that exists is unknown (forbidden: list persistentvolumes)", nil},
		{"volumes unknown, and Lost", func(s *scene) {
			s.Bind(s.Volume("v-n1"))
			s.Claim.Status.Phase = corev1.ClaimLost
			s.blind(inspect.PersistentVolumes)
		}, "ClaimLost", "is Lost, and whether its volume v-n1 exists is unknown (forbidden: list persistentvolumes)", nil},
		{"volumes unknown, and one is named", func(s *scene) { s.Claim.Spec.VolumeName = "v-n1"; s.blind(inspect.PersistentVolumes) },
			"VolumeNameUnbound", "names volume v-n1, and whether that exists is unknown (forbidden: list persistentvolumes)", nil},
		{"other claims unknown", func(s *scene) {
			s.Bind(s.Volume("v-n1"))
			s.Node("n1").Spec.Unschedulable = true
			s.Snapshot.Gaps = []inspect.Gap{{Kind: inspect.PersistentVolumeClaims, Namespace: "bank", Reason: "forbidden"}}
		}, "BoundNodeUnfit", "n1 is cordoned", []string{"uncordon-n1"}},
		{"Lost to another claim", func(s *scene) {
			s.Bind(s.Volume("v-n1"))
			s.Claim.Status.Phase = corev1.ClaimLost
			s.Volume("v-n1").Spec.ClaimRef = &corev1.ObjectReference{Namespace: "bank", Name: "ledger", UID: "uid-ledger"}
		}, "ClaimLost", "is Lost: volume v-n1, which it names, belongs to bank/ledger (uid uid-ledger)", []string{"empty-data"}},
		{"Lost, and the volume is back", func(s *scene) {
			s.Bind(s.Volume("v-n1"))
			s.Claim.Status.Phase = corev1.ClaimLost
			s.Volume("v-n1").Spec.ClaimRef = nil
		}, "ClaimLost", "is Lost although volume v-n1 exists", nil},
		{"home cordoned, volume being deleted", func(s *scene) {
			s.Bind(s.Volume("v-n1"))
			s.Node("n1").Spec.Unschedulable = true
			Deleting(s.Volume("v-n1"))
		}, "BoundNodeUnfit", "n1 is cordoned", []string{"uncordon-n1"}},
		{"two values of one taint", func(s *scene) {
			s.Snapshot.Volumes = s.Snapshot.Volumes[:2]
			Tainted("team", "red", corev1.TaintEffectNoSchedule)(s.Node("n0"))
			Tainted("team", "blue", corev1.TaintEffectNoExecute)(s.Node("n1"))
		}, "VolumesAndNodes", "taint team=red:NoSchedule", []string{"volume-data", "untaint-n0-team", "tolerate-team", "untaint-n1-team", "tolerate-team-blue-noexecute"}},
		{"nodes about to go", func(s *scene) {
			for i, key := range []string{"ToBeDeletedByClusterAutoscaler", "karpenter.sh/disrupted", "node.cloudprovider.kubernetes.io/shutdown"} {
				s.Snapshot.Nodes[i].Spec.Taints = []corev1.Taint{{Key: key, Effect: corev1.TaintEffectNoSchedule}}
			}
		}, "NotVolumes", "ToBeDeletedByClusterAutoscaler", nil},
		{"volume name taken", func(s *scene) {
			s.Claim.Spec.VolumeName = "v-n0"
			s.Volume("v-n0").Spec.ClaimRef = &corev1.ObjectReference{Namespace: "shop", Name: "other", UID: "uid-other"}
		}, "VolumeReservedElsewhere", "names volume v-n0, which is claimed by shop/other", []string{"any-volume-data"}},
		{"disk and CPU on different nodes", func(s *scene) { s.Snapshot.Volumes = s.Snapshot.Volumes[:1]; s.Fill("n0") },
			"VolumesAndNodes", "n0 has a volume for it and refuses it for another reason (cpu: asks 500m, 0 free); the other 2 nodes have no volume", []string{"volume-data", "free-n0"}},
		{"not volumes", func(s *scene) { s.Fill("n0"); s.Fill("n1"); s.Fill("n2") }, "NotVolumes", "but not because of volumes: 3 nodes: cpu: asks 500m, 0 free", []string{"free-n0", "free-n1", "free-n2"}},
		{"gated", func(s *scene) { s.Pod.Spec.SchedulingGates = []corev1.PodSchedulingGate{{Name: "quota"}} }, "SchedulingGated", "scheduling gate quota; otherwise it would fit n0", nil},
		{"other scheduler", func(s *scene) { s.Pod.Spec.SchedulerName = "mine" }, "OtherScheduler", "scheduler mine", nil},
		{"node name", func(s *scene) { s.Pod.Spec.NodeName = "n0" }, "NodeNameBypassesScheduler", "names its node (n0) itself", []string{"selector-db-0"}},
		{"cordon and selector", func(s *scene) {
			WantsLabel("disk", "ssd")(s.Claim)
			s.Snapshot.Nodes, s.Snapshot.Volumes = s.Snapshot.Nodes[:1], s.Snapshot.Volumes[:1]
			s.Node("n0").Spec.Unschedulable = true
		}, "NoMatchingVolume", "disk=ssd", []string{"label-v-n0+uncordon-n0", "no-selector-data+uncordon-n0"}},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			s := newScene()
			tc.alter(s)
			r := s.Explain(t)
			if string(r.Cause.Code) != tc.code || !strings.Contains(text(r.Cause.Reason), tc.says) {
				t.Errorf("cause %s: %s\nwant %s: ...%s...", r.Cause.Code, text(r.Cause.Reason), tc.code, tc.says)
			}
			checkReport(t, r)
			var ids []string
			for _, f := range r.Fixes {
				ids = append(ids, f.ID)
				if len(f.Nodes) == 0 {
					t.Errorf("fix %s names no node", f.ID)
				}
			}
			if !slices.Equal(ids, tc.fixes) {
				t.Errorf("fixes %q\nwant  %q", ids, tc.fixes)
			}
		})
	}
}
