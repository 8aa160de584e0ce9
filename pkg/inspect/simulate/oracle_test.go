package simulate

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"

	diff "github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	fwk "k8s.io/kube-scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/apis/config/latest"
	schedulercache "k8s.io/kubernetes/pkg/scheduler/backend/cache"
	"k8s.io/kubernetes/pkg/scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/nodevolumelimits"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/volumebinding"
	frameworkruntime "k8s.io/kubernetes/pkg/scheduler/framework/runtime"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// upstream is the scheduler's framework, put together without anything of this package's: its own snapshot, its
// own loop over plugins that stops at the first refusal, its own VolumeBinding that sees every volume.
type upstream struct {
	framework framework.Framework
	binding   *volumebinding.VolumeBinding
	snapshot  *schedulercache.Snapshot
	informers informers.SharedInformerFactory
}

// NodeInfos, StorageInfos and PodGroupStates implement fwk.SharedLister, for whichever cluster is loaded.
func (u *upstream) NodeInfos() fwk.NodeInfoLister           { return u.snapshot.NodeInfos() }
func (u *upstream) StorageInfos() fwk.StorageInfoLister     { return u.snapshot.StorageInfos() }
func (u *upstream) PodGroupStates() fwk.PodGroupStateLister { return u.snapshot.PodGroupStates() }

func newUpstream(t *testing.T) *upstream {
	t.Helper()
	simulator(t, Snapshot(t)) // registers metrics
	ctx := quiet(t.Context())
	client := kubernetes.NewForConfigOrDie(&rest.Config{Host: "https://no-cluster.invalid", Transport: refuse{}})
	u := &upstream{informers: informers.NewSharedInformerFactory(client, 0), snapshot: schedulercache.NewEmptySnapshot()}
	config, err := latest.Default()
	if err != nil {
		t.Fatal(err)
	}
	registry := plugins.NewInTreeRegistry()
	build := registry[volumebinding.Name]
	registry[volumebinding.Name] = func(ctx context.Context, args runtime.Object, h fwk.Handle) (fwk.Plugin, error) {
		p, err := build(ctx, args, h)
		u.binding, _ = p.(*volumebinding.VolumeBinding)
		return p, err
	}
	dra, err := newDRAManager(ctx, client, u.informers, Snapshot(t))
	if err != nil {
		t.Fatal(err)
	}
	u.framework, err = frameworkruntime.NewFramework(ctx, registry, &config.Profiles[0],
		frameworkruntime.WithClientSet(client),
		frameworkruntime.WithInformerFactory(u.informers),
		frameworkruntime.WithSnapshotSharedLister(u),
		frameworkruntime.WithPodNominator(nobody{}),
		frameworkruntime.WithSharedCSIManager(nodevolumelimits.NewCSIManager(u.informers.Storage().V1().CSINodes().Lister())),
		frameworkruntime.WithSharedDRAManager(dra),
	)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// nobody is nominated.
type nobody struct{ fwk.PodNominator }

func (nobody) NominatedPodsForNode(string) []fwk.PodInfo { return nil }

func (u *upstream) load(t *testing.T, s *inspect.Snapshot) {
	t.Helper()
	if _, err := newStores(u.informers, s); err != nil {
		t.Fatal(err)
	}
	known := sets.New[string]()
	for _, n := range s.Nodes {
		known.Insert(n.Name)
	}
	var pods []*corev1.Pod
	for _, p := range s.Pods {
		ended := p.Status.Phase == corev1.PodSucceeded || p.Status.Phase == corev1.PodFailed
		if known.Has(p.Spec.NodeName) && !ended {
			pods = append(pods, p)
		}
	}
	u.snapshot = schedulercache.NewSnapshot(pods, s.Nodes)
}

func (u *upstream) nodes(t *testing.T) []fwk.NodeInfo {
	t.Helper()
	all, err := u.snapshot.List()
	if err != nil {
		t.Fatal(err)
	}
	return slices.SortedFunc(slices.Values(all), func(a, b fwk.NodeInfo) int { return cmp.Compare(a.Node().Name, b.Node().Name) })
}

// message follows schedulePod and findNodesThatFitPod (k8s.io/kubernetes/pkg/scheduler/schedule_one.go).
func (u *upstream) message(ctx context.Context, t *testing.T, p *corev1.Pod) string {
	t.Helper()
	all := u.nodes(t)
	state := framework.NewCycleState()
	diagnosis := framework.Diagnosis{NodeToStatus: framework.NewDefaultNodeToStatus()}
	fitError := func() string {
		return (&framework.FitError{Pod: p, NumAllNodes: len(all), Diagnosis: diagnosis}).Error()
	}
	result, status, unscheduled := u.framework.RunPreFilterPlugins(ctx, state, p)
	if !status.IsSuccess() {
		if !status.IsRejected() {
			return status.AsError().Error()
		}
		diagnosis.PreFilterMsg = status.Message()
		return fitError()
	}
	if !result.AllNodes() {
		all = slices.DeleteFunc(slices.Clone(all), func(n fwk.NodeInfo) bool { return !result.NodeNames.Has(n.Node().Name) })
		diagnosis.NodeToStatus.SetAbsentNodesStatus(fwk.NewStatus(fwk.UnschedulableAndUnresolvable, fmt.Sprintf("node(s) didn't satisfy plugin(s) %v", sets.List(unscheduled))))
	}
	fits := false
	for _, n := range all {
		status := u.framework.RunFilterPluginsWithNominatedPods(ctx, state, p, n)
		switch {
		case status.Code() == fwk.Error:
			return status.AsError().Error()
		case status.IsSuccess():
			fits = true
		default:
			diagnosis.NodeToStatus.Set(n.Node().Name, status)
		}
	}
	if fits {
		return ""
	}
	all = u.nodes(t)
	return fitError()
}

// bindingOf is what VolumeBinding says of each Node; a status of PreFilter comes under no name.
func (u *upstream) bindingOf(ctx context.Context, t *testing.T, p *corev1.Pod) map[string]inspect.Refusal {
	t.Helper()
	said := map[string]inspect.Refusal{}
	state := framework.NewCycleState()
	all := u.nodes(t)
	_, status := u.binding.PreFilter(ctx, state, p, all)
	if status.IsSkip() {
		return said
	}
	if !status.IsSuccess() {
		said[""] = refusal(volumebinding.Name, status)
		return said
	}
	for _, n := range all {
		if status := u.binding.Filter(ctx, state, p, n); !status.IsSuccess() {
			said[n.Node().Name] = refusal(volumebinding.Name, status)
		}
	}
	return said
}

// bindingIn is the same, taken from a verdict.
func bindingIn(v *inspect.Verdict) map[string]inspect.Refusal {
	said := map[string]inspect.Refusal{}
	for _, r := range v.PreFilter {
		if r.Plugin == inspect.PluginVolumeBinding {
			said[""] = r
		}
	}
	for _, n := range v.Nodes {
		if r, ok := n.Refused(inspect.PluginVolumeBinding); ok {
			said[n.Node] = r
		}
	}
	return said
}

// TestAgreesWithTheScheduler compares, on generated clusters, what VolumeBinding says of every Node with what
// the upstream plugin says that sees every volume, and the message with the one that upstream puts together.
func TestAgreesWithTheScheduler(t *testing.T) {
	u := newUpstream(t)
	seen := map[string]int{}
	for seed := range uint64(2500) {
		s, p := newGenerator(t, seed).cluster()
		u.load(t, s)
		ctx := quiet(t.Context())
		got := verdict(t, simulator(t, s), p, inspect.Change{})
		want := u.bindingOf(ctx, t, p)
		if d := diff.Diff(want, bindingIn(got)); d != "" {
			t.Fatalf("seed %d: VolumeBinding (-upstream +here):\n%s", seed, d)
		}
		if want := u.message(ctx, t, p); got.Message != want {
			t.Fatalf("seed %d: message\nupstream %q\n    here %q", seed, want, got.Message)
		}
		for _, r := range want {
			for _, reason := range r.Reasons {
				seen[reason]++
			}
		}
		for _, n := range got.Nodes {
			if n.Fits() && len(got.PreFilter) == 0 {
				seen["fits"]++
			}
		}
	}
	for _, reason := range []string{noVolume, elsewhere, noSuchVolume, noRoom, "fits", "pod has unbound immediate PersistentVolumeClaims"} {
		if seen[reason] < 50 {
			t.Errorf("%q came up %d times: the generator does not put it to the test", reason, seen[reason])
		}
	}
}
