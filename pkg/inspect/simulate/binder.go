package simulate

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/volumebinding"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// classIndex is the index by which upstream's binder lists the volumes of a class
// (k8s.io/kubernetes/pkg/scheduler/framework/plugins/volumebinding/assume_cache.go).
const classIndex = "storageclass"

// perNodeBinder is upstream's binder, unmodified, that reads its volumes through a volumeView. Upstream walks
// every volume of a class for every Node; this way it walks those that matter to the Node it is asked about.
type perNodeBinder struct {
	volumebinding.SchedulerVolumeBinder
	view *volumeView
}

// FindPodVolumes implements volumebinding.SchedulerVolumeBinder. It sorts out the Pod's claims again, because
// that is when the binder lists volumes; the plugin did so once for all Nodes, and saw none.
func (b perNodeBinder) FindPodVolumes(logger klog.Logger, pod *corev1.Pod, _ *volumebinding.PodVolumeClaims, node *corev1.Node) (volumes *volumebinding.PodVolumes, reasons volumebinding.ConflictReasons, err error) {
	b.view.look(pod, node)
	defer b.view.look(nil, nil)
	claims, err := b.GetPodVolumeClaims(logger, pod)
	if err != nil {
		return nil, nil, err
	}
	return b.SchedulerVolumeBinder.FindPodVolumes(logger, pod, claims, node)
}

// volumeView is a store of volumes of which ByIndex shows those that could be chosen for one Pod on one Node.
// Everything else is that of the full store it wraps.
type volumeView struct {
	cache.Indexer
	base *volumeIndex

	// changed holds the volumes of the Change in force, hidden the names of those in base that it replaces or
	// removes.
	changed *volumeIndex
	hidden  sets.Set[string]

	node   *corev1.Node
	claims []types.NamespacedName
}

func newVolumeView(full cache.Indexer, base *volumeIndex) *volumeView {
	return &volumeView{Indexer: full, base: base}
}

// look sets the Node and the Pod that are asked about. Without a Node no volume is listed.
func (v *volumeView) look(pod *corev1.Pod, node *corev1.Node) {
	v.node, v.claims = node, nil
	if pod == nil {
		return
	}
	for _, name := range inspect.ClaimNames(pod) {
		v.claims = append(v.claims, types.NamespacedName{Namespace: pod.Namespace, Name: name})
	}
}

// overlay puts changed volumes in force (nil: removed) and returns what ends that.
func (v *volumeView) overlay(volumes map[string]*corev1.PersistentVolume) (end func()) {
	if len(volumes) == 0 {
		return func() {}
	}
	var set []*corev1.PersistentVolume
	for _, pv := range volumes {
		if pv != nil {
			set = append(set, pv)
		}
	}
	v.changed, v.hidden = newVolumeIndex(set), sets.KeySet(volumes)
	return func() { v.changed, v.hidden = nil, nil }
}

// ByIndex implements cache.Indexer. The order is that of names, so that of volumes that fit equally well the
// same is chosen every time; the scheduler leaves that to chance.
func (v *volumeView) ByIndex(index, class string) ([]any, error) {
	if index != classIndex {
		return v.Indexer.ByIndex(index, class)
	}
	if v.node == nil {
		return nil, nil
	}
	volumes := v.base.candidates(class, v.node.Labels, v.claims)
	if v.changed != nil {
		volumes = slices.DeleteFunc(volumes, func(pv *corev1.PersistentVolume) bool { return v.hidden.Has(pv.Name) })
		volumes = append(volumes, v.changed.candidates(class, v.node.Labels, v.claims)...)
	}
	slices.SortFunc(volumes, func(a, b *corev1.PersistentVolume) int { return cmp.Compare(a.Name, b.Name) })
	objects := make([]any, 0, len(volumes))
	for _, pv := range volumes {
		objects = append(objects, pv)
	}
	return objects, nil
}

// volumeInformer shows a volumeView as the store of an informer.
type volumeInformer struct {
	cache.SharedIndexInformer
	view *volumeView
}

// Informer implements coreinformers.PersistentVolumeInformer.
func (i volumeInformer) Informer() cache.SharedIndexInformer { return i }

// GetIndexer implements cache.SharedIndexInformer.
func (i volumeInformer) GetIndexer() cache.Indexer { return i.view }

// Lister implements coreinformers.PersistentVolumeInformer.
func (i volumeInformer) Lister() corelisters.PersistentVolumeLister {
	return corelisters.NewPersistentVolumeLister(i.view)
}
