package pending_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/fix"
)

// TestNodesThatAnswerAlike: Nodes of which the same is found are one, sorted by name, and each is found by its name.
func TestNodesThatAnswerAlike(t *testing.T) {
	s := newScene()
	for _, name := range []string{"n9", "n7", "n8"} {
		s.Snapshot.Nodes = append(s.Snapshot.Nodes, Node(name))
	}
	s.Bind(s.Volume("v-n1"))
	s.Cordon("n1", "n7", "n9")
	s.Fill("n1")
	report := s.Explain(t)
	var got []string
	for _, n := range report.Nodes {
		var codes []string
		for _, r := range n.Reasons {
			codes = append(codes, r.Plugin+"/"+string(r.Reason.Code))
		}
		for _, v := range n.Volumes {
			codes = append(codes, v.Name+"/"+string(v.Fact().Code))
		}
		got = append(got, strings.Join(n.Names, ",")+": "+strings.Join(codes, " "))
	}
	want := []string{
		"n0,n2,n8: VolumeBinding/PluginRefuses v-n1/BoundVolumeElsewhere",
		"n1: NodeUnschedulable/NodeCordoned NodeResourcesFit/ResourceLacking v-n1/BoundVolumeHere",
		"n7,n9: NodeUnschedulable/NodeCordoned VolumeBinding/PluginRefuses v-n1/BoundVolumeElsewhere",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("nodes (-want +got):\n%s", diff)
	}
	if n, asked := report.Node("n9"); !asked || n.Names[0] != "n7" {
		t.Errorf("n9 is %v, %t", n.Names, asked)
	}
	if _, asked := report.Node("n3"); asked {
		t.Error("n3 was asked, which there is not")
	}
	full, _ := report.Node("n1")
	if r := full.Reasons[1]; r.Subject != "cpu" || r.Want != "500m" || r.Have != "0" {
		t.Errorf("cpu is %+v", r)
	}
}

// TestNodesTell: the Facts of volumes are told in a copy, when they are wanted.
func TestNodesTell(t *testing.T) {
	s := newScene()
	s.Claim.Spec.Resources.Requests["storage"] = *s.Volume("v-n0").Spec.Capacity.Storage()
	s.Volume("v-n0").Spec.ClaimRef = nil
	s.Fill("n0")
	n, _ := s.Explain(t).Node("n0")
	told := n.Tell()
	if !n.Volumes[0].Reason.IsZero() || told.Volumes[0].Reason.Code != "VolumeFits" || !told.Volumes[0].Reason.Equal(n.Volumes[0].Fact()) {
		t.Errorf("before %v, told %v", n.Volumes[0].Reason, told.Volumes[0].Reason)
	}
}

// TestAnswersThatAreAlike: Pods that get the same answer share an item, and no others do.
func TestAnswersThatAreAlike(t *testing.T) {
	answer := func(namespace, pod, claim, message string) pending.PodReport {
		at := metav1.NewTime(Now().Add(-time.Duration(len(pod)) * time.Minute))
		return pending.PodReport{
			Pod: pending.ObjectKey{Namespace: namespace, Name: pod}, Pending: true,
			Cause:     pending.Cause{Code: "NotVolumes", Reason: fact.New("Refused", "about", fact.New("AboutPod", "pod", pod))},
			Claims:    []pending.ClaimReport{{Name: claim}},
			Fixes:     []fix.Fix{{ID: "x", Commands: []fact.Command{fact.Plugin("why-pending", pod).In(namespace)}}},
			Scheduler: &pending.SchedulerReport{Message: message, At: at},
		}
	}
	report := pending.NewReport()
	for _, r := range []pending.PodReport{
		answer("shop", "web-a", "data", "no"), answer("shop", "web-bb", "data", "no"), answer("test", "web-a", "data", "no"),
		answer("shop", "db-0", "db-0", "no"), answer("shop", "db-1", "db-1", "no"), answer("shop", "web-c", "data", "never"),
		answer("shop", "", "data", "no"), answer("shop", "", "data", "no"), answer("shop", "web-d", "data", "no"),
	} {
		report.Add(r)
	}
	var got []string
	for _, item := range report.Items {
		var pods []string
		for _, p := range item.Pods {
			pods = append(pods, p.Namespace+"/"+p.Name)
		}
		got = append(got, strings.Join(pods, " "))
	}
	want := []string{"shop/web-a shop/web-bb shop/web-d", "test/web-a", "shop/db-0", "shop/db-1", "shop/web-c", "shop/", "shop/"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
}
