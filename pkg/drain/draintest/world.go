package draintest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// World is a fake API server that minds preconditions and tests, and does at once what the volume controller, the
// protection of claims and kubelets would.
type World struct {
	t      *testing.T
	Client *fake.Clientset
	// Fault is asked before every request but watches: what it returns instead of an answer, and whether the request is
	// carried out all the same.
	Fault func(n int, action clienttesting.Action) (err error, applied bool)
	// Before is called before every request.
	Before func(n int, action clienttesting.Action)
	// Admission is asked about every write, and about those that are only tried (dry runs): what it refuses with, nil if it allows.
	Admission func(action clienttesting.Action) error
	// Tried are the dry runs.
	Tried  []string
	Denied []string
	Calls  []string
	Writes int
	// Lost lists the moments at which a claim's manifest was nowhere.
	Lost []string
	// known are the claims that there have been.
	known map[string]bool
	// made counts the Pods that StatefulSets have recreated.
	made int
}

// NewWorld returns a World with objects, which are copied.
func NewWorld(t *testing.T, objs ...any) *World {
	t.Helper()
	w := &World{t: t, Client: fake.NewSimpleClientset(objects(objs...)...), known: map[string]bool{}}
	w.Client.PrependReactor("*", "*", w.react)
	return w
}

// Pvs is the resource of volumes.
func Pvs() schema.GroupVersionResource {
	return corev1.SchemeGroupVersion.WithResource("persistentvolumes")
}

// Pvcs is the resource of claims.
func Pvcs() schema.GroupVersionResource {
	return corev1.SchemeGroupVersion.WithResource("persistentvolumeclaims")
}

// Pods is the resource of Pods.
func Pods() schema.GroupVersionResource { return corev1.SchemeGroupVersion.WithResource("pods") }

func (w *World) react(action clienttesting.Action) (bool, runtime.Object, error) {
	resource := action.GetResource().Resource
	if resource == "selfsubjectaccessreviews" {
		return w.review(action)
	}
	if resource == "events" || resource == "selfsubjectreviews" {
		return true, nil, errors.New("not of interest here")
	}
	if isDryRun(action) {
		return true, nil, w.try(action)
	}
	n := len(w.Calls)
	w.Calls = append(w.Calls, describeCall(action))
	if w.Before != nil {
		w.Before(n, action)
	}
	if w.Fault != nil {
		if err, applied := w.Fault(n, action); err != nil {
			if applied {
				_, _ = w.carryOut(action)
			}
			return true, nil, err
		}
	}
	if w.Admission != nil && IsWrite(action) {
		if err := w.Admission(action); err != nil {
			return true, nil, err
		}
	}
	obj, err := w.carryOut(action)
	return true, obj, err
}

// isDryRun reports whether a request is only tried.
func isDryRun(action clienttesting.Action) bool {
	switch a := action.(type) {
	case clienttesting.DeleteActionImpl:
		return len(a.DeleteOptions.DryRun) > 0
	case clienttesting.CreateActionImpl:
		e, ok := a.Object.(*policyv1.Eviction)
		return len(a.CreateOptions.DryRun) > 0 || ok && e.DeleteOptions != nil && len(e.DeleteOptions.DryRun) > 0
	}
	return false
}

// try answers a dry run as the server does: admission is asked before it is found that an object is there already, or is not.
func (w *World) try(action clienttesting.Action) error {
	w.Tried = append(w.Tried, describeCall(action))
	if w.Admission != nil {
		if err := w.Admission(action); err != nil {
			return err
		}
	}
	if d, ok := action.(clienttesting.DeleteActionImpl); ok {
		return w.guard(d)
	}
	return nil
}

func describeCall(action clienttesting.Action) string {
	text := action.GetVerb() + " " + action.GetResource().Resource
	if named, ok := action.(interface{ GetName() string }); ok && named.GetName() != "" {
		text += " " + named.GetName()
	}
	return text
}

// IsWrite reports whether a request changes something.
func IsWrite(action clienttesting.Action) bool {
	return slices.Contains([]string{"create", "patch", "delete", "update"}, action.GetVerb())
}

func (w *World) review(action clienttesting.Action) (bool, runtime.Object, error) {
	create, _ := action.(clienttesting.CreateAction)
	review, _ := create.GetObject().(*authorizationv1.SelfSubjectAccessReview)
	a := review.Spec.ResourceAttributes
	resource := a.Resource
	if a.Subresource != "" {
		resource += "/" + a.Subresource
	}
	review.Status.Allowed = !slices.Contains(w.Denied, a.Verb+" "+resource)
	return true, review, nil
}

// carryOut does what the server would, and checks that nothing got lost.
func (w *World) carryOut(action clienttesting.Action) (runtime.Object, error) {
	if IsWrite(action) {
		w.Writes++
		if err := w.guard(action); err != nil {
			return nil, err
		}
	}
	defer w.checkNothingLost(action)
	if d, ok := action.(clienttesting.DeleteActionImpl); ok {
		defer w.settle()
		if d.GetResource() == Pvcs() {
			return nil, w.markDeleted(d)
		}
	}
	if c, ok := action.(clienttesting.CreateActionImpl); ok && c.GetSubresource() == "eviction" {
		defer w.settle()
		return nil, w.evict(c)
	}
	_, obj, err := clienttesting.ObjectReaction(w.Client.Tracker())(action)
	if IsWrite(action) {
		w.settle()
	}
	return obj, err
}

// evict deletes a Pod at once, if it is the one that is meant.
func (w *World) evict(c clienttesting.CreateActionImpl) error {
	e, _ := c.Object.(*policyv1.Eviction)
	obj, err := w.Client.Tracker().Get(Pods(), e.Namespace, e.Name)
	if err != nil {
		return err
	}
	if p, ok := obj.(*corev1.Pod); !ok || e.DeleteOptions.Preconditions == nil || *e.DeleteOptions.Preconditions.UID != p.UID {
		return conflict("pods", e.Name)
	}
	return w.Client.Tracker().Delete(Pods(), e.Namespace, e.Name)
}

// Volume is a volume as it is now, nil if there is none.
func (w *World) Volume(name string) *corev1.PersistentVolume {
	obj, err := w.Client.Tracker().Get(Pvs(), "", name)
	if err != nil {
		return nil
	}
	v, _ := obj.(*corev1.PersistentVolume)
	return v
}

// Claim is a claim as it is now, nil if there is none.
func (w *World) Claim(name string) *corev1.PersistentVolumeClaim {
	obj, err := w.Client.Tracker().Get(Pvcs(), Ns, name)
	if err != nil {
		return nil
	}
	c, _ := obj.(*corev1.PersistentVolumeClaim)
	return c
}

// Everything reads what there is. Of a World without Nodes it knows two.
func (w *World) Everything() *inspect.Snapshot {
	s := &inspect.Snapshot{TakenAt: Now()}
	for _, o := range w.list(corev1.SchemeGroupVersion.WithResource("nodes"), "Node", "") {
		n, _ := o.(*corev1.Node)
		s.Nodes = append(s.Nodes, n)
	}
	if len(s.Nodes) == 0 {
		s.Nodes = []*corev1.Node{Node("node-0"), Node("node-1")}
	}
	w.owners(s)
	for _, o := range w.list(Pvs(), "PersistentVolume", "") {
		v, _ := o.(*corev1.PersistentVolume)
		s.Volumes = append(s.Volumes, v)
	}
	for _, o := range w.list(Pvcs(), drain.KindClaim, Ns) {
		c, _ := o.(*corev1.PersistentVolumeClaim)
		s.Claims = append(s.Claims, c)
	}
	for _, o := range w.list(Pods(), drain.KindPod, Ns) {
		p, _ := o.(*corev1.Pod)
		s.Pods = append(s.Pods, p)
	}
	return s
}

// owners reads what only Worlds with whole nodes have: their leases, StatefulSets, and classes.
func (w *World) owners(s *inspect.Snapshot) {
	for _, o := range w.list(coordinationv1.SchemeGroupVersion.WithResource("leases"), "Lease", corev1.NamespaceNodeLease) {
		l, _ := o.(*coordinationv1.Lease)
		s.Leases = append(s.Leases, l)
	}
	for _, o := range w.list(appsv1.SchemeGroupVersion.WithResource("statefulsets"), "StatefulSet", Ns) {
		set, _ := o.(*appsv1.StatefulSet)
		s.StatefulSets = append(s.StatefulSets, set)
	}
	for _, o := range w.list(storagev1.SchemeGroupVersion.WithResource("storageclasses"), "StorageClass", "") {
		c, _ := o.(*storagev1.StorageClass)
		s.Classes = append(s.Classes, c)
	}
}

func (w *World) list(resource schema.GroupVersionResource, kind, namespace string) []runtime.Object {
	list, err := w.Client.Tracker().List(resource, resource.GroupVersion().WithKind(kind), namespace)
	w.Must(err)
	out, err := meta.ExtractList(list)
	w.Must(err)
	return out
}

// Must ends the test if there is an error.
func (w *World) Must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// State is what counts of the world in the end.
func (w *World) State(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	s := w.Everything()
	for _, v := range s.Volumes {
		fmt.Fprintf(&b, "volume %s %s %s saved=%v record-version=%s original=%s", v.Name, v.Status.Phase, v.Spec.PersistentVolumeReclaimPolicy,
			v.Annotations[retain.AnnReleasedClaim] != "", v.Annotations[retain.AnnVersion], v.Annotations[retain.AnnOriginalPolicy])
		if ref := v.Spec.ClaimRef; ref != nil {
			fmt.Fprintf(&b, " claim=%s/%s", ref.Name, ref.UID)
		}
		b.WriteByte('\n')
	}
	for _, c := range s.Claims {
		spec, err := yaml.Marshal(c.Spec)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "claim %s %s deleting=%v\n%s", c.Name, c.UID, c.DeletionTimestamp != nil, spec)
	}
	for _, p := range s.Pods {
		fmt.Fprintf(&b, "pod %s\n", p.Name)
	}
	return b.String()
}

// InstantClock passes time only where somebody waits, and then at once.
type InstantClock struct{ *clocktesting.FakeClock }

// NewInstantClock returns one that stands at Now.
func NewInstantClock() InstantClock { return InstantClock{clocktesting.NewFakeClock(Now())} }

// After implements clock.Clock.
func (c InstantClock) After(d time.Duration) <-chan time.Time {
	ch := c.FakeClock.After(d)
	c.Step(d)
	return ch
}
