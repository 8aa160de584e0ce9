package simulate

import (
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// size is a cluster whose free volumes are all big enough for the claim. Only its selector fits none, so that
// the node affinity of every volume is evaluated before it falls out: the dearest case for the binder.
type size struct{ nodes, perNode int }

func (s size) String() string { return fmt.Sprintf("%dx%d", s.nodes, s.perNode) }

func sizes() []size { return []size{{1000, 10}, {2000, 10}, {5000, 10}, {1000, 20}} }

// cluster has one running Pod with a bound claim per Node besides.
func (s size) cluster(tb testing.TB) (*inspect.Snapshot, *corev1.Pod) {
	tb.Helper()
	objects := append(classes(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: Ns}},
		Claim("c", WantsLabel("disk", "none")))
	for i := range s.nodes {
		host := fmt.Sprintf("node-%04d", i)
		name := "data-" + host
		objects = append(objects, Node(host), Pod("pod-"+host, RunsOn(host), Uses(name)),
			Claim(name, BoundTo(name)), Volume(name, On(host), ReservedFor(name)))
		for j := range s.perNode {
			objects = append(objects, Volume(fmt.Sprintf("free-%s-%02d", host, j), On(host)))
		}
	}
	return Snapshot(tb, objects...), Pod("p", Uses("c"))
}

func BenchmarkNew(b *testing.B) {
	for _, s := range sizes() {
		b.Run(s.String(), func(b *testing.B) {
			cluster, _ := s.cluster(b)
			for b.Loop() {
				simulator(b, cluster)
			}
		})
	}
}

// BenchmarkVerdict asks about every Node. Its cost per Node does not depend on how many there are.
func BenchmarkVerdict(b *testing.B) {
	for _, s := range sizes() {
		b.Run(s.String(), func(b *testing.B) {
			cluster, p := s.cluster(b)
			sim := simulator(b, cluster)
			for b.Loop() {
				if v := verdict(b, sim, p, inspect.Change{}); len(v.Feasible()) != 0 {
					b.Fatal("it should fit nowhere")
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*s.nodes), "ns/node")
		})
	}
}

// BenchmarkVerdictOfChange asks about two Nodes after a change, as the search for fixes does hundreds of times.
func BenchmarkVerdictOfChange(b *testing.B) {
	changes := map[string]inspect.Change{
		"claim":  {Set: []runtime.Object{Claim("c")}},
		"volume": {Set: []runtime.Object{Volume("fit", On("node-0001"), VolumeLabel("disk", "none"))}},
		"node":   {Set: []runtime.Object{Node("node-0001")}},
		"pod":    {Remove: []runtime.Object{Pod("pod-node-0001")}},
	}
	cluster, p := size{1000, 20}.cluster(b)
	sim := simulator(b, cluster)
	for _, kind := range []string{"claim", "volume", "node", "pod"} {
		b.Run(kind, func(b *testing.B) {
			for b.Loop() {
				verdict(b, sim, p, changes[kind], "node-0001", "node-0002")
			}
		})
	}
}
