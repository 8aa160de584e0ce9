package pending_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/simulate"
)

// scene is a healthy cluster in which one Pod asks for one claim; each case changes what it is about.
type scene struct {
	snapshot *inspect.Snapshot
	pod      *corev1.Pod
	claim    *corev1.PersistentVolumeClaim
}

// newScene has three nodes with a free 100Gi volume of class local-ssd each, and a Pod whose claim asks for 50Gi.
func newScene() *scene {
	s := &inspect.Snapshot{TakenAt: Now()}
	for _, name := range []string{"n0", "n1", "n2"} {
		s.Nodes = append(s.Nodes, Node(name))
		s.Volumes = append(s.Volumes, Volume("v-"+name, On(name)))
	}
	s.Namespaces = []*corev1.Namespace{{ObjectMeta: metav1.ObjectMeta{Name: "shop"}}}
	s.Classes = []*storagev1.StorageClass{StorageClass(Class)}
	c := Claim("data", Asks("50Gi"))
	p := Pod("db-0", Uses("data"), Requests(corev1.ResourceCPU, "500m"))
	s.Claims, s.Pods = []*corev1.PersistentVolumeClaim{c}, []*corev1.Pod{p}
	return &scene{snapshot: s, pod: p, claim: c}
}

func (s *scene) volume(name string) *corev1.PersistentVolume {
	return s.snapshot.Volumes[slices.IndexFunc(s.snapshot.Volumes, func(v *corev1.PersistentVolume) bool { return v.Name == name })]
}

func (s *scene) node(name string) *corev1.Node {
	return s.snapshot.Nodes[slices.IndexFunc(s.snapshot.Nodes, func(n *corev1.Node) bool { return n.Name == name })]
}

// bind binds the claim to a volume, both ways.
func (s *scene) bind(v *corev1.PersistentVolume) {
	BoundTo(v.Name)(s.claim)
	Has(s.claim.Name, string(s.claim.UID))(v)
}

// blind leaves a kind unread.
func (s *scene) blind(kind inspect.Kind) {
	if kind == inspect.PersistentVolumes {
		s.snapshot.Volumes = nil
	}
	s.snapshot.Gaps = []inspect.Gap{{Kind: kind, Reason: "forbidden: list " + string(kind)}}
}

// reservedOn puts the volume of a node that takes no Pods aside for the claim.
func reservedOn(node string, phase corev1.PersistentVolumePhase) func(*scene) {
	return func(s *scene) {
		v := s.volume("v-" + node)
		ReservedFor(s.claim.Name)(v)
		v.Status.Phase = phase
		s.node(node).Spec.Unschedulable = true
	}
}

// fill leaves no CPU on a node.
func (s *scene) fill(name string) {
	s.snapshot.Pods = append(s.snapshot.Pods, Pod("filler-"+name, RunsOn(name), Requests(corev1.ResourceCPU, "4")))
}

func (s *scene) explain(t *testing.T) *pending.PodReport {
	t.Helper()
	ctx := context.Background()
	judge, err := simulate.New(ctx, s.snapshot)
	if err != nil {
		t.Fatal(err)
	}
	kept := &keeping{Judge: judge}
	r, err := pending.ExplainPod(ctx, inspect.NewIndex(s.snapshot), kept, s.pod)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(kept.copies, kept.given); diff != "" {
		t.Errorf("verdicts were written to (-given +now):\n%s", diff)
	}
	return r
}

// keeping is a judge that keeps its verdicts, and copies of them.
type keeping struct {
	inspect.Judge
	given, copies []*inspect.Verdict
}

func (k *keeping) Verdict(ctx context.Context, pod *corev1.Pod, change inspect.Change, nodes []string) (*inspect.Verdict, error) {
	v, err := k.Judge.Verdict(ctx, pod, change, nodes)
	if err != nil {
		return nil, err
	}
	c := *v
	c.PreFilter, c.Nodes = slices.Clone(v.PreFilter), slices.Clone(v.Nodes)
	for i := range c.Nodes {
		c.Nodes[i].Refusals = slices.Clone(c.Nodes[i].Refusals)
	}
	k.given, k.copies = append(k.given, v), append(k.copies, &c)
	return v, nil
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
		{"running", func(s *scene) { s.pod.Spec.NodeName, s.pod.Status.Phase = "n0", corev1.PodRunning }, "None", "is not pending: it is Running on n0", nil},
		{"too big", func(s *scene) { Asks("500Gi")(s.claim) },
			"NoMatchingVolume", "claim data asks for 500Gi, and the largest of the 3 free volumes of class local-ssd has 100Gi",
			[]string{"volume-data", "ask-100gi-data"}},
		{"no volumes", func(s *scene) { s.snapshot.Volumes = nil }, "NoMatchingVolume", "claim data: there is no volume of class local-ssd", []string{"volume-data"}},
		{"selector", func(s *scene) {
			WantsLabel("disk", "ssd")(s.claim)
		}, "NoMatchingVolume", "disk=ssd", []string{"label-v-n0", "label-v-n1", "label-v-n2", "volume-data", "no-selector-data"}},
		{"claim missing", func(s *scene) { s.snapshot.Claims = nil }, "ClaimNotFound", "claim data does not exist in namespace shop", nil},
		{"class missing", func(s *scene) { s.snapshot.Classes = nil }, "StorageClassNotFound", "names storage class local-ssd, which does not exist", []string{"class-local-ssd"}},
		{"stale selected node", func(s *scene) {
			s.claim.Annotations = map[string]string{"volume.kubernetes.io/selected-node": "n0"}
		}, "SelectedNodeStale", "volume.kubernetes.io/selected-node=n0", []string{"unselect-data"}},
		{"home cordoned", func(s *scene) { s.bind(s.volume("v-n1")); s.node("n1").Spec.Unschedulable = true },
			"BoundNodeUnfit", "claim data is bound to v-n1, which is on n1, and n1 is cordoned", []string{"uncordon-n1", "empty-data"}},
		{"home missing", func(s *scene) { s.bind(s.volume("v-n1")); s.snapshot.Nodes = s.snapshot.Nodes[:1] },
			"BoundNodeMissing", "v-n1, which is on n1, a node that no longer exists", []string{"empty-data"}},
		{"home dead", func(s *scene) {
			s.bind(s.volume("v-n1"))
			Unreachable(s.node("n1"))
		}, "BoundNodeUnfit", "n1 has been unreachable for 14m", []string{"node-back-n1", "empty-data"}},
		{"home full", func(s *scene) { s.bind(s.volume("v-n1")); s.fill("n1") }, "BoundNodeUnfit", "cpu: asks 500m, 0 free", []string{"free-n1", "empty-data"}},
		{"home tainted", func(s *scene) {
			s.bind(s.volume("v-n1"))
			Tainted("team", "red", corev1.TaintEffectNoSchedule)(s.node("n1"))
		}, "BoundNodeUnfit", "taint team=red:NoSchedule", []string{"untaint-n1-team", "tolerate-team", "empty-data"}},
		{"bound volume gone", func(s *scene) { s.bind(s.volume("v-n1")); s.snapshot.Volumes = s.snapshot.Volumes[:1] },
			"BoundVolumeMissing", "bound to volume v-n1, which does not exist", []string{"empty-data"}},
		{"lost", func(s *scene) {
			s.bind(s.volume("v-n1"))
			s.claim.Status.Phase = corev1.ClaimLost
			s.snapshot.Volumes = s.snapshot.Volumes[:1]
		}, "ClaimLost", "is Lost", []string{"empty-data"}},
		{"released volume", func(s *scene) {
			s.snapshot.Volumes = s.snapshot.Volumes[:1]
			v := s.volume("v-n0")
			v.Status.Phase = corev1.VolumeReleased
			v.Spec.ClaimRef = &corev1.ObjectReference{Namespace: "shop", Name: "old", UID: "uid-old"}
		}, "NoMatchingVolume", "claim data: v-n0, the only volume of class local-ssd, is claimed by shop/old, which is gone", []string{"volume-data", "reclaim-v-n0"}},
		{"reserved for nobody", func(s *scene) {
			s.snapshot.Volumes = s.snapshot.Volumes[:1]
			s.volume("v-n0").Spec.ClaimRef = &corev1.ObjectReference{Namespace: "shop", Name: "typo"}
		}, "NoMatchingVolume", "claim data: v-n0, the only volume of class local-ssd, is reserved for shop/typo, which does not exist", []string{"volume-data", "unreserve-v-n0"}},
		{"kept with its data for a claim to come", func(s *scene) {
			s.snapshot.Volumes = s.snapshot.Volumes[:1]
			v := s.volume("v-n0")
			v.Spec.ClaimRef = &corev1.ObjectReference{Namespace: "bank", Name: "ledger"}
			v.Annotations = map[string]string{"localpv.dev/released-claim": "{}"}
		}, "NoMatchingVolume", "claim data: v-n0, the only volume of class local-ssd, is reserved for bank/ledger, which does not exist", []string{"volume-data"}},
		{"being bound to a claim made since", func(s *scene) {
			s.snapshot.Volumes = s.snapshot.Volumes[:1]
			s.volume("v-n0").Spec.ClaimRef = &corev1.ObjectReference{Namespace: "shop", Name: "new", UID: "uid-new"}
		}, "NoMatchingVolume", "claim data: v-n0, the only volume of class local-ssd, is claimed by shop/new, which is gone", []string{"volume-data"}},
		{"reserved on a cordoned node", reservedOn("n1", corev1.VolumeAvailable), "BoundNodeUnfit", "is to get the reserved volume v-n1", []string{"uncordon-n1", "release-v-n1"}},
		{"reserved and already Bound", reservedOn("n1", corev1.VolumeBound), "BoundNodeUnfit", "is to get the reserved volume v-n1", []string{"uncordon-n1"}},
		{"volumes unknown", func(s *scene) { s.bind(s.volume("v-n1")); s.blind(inspect.PersistentVolumes) },
			"BoundVolumeUnknown", "bound to volume v-n1, and whether that exists is unknown (forbidden: list persistentvolumes)", nil},
		{"volumes unknown, and Lost", func(s *scene) {
			s.bind(s.volume("v-n1"))
			s.claim.Status.Phase = corev1.ClaimLost
			s.blind(inspect.PersistentVolumes)
		}, "ClaimLost", "is Lost, and whether its volume v-n1 exists is unknown (forbidden: list persistentvolumes)", nil},
		{"volumes unknown, and one is named", func(s *scene) { s.claim.Spec.VolumeName = "v-n1"; s.blind(inspect.PersistentVolumes) },
			"VolumeNameUnbound", "names volume v-n1, and whether that exists is unknown (forbidden: list persistentvolumes)", nil},
		{"other claims unknown", func(s *scene) {
			s.bind(s.volume("v-n1"))
			s.node("n1").Spec.Unschedulable = true
			s.snapshot.Gaps = []inspect.Gap{{Kind: inspect.PersistentVolumeClaims, Namespace: "bank", Reason: "forbidden"}}
		}, "BoundNodeUnfit", "n1 is cordoned", []string{"uncordon-n1"}},
		{"Lost to another claim", func(s *scene) {
			s.bind(s.volume("v-n1"))
			s.claim.Status.Phase = corev1.ClaimLost
			s.volume("v-n1").Spec.ClaimRef = &corev1.ObjectReference{Namespace: "bank", Name: "ledger", UID: "uid-ledger"}
		}, "ClaimLost", "is Lost: volume v-n1, which it names, belongs to bank/ledger (uid uid-ledger)", []string{"empty-data"}},
		{"Lost, and the volume is back", func(s *scene) {
			s.bind(s.volume("v-n1"))
			s.claim.Status.Phase = corev1.ClaimLost
			s.volume("v-n1").Spec.ClaimRef = nil
		}, "ClaimLost", "is Lost although volume v-n1 exists", nil},
		{"home cordoned, volume being deleted", func(s *scene) {
			s.bind(s.volume("v-n1"))
			s.node("n1").Spec.Unschedulable = true
			Deleting(s.volume("v-n1"))
		}, "BoundNodeUnfit", "n1 is cordoned", []string{"uncordon-n1"}},
		{"two values of one taint", func(s *scene) {
			s.snapshot.Volumes = s.snapshot.Volumes[:2]
			Tainted("team", "red", corev1.TaintEffectNoSchedule)(s.node("n0"))
			Tainted("team", "blue", corev1.TaintEffectNoExecute)(s.node("n1"))
		}, "VolumesAndNodes", "taint team=red:NoSchedule", []string{"volume-data", "untaint-n0-team", "tolerate-team", "untaint-n1-team", "tolerate-team-blue-noexecute"}},
		{"nodes about to go", func(s *scene) {
			for i, key := range []string{"ToBeDeletedByClusterAutoscaler", "karpenter.sh/disrupted", "node.cloudprovider.kubernetes.io/shutdown"} {
				s.snapshot.Nodes[i].Spec.Taints = []corev1.Taint{{Key: key, Effect: corev1.TaintEffectNoSchedule}}
			}
		}, "NotVolumes", "ToBeDeletedByClusterAutoscaler", nil},
		{"volume name taken", func(s *scene) {
			s.claim.Spec.VolumeName = "v-n0"
			s.volume("v-n0").Spec.ClaimRef = &corev1.ObjectReference{Namespace: "shop", Name: "other", UID: "uid-other"}
		}, "VolumeReservedElsewhere", "names volume v-n0, which is claimed by shop/other", []string{"any-volume-data"}},
		{"disk and CPU on different nodes", func(s *scene) { s.snapshot.Volumes = s.snapshot.Volumes[:1]; s.fill("n0") },
			"VolumesAndNodes", "n0 has a volume for it and refuses it for another reason (cpu: asks 500m, 0 free); the other 2 nodes have no volume", []string{"volume-data", "free-n0"}},
		{"not volumes", func(s *scene) { s.fill("n0"); s.fill("n1"); s.fill("n2") }, "NotVolumes", "but not because of volumes: 3 nodes: cpu: asks 500m, 0 free", []string{"free-n0", "free-n1", "free-n2"}},
		{"gated", func(s *scene) { s.pod.Spec.SchedulingGates = []corev1.PodSchedulingGate{{Name: "quota"}} }, "SchedulingGated", "scheduling gate quota; otherwise it would fit n0", nil},
		{"other scheduler", func(s *scene) { s.pod.Spec.SchedulerName = "mine" }, "OtherScheduler", "scheduler mine", nil},
		{"node name", func(s *scene) { s.pod.Spec.NodeName = "n0" }, "NodeNameBypassesScheduler", "names its node (n0) itself", []string{"selector-db-0"}},
		{"cordon and selector", func(s *scene) {
			WantsLabel("disk", "ssd")(s.claim)
			s.snapshot.Nodes, s.snapshot.Volumes = s.snapshot.Nodes[:1], s.snapshot.Volumes[:1]
			s.node("n0").Spec.Unschedulable = true
		}, "NoMatchingVolume", "disk=ssd", []string{"label-v-n0+uncordon-n0", "no-selector-data+uncordon-n0"}},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			s := newScene()
			tc.alter(s)
			r := s.explain(t)
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
