package simulate

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"k8s.io/apimachinery/pkg/runtime"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/dynamic-resource-allocation/resourceslice/tracker"
	"k8s.io/klog/v2"
	fwk "k8s.io/kube-scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/apis/config"
	"k8s.io/kubernetes/pkg/scheduler/apis/config/latest"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/dynamicresources"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/feature"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/nodevolumelimits"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/volumebinding"
	frameworkruntime "k8s.io/kubernetes/pkg/scheduler/framework/runtime"
	"k8s.io/kubernetes/pkg/scheduler/metrics"
	"k8s.io/kubernetes/pkg/scheduler/util/assumecache"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// profile is the default profile: its PreFilter and Filter plugins in the scheduler's order, and the informers
// whose stores they read. The informers are never started; the stores are filled by hand.
type profile struct {
	preFilters []fwk.PreFilterPlugin
	filters    []fwk.FilterPlugin
	binding    *volumebinding.VolumeBinding
	client     kubernetes.Interface
	informers  informers.SharedInformerFactory
}

func newProfile(ctx context.Context, lister fwk.SharedLister, s *inspect.Snapshot) (*profile, error) {
	client, err := kubernetes.NewForConfig(&rest.Config{Host: "https://no-cluster.invalid", Transport: refuse{}})
	if err != nil {
		return nil, err
	}
	defaults, err := latest.Default()
	if err != nil {
		return nil, err
	}
	metrics.Register() // once per process; plugins that count panic without it

	// A framework starts a goroutine for its own metrics, which the plugins do not use. It ends with its context.
	ended, cancel := context.WithCancel(ctx)
	cancel()
	p := &profile{client: client, informers: informers.NewSharedInformerFactory(client, 0)}
	dra, err := newDRAManager(ended, client, p.informers, s)
	if err != nil {
		return nil, err
	}
	built := map[string]fwk.Plugin{}
	framework, err := frameworkruntime.NewFramework(ended, capture(plugins.NewInTreeRegistry(), built), &defaults.Profiles[0],
		frameworkruntime.WithClientSet(client),
		frameworkruntime.WithInformerFactory(p.informers),
		frameworkruntime.WithSnapshotSharedLister(lister),
		frameworkruntime.WithSharedCSIManager(nodevolumelimits.NewCSIManager(p.informers.Storage().V1().CSINodes().Lister())),
		frameworkruntime.WithSharedDRAManager(dra),
	)
	if err != nil {
		return nil, err
	}
	enabled := framework.ListPlugins()
	p.preFilters, err = inOrder[fwk.PreFilterPlugin](enabled.PreFilter.Enabled, built)
	if err != nil {
		return nil, err
	}
	p.filters, err = inOrder[fwk.FilterPlugin](enabled.Filter.Enabled, built)
	if err != nil {
		return nil, err
	}
	binding, ok := built[volumebinding.Name].(*volumebinding.VolumeBinding)
	if !ok {
		return nil, fmt.Errorf("it has no plugin %s", volumebinding.Name)
	}
	p.binding = binding
	return p, nil
}

// inOrder returns the plugins that are enabled for an extension point.
func inOrder[T fwk.Plugin](enabled []config.Plugin, built map[string]fwk.Plugin) ([]T, error) {
	var ordered []T
	for _, e := range enabled {
		p, ok := built[e.Name].(T)
		if !ok {
			return nil, fmt.Errorf("its plugin %s is of type %T", e.Name, built[e.Name])
		}
		ordered = append(ordered, p)
	}
	return ordered, nil
}

// useVolumeView gives the VolumeBinding plugin an upstream binder that sees, for each Node, only the volumes
// that could be used there.
func (p *profile) useVolumeView(index *volumeIndex) (*volumeView, error) {
	core, storage := p.informers.Core().V1(), p.informers.Storage().V1()
	view := newVolumeView(core.PersistentVolumes().Informer().GetIndexer(), index)
	binder, err := volumebinding.NewVolumeBinder(klog.Logger{}, p.client, feature.NewSchedulerFeaturesFromGates(utilfeature.DefaultFeatureGate),
		core.Pods(), core.Nodes(), storage.CSINodes(), core.PersistentVolumeClaims(),
		volumeInformer{SharedIndexInformer: core.PersistentVolumes().Informer(), view: view}, storage.StorageClasses(),
		volumebinding.CapacityCheck{CSIDriverInformer: storage.CSIDrivers(), CSIStorageCapacityInformer: storage.CSIStorageCapacities()}, 0)
	if err != nil {
		return nil, err
	}
	p.binding.Binder = perNodeBinder{SchedulerVolumeBinder: binder, view: view}
	return view, nil
}

// capture keeps hold of the plugins that a registry builds, because the framework itself only runs them up to
// the first refusal.
func capture(registry frameworkruntime.Registry, built map[string]fwk.Plugin) frameworkruntime.Registry {
	captured := frameworkruntime.Registry{}
	for name, factory := range registry {
		captured[name] = func(ctx context.Context, args runtime.Object, h fwk.Handle) (fwk.Plugin, error) {
			plugin, err := factory(ctx, args, inlineHandle{h})
			built[name] = plugin
			return plugin, err
		}
	}
	return captured
}

// inlineHandle makes plugins do their parallel work in the calling goroutine, where a panic can be caught.
type inlineHandle struct{ fwk.Handle }

// Parallelizer implements fwk.Handle.
func (inlineHandle) Parallelizer() fwk.Parallelizer { return inline{} }

type inline struct{}

// Until implements fwk.Parallelizer.
func (inline) Until(ctx context.Context, pieces int, work workqueue.DoWorkPieceFunc, _ string) {
	for i := range pieces {
		if ctx.Err() != nil {
			return
		}
		work(i)
	}
}

// newDRAManager wires dynamic resource allocation as kube-scheduler does. DeviceTaintRules are off by default
// in this version.
func newDRAManager(ctx context.Context, client kubernetes.Interface, f informers.SharedInformerFactory, s *inspect.Snapshot) (fwk.SharedDRAManager, error) {
	devices, err := tracker.StartTracker(ctx, tracker.Options{SliceInformer: f.Resource().V1().ResourceSlices(), KubeClient: client})
	if err != nil {
		return nil, err
	}
	source := &claimSource{}
	known := assumecache.NewAssumeCache(klog.FromContext(ctx), source, "ResourceClaim", "", nil)
	manager := dynamicresources.NewDRAManager(ctx, known, devices, f)
	for _, c := range s.ResourceClaims {
		source.handler.OnAdd(c, true)
	}
	if classes, ok := manager.DeviceClassResolver().(cache.ResourceEventHandler); ok {
		for _, c := range s.DeviceClasses {
			classes.OnAdd(c, true)
		}
	}
	return manager, nil
}

// claimSource stands for the informer from which the cache of ResourceClaims is filled.
type claimSource struct{ handler cache.ResourceEventHandler }

// AddEventHandler implements assumecache.Informer.
func (s *claimSource) AddEventHandler(h cache.ResourceEventHandler) (cache.ResourceEventHandlerRegistration, error) {
	s.handler = h
	return nil, nil
}

// refuse answers every request with an error: a simulation talks to no cluster.
type refuse struct{}

// RoundTrip implements http.RoundTripper.
func (refuse) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("a simulation has no cluster to talk to")
}
