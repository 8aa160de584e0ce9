package collect

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// fakeCluster holds objects, and heeds the field selectors of events as a server does.
func fakeCluster(objects ...runtime.Object) *fake.Clientset {
	client := fake.NewClientset(objects...)
	client.PrependReactor("list", "events", func(action clienttesting.Action) (bool, runtime.Object, error) {
		list, ok := action.(clienttesting.ListActionImpl)
		if !ok {
			return true, nil, fmt.Errorf("a list of events is a %T", action)
		}
		out := &corev1.EventList{}
		for _, o := range objects {
			e, ok := o.(*corev1.Event)
			if ok && (list.Namespace == "" || list.Namespace == e.Namespace) && list.ListRestrictions.Fields.Matches(eventFields(e)) {
				out.Items = append(out.Items, *e.DeepCopy())
			}
		}
		return true, out, nil
	})
	return client
}

func eventFields(e *corev1.Event) fields.Set {
	return fields.Set{"involvedObject.kind": e.InvolvedObject.Kind, "reason": e.Reason}
}

// refuse makes listing a resource fail, in one namespace or (with "*") in any.
func refuse(client *fake.Clientset, resource, namespace string, err error) {
	client.PrependReactor("list", resource, func(action clienttesting.Action) (bool, runtime.Object, error) {
		return namespace == "*" || action.GetNamespace() == namespace, nil, err
	})
}

func forbidden(group, resource, scope string) error {
	return apierrors.NewForbidden(schema.GroupResource{Group: group, Resource: resource}, "",
		fmt.Errorf("User %q cannot list resource %q in API group %q %s", "jane", resource, group, scope))
}

func notServed() error {
	return apierrors.NewGenericServerResponse(404, "list", schema.GroupResource{}, "", "", 0, true)
}

func TestLiveReadsEveryKind(t *testing.T) {
	s, err := Live(t.Context(), fakeCluster(oneOfEach()...), Now, Options{Kinds: allKinds()})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range table() {
		var field []object
		for _, o := range oneOfEach() {
			if same, ok := o.(object); ok && fmt.Sprintf("%T", o) == fmt.Sprintf("%T", r.empty()) {
				field = append(field, same)
			}
		}
		want := &inspect.Snapshot{TakenAt: Now()}
		for _, o := range field {
			o.SetManagedFields(nil)
		}
		r.store(want, field)
		only, err := Live(t.Context(), fakeCluster(oneOfEach()...), Now, Options{Kinds: []inspect.Kind{r.kind}})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, only); diff != "" || len(field) != 1 {
			t.Errorf("%s alone (-want +got):\n%s", r.kind, diff)
		}
	}
	if len(s.Gaps) != 0 || !s.TakenAt.Equal(Now()) {
		t.Errorf("gaps %v, taken at %v", s.Gaps, s.TakenAt)
	}
}

func TestLiveNamespaces(t *testing.T) {
	objects := []runtime.Object{
		Pod("a"), in("bank", Pod("b")), Claim("a"), in("bank", Claim("b")), Volume("v"),
		Lease("node-0", "7"), in("kube-system", Lease("node-0", "7")),
		event("e1", "Pod", "FailedScheduling"), event("e2", "Pod", "Pulled"),
		event("e3", "PersistentVolumeClaim", "WaitForFirstConsumer"), in("bank", event("e4", "Pod", "FailedScheduling")),
	}
	kinds := []inspect.Kind{inspect.Pods, inspect.PersistentVolumeClaims, inspect.PersistentVolumes, inspect.Leases, inspect.Events}
	for name, c := range map[string]struct {
		opts Options
		want []string
	}{
		"everywhere": {Options{}, []string{
			"Event bank/e4", "Event shop/e1", "Event shop/e3", "Lease kube-node-lease/node-0",
			"Claim bank/b", "Claim shop/a", "Pod bank/b", "Pod shop/a", "Volume /v"}},
		"a namespace narrows what explains": {Options{Namespace: "shop"}, []string{
			"Event shop/e1", "Event shop/e3", "Lease kube-node-lease/node-0",
			"Claim bank/b", "Claim shop/a", "Pod bank/b", "Pod shop/a", "Volume /v"}},
		"and what the caller names": {Options{Namespace: "shop", Narrow: []inspect.Kind{inspect.Pods, inspect.PersistentVolumes}}, []string{
			"Event shop/e1", "Event shop/e3", "Lease kube-node-lease/node-0",
			"Claim bank/b", "Claim shop/a", "Pod shop/a", "Volume /v"}},
	} {
		t.Run(name, func(t *testing.T) {
			c.opts.Kinds = kinds
			s, err := Live(t.Context(), fakeCluster(objects...), Now, c.opts)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, contents(s)); diff != "" {
				t.Errorf("read (-want +got):\n%s", diff)
			}
		})
	}
}

// contents names the objects of the kinds that have a namespace, and the volumes.
func contents(s *inspect.Snapshot) []string {
	var out []string
	add := func(kind string, o metav1.Object) { out = append(out, kind+" "+o.GetNamespace()+"/"+o.GetName()) }
	for _, o := range s.Events {
		add("Event", o)
	}
	for _, o := range s.Leases {
		add("Lease", o)
	}
	for _, o := range s.Claims {
		add("Claim", o)
	}
	for _, o := range s.Pods {
		add("Pod", o)
	}
	for _, o := range s.Volumes {
		add("Volume", o)
	}
	return out
}

func TestLiveGaps(t *testing.T) {
	client := fakeCluster(oneOfEach()...)
	refuse(client, "leases", corev1.NamespaceNodeLease, forbidden("coordination.k8s.io", "leases", `in the namespace "kube-node-lease"`))
	refuse(client, "nodes", "*", forbidden("", "nodes", "at the cluster scope"))
	refuse(client, "resourceclaims", "*", notServed())
	s, err := Live(t.Context(), client, Now, Options{
		Kinds: []inspect.Kind{inspect.Nodes, inspect.Leases, inspect.ResourceClaims, inspect.Pods}})
	if err != nil {
		t.Fatal(err)
	}
	want := []inspect.Gap{
		{Kind: inspect.Leases, Namespace: "kube-node-lease", Reason: "forbidden: list leases"},
		{Kind: inspect.Nodes, Reason: "forbidden: list nodes"},
		{Kind: inspect.ResourceClaims, Reason: "not served by this server"},
	}
	if diff := cmp.Diff(want, s.Gaps); diff != "" {
		t.Errorf("gaps (-want +got):\n%s", diff)
	}
	if len(s.Pods) != 1 || len(s.Nodes) != 0 {
		t.Errorf("%d pods and %d nodes, want 1 and 0", len(s.Pods), len(s.Nodes))
	}
}

func TestLiveOwnNamespaceWhenTheRestIsForbidden(t *testing.T) {
	client := fakeCluster(Pod("a"), in("bank", Pod("b")))
	refuse(client, "pods", "", forbidden("", "pods", "at the cluster scope"))
	opts := Options{Required: []inspect.Kind{inspect.Pods}, Namespace: "shop"}
	s, err := Live(t.Context(), client, Now, opts)
	if err != nil {
		t.Fatal(err)
	}
	want := []inspect.Gap{{Kind: inspect.Pods, Reason: "forbidden: list pods outside namespace shop"}}
	if diff := cmp.Diff(want, s.Gaps); diff != "" {
		t.Errorf("gaps (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"Pod shop/a"}, contents(s)); diff != "" {
		t.Errorf("read (-want +got):\n%s", diff)
	}
}

func TestLiveErrors(t *testing.T) {
	expired := apierrors.NewUnauthorized("the token has expired")
	for name, c := range map[string]struct {
		resource string
		err      error
		opts     Options
		want     string
		is       func(error) bool
	}{
		"required and forbidden": {"persistentvolumes", forbidden("", "persistentvolumes", "at the cluster scope"),
			Options{Required: []inspect.Kind{inspect.PersistentVolumes}},
			`not allowed to list persistentvolumes in the whole cluster: User "jane" cannot list resource "persistentvolumes" in API group "" ` +
				`at the cluster scope; it takes a role with the verb list on persistentvolumes`, apierrors.IsForbidden},
		"required and forbidden in a namespace": {"persistentvolumeclaims", forbidden("", "persistentvolumeclaims", `in the namespace "shop"`),
			Options{Required: []inspect.Kind{inspect.PersistentVolumeClaims}, Namespace: "shop", Narrow: []inspect.Kind{inspect.PersistentVolumeClaims}},
			`not allowed to list persistentvolumeclaims in namespace shop: User "jane" cannot list resource "persistentvolumeclaims" in API group "" ` +
				`in the namespace "shop"; it takes a role with the verb list on persistentvolumeclaims`, apierrors.IsForbidden},
		"required and not served": {"leases", notServed(), Options{Required: []inspect.Kind{inspect.Leases}},
			"cannot list leases: the server could not find the requested resource", apierrors.IsNotFound},
		"no API server at all": {"nodes", notServed(), Options{Kinds: []inspect.Kind{inspect.Nodes}},
			"cannot list nodes: the server could not find the requested resource", apierrors.IsNotFound},
		"credentials": {"nodes", expired, Options{Kinds: []inspect.Kind{inspect.Nodes}},
			"cannot list nodes: the token has expired", apierrors.IsUnauthorized},
		"connection": {"nodes", fmt.Errorf("dial: %w", context.DeadlineExceeded), Options{Kinds: []inspect.Kind{inspect.Nodes}},
			"cannot list nodes: dial: context deadline exceeded", func(err error) bool { return errors.Is(err, context.DeadlineExceeded) }},
		"expired before the first page": {"nodes", apierrors.NewResourceExpired("too old"), Options{Kinds: []inspect.Kind{inspect.Nodes}},
			"cannot list nodes: too old", apierrors.IsResourceExpired},
		"no such kind": {"", nil, Options{Kinds: []inspect.Kind{"sandwiches"}},
			`no such kind to read: "sandwiches"`, func(error) bool { return true }},
	} {
		t.Run(name, func(t *testing.T) {
			client := fakeCluster()
			refuse(client, c.resource, "*", c.err)
			_, err := Live(t.Context(), client, Now, c.opts)
			if err == nil || err.Error() != c.want || !c.is(err) {
				t.Errorf("error %v\nwant  %s", err, c.want)
			}
		})
	}
}

func TestLiveForbiddenErrorIsTyped(t *testing.T) {
	client := fakeCluster()
	refuse(client, "nodes", "*", forbidden("", "nodes", "at the cluster scope"))
	_, err := Live(t.Context(), client, Now, Options{Required: []inspect.Kind{inspect.Nodes}})
	var typed *ForbiddenError
	if !errors.As(err, &typed) || typed.Kind != inspect.Nodes || typed.Namespace != "" {
		t.Errorf("error %#v, want a ForbiddenError of nodes", err)
	}
}

type pageFunc = func() (*corev1.PersistentVolumeList, error)

// pages answers lists of volumes from a script, one entry a request, and notes what was asked.
type pages struct {
	answers []pageFunc
	asked   []metav1.ListOptions
}

func (p *pages) react(action clienttesting.Action) (bool, runtime.Object, error) {
	list, ok := action.(clienttesting.ListActionImpl)
	if !ok || len(p.asked) >= len(p.answers) {
		return true, nil, fmt.Errorf("unexpected request %v", action)
	}
	p.asked = append(p.asked, list.ListOptions)
	l, err := p.answers[len(p.asked)-1]()
	return true, l, err
}

// answer is a page with these volumes.
func answer(next string, volumes ...string) pageFunc {
	return func() (*corev1.PersistentVolumeList, error) {
		l := &corev1.PersistentVolumeList{ListMeta: metav1.ListMeta{Continue: next}}
		for _, name := range volumes {
			l.Items = append(l.Items, *Volume(name))
		}
		return l, nil
	}
}

func failing(err error) pageFunc {
	return func() (*corev1.PersistentVolumeList, error) { return &corev1.PersistentVolumeList{}, err }
}

func TestLivePages(t *testing.T) {
	expired := failing(apierrors.NewResourceExpired("the provided continue parameter is too old"))
	first := metav1.ListOptions{Limit: pageSize}
	next := func(token string) metav1.ListOptions { return metav1.ListOptions{Limit: pageSize, Continue: token} }
	for name, c := range map[string]struct {
		script pages
		want   []string
		asked  []metav1.ListOptions
		notes  []string
		err    bool
	}{
		"one page": {pages{answers: []pageFunc{answer("", "a", "b")}},
			[]string{"a", "b"}, []metav1.ListOptions{first}, nil, false},
		"three pages": {pages{answers: []pageFunc{
			answer("1", "a"), answer("2", "b", "c"), answer("", "d")}},
			[]string{"a", "b", "c", "d"}, []metav1.ListOptions{first, next("1"), next("2")}, nil, false},
		"the server forgets: again in one piece, the two lists never mixed": {pages{answers: []pageFunc{
			answer("1", "a", "gone"), expired, answer("", "a", "b")}},
			[]string{"a", "b"}, []metav1.ListOptions{first, next("1"), {}},
			[]string{"the list of persistentvolumes expired while it was read, and was read again in one piece"}, false},
		"and fails again": {pages{answers: []pageFunc{
			answer("1", "a"), expired, expired}}, nil, []metav1.ListOptions{first, next("1"), {}}, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			client := fake.NewClientset()
			client.PrependReactor("list", "persistentvolumes", c.script.react)
			var notes []string
			s, err := Live(t.Context(), client, Now, Options{Kinds: []inspect.Kind{pvKinds}, Note: keep(&notes)})
			if (err != nil) != c.err {
				t.Fatalf("error %v, want one: %v", err, c.err)
			}
			if diff := cmp.Diff(c.asked, c.script.asked); diff != "" {
				t.Errorf("asked (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.notes, notes); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
			if !c.err && !slices.Equal(c.want, names(s)) {
				t.Errorf("volumes %v, want %v", names(s), c.want)
			}
		})
	}
}

func TestLiveIsSorted(t *testing.T) {
	client := fake.NewClientset()
	script := pages{answers: []pageFunc{answer("", "b", "c", "a")}}
	client.PrependReactor("list", "persistentvolumes", script.react)
	s, err := Live(t.Context(), client, Now, Options{Kinds: []inspect.Kind{pvKinds}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a", "b", "c"}, names(s)); diff != "" {
		t.Errorf("volumes (-want +got):\n%s", diff)
	}
}

func TestLiveAsksTheTimeLast(t *testing.T) {
	client := fakeCluster(Node("node-0"))
	var read bool
	client.PrependReactor("list", "nodes", func(clienttesting.Action) (bool, runtime.Object, error) {
		read = true
		return false, nil, nil
	})
	asked := 0
	_, err := Live(t.Context(), client, func() time.Time {
		asked++
		if !read {
			t.Error("the time was asked before all was read")
		}
		return Now()
	}, Options{Kinds: []inspect.Kind{inspect.Nodes}})
	if err != nil || asked != 1 {
		t.Errorf("error %v, time asked %d times; want none, and once", err, asked)
	}
}

func TestLiveOnlyLists(t *testing.T) {
	client := fakeCluster(oneOfEach()...)
	if _, err := Live(t.Context(), client, Now, Options{Kinds: allKinds()}); err != nil {
		t.Fatal(err)
	}
	for _, a := range client.Actions() {
		if a.GetVerb() != "list" {
			t.Errorf("verb %s on %s: reading only lists", a.GetVerb(), a.GetResource().Resource)
		}
	}
	if len(client.Actions()) <= len(table()) {
		t.Errorf("%d requests, want one a kind and one more for events", len(client.Actions()))
	}
}
