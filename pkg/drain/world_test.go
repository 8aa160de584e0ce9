package drain

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
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

// guard refuses writes whose preconditions or tests do not hold, as the API server does.
func (w *world) guard(action clienttesting.Action) error {
	switch a := action.(type) {
	case clienttesting.PatchActionImpl:
		v := w.volume(a.Name)
		if v == nil {
			return nil
		}
		if a.GetPatchType() == types.MergePatchType {
			var body corev1.PersistentVolume
			if err := json.Unmarshal(a.Patch, &body); err != nil {
				return err
			}
			if body.ResourceVersion != v.ResourceVersion {
				return conflict("persistentvolumes", a.Name)
			}
			return nil
		}
		return guardTests(a, v)
	case clienttesting.DeleteActionImpl:
		p := a.DeleteOptions.Preconditions
		if p == nil || p.UID == nil {
			return errors.New("a delete without a UID is never right")
		}
		obj, err := w.client.Tracker().Get(a.GetResource(), a.Namespace, a.Name)
		if err != nil {
			return err
		}
		o, _ := obj.(metav1.Object)
		if *p.UID != o.GetUID() || p.ResourceVersion != nil && *p.ResourceVersion != o.GetResourceVersion() {
			return conflict(a.GetResource().Resource, a.Name)
		}
	}
	return nil
}

func guardTests(a clienttesting.PatchActionImpl, v *corev1.PersistentVolume) error {
	var ops []patchOp
	if err := json.Unmarshal(a.Patch, &ops); err != nil {
		return err
	}
	have := map[string]string{"/metadata/uid": string(v.UID), "/status/phase": string(v.Status.Phase), "/metadata/resourceVersion": v.ResourceVersion}
	if v.Spec.ClaimRef != nil {
		have["/spec/claimRef/uid"] = string(v.Spec.ClaimRef.UID)
	}
	tests := 0
	for _, op := range ops {
		if op.Op != "test" {
			continue
		}
		tests++
		if have[op.Path] != fmt.Sprint(op.Value) {
			return apierrors.NewInvalid(schema.GroupKind{Kind: kindVolume}, a.Name, nil)
		}
	}
	if tests < 3 {
		return errors.New("a patch of a claimRef without its guards is never right")
	}
	return nil
}

func conflict(resource, name string) error {
	return apierrors.NewConflict(schema.GroupResource{Resource: resource}, name, errors.New("it was changed"))
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

func (w *world) markDeleted(d clienttesting.DeleteActionImpl) error {
	c := w.claim(d.Name)
	at := ago(0)
	c.DeletionTimestamp = &at
	return w.client.Tracker().Update(pvcs(), c, ns)
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

// settle is the volume controller: claims that nobody holds go, volumes follow, reservations are kept.
func (w *world) settle() {
	s := w.everything()
	for _, c := range s.Claims {
		if c.UID == "" {
			c.UID = types.UID(fmt.Sprintf("made-uid-%s", c.Name))
			w.must(w.client.Tracker().Update(pvcs(), c, ns))
		}
		if c.DeletionTimestamp != nil && len(placed(naming(s.Pods, c.Name))) == 0 {
			w.must(w.client.Tracker().Delete(pvcs(), ns, c.Name))
		}
	}
	for _, v := range s.Volumes {
		w.settleVolume(v)
	}
}

func (w *world) settleVolume(v *corev1.PersistentVolume) {
	before := v.DeepCopy()
	ref := v.Spec.ClaimRef
	var c *corev1.PersistentVolumeClaim
	if ref != nil {
		c = w.claim(ref.Name)
	}
	switch {
	case ref == nil:
		v.Status.Phase = corev1.VolumeAvailable
	case ref.UID == "":
		v.Status.Phase = corev1.VolumeAvailable
		if c != nil && c.Spec.VolumeName == "" && c.DeletionTimestamp == nil {
			ref.UID, v.Status.Phase = c.UID, corev1.VolumeBound
			boundTo(v.Name)(c)
			w.must(w.client.Tracker().Update(pvcs(), c, ns))
		}
	case (c == nil || c.UID != ref.UID) && v.Status.Phase == corev1.VolumeBound:
		v.Status.Phase = released
	}
	if before.Status.Phase != v.Status.Phase {
		w.must(w.client.Tracker().Update(pvs(), v, ""))
	}
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// checkNothingLost holds that each claim there has been is still there, or its manifest on a volume.
func (w *world) checkNothingLost(action clienttesting.Action) {
	s := w.everything()
	there := map[string]bool{}
	for _, c := range s.Claims {
		there[c.Name], w.known[c.Name] = true, true
	}
	for _, v := range s.Volumes {
		if c, err := SavedClaim(v); err == nil && c != nil {
			there[c.Name] = true
		}
	}
	for name := range w.known {
		if !there[name] {
			w.lost = append(w.lost, fmt.Sprintf("%s after %s", name, describeCall(action)))
		}
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
