package draintest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
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
	Denied []string
	Calls  []string
	Writes int
	// Lost lists the moments at which a claim's manifest was nowhere.
	Lost []string
	// known are the claims that there have been.
	known map[string]bool
}

func NewWorld(t *testing.T, objs ...any) *World {
	t.Helper()
	w := &World{t: t, Client: fake.NewSimpleClientset(objects(objs...)...), known: map[string]bool{}}
	w.Client.PrependReactor("*", "*", w.react)
	return w
}

func Pvs() schema.GroupVersionResource {
	return corev1.SchemeGroupVersion.WithResource("persistentvolumes")
}

func Pvcs() schema.GroupVersionResource {
	return corev1.SchemeGroupVersion.WithResource("persistentvolumeclaims")
}

func Pods() schema.GroupVersionResource { return corev1.SchemeGroupVersion.WithResource("pods") }

func (w *World) react(action clienttesting.Action) (bool, runtime.Object, error) {
	resource := action.GetResource().Resource
	if resource == "selfsubjectaccessreviews" {
		return w.review(action)
	}
	if resource == "events" || resource == "selfsubjectreviews" {
		return true, nil, errors.New("not of interest here")
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
	obj, err := w.carryOut(action)
	return true, obj, err
}

func describeCall(action clienttesting.Action) string {
	text := action.GetVerb() + " " + action.GetResource().Resource
	if named, ok := action.(interface{ GetName() string }); ok && named.GetName() != "" {
		text += " " + named.GetName()
	}
	return text
}

func IsWrite(action clienttesting.Action) bool {
	return slices.Contains([]string{"create", "patch", "delete", "update"}, action.GetVerb())
}

func (w *World) review(action clienttesting.Action) (bool, runtime.Object, error) {
	create, _ := action.(clienttesting.CreateAction)
	review, _ := create.GetObject().(*authorizationv1.SelfSubjectAccessReview)
	a := review.Spec.ResourceAttributes
	review.Status.Allowed = !slices.Contains(w.Denied, a.Verb+" "+a.Resource)
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
	_, obj, err := clienttesting.ObjectReaction(w.Client.Tracker())(action)
	if IsWrite(action) {
		w.settle()
	}
	return obj, err
}

func (w *World) Volume(name string) *corev1.PersistentVolume {
	obj, err := w.Client.Tracker().Get(Pvs(), "", name)
	if err != nil {
		return nil
	}
	v, _ := obj.(*corev1.PersistentVolume)
	return v
}

func (w *World) Claim(name string) *corev1.PersistentVolumeClaim {
	obj, err := w.Client.Tracker().Get(Pvcs(), Ns, name)
	if err != nil {
		return nil
	}
	c, _ := obj.(*corev1.PersistentVolumeClaim)
	return c
}

// Everything reads what there is.
func (w *World) Everything() *inspect.Snapshot {
	s := &inspect.Snapshot{TakenAt: Now(), Nodes: []*corev1.Node{Node("node-0"), Node("node-1")}}
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

func (w *World) list(resource schema.GroupVersionResource, kind, namespace string) []runtime.Object {
	var out []runtime.Object
	list, err := w.Client.Tracker().List(resource, corev1.SchemeGroupVersion.WithKind(kind), namespace)
	w.Must(err)
	switch l := list.(type) {
	case *corev1.PersistentVolumeList:
		for i := range l.Items {
			out = append(out, &l.Items[i])
		}
	case *corev1.PersistentVolumeClaimList:
		for i := range l.Items {
			out = append(out, &l.Items[i])
		}
	case *corev1.PodList:
		for i := range l.Items {
			out = append(out, &l.Items[i])
		}
	}
	return out
}

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
