package simulate

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
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
		objects []any
		want    []string
		message string
	}{
		{
			name:    "no nodes",
			pod:     Pod("p"),
			want:    []string{},
			message: "no nodes available to schedule pods",
		},
		{
			name:    "a node that fits",
			pod:     Pod("p"),
			objects: []any{Node("n0")},
			want:    []string{"n0 fits"},
		},
		{
			name:    "NodeUnschedulable: Cordoned",
			pod:     Pod("p"),
			objects: []any{Node("n0", func(n *corev1.Node) { n.Spec.Unschedulable = true })},
			want:    []string{"n0 NodeUnschedulable " + a + ": node(s) were unschedulable"},
			message: "0/1 nodes are available: 1 node(s) were unschedulable.",
		},
		{
			name:    "NodeName: another one",
			pod:     Pod("p", func(p *corev1.Pod) { p.Spec.NodeName = "n1" }),
			objects: []any{Node("n0")},
			want:    []string{"n0 NodeName " + a + ": node(s) didn't match the requested node name"},
			message: "0/1 nodes are available: 1 node(s) didn't match the requested node name.",
		},
		{
			name:    "TaintToleration: untolerated",
			pod:     Pod("p"),
			objects: []any{Node("n0", tainted)},
			want:    []string{"n0 TaintToleration " + a + ": node(s) had untolerated taint(s)"},
			message: "0/1 nodes are available: 1 node(s) had untolerated taint(s).",
		},
		{
			name:    "NodeAffinity: selector",
			pod:     Pod("p", func(p *corev1.Pod) { p.Spec.NodeSelector = map[string]string{"disk": "ssd"} }),
			objects: []any{Node("n0")},
			want:    []string{"n0 NodeAffinity " + a + ": node(s) didn't match Pod's node affinity/selector"},
			message: "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.",
		},
		{
			name:    "NodeAffinity: a node by name leaves the others out before they are filtered",
			pod:     Pod("p", nodeNamed("n1")),
			objects: []any{Node("n0", tainted), Node("n1", Cordoned), Node("n2")},
			want: []string{
				"n0 NodeAffinity " + a + ": node(s) didn't satisfy plugin(s) [NodeAffinity]",
				"n0 TaintToleration " + a + ": node(s) had untolerated taint(s)",
				"n1 NodeUnschedulable " + a + ": node(s) were unschedulable",
				"n2 NodeAffinity " + a + ": node(s) didn't satisfy plugin(s) [NodeAffinity]",
			},
			message: "0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) didn't satisfy plugin(s) [NodeAffinity].",
		},
		{
			name:    "NodeAffinity: a node by name that does not exist",
			pod:     Pod("p", nodeNamed("gone")),
			objects: []any{Node("n0")},
			want:    []string{"n0 NodeAffinity " + a + ": node(s) didn't satisfy plugin(s) [NodeAffinity]"},
			message: "0/1 nodes are available: 1 node(s) didn't satisfy plugin(s) [NodeAffinity].",
		},
		{
			name:    "NodeAffinity: no node by any name",
			pod:     Pod("p", nodeNamed()),
			objects: []any{Node("n0", Cordoned)},
			want: []string{
				"prefilter NodeAffinity " + a + ": pod affinity terms conflict",
				"n0 NodeUnschedulable " + a + ": node(s) were unschedulable",
			},
			message: "0/1 nodes are available: pod affinity terms conflict.",
		},
		{
			name:    "NodePorts: taken",
			pod:     Pod("p", holdingPort),
			objects: []any{Node("n0"), Pod("other", holdingPort, RunsOn("n0"))},
			want:    []string{"n0 NodePorts " + u + ": node(s) didn't have free ports for the requested pod ports"},
			message: "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.",
		},
		{
			name: "NodeResourcesFit: several reasons of one plugin, of Pods that run or terminate, not of ended ones",
			pod:  Pod("p", Requests(corev1.ResourceCPU, "3")),
			objects: []any{
				Node("n0", func(n *corev1.Node) { n.Status.Allocatable[corev1.ResourcePods] = resource.MustParse("1") }),
				Node("n1"), Node("n2"),
				Pod("stays", Requests(corev1.ResourceCPU, "2"), RunsOn("n0"), Deleting),
				Pod("runs", Requests(corev1.ResourceCPU, "2"), RunsOn("n1")),
				Pod("ended", Requests(corev1.ResourceCPU, "2"), RunsOn("n2"), func(p *corev1.Pod) { p.Status.Phase = corev1.PodSucceeded }),
				Pod("failed", Requests(corev1.ResourceCPU, "2"), RunsOn("n2"), func(p *corev1.Pod) { p.Status.Phase = corev1.PodFailed }),
				Pod("lost", Requests(corev1.ResourceCPU, "2"), RunsOn("no-such-node")),
			},
			want: []string{
				"n0 NodeResourcesFit " + u + ": Too many pods; Insufficient cpu",
				"n1 NodeResourcesFit " + u + ": Insufficient cpu",
				"n2 fits",
			},
		},
		{
			name:    "NodeResourcesFit: more than the node has",
			pod:     Pod("p", Requests(corev1.ResourceMemory, "16Gi")),
			objects: []any{Node("n0")},
			want:    []string{"n0 NodeResourcesFit " + a + ": Insufficient memory"},
			message: "0/1 nodes are available: 1 Insufficient memory.",
		},
		{
			name: "PodTopologySpread: skew, and a node without the label",
			pod:  Pod("p", PodLabel("app", "x"), spread("rack", 1)),
			objects: []any{
				Node("n0", NodeLabel("rack", "r0")), Node("n1", NodeLabel("rack", "r1"), tainted), Node("n2"),
				Pod("other", PodLabel("app", "x"), RunsOn("n0")),
			},
			want: []string{
				"n0 PodTopologySpread " + u + ": node(s) didn't match pod topology spread constraints",
				"n1 TaintToleration " + a + ": node(s) had untolerated taint(s)",
				"n2 PodTopologySpread " + a + ": node(s) didn't match pod topology spread constraints (missing required label)",
			},
			message: "0/3 nodes are available: 1 node(s) didn't match pod topology spread constraints, " +
				"1 node(s) didn't match pod topology spread constraints (missing required label), " +
				"1 node(s) had untolerated taint(s).",
		},
		{
			name:    "InterPodAffinity: affinity to nobody",
			pod:     Pod("p", near(app("x"))),
			objects: []any{Node("n0")},
			want:    []string{"n0 InterPodAffinity " + a + ": node(s) didn't match pod affinity rules"},
			message: "0/1 nodes are available: 1 node(s) didn't match pod affinity rules.",
		},
		{
			name:    "InterPodAffinity: anti-affinity of the Pod",
			pod:     Pod("p", apart(app("x"))),
			objects: []any{Node("n0"), Node("n1"), Pod("other", PodLabel("app", "x"), RunsOn("n0"))},
			want:    []string{"n0 InterPodAffinity " + u + ": node(s) didn't match pod anti-affinity rules", "n1 fits"},
		},
		{
			name:    "InterPodAffinity: anti-affinity of another Pod",
			pod:     Pod("p", PodLabel("app", "x")),
			objects: []any{Node("n0"), Pod("other", apart(app("x")), RunsOn("n0"))},
			want:    []string{"n0 InterPodAffinity " + u + ": node(s) didn't satisfy existing pods anti-affinity rules"},
			message: "0/1 nodes are available: 1 node(s) didn't satisfy existing pods anti-affinity rules.",
		},
		{
			name: "DynamicResources: no such claim",
			pod: Pod("p", func(p *corev1.Pod) {
				p.Spec.ResourceClaims = []corev1.PodResourceClaim{{Name: "gpu", ResourceClaimName: new("gpu")}}
			}),
			objects: []any{Node("n0")},
			want: []string{
				`prefilter DynamicResources ` + a + `: could not find ResourceClaim "shop/gpu"`,
				"n0 fits",
			},
			message: `0/1 nodes are available: could not find ResourceClaim "shop/gpu".`,
		},
		{
			name:    "NodeDeclaredFeatures: not declared",
			pod:     Pod("p", func(p *corev1.Pod) { p.Spec.HostNetwork, p.Spec.HostUsers = true, new(false) }),
			objects: []any{Node("n0")},
			want:    []string{"n0 NodeDeclaredFeatures " + a + ": node(s) didn't match Pod's required features"},
			message: "0/1 nodes are available: 1 node(s) didn't match Pod's required features.",
		},
		{
			name:    "a Pod of the same name without a node does not count against itself",
			pod:     Pod("p", PodLabel("app", "x"), apart(app("x")), holdingPort, Requests(corev1.ResourceCPU, "3")),
			objects: []any{Node("n0"), Pod("p", PodLabel("app", "x"), apart(app("x")), holdingPort, Requests(corev1.ResourceCPU, "3"))},
			want:    []string{"n0 fits"},
		},
		{
			name: "several plugins refuse; the first of each node counts",
			pod:  Pod("p", Requests(corev1.ResourceCPU, "16")),
			objects: []any{
				Node("n2"), Node("n1", tainted), Node("n0", tainted),
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
			v := verdict(t, simulator(t, Snapshot(t, append(classes(), tt.objects...)...)), tt.pod, inspect.Change{})
			if diff := cmp.Diff(tt.want, told(v)); diff != "" {
				t.Errorf("verdict (-want +got):\n%s", diff)
			}
			if v.Message != tt.message {
				t.Errorf("message\n got %q\nwant %q", v.Message, tt.message)
			}
		})
	}
}

func tainted(n *corev1.Node) { Tainted("k", "v", corev1.TaintEffectNoSchedule)(n) }

func nodeNamed(names ...string) func(*corev1.Pod) {
	return func(p *corev1.Pod) {
		p.Spec.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
			RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{
				{MatchFields: []corev1.NodeSelectorRequirement{In(metav1.ObjectNameField, names...)}},
			}}}}
	}
}

func holdingPort(p *corev1.Pod) {
	p.Spec.Containers[0].Ports = []corev1.ContainerPort{{ContainerPort: 80, HostPort: 80}}
}

func spread(key string, skew int32) func(*corev1.Pod) {
	return func(p *corev1.Pod) {
		p.Spec.TopologySpreadConstraints = []corev1.TopologySpreadConstraint{{
			MaxSkew: skew, TopologyKey: key, WhenUnsatisfiable: corev1.DoNotSchedule,
			LabelSelector: &metav1.LabelSelector{MatchLabels: p.Labels},
		}}
	}
}

func app(name string) map[string]string { return map[string]string{"app": name} }

func near(labels map[string]string) func(*corev1.Pod) {
	return func(p *corev1.Pod) {
		p.Spec.Affinity = &corev1.Affinity{PodAffinity: &corev1.PodAffinity{RequiredDuringSchedulingIgnoredDuringExecution: with(labels)}}
	}
}

func apart(labels map[string]string) func(*corev1.Pod) {
	return func(p *corev1.Pod) {
		p.Spec.Affinity = &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{RequiredDuringSchedulingIgnoredDuringExecution: with(labels)}}
	}
}

func with(labels map[string]string) []corev1.PodAffinityTerm {
	return []corev1.PodAffinityTerm{{
		TopologyKey:   corev1.LabelHostname,
		LabelSelector: &metav1.LabelSelector{MatchLabels: labels},
	}}
}
