package simulate

import (
	"context"
	"errors"
	"flag"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	apiruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/klog/v2"
	fwk "k8s.io/kube-scheduler/framework"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

func TestNamedNodes(t *testing.T) {
	s := simulator(t, Snapshot(t, Node("n2", tainted), Node("n1"), Node("n0")))
	v := verdict(t, s, Pod("p"), inspect.Change{}, "n2", "n1", "n2")
	if diff := cmp.Diff([]string{"n1 fits", "n2 TaintToleration " + a + ": node(s) had untolerated taint(s)"}, told(v)); diff != "" {
		t.Errorf("sorted, each once (-want +got):\n%s", diff)
	}
	v = verdict(t, s, Pod("p", nodeNamed("gone")), inspect.Change{}, "n2")
	if v.Message != "" {
		t.Errorf("the scheduler speaks of all nodes, and one was asked for: %q", v.Message)
	}
	if v, err := s.Verdict(t.Context(), Pod("p"), inspect.Change{}, []string{}); err != nil || len(v.Nodes) != 0 {
		t.Errorf("no nodes at all: %v, %v", v, err)
	}
}

// TestResourcesInOneOrder: the scheduler goes through a map of resources.
func TestResourcesInOneOrder(t *testing.T) {
	s := simulator(t, Snapshot(t, Node("n0"), Node("n1"), Node("n2")))
	p := Pod("p", func(p *corev1.Pod) {
		p.Spec.Containers[0].Resources.Requests = corev1.ResourceList{"cpu": resource.MustParse("100"), "hugepages-2Mi": resource.MustParse("4Mi"),
			"example.com/gpu": resource.MustParse("1"), "example.com/fpga": resource.MustParse("1")}
	})
	want := []string{"Insufficient cpu", "Insufficient example.com/fpga", "Insufficient example.com/gpu", "Insufficient hugepages-2Mi"}
	for range 10 {
		for _, n := range verdict(t, s, p, inspect.Change{}).Nodes {
			if got := n.Refusals[0].Reasons; !slices.Equal(got, want) {
				t.Fatalf("%s: %q", n.Node, got)
			}
		}
	}
}

func TestSpreadSeesNodesThatAreNotAskedFor(t *testing.T) {
	s := simulator(t, Snapshot(t, Node("n0", NodeLabel("rack", "r0")), Node("n1", NodeLabel("rack", "r1")), Pod("other", PodLabel("app", "x"), RunsOn("n0"))))
	v := verdict(t, s, Pod("p", PodLabel("app", "x"), spread("rack", 1)), inspect.Change{}, "n0")
	want := []string{"n0 PodTopologySpread " + u + ": node(s) didn't match pod topology spread constraints"}
	if diff := cmp.Diff(want, told(v)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestEqualVolumes: of volumes that fit equally well the first by name is taken, whatever the order of the
// Snapshot and whether it is there through a change. Here that leaves nothing for the second claim.
func TestEqualVolumes(t *testing.T) {
	first, second := Volume("v1", Sized("5Gi"), On("n0"), VolumeLabel("disk", "ssd")), Volume("v2", Sized("5Gi"), On("n0"))
	objects := append(classes(), Node("n0"), Claim("c0", Asks("1Gi")), Claim("c1", Asks("2Gi"), WantsLabel("disk", "ssd")))
	p := Pod("p", Uses("c0", "c1"))
	want := []string{"n0 VolumeBinding " + a + ": " + noVolume}
	for name, v := range map[string]*inspect.Verdict{
		"in order":       verdict(t, simulator(t, Snapshot(t, append(objects, first, second)...)), p, inspect.Change{}),
		"out of order":   verdict(t, simulator(t, Snapshot(t, append(objects, second, first)...)), p, inspect.Change{}),
		"first changed":  verdict(t, simulator(t, Snapshot(t, append(objects, second)...)), p, inspect.Change{Set: []apiruntime.Object{first}}),
		"second changed": verdict(t, simulator(t, Snapshot(t, append(objects, first)...)), p, inspect.Change{Set: []apiruntime.Object{second}}),
	} {
		if diff := cmp.Diff(want, told(v)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestQuestionsThatCannotBeAnswered(t *testing.T) {
	s := simulator(t, Snapshot(t, Node("n0")))
	tests := []struct {
		name   string
		change inspect.Change
		nodes  []string
		want   string
	}{
		{"nodes that do not exist", inspect.Change{}, []string{"n0", "x", "y"}, "judging Pod shop/p: no Node x, y: it is not in the snapshot, or the change removes it"},
		{"a node that the change removes", inspect.Change{Remove: []apiruntime.Object{Node("n0")}}, []string{"n0"}, "judging Pod shop/p: no Node n0: it is not in the snapshot, or the change removes it"},
		{
			"a kind that no filter reads", inspect.Change{Set: []apiruntime.Object{Node("n1"), &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web"}}}}, nil,
			"a change of Service shop/web cannot be simulated: only kinds that the scheduler's filters read can, and not those of resource.k8s.io",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := s.Verdict(t.Context(), Pod("p"), tt.change, tt.nodes)
			if err == nil || err.Error() != tt.want {
				t.Errorf("\n got %v\nwant %s", err, tt.want)
			}
			if diff := cmp.Diff([]string{"n0 fits"}, told(verdict(t, s, Pod("p"), inspect.Change{}))); diff != "" {
				t.Errorf("afterwards (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEndedContext(t *testing.T) {
	s := simulator(t, Snapshot(t, Node("n0")))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Verdict(ctx, Pod("p"), inspect.Change{}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("Verdict: %v", err)
	}
	if _, err := New(ctx, Snapshot(t)); !errors.Is(err, context.Canceled) {
		t.Errorf("New: %v", err)
	}
}

// TestErrorsAreRefusals: of an error of a plugin the scheduler gives up on the Pod and says only that.
func TestErrorsAreRefusals(t *testing.T) {
	c := Claim("c")
	c.Spec.Selector = badSelector()
	s := simulator(t, Snapshot(t, append(classes(), Node("n0", tainted), Node("n1"), c)...))
	v := verdict(t, s, Pod("p", Uses("c")), inspect.Change{})
	text := `error creating internal label selector for claim: shop/c: "Like" is not a valid label selector operator`
	want := []string{
		"n0 TaintToleration " + a + ": node(s) had untolerated taint(s)",
		"n0 VolumeBinding Error: " + text,
		"n1 VolumeBinding Error: " + text,
	}
	if diff := cmp.Diff(want, told(v)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if want := `running "VolumeBinding" filter plugin: ` + text; v.Message != want {
		t.Errorf("message\n got %q\nwant %q", v.Message, want)
	}
}

// bomb is a plugin that panics when it is asked about the Pod or the Node of a name.
type bomb struct {
	pod, node string
	nothing   map[string]bool
}

func (bomb) Name() string { return "Bomb" }

func (b bomb) PreFilter(_ context.Context, _ fwk.CycleState, p *corev1.Pod, _ []fwk.NodeInfo) (*fwk.PreFilterResult, *fwk.Status) {
	if p.Name == b.pod {
		b.nothing["tick"] = true
	}
	return nil, nil
}

func (bomb) PreFilterExtensions() fwk.PreFilterExtensions { return nil }

func (b bomb) Filter(_ context.Context, _ fwk.CycleState, _ *corev1.Pod, n fwk.NodeInfo) *fwk.Status {
	if n.Node().Name == b.node {
		b.nothing["tick"] = true
	}
	return nil
}

func TestPanicsBecomeErrors(t *testing.T) {
	s := simulator(t, Snapshot(t, Node("n0"), Node("n1")))
	b := bomb{pod: "p", node: "n1"}
	s.profile.preFilters = append(s.profile.preFilters, b)
	s.profile.filters = append(s.profile.filters, b)

	v := verdict(t, s, Pod("p"), inspect.Change{})
	want := []string{"prefilter Bomb Error: the scheduler's plugin Bomb panics on Pod shop/p: assignment to entry in nil map", "n0 fits", "n1 fits"}
	if diff := cmp.Diff(want, told(v)); diff != "" {
		t.Errorf("PreFilter (-want +got):\n%s", diff)
	}
	if want := `running PreFilter plugin "Bomb": the scheduler's plugin Bomb panics on Pod shop/p: assignment to entry in nil map`; v.Message != want {
		t.Errorf("message\n got %q\nwant %q", v.Message, want)
	}

	v = verdict(t, s, Pod("q"), inspect.Change{})
	want = []string{"n0 fits", "n1 Bomb Error: the scheduler's plugin Bomb panics on Pod shop/q: assignment to entry in nil map"}
	if diff := cmp.Diff(want, told(v)); diff != "" {
		t.Errorf("Filter (-want +got):\n%s", diff)
	}
}

func TestPanicsOverPodsNameTheNode(t *testing.T) {
	_, err := newNodeInfo(Node("n0"), []*corev1.Pod{nil})
	want := "adding up the Pods on Node n0: the scheduler's code panics: runtime error: invalid memory address or nil pointer dereference"
	if err == nil || err.Error() != want {
		t.Errorf("\n got %v\nwant %s", err, want)
	}
}

// chooser is a plugin that narrows the Nodes, or says something before any is looked at.
type chooser struct {
	name   string
	nodes  sets.Set[string]
	status *fwk.Status
}

func (c chooser) Name() string { return c.name }

func (c chooser) PreFilter(context.Context, fwk.CycleState, *corev1.Pod, []fwk.NodeInfo) (*fwk.PreFilterResult, *fwk.Status) {
	return &fwk.PreFilterResult{NodeNames: c.nodes}, c.status
}

func (chooser) PreFilterExtensions() fwk.PreFilterExtensions { return nil }

// TestPreFilterOutcome has what no default plugin does today and the scheduler has rules for.
func TestPreFilterOutcome(t *testing.T) {
	no := func(code fwk.Code, reason string) *fwk.Status { return fwk.NewStatus(code, reason) }
	tests := []struct {
		name    string
		plugins []fwk.PreFilterPlugin
		message string
	}{
		{
			"picks with nothing in common",
			[]fwk.PreFilterPlugin{chooser{"B", sets.New("n0"), nil}, chooser{"A", sets.New("n1"), nil}},
			"0/2 nodes are available: node(s) didn't satisfy plugin(s) [A B] simultaneously.",
		},
		{
			"an empty pick",
			[]fwk.PreFilterPlugin{chooser{"A", sets.New[string](), nil}},
			"0/2 nodes are available: node(s) didn't satisfy plugin A.",
		},
		{
			"two picks of a node that does not exist",
			[]fwk.PreFilterPlugin{chooser{"B", sets.New("x", "n0"), nil}, chooser{"A", sets.New("x"), nil}},
			"0/2 nodes are available: 2 node(s) didn't satisfy plugin(s) [A B].",
		},
		{
			"a plain no is overtaken by a later one",
			[]fwk.PreFilterPlugin{chooser{"A", nil, no(fwk.Unschedulable, "early")}, chooser{"B", nil, no(fwk.Unschedulable, "late")}},
			"0/2 nodes are available: late.",
		},
		{
			"a plain no is overtaken by an error",
			[]fwk.PreFilterPlugin{chooser{"A", nil, no(fwk.Unschedulable, "early")}, chooser{"B", nil, fwk.AsStatus(errors.New("broken"))}},
			`running PreFilter plugin "B": broken`,
		},
		{
			"a final no is not",
			[]fwk.PreFilterPlugin{chooser{"A", nil, no(fwk.UnschedulableAndUnresolvable, "never")}, chooser{"B", nil, fwk.AsStatus(errors.New("broken"))}},
			"0/2 nodes are available: never.",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := simulator(t, Snapshot(t, Node("n0"), Node("n1")))
			s.profile.preFilters = append(s.profile.preFilters, tt.plugins...)
			v := verdict(t, s, Pod("p"), inspect.Change{})
			if v.Message != tt.message {
				t.Errorf("message\n got %q\nwant %q", v.Message, tt.message)
			}
			if f := v.Feasible(); f != nil {
				t.Errorf("feasible: %v", f)
			}
		})
	}
}

func TestConcurrentQuestions(t *testing.T) {
	s := simulator(t, Snapshot(t, append(classes(), Node("n0"), Claim("c"))...))
	p := Pod("p", Uses("c"))
	with := inspect.Change{Set: []apiruntime.Object{Volume("v", On("n0")), Node("n1")}}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				if v, err := s.Verdict(t.Context(), p, inspect.Change{}, nil); err != nil || len(v.Feasible()) != 0 || len(v.Nodes) != 1 {
					t.Errorf("without the volume: %v, %v", v, err)
				}
				if v, err := s.Verdict(t.Context(), p, with, nil); err != nil || !cmp.Equal(v.Feasible(), []string{"n0"}) {
					t.Errorf("with the volume: %v, %v", v, err)
				}
			}
		})
	}
	wg.Wait()
}

// TestQuiet: what the scheduler's code logs does not reach the terminal.
func TestQuiet(t *testing.T) {
	state := klog.CaptureState()
	t.Cleanup(state.Restore)
	var log strings.Builder
	klog.LogToStderr(false)
	klog.SetOutput(&log)
	var flags flag.FlagSet
	klog.InitFlags(&flags)
	if err := flags.Set("v", "10"); err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(50) {
		g := newGenerator(t, seed)
		s, p := g.cluster()
		verdict(t, simulator(t, s), p, g.change(s))
	}
	klog.Flush()
	if log.String() != "" {
		t.Errorf("logged:\n%s", log.String())
	}
}

// TestNothingStaysBehind: no goroutine outlives New, even while the context lives on.
func TestNothingStaysBehind(t *testing.T) {
	s := simulator(t, Snapshot(t, Node("n0"))) // what is once per process has happened after this
	verdict(t, s, Pod("p"), inspect.Change{})
	for range 5 {
		verdict(t, simulator(t, Snapshot(t, Node("n0"))), Pod("p"), inspect.Change{})
	}
	// The scheduler's recorder of metrics looks once a second whether it is to end, and nothing tells when it has.
	stacks := make([]byte, 1<<20)
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	patience := time.After(time.Minute)
	for {
		if !strings.Contains(string(stacks[:runtime.Stack(stacks, true)]), "k8s.io/kubernetes/pkg/scheduler") {
			return
		}
		select {
		case <-look.C:
		case <-patience:
			t.Fatalf("goroutines of the scheduler are left:\n%s", stacks)
		}
	}
}
