package pending_test

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/fix"
)

// byFields pins a volume to a Node by matchFields alone, which the scheduler does not evaluate for volumes.
func byFields(node string) func(*corev1.PersistentVolume) {
	return Within(corev1.NodeSelectorTerm{MatchFields: []corev1.NodeSelectorRequirement{In(metav1.ObjectNameField, node)}})
}

// fixIDs are the fixes of a report, in order.
func fixIDs(r *pending.PodReport) string {
	var ids []string
	for _, f := range r.Fixes {
		ids = append(ids, f.ID)
	}
	return strings.Join(ids, " ")
}

// TestFixesLeadToTheData: the scheduler would take any node for a volume that names its node by matchFields; the Pod must not be helped
// to one where its data is not, and is told that it may get there.
func TestFixesLeadToTheData(t *testing.T) {
	s := newScene()
	byFields("n1")(s.Volume("v-n1"))
	s.Bind(s.Volume("v-n1"))
	for _, n := range []string{"n0", "n1", "n2"} {
		s.Fill(n)
	}
	r := s.Explain(t)
	const says = "claim data is bound to v-n1: the data is on n1 (matchFields:metadata.name), and Kubernetes ignores matchFields in the node affinity of a volume, " +
		"which does not keep Pods there; and n1 refuses the Pod: cpu: asks 500m, 0 free"
	if got := text(r.Claims[0].Reason); got != says || r.Claims[0].Code != inspect.BoundNodeUnfit {
		t.Errorf("%s: %s\nwant %s", r.Claims[0].Code, got, says)
	}
	if ids := fixIDs(r); !strings.Contains(ids, "free-n1") || strings.Contains(ids, "free-n0") || strings.Contains(ids, "free-n2") {
		t.Errorf("fixes %s", ids)
	}
	for _, f := range r.Fixes {
		if f.ID == "free-n1" && !slices.Equal(f.Nodes, []string{"n1"}) {
			t.Errorf("fits %v", f.Nodes)
		}
	}
	for _, n := range r.Nodes {
		if v := n.Volumes[0]; slices.Contains(n.Names, "n1") != (v.Fact().Code == "BoundVolumeHere") || v.Code != inspect.Match {
			t.Errorf("%v: %s %v", n.Names, v.Code, v.Fact())
		}
	}
	checkReport(t, r)
}

// TestAPodThatFitsMayStartWithoutItsData: it is schedulable, and not told so in comfort.
func TestAPodThatFitsMayStartWithoutItsData(t *testing.T) {
	s := newScene()
	byFields("n1")(s.Volume("v-n1"))
	s.Bind(s.Volume("v-n1"))
	r := s.Explain(t)
	if i := slices.IndexFunc(r.Notes, func(f fact.Fact) bool { return f.Code == "PodMayStartWithoutData" }); i < 0 {
		t.Errorf("notes %v", r.Notes)
	}
	checkReport(t, r)
	s.Snapshot.Nodes = slices.DeleteFunc(s.Snapshot.Nodes, func(n *corev1.Node) bool { return n.Name == "n1" })
	if r = s.Explain(t); r.Claims[0].Code != inspect.BoundNodeMissing {
		t.Errorf("with the data's node gone: %s %v", r.Claims[0].Code, r.Claims[0].Reason)
	}
	checkReport(t, r)
}

// TestLostLabelIsPutBack: the node with the data has lost the label that the volume asks for. Nobody has to give the data up.
func TestLostLabelIsPutBack(t *testing.T) {
	const key = "topology.topolvm.io/node"
	s := newScene()
	v := s.Volume("v-n1")
	Within(Term(In(key, "n1")))(v)
	v.Spec.PersistentVolumeSource = corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{Driver: "topolvm.io", VolumeHandle: "1"}}
	NodeLabel(key, "n0")(s.Node("n0"))
	s.Bind(v)
	r := s.Explain(t)
	if ids := fixIDs(r); ids != "relabel-n1" {
		t.Fatalf("fixes %s", ids)
	}
	f := r.Fixes[0]
	if f.Risk != fix.RiskLow || !slices.Equal(f.Commands[0].Args, []string{"node", "n1", key + "=n1"}) || !slices.Equal(f.Nodes, []string{"n1"}) {
		t.Errorf("%+v", f)
	}
	checkReport(t, r)
}

// TestLostSecondLabelIsPutBack: so has one that a volume asks for besides its host, with the volume that the claim has, and with one that an
// earlier claim of its name left.
func TestLostSecondLabelIsPutBack(t *testing.T) {
	for _, bound := range []bool{true, false} {
		s := newScene()
		v := s.Volume("v-n1")
		Within(Term(In(corev1.LabelHostname, "n1"), In("example.com/disk", "fast")))(v)
		if bound {
			s.Bind(v)
			if ids := fixIDs(s.Explain(t)); ids != "relabel-n1" {
				t.Errorf("fixes %s", ids)
			}
			continue
		}
		leave(s, "v-n1", "data")
		if notes := notesOf(s.Explain(t)); !strings.Contains(notes, "kubectl label node n1 example.com/disk=fast") || !strings.Contains(notes, "kubectl localpv reattach v-n1") {
			t.Errorf("notes %s", notes)
		}
	}
}

// TestHostnameIsNoNodeName: the volume names its node where the hostname is asked for. Nothing is lost, so nothing is given up.
func TestHostnameIsNoNodeName(t *testing.T) {
	s := newScene()
	NodeLabel(corev1.LabelHostname, "short")(s.Node("n1"))
	s.Bind(s.Volume("v-n1"))
	r := s.Explain(t)
	const says = "claim data is bound to v-n1, whose home is unknown: node n1, which the volume means, has kubernetes.io/hostname=short, " +
		"and the volume asks for kubernetes.io/hostname=n1."
	if got := text(r.Claims[0].Reason); !strings.HasPrefix(got, says) {
		t.Errorf("got  %s\nwant %s...", got, says)
	}
	if len(r.Fixes) > 0 {
		t.Errorf("fixes %s", fixIDs(r))
	}
	checkReport(t, r)
}
