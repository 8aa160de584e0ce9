package execute

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	clienttesting "k8s.io/client-go/testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// tried is what is created by a dry run, nil if a request is something else.
func tried(a clienttesting.Action, of schema.GroupVersionResource) runtime.Object {
	c, ok := a.(clienttesting.CreateActionImpl)
	if !ok || !onlyTried(a) || c.GetResource() != of || c.GetSubresource() != "" {
		return nil
	}
	return c.Object
}

// notedBy carries a command out and returns what it notes before its first step.
func notedBy(t *testing.T, w *World, r asked) (*drain.Result, []string) {
	t.Helper()
	var noted []string
	e := &Executor{Client: w.Client, Clock: NewInstantClock(), Timeout: time.Minute, Sink: func(ev drain.Event) {
		if ev.Type == drain.EventNoted {
			noted = append(noted, said(ev.Reason))
		}
	}}
	result, err := e.Run(t.Context(), planned(t, r, w.Everything()))
	if err != nil {
		t.Fatal(err)
	}
	return result, noted
}

// toRecoverN1 asks to recover what is on n1, which is dead.
func toRecoverN1(t *testing.T) asked {
	t.Helper()
	return toRecover(t, drain.RecoverRequest{Nodes: []string{"n1"}, UnreachableFor: 5 * time.Minute, Fenced: true, Concurrency: 4})
}

// TestNextClaimIsTried: the server is asked for the claim that the template of the StatefulSet makes as it is now, not for one like the
// present.
func TestNextClaimIsTried(t *testing.T) {
	edited := func(s *appsv1.StatefulSet) {
		c := &s.Spec.VolumeClaimTemplates[0]
		Asks("90Gi")(c)
		ClaimAnnotation("backup", "daily")(c)
		c.Labels = map[string]string{"team": "orders"}
	}
	for name, s := range map[string]scene{
		"drain":   {objects: All(Crew(), Db(edited)), request: toDrain(t, ToMove())},
		"recover": {objects: All(Fleet(), Db(edited)), request: toRecoverN1(t)},
	} {
		t.Run(name, func(t *testing.T) {
			w := NewWorld(t, s.objects...)
			var asked []*corev1.PersistentVolumeClaim
			w.Admission = func(a clienttesting.Action) error {
				c, ok := tried(a, Pvcs()).(*corev1.PersistentVolumeClaim)
				if !ok {
					return nil
				}
				if asked = append(asked, c); c.Spec.Resources.Requests.Storage().Cmp(resource.MustParse("85Gi")) > 0 {
					return apierrors.NewForbidden(schema.GroupResource{Resource: "persistentvolumeclaims"}, c.Name, errors.New("maximum storage usage per PersistentVolumeClaim is 85Gi"))
				}
				return nil
			}
			result := command(t.Context(), t, w, s.request)
			if result.Status != drain.StatusBlocked || !strings.Contains(said(result.Reason), "the server refuses to recreate claim shop/data-db-1") || w.Writes > 0 {
				t.Errorf("%s: %s, %d writes", result.Status, said(result.Reason), w.Writes)
			}
			if len(asked) != 1 || asked[0].Labels["team"] != "orders" || asked[0].Labels["app"] != "db" || asked[0].Annotations["backup"] != "daily" || asked[0].Spec.VolumeName != "" {
				t.Errorf("it asked for %+v", asked)
			}
		})
	}
}

// TestReplacementPodIsTried: the server is asked for the Pod that the StatefulSet creates next, before the present one goes. What it says of
// the Pod itself is believed, and what may be so for us alone is not.
func TestReplacementPodIsTried(t *testing.T) {
	pods := schema.GroupResource{Resource: "pods"}
	privileged := func(s *appsv1.StatefulSet) { s.Spec.Template.Spec.HostNetwork = true }
	for name, tc := range map[string]struct {
		err    error
		left   string
		noted  string
		within int
	}{
		"PodSecurity": {err: apierrors.NewForbidden(pods, "db-1", errors.New(`violates PodSecurity "restricted:latest": host namespaces (hostNetwork=true)`)),
			left: `the server refuses to recreate Pod shop/db-1: pods "db-1" is forbidden: violates PodSecurity "restricted:latest"`},
		"a policy": {err: &apierrors.StatusError{ErrStatus: apierrors.NewForbidden(pods, "db-1", errors.New("ValidatingAdmissionPolicy 'net' with binding 'net' denied request: no")).ErrStatus},
			left: "the server refuses to recreate Pod shop/db-1"},
		"a webhook": {err: denial(http.StatusForbidden, "not you"), noted: "whether the server lets StatefulSet/db recreate Pod shop/db-1 is unknown: admission webhook"},
		"a role": {err: apierrors.NewForbidden(pods, "", errors.New(`User "jane" cannot create resource "pods" in API group ""`)),
			noted: "whether the server lets StatefulSet/db recreate Pods in namespace shop is unknown: "},
	} {
		for command, s := range map[string]scene{
			"drain":   {objects: All(Crew(), Db(privileged)), request: toDrain(t, ToMove())},
			"recover": {objects: All(Fleet(), Db(privileged)), request: toRecoverN1(t)},
		} {
			t.Run(command+", "+name, func(t *testing.T) {
				w := NewWorld(t, s.objects...)
				asked := 0
				w.Admission = func(a clienttesting.Action) error {
					p, ok := tried(a, Pods()).(*corev1.Pod)
					if !ok {
						return nil
					}
					asked++
					if p.Name != "db-1" || !p.Spec.HostNetwork || p.Spec.NodeName != "" || p.Spec.Hostname != "db-1" || p.Labels[appsv1.StatefulSetPodNameLabel] != "db-1" {
						t.Errorf("it asked for %+v", p)
					}
					return tc.err
				}
				result, noted := notedBy(t, w, s.request)
				if asked != 1 {
					t.Errorf("asked %d times", asked)
				}
				if tc.left != "" {
					if result.Status != drain.StatusBlocked || !strings.Contains(said(result.Reason), tc.left) || w.Writes > 0 {
						t.Errorf("%s: %s, %d writes", result.Status, said(result.Reason), w.Writes)
					}
					return
				}
				if result.Status != drain.StatusDone || len(noted) != 1 || !strings.HasPrefix(noted[0], tc.noted) {
					t.Errorf("%s: %s, noted %q", result.Status, said(result.Reason), noted)
				}
			})
		}
	}
}

// TestEarlierRevisionIsNotTried: of a revision that was not read the server cannot be asked, and that is said.
func TestEarlierRevisionIsNotTried(t *testing.T) {
	held := func(s *appsv1.StatefulSet) {
		var all int32 = 3
		s.Spec.UpdateStrategy.RollingUpdate.Partition = &all
		s.Status.CurrentRevision, s.Status.UpdateRevision = "db-earlier", "db-later"
	}
	w := NewWorld(t, All(Crew(), Db(held))...)
	result, noted := notedBy(t, w, toDrain(t, ToMove()))
	want := "whether the server lets StatefulSet/db recreate Pod shop/db-1 is unknown: that Pod is of an earlier revision than the template of StatefulSet/db"
	if result.Status != drain.StatusDone || len(noted) != 1 || !strings.HasPrefix(noted[0], want) {
		t.Errorf("%s: %s, noted %q", result.Status, said(result.Reason), noted)
	}
	if slices.Contains(w.Tried, "create pods db-1") {
		t.Errorf("tried %q", w.Tried)
	}
}

// TestQuotaWithoutTheOldPod: a quota that refuses one Pod more allows it in the place of the old one, unless it asks for more than that.
func TestQuotaWithoutTheOldPod(t *testing.T) {
	more := func(s *appsv1.StatefulSet) {
		s.Spec.Template.Spec.Containers[0].Resources.Requests = corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("2")}
	}
	running := func(objects []any) []any { // as they were before the template was edited
		for i, host := range []string{"n0", "n1", "n2"} {
			objects = With(objects, MemberPod(StatefulSet("db", 3), i, host))
		}
		return objects
	}
	for name, tc := range map[string]struct {
		objects []any
		says    string
		want    drain.Status
	}{
		"exact":            {All(Crew(), Db()), "exceeded quota: team, requested: pods=1,requests.cpu=1, used: pods=3,requests.cpu=3, limited: pods=3,requests.cpu=3", drain.StatusDone},
		"less than used":   {All(Crew(), Db()), "exceeded quota: team, requested: pods=1, used: pods=3, limited: pods=2", drain.StatusBlocked},
		"it asks for more": {running(All(Crew(), Db(more))), "exceeded quota: team, requested: requests.cpu=2, used: requests.cpu=3, limited: requests.cpu=3", drain.StatusBlocked},
		"not understood":   {All(Crew(), Db()), "exceeded quota: team", drain.StatusBlocked},
	} {
		t.Run(name, func(t *testing.T) {
			w := NewWorld(t, tc.objects...)
			w.Admission = func(a clienttesting.Action) error {
				if tried(a, Pods()) == nil {
					return nil
				}
				return apierrors.NewForbidden(schema.GroupResource{Resource: "pods"}, "db-1", errors.New(tc.says))
			}
			if result := command(t.Context(), t, w, toDrain(t, ToMove())); result.Status != tc.want {
				t.Errorf("%s: %s", result.Status, said(result.Reason))
			}
		})
	}
}

// TestOverdueCountsNoMore: a Pod that should have stopped counts in quotas as an object only.
func TestOverdueCountsNoMore(t *testing.T) {
	grace := int64(30)
	stopped := Consumer("db-1", "n1", "data-db-1", Deleting[*corev1.Pod], func(p *corev1.Pod) { p.DeletionGracePeriodSeconds = &grace })
	for name, tc := range map[string]struct {
		pod  *corev1.Pod
		want string
	}{
		"it runs":       {Consumer("db-1", "n1", "data-db-1"), "1"},
		"it is overdue": {stopped, "0"},
		"it has ended":  {Consumer("db-1", "n1", "data-db-1", Ended), "0"},
	} {
		usage := usageOfPod(tc.pod, Now())
		for _, counted := range []corev1.ResourceName{corev1.ResourcePods, corev1.ResourceRequestsCPU, corev1.ResourceCPU} {
			if have := usage[counted]; have.String() != tc.want {
				t.Errorf("%s: %s is %s, want %s", name, counted, have.String(), tc.want)
			}
		}
		if have := usage["count/pods"]; have.String() != "1" {
			t.Errorf("%s: %s objects", name, have.String())
		}
	}
}

// TestSilenceIsNoConsent: a server that fails, or does not answer, has allowed nothing: that is said, with its words, and the work begins.
func TestSilenceIsNoConsent(t *testing.T) {
	reset := &url.Error{Op: "Post", URL: "https://server", Err: &net.OpError{Op: "read", Err: errors.New("connection reset by peer")}}
	for name, err := range map[string]error{
		"429":         apierrors.NewTooManyRequests("slow down", 1),
		"500":         apierrors.NewInternalError(errors.New("etcdserver: request timed out")),
		"503":         apierrors.NewServiceUnavailable("starting"),
		"504":         apierrors.NewTimeoutError("took too long", 1),
		"reset":       reset,
		"no answer":   context.DeadlineExceeded,
		"credentials": apierrors.NewUnauthorized("expired"),
	} {
		for _, what := range []struct{ verb, name, says string }{
			{"delete", "data-db-1", "whether the server lets us delete claim shop/data-db-1 is unknown: "},
			{"create", "data-db-1", "whether the server lets StatefulSet/db recreate claim shop/data-db-1 is unknown: "},
			{"create", "db-1", "whether the server lets us evict Pod shop/db-1 is unknown: "},
		} {
			t.Run(name+", "+what.verb+" "+what.name, func(t *testing.T) {
				w := NewWorld(t, All(Crew(), Db())...)
				w.Admission = func(a clienttesting.Action) error {
					if onlyTried(a) && about(a, what.verb, what.name) {
						return err
					}
					return nil
				}
				result, noted := notedBy(t, w, toDrain(t, ToMove()))
				if result.Status != drain.StatusDone || !slices.ContainsFunc(noted, func(s string) bool { return strings.HasPrefix(s, what.says) && s != what.says }) {
					t.Errorf("%s: %s, noted %q, want %q", result.Status, said(result.Reason), noted, what.says)
				}
			})
		}
	}
}

// TestPassedRequestsSayNothing: that an object is there, or has changed, is for the step to find out.
func TestPassedRequestsSayNothing(t *testing.T) {
	for name, tc := range map[string]struct {
		verb string
		err  error
	}{
		"it is there already": {"create", apierrors.NewAlreadyExists(schema.GroupResource{Resource: "persistentvolumeclaims"}, "data-db-1")},
		"it is another":       {"delete", apierrors.NewConflict(schema.GroupResource{Resource: "persistentvolumeclaims"}, "data-db-1", errors.New("another UID"))},
		"it is gone":          {"delete", apierrors.NewNotFound(schema.GroupResource{Resource: "persistentvolumeclaims"}, "data-db-1")},
	} {
		w := NewWorld(t, All(Crew(), Db())...)
		w.Admission = func(a clienttesting.Action) error {
			if onlyTried(a) && about(a, tc.verb, "data-db-1") {
				return tc.err
			}
			return nil
		}
		if result, noted := notedBy(t, w, toDrain(t, ToMove())); result.Status != drain.StatusDone || len(noted) > 0 {
			t.Errorf("%s: %s, noted %q", name, result.Status, noted)
		}
	}
}
