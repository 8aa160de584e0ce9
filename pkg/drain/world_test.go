package drain

import (
	"context"
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
	"sigs.k8s.io/yaml"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// world is a fake API server that minds preconditions and tests, and does at once what the volume controller, the
// protection of claims and kubelets would.
type world struct {
	t      *testing.T
	client *fake.Clientset
	// fault is asked before every request but watches: what it returns instead of an answer, and whether the request is
	// carried out all the same.
	fault func(n int, action clienttesting.Action) (err error, applied bool)
	// before is called before every request.
	before func(n int, action clienttesting.Action)
	denied []string
	calls  []string
	writes int
	// lost lists the moments at which a claim's manifest was nowhere.
	lost []string
	// known are the claims that there have been.
	known map[string]bool
}

func newWorld(t *testing.T, objs ...any) *world {
	t.Helper()
	w := &world{t: t, client: fake.NewSimpleClientset(objects(objs...)...), known: map[string]bool{}}
	w.client.PrependReactor("*", "*", w.react)
	return w
}

func pvs() schema.GroupVersionResource {
	return corev1.SchemeGroupVersion.WithResource("persistentvolumes")
}
func pvcs() schema.GroupVersionResource {
	return corev1.SchemeGroupVersion.WithResource("persistentvolumeclaims")
}
func pods() schema.GroupVersionResource { return corev1.SchemeGroupVersion.WithResource("pods") }

func (w *world) react(action clienttesting.Action) (bool, runtime.Object, error) {
	resource := action.GetResource().Resource
	if resource == "selfsubjectaccessreviews" {
		return w.review(action)
	}
	if resource == "events" || resource == "selfsubjectreviews" {
		return true, nil, errors.New("not of interest here")
	}
	n := len(w.calls)
	w.calls = append(w.calls, describeCall(action))
	if w.before != nil {
		w.before(n, action)
	}
	if w.fault != nil {
		if err, applied := w.fault(n, action); err != nil {
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

func isWrite(action clienttesting.Action) bool {
	return slices.Contains([]string{"create", "patch", "delete", "update"}, action.GetVerb())
}

func (w *world) review(action clienttesting.Action) (bool, runtime.Object, error) {
	create, _ := action.(clienttesting.CreateAction)
	review, _ := create.GetObject().(*authorizationv1.SelfSubjectAccessReview)
	a := review.Spec.ResourceAttributes
	review.Status.Allowed = !slices.Contains(w.denied, a.Verb+" "+a.Resource)
	return true, review, nil
}

// carryOut does what the server would, and checks that nothing got lost.
func (w *world) carryOut(action clienttesting.Action) (runtime.Object, error) {
	if isWrite(action) {
		w.writes++
		if err := w.guard(action); err != nil {
			return nil, err
		}
	}
	defer w.checkNothingLost(action)
	if d, ok := action.(clienttesting.DeleteActionImpl); ok {
		defer w.settle()
		if d.GetResource() == pvcs() {
			return nil, w.markDeleted(d)
		}
	}
	_, obj, err := clienttesting.ObjectReaction(w.client.Tracker())(action)
	if isWrite(action) {
		w.settle()
	}
	return obj, err
}

func (w *world) volume(name string) *corev1.PersistentVolume {
	obj, err := w.client.Tracker().Get(pvs(), "", name)
	if err != nil {
		return nil
	}
	v, _ := obj.(*corev1.PersistentVolume)
	return v
}

func (w *world) claim(name string) *corev1.PersistentVolumeClaim {
	obj, err := w.client.Tracker().Get(pvcs(), ns, name)
	if err != nil {
		return nil
	}
	c, _ := obj.(*corev1.PersistentVolumeClaim)
	return c
}

// everything reads what there is.
func (w *world) everything() *inspect.Snapshot {
	s := &inspect.Snapshot{TakenAt: now(), Nodes: []*corev1.Node{node("node-0"), node("node-1")}}
	for _, o := range w.list(pvs(), "PersistentVolume", "") {
		v, _ := o.(*corev1.PersistentVolume)
		s.Volumes = append(s.Volumes, v)
	}
	for _, o := range w.list(pvcs(), kindClaim, ns) {
		c, _ := o.(*corev1.PersistentVolumeClaim)
		s.Claims = append(s.Claims, c)
	}
	for _, o := range w.list(pods(), kindPod, ns) {
		p, _ := o.(*corev1.Pod)
		s.Pods = append(s.Pods, p)
	}
	return s
}

func (w *world) list(resource schema.GroupVersionResource, kind, namespace string) []runtime.Object {
	var out []runtime.Object
	list, err := w.client.Tracker().List(resource, corev1.SchemeGroupVersion.WithKind(kind), namespace)
	w.must(err)
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

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// state is what counts of the world in the end.
func (w *world) state(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	s := w.everything()
	for _, v := range s.Volumes {
		fmt.Fprintf(&b, "volume %s %s %s saved=%v original=%s", v.Name, v.Status.Phase, v.Spec.PersistentVolumeReclaimPolicy, v.Annotations[AnnReleasedClaim] != "", v.Annotations[AnnOriginalPolicy])
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

// instantClock passes time only where somebody waits, and then at once.
type instantClock struct{ at time.Time }

func (c *instantClock) Now() time.Time { return c.at }

func (c *instantClock) After(d time.Duration) <-chan time.Time {
	c.at = c.at.Add(d)
	ch := make(chan time.Time, 1)
	ch <- c.at
	return ch
}

// command plans on the world as it is, and runs the Plan if there is something to do.
func (w *world) command(ctx context.Context, t *testing.T, r request) *Result {
	t.Helper()
	plan := planOf(t, r, w.everything())
	if plan.Verdict != Ready {
		status := StatusBlocked
		if plan.Verdict == NothingToDo {
			status = StatusDone
		}
		return NewResult(plan, status, "")
	}
	return w.run(ctx, t, plan)
}

func (w *world) run(ctx context.Context, t *testing.T, plan *Plan) *Result {
	t.Helper()
	result, err := (&Executor{Client: w.client, Clock: &instantClock{at: now()}, Timeout: time.Minute}).Run(ctx, plan)
	if err != nil {
		t.Fatal(err)
	}
	return result
}
