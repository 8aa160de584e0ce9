package simulate

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// told writes a verdict as lines: "prefilter PLUGIN CODE: REASONS", "NODE fits" or "NODE PLUGIN CODE: REASONS".
func told(v *inspect.Verdict) []string {
	lines := []string{}
	line := func(who string, r inspect.Refusal) {
		lines = append(lines, fmt.Sprintf("%s %s %s: %s", who, r.Plugin, r.Code, strings.Join(r.Reasons, "; ")))
	}
	for _, r := range v.PreFilter {
		line("prefilter", r)
	}
	for _, n := range v.Nodes {
		if n.Fits() {
			lines = append(lines, n.Node+" fits")
		}
		for _, r := range n.Refusals {
			line(n.Node, r)
		}
	}
	return lines
}

const (
	u = "Unschedulable"
	a = "UnschedulableAndUnresolvable"
)

func TestFilters(t *testing.T) {
	tests := []struct {
		name    string
		pod     *corev1.Pod
		objects []runtime.Object
		want    []string
		message string
	}{
		{
			name:    "no nodes",
			pod:     pod("p"),
			want:    []string{},
			message: "no nodes available to schedule pods",
		},
		{
			name:    "a node that fits",
			pod:     pod("p"),
			objects: []runtime.Object{node("n0")},
			want:    []string{"n0 fits"},
		},
		{
			name:    "NodeUnschedulable: cordoned",
			pod:     pod("p"),
			objects: []runtime.Object{node("n0", func(n *corev1.Node) { n.Spec.Unschedulable = true })},
			want:    []string{"n0 NodeUnschedulable " + a + ": node(s) were unschedulable"},
			message: "0/1 nodes are available: 1 node(s) were unschedulable.",
		},
		{
			name:    "NodeName: another one",
			pod:     pod("p", func(p *corev1.Pod) { p.Spec.NodeName = "n1" }),
			objects: []runtime.Object{node("n0")},
			want:    []string{"n0 NodeName " + a + ": node(s) didn't match the requested node name"},
			message: "0/1 nodes are available: 1 node(s) didn't match the requested node name.",
		},
		{
			name: "several plugins refuse; the first of each node counts",
			pod:  pod("p", asking(corev1.ResourceCPU, "16")),
			objects: []runtime.Object{
				node("n2"), node("n1", tainted), node("n0", tainted),
			},
			want: []string{
				"n0 TaintToleration " + a + ": node(s) had untolerated taint(s)",
				"n0 NodeResourcesFit " + a + ": Insufficient cpu",
				"n1 TaintToleration " + a + ": node(s) had untolerated taint(s)",
				"n1 NodeResourcesFit " + a + ": Insufficient cpu",
				"n2 NodeResourcesFit " + a + ": Insufficient cpu",
			},
			message: "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint(s).",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := verdict(t, simulator(t, snapshot(append(classes(), tt.objects...)...)), tt.pod, inspect.Change{})
			if diff := cmp.Diff(tt.want, told(v)); diff != "" {
				t.Errorf("verdict (-want +got):\n%s", diff)
			}
			if v.Message != tt.message {
				t.Errorf("message\n got %q\nwant %q", v.Message, tt.message)
			}
		})
	}
}

func tainted(n *corev1.Node) {
	n.Spec.Taints = []corev1.Taint{{Key: "k", Value: "v", Effect: corev1.TaintEffectNoSchedule}}
}

