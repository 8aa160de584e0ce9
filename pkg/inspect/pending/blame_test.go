package pending_test

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
)

func (s *scene) class(name, provisioner string, edits ...func(*storagev1.StorageClass)) *storagev1.StorageClass {
	c := StorageClass(name, append(edits, ProvisionedBy(provisioner))...)
	s.Snapshot.Classes = append(s.Snapshot.Classes, c)
	return c
}

// provisioned has the Pod's claim wait for a driver that makes volumes anywhere, and nothing else.
func (s *scene) provisioned() *storagev1.StorageClass {
	s.Claim.Spec.StorageClassName = ptr.To("topolvm")
	return s.class("topolvm", "topolvm.io")
}

// onlyOn makes a class one of which volumes are made on one Node.
func onlyOn(c *storagev1.StorageClass, node string) {
	c.AllowedTopologies = []corev1.TopologySelectorTerm{{MatchLabelExpressions: []corev1.TopologySelectorLabelRequirement{
		{Key: corev1.LabelHostname, Values: []string{node}}}}}
}

// room has the driver say how much it can make on a Node.
func (s *scene) room(node, size string) {
	s.Snapshot.CSIDrivers = []*storagev1.CSIDriver{{
		ObjectMeta: metav1.ObjectMeta{Name: "topolvm.io"}, Spec: storagev1.CSIDriverSpec{StorageCapacity: ptr.To(true)},
	}}
	s.Snapshot.CSIStorageCapacities = append(s.Snapshot.CSIStorageCapacities, &storagev1.CSIStorageCapacity{
		ObjectMeta: metav1.ObjectMeta{Namespace: "topolvm", Name: "room-" + node}, StorageClassName: "topolvm", Capacity: ptr.To(resource.MustParse(size)),
		NodeTopology: &metav1.LabelSelector{MatchLabels: map[string]string{corev1.LabelHostname: node}},
	})
}

// tied leaves volumes of equal size only, all on one Node: of two, one is labelled disk=ssd.
func (s *scene) tied(node string) {
	s.Snapshot.Volumes = []*corev1.PersistentVolume{Volume("v-a", On(node), VolumeLabel("disk", "ssd")), Volume("v-b", On(node))}
}

// wantsTied gives the Pod two claims which get what tied leaves, if the scheduler happens to serve them well.
func (s *scene) wantsTied() {
	s.With("cb", "10Gi", Class)
	WantsLabel("disk", "ssd")(s.With("cc", "10Gi", Class))
}

// TestBlame has Pods of which one thing is to blame, beside a claim that is fine: that one must not be blamed.
func TestBlame(t *testing.T) {
	tests := []struct {
		name  string
		alter func(*scene)
		cause pending.CauseCode
		says  string
		// codes are those of the Pod's claims, in order.
		codes string
	}{
		{"provisioned, beside one that is bound at once", func(s *scene) {
			s.provisioned()
			s.class("now", "ebs.csi.aws.com", Immediate)
			s.With("wal", "1Gi", "now")
		}, "AwaitingProvisioner", "claim wal waits for provisioner ebs.csi.aws.com of class now, for 20m at most", "Ok AwaitingProvisioner"},
		{"provisioned, beside one without a volume", func(s *scene) {
			s.provisioned()
			s.With("wal", "500Gi", Class)
		}, "NoMatchingVolume", "claim wal asks for 500Gi", "Ok NoMatchingVolume"},
		{"provisioned, and no resource claim", func(s *scene) {
			s.provisioned()
			s.Pod.Spec.ResourceClaims = []corev1.PodResourceClaim{{Name: "gpu", ResourceClaimName: ptr.To("gpu")}}
		}, "NotVolumes", "but not because of volumes", "Ok"},
		{"provisioned where there is room, beside one without a volume", func(s *scene) {
			s.provisioned()
			s.room("n1", "60Gi")
			s.With("wal", "500Gi", Class)
		}, "NoMatchingVolume", "claim wal asks for 500Gi", "Ok NoMatchingVolume"},
		{"no node allowed", func(s *scene) { onlyOn(s.provisioned(), "n9") },
			"NoMatchingVolume", "class topolvm allows no node of this cluster (allowedTopologies)", "NoMatchingVolume"},
		{"a topology without labels", func(s *scene) { s.provisioned().AllowedTopologies = make([]corev1.TopologySelectorTerm, 1) },
			"NoMatchingVolume", "class topolvm allows no node of this cluster (allowedTopologies)", "NoMatchingVolume"},
		{"room only where the class cannot go", func(s *scene) {
			onlyOn(s.provisioned(), "n0")
			s.room("n0", "1Gi")
			s.room("n1", "60Gi")
		}, "NoMatchingVolume", "has that much room only on nodes that class topolvm does not allow", "NoMatchingVolume"},
		{"too little room", func(s *scene) { s.provisioned(); s.room("n0", "1Gi"); s.room("n1", "2Gi") },
			"NoMatchingVolume", "the most that driver topolvm.io can make for class topolvm is 2Gi, on n1", "NoMatchingVolume"},
		{"no room", func(s *scene) { s.provisioned(); s.room("n0", "0") },
			"NoMatchingVolume", "driver topolvm.io reports no room for class topolvm on any node", "NoMatchingVolume"},
		{"room unknown", func(s *scene) {
			s.provisioned()
			s.room("n0", "1Gi")
			s.Snapshot.CSIStorageCapacities = nil
			s.Snapshot.Gaps = []inspect.Gap{{Kind: inspect.CSIStorageCapacities, Reason: "forbidden: list csistoragecapacities"}}
		}, "NoMatchingVolume", "how much room driver topolvm.io has for class topolvm is unknown (forbidden: list csistoragecapacities)", "NoMatchingVolume"},
		{"provisioned elsewhere than a bound claim", func(s *scene) {
			s.Bind(s.Volume("v-n1"))
			onlyOn(s.class("topolvm", "topolvm.io"), "n2")
			s.With("wal", "1Gi", "topolvm")
		}, "NoMatchingVolume", "claim wal finds no volume on n1, where claim data is bound to v-n1", "Ok NoMatchingVolume"},
		{"what stops the scheduler first", func(s *scene) {
			Asks("500Gi")(s.Claim)
			s.class("now", "ebs.csi.aws.com", Immediate)
			s.With("wal", "1Gi", "now")
		}, "AwaitingProvisioner", "claim wal waits", "NoMatchingVolume AwaitingProvisioner"},
		{"a tie out of reach of a bound claim", func(s *scene) {
			s.Bind(s.Volume("v-n1"))
			bound := s.Volume("v-n1")
			s.tied("n2")
			s.Snapshot.Volumes = append(s.Snapshot.Volumes, bound)
			s.wantsTied()
		}, "NoMatchingVolume", "claim cb finds no volume on n1, where claim data is bound to v-n1", "Ok NoMatchingVolume NoMatchingVolume"},
		{"a tie where a bound claim is", func(s *scene) {
			s.Bind(s.Volume("v-n2"))
			bound := s.Volume("v-n2")
			s.tied("n2")
			s.Snapshot.Volumes = append(s.Snapshot.Volumes, bound)
			s.wantsTied()
		}, "Schedulable", "fits n2 as things stand", "Ok Ok GreedyMiss"},
		{"a tie on another node than a provisioner was asked for", func(s *scene) {
			s.provisioned()
			s.Claim.Annotations = map[string]string{"volume.kubernetes.io/selected-node": "n1"}
			s.tied("n2")
			s.wantsTied()
		}, "SelectedNodeStale", "claim data was handed to provisioner topolvm.io for node n1, which now refuses the Pod", "SelectedNodeStale Ok NoMatchingVolume"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			s := newScene()
			tc.alter(s)
			r := s.Explain(t)
			checkReport(t, r)
			if r.Cause.Code != tc.cause || !strings.Contains(text(r.Cause.Reason), tc.says) {
				t.Errorf("cause %s: %s\nwant %s: ...%s...", r.Cause.Code, text(r.Cause.Reason), tc.cause, tc.says)
			}
			if r.Schedulable != (tc.cause == pending.CauseSchedulable) {
				t.Errorf("schedulable: %v", r.Schedulable)
			}
			var codes []string
			for _, c := range r.Claims {
				codes = append(codes, string(c.Code))
				t.Log(text(c.Reason))
			}
			if got := strings.Join(codes, " "); got != tc.codes {
				t.Errorf("claims: %s, want %s", got, tc.codes)
			}
		})
	}
}

// TestHomesRefuseTogether: homes that refuse the Pod for the same are told once.
func TestHomesRefuseTogether(t *testing.T) {
	s := newScene()
	v := s.Volume("v-n0")
	v.Spec.NodeAffinity.Required.NodeSelectorTerms[0].MatchExpressions[0].Values = []string{"n0", "n1", "n2"}
	s.Bind(v)
	s.Fill("n0")
	s.Fill("n2")
	s.Cordon("n1")
	const says = "claim data is bound to v-n0, which is on n0, n1, n2, and n0, n2 refuse the Pod: cpu: asks 500m, 0 free; n1 is cordoned"
	r := s.Explain(t)
	if got := text(r.Claims[0].Reason); got != says {
		t.Errorf("got  %s\nwant %s", got, says)
	}
	checkReport(t, r)
}

// TestUnknownHomeIsUnknownEverywhere: a home that is unknown is no node that refuses the Pod, and no list of none.
func TestUnknownHomeIsUnknownEverywhere(t *testing.T) {
	s := newScene()
	s.Bind(s.Volume("v-n1"))
	delete(s.Node("n1").Labels, corev1.LabelHostname)
	r := s.Explain(t)
	const says = "claim data is bound to v-n1, whose home is unknown: node n1, which the volume means, has no label kubernetes.io/hostname, " +
		"and the volume asks for kubernetes.io/hostname=n1. To put the label back: kubectl label node n1 kubernetes.io/hostname=n1"
	if got := text(r.Claims[0].Reason); got != says || r.Claims[0].Code != inspect.BoundNodeUnfit {
		t.Errorf("%s: %s\nwant %s", r.Claims[0].Code, got, says)
	}
	for _, n := range r.Nodes {
		if v := n.Volumes[0]; v.Fact().Code != pending.CodeBoundHomeUnknown || v.Fact().Values["why"].Fact().Code != "NodeLabelLost" || v.Have != "" {
			t.Errorf("%v: %+v", n.Names, v)
		}
	}
	checkReport(t, r)
}

// TestEachNodesOwnReason has nodes with volumes that refuse the Pod for reasons of their own: one's is not told of all.
func TestEachNodesOwnReason(t *testing.T) {
	s := newScene()
	s.Snapshot.Volumes = s.Snapshot.Volumes[1:]
	Tainted("dedicated", "b", corev1.TaintEffectNoSchedule)(s.Node("n1"))
	s.Fill("n2")
	const says = "n1, n2 have a volume for it and refuse it for another reason (n1: taint dedicated=b:NoSchedule; n2: cpu: asks 500m, 0 free); the other node has no volume for it."
	if r := s.Explain(t); !strings.Contains(text(r.Cause.Reason), says) {
		t.Errorf("cause: %s\nwant ...%s...", text(r.Cause.Reason), says)
	}
}
