package pending_test

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestWhereTheDataCannotBeUsed: what is said of the own data of claims, and of bound volumes, where no Pod can have it as things stand, each once.
func TestWhereTheDataCannotBeUsed(t *testing.T) {
	byName := func(node string) func(*corev1.PersistentVolume) {
		return Within(corev1.NodeSelectorTerm{MatchFields: []corev1.NodeSelectorRequirement{In(metav1.ObjectNameField, node)}})
	}
	unlabelled := func(s *scene) {
		v := s.Volume("v-n0")
		v.Spec.PersistentVolumeSource = corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{Driver: "topolvm.io", VolumeHandle: "h"}}
		Within(Term(In("topology.topolvm.io/node", "n0")))(v)
		NodeLabel("topology.topolvm.io/node", "n1")(s.Node("n1"))
	}
	for name, tc := range map[string]struct {
		alter func(*scene)
		want  string
	}{
		"its node is full": {func(s *scene) { leave(s, "v-n0", "data"); s.Fill("n0") },
			"and n0 refuses the Pod: cpu: asks 500m, 0 free, so the Pod could not start there now; once it can, to bring the data back: kubectl localpv reattach v-n0"},
		"its node is full, and no other volume is there": {func(s *scene) {
			leave(s, "v-n0", "data")
			s.Fill("n0")
			s.Snapshot.Volumes = s.Snapshot.Volumes[:1]
		}, "and n0 refuses the Pod: cpu: asks 500m, 0 free, so the Pod could not start there now"},
		"matchFields, and the node is full": {func(s *scene) { s.Bind(s.Volume("v-n0")); byName("n0")(s.Volume("v-n0")); s.Fill("n0") },
			"and n0 refuses the Pod: cpu: asks 500m, 0 free, so the Pod would be placed on a node without its data"},
		"matchFields": {func(s *scene) { s.Bind(s.Volume("v-n0")); byName("n0")(s.Volume("v-n0")) },
			"which does not keep Pods there, so the Pod may be placed on a node without its data"},
		"its node has lost a label": {func(s *scene) { leave(s, "v-n0", "data"); unlabelled(s) },
			"To put the label back: kubectl label node n0 topology.topolvm.io/node=n0; then kubectl localpv reattach v-n0"},
		"reserved for a claim to come, and the label is lost": {func(s *scene) { ReservedFor("data")(s.Volume("v-n0")); unlabelled(s); s.Snapshot.Claims = nil },
			"v-n0 is reserved for it, and no Pod can use that, since its home is unknown: node n0"},
		"a record of a machine whose hostname another has": {func(s *scene) {
			s.Bind(s.Volume("v-n0"))
			On("h0")(s.Volume("v-n0"))
			VolumeAnnotation("local.path.provisioner/selected-node", "old")(s.Volume("v-n0"))
			NodeLabel(corev1.LabelHostname, "h0")(s.Node("n0"))
		}, "the data may be on old, which no longer exists, by local.path.provisioner/selected-node: then n0 is another machine that has its hostname h0 now"},
		"two records of it": {func(s *scene) {
			s.Bind(s.Volume("v-n0"))
			On("h0")(s.Volume("v-n0"))
			Provisioned("rancher.io/local-path")(s.Volume("v-n0"))
			VolumeAnnotation("local.path.provisioner/selected-node", "old")(s.Volume("v-n0"))
			ClaimAnnotation("volume.kubernetes.io/selected-node", "old")(s.Claim)
			NodeLabel(corev1.LabelHostname, "h0")(s.Node("n0"))
		}, "the data is on old, by local.path.provisioner/selected-node, volume.kubernetes.io/selected-node, and another machine, n0, has its hostname h0 now, " +
			"so the Pod may be placed on a node without its data; to keep it from there: kubectl cordon n0"},
		"two homes, one cordoned": {func(s *scene) {
			s.Bind(s.Volume("v-n0"))
			Within(Term(In(corev1.LabelHostname, "n0", "n1")))(s.Volume("v-n0"))
			s.Cordon("n1")
		}, "v-n0 can be used on n0, n1, and nothing says which of them has its data: n0 counts as that one, since n1 is cordoned"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene()
			tc.alter(s)
			r := s.Explain(t)
			said := text(r.Cause.Reason)
			for _, n := range r.Notes {
				said += "\n" + text(n)
			}
			if strings.Count(said, tc.want) != 1 {
				t.Errorf("%s\nwant once: %s", said, tc.want)
			}
		})
	}
}

// TestOtherClaimElsewhere: a member whose claim left data on one node while its other claim is bound on another is told where each is, and is given
// nothing that could not be used.
func TestOtherClaimElsewhere(t *testing.T) {
	s := newScene()
	leave(s, "v-n0", "data")
	logs := s.With("logs", "50Gi", Class)
	BoundTo("v-n1")(logs)
	Has("logs", string(logs.UID))(s.Volume("v-n1"))
	s.Snapshot.Volumes = slices.DeleteFunc(s.Snapshot.Volumes, func(v *corev1.PersistentVolume) bool { return v.Name == "v-n2" })
	r := s.Explain(t)
	if r.Schedulable || !strings.Contains(text(r.Cause.Reason), "v-n0 on n0") {
		t.Errorf("schedulable %t: %s", r.Schedulable, text(r.Cause.Reason))
	}
	for _, f := range r.Fixes {
		if strings.HasPrefix(f.ID, "reattach-v-n0") && !slices.Equal(f.Nodes, []string{"n0"}) {
			t.Errorf("%s fits %v", f.ID, f.Nodes)
		}
		if f.ID == "reattach-v-n0" {
			t.Errorf("%s is offered, and logs is on n1", f.ID)
		}
	}
}

// TestCSINodesUnread: that CSINodes could not be read is said once, and what the annotations of the Nodes say of the driver is believed.
func TestCSINodesUnread(t *testing.T) {
	const key = "openebs.io/nodeid"
	for name, annotated := range map[string]bool{"without annotations": false, "with annotations": true} {
		t.Run(name, func(t *testing.T) {
			s := newScene()
			v := s.Volume("v-n0")
			s.Bind(v)
			v.Spec.PersistentVolumeSource = corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{Driver: "zfs.csi.openebs.io", VolumeHandle: "h"}}
			Within(Term(In(key, "custom-0")))(v)
			s.Snapshot.CSINodes = []*storagev1.CSINode{}
			s.Snapshot.Gaps = append(s.Snapshot.Gaps, inspect.Gap{Kind: inspect.CSINodes, Reason: "forbidden: list csinodes.storage.k8s.io"})
			if annotated {
				s.Node("n0").Annotations = map[string]string{"csi.volume.kubernetes.io/nodeid": `{"zfs.csi.openebs.io":"n0"}`}
			}
			r := s.Explain(t)
			said := text(r.Cause.Reason)
			for _, n := range r.Notes {
				said += "\n" + text(n)
			}
			if strings.Count(said, "forbidden: list csinodes.storage.k8s.io") != 1 || strings.Contains(said, "nodes n0, n1, n2") == annotated || !strings.Contains(said, "n0") {
				t.Error(said)
			}
		})
	}
}
