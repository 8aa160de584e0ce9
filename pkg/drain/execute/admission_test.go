package execute

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	clienttesting "k8s.io/client-go/testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// denial is what a webhook says no with.
func denial(code int32, words string) error {
	return &apierrors.StatusError{ErrStatus: metav1.Status{Status: metav1.StatusFailure, Code: code, Message: `admission webhook "keep.example" denied the request: ` + words}}
}

func exceeded() error {
	return apierrors.NewForbidden(schema.GroupResource{Resource: "persistentvolumeclaims"}, "data-queue-1",
		errors.New("exceeded quota: team, requested: requests.storage=80Gi, used: requests.storage=80Gi, limited: requests.storage=100Gi"))
}

// limited is what a LimitRange says no with.
func limited() error {
	return apierrors.NewForbidden(schema.GroupResource{Resource: "persistentvolumeclaims"}, "data-queue-1", errors.New("maximum storage usage per PersistentVolumeClaim is 50Gi, but request is 80Gi"))
}

// about reports whether a request is of a verb, about an object of a name.
func about(a clienttesting.Action, verb, name string) bool {
	text := describedCall(a)
	return strings.HasPrefix(text, verb+" ") && strings.HasSuffix(text, " "+name)
}

// describedCall is the verb, the resource with its subresource, and the name.
func describedCall(a clienttesting.Action) string {
	name := ""
	switch a := a.(type) {
	case clienttesting.DeleteActionImpl:
		name = a.Name
	case clienttesting.CreateActionImpl:
		if o, ok := a.Object.(metav1.Object); ok {
			name = o.GetName()
		}
	case clienttesting.PatchActionImpl:
		name = a.Name
	}
	return strings.Join([]string{a.GetVerb(), a.GetResource().Resource, a.GetSubresource(), name}, " ")
}

// onlyTried reports whether a request is a dry run.
func onlyTried(a clienttesting.Action) bool {
	switch a := a.(type) {
	case clienttesting.DeleteActionImpl:
		return len(a.DeleteOptions.DryRun) > 0
	case clienttesting.CreateActionImpl:
		e, ok := a.Object.(*policyv1.Eviction)
		return len(a.CreateOptions.DryRun) > 0 || ok && e.DeleteOptions != nil && len(e.DeleteOptions.DryRun) > 0
	}
	return false
}

// TestServerIsAskedFirst: what the server would refuse half way leaves its owner out before anything is done, and the others move.
func TestServerIsAskedFirst(t *testing.T) {
	for name, tc := range map[string]struct {
		refuse func(a clienttesting.Action) error
		says   string
	}{
		"the claim may not be deleted": {func(a clienttesting.Action) error {
			if about(a, "delete", "data-queue-1") {
				return denial(http.StatusForbidden, "claims are kept")
			}
			return nil
		}, "asked before anything was done, the server refuses to delete claim shop/data-queue-1: admission webhook \"keep.example\" denied the request: claims are kept"},
		"the claim may not be recreated": {func(a clienttesting.Action) error {
			if about(a, "create", "data-queue-1") {
				return limited()
			}
			return nil
		}, "the server refuses to recreate claim shop/data-queue-1: persistentvolumeclaims \"data-queue-1\" is forbidden: maximum storage usage per PersistentVolumeClaim is 50Gi"},
		"the Pod may not be evicted": {func(a clienttesting.Action) error {
			if about(a, "create", "queue-1") {
				return denial(http.StatusConflict, "not now")
			}
			return nil
		}, "the server refuses to evict Pod shop/queue-1: admission webhook \"keep.example\" denied the request: not now"},
		"a webhook does not answer": {func(a clienttesting.Action) error {
			if about(a, "delete", "data-queue-1") {
				return apierrors.NewInternalError(errors.New(`failed calling webhook "keep.example": no endpoints available`))
			}
			return nil
		}, "failed calling webhook"},
	} {
		t.Run(name, func(t *testing.T) {
			w := NewWorld(t, All(Crew(), Db(), Queue())...)
			w.Admission = tc.refuse
			result := command(t.Context(), t, w, toDrain(t, ToMove()))
			if result.Status != drain.StatusIncomplete || len(result.LeftOut) != 1 || result.LeftOut[0].Member != "shop/queue-1" || result.LeftOut[0].Owner != "StatefulSet/queue" {
				t.Fatalf("%s: %s, %+v", result.Status, said(result.Reason), result.LeftOut)
			}
			if got := said(result.LeftOut[0].Reason); !strings.Contains(got, tc.says) {
				t.Errorf("it says %q, want %q", got, tc.says)
			}
			for _, call := range w.Calls {
				if strings.HasPrefix(call, "patch") && strings.Contains(call, "queue") || strings.HasPrefix(call, "delete") && strings.Contains(call, "queue") {
					t.Errorf("it did %s", call)
				}
			}
			if pods := ended(t, w); !strings.Contains(pods, `queue-1 is on "n1"`) || strings.Contains(pods, `db-1 is on "n1"`) {
				t.Errorf("in the end:\n%s", pods)
			}
			var next []string
			for _, n := range result.Next {
				next = append(next, string(n.Fact.Code))
			}
			if !slices.Contains(next, "NodeRunsLeftOut") || slices.Contains(next, "NodeCanBeRemoved") {
				t.Errorf("next: %v", next)
			}
		})
	}
}

// TestAllIsRefused: if nobody is left, nothing is done.
func TestAllIsRefused(t *testing.T) {
	for name, s := range map[string]scene{
		"drain":    {objects: All(Crew(), Db()), request: toDrain(t, ToMove())},
		"release":  scenes()[0],
		"reattach": scenes()[3],
	} {
		w := NewWorld(t, s.objects...)
		w.Admission = func(a clienttesting.Action) error {
			if a.GetResource() == Pvcs() {
				return denial(http.StatusUnprocessableEntity, "frozen")
			}
			return nil
		}
		result := command(t.Context(), t, w, s.request)
		if result.Status != drain.StatusBlocked || !strings.Contains(said(result.Reason), "denied the request: frozen") || w.Writes > 0 {
			t.Errorf("%s: %s: %s, after %d writes", name, result.Status, said(result.Reason), w.Writes)
		}
	}
}

// TestQuotaWithoutTheOldClaim: a quota that refuses one claim more allows it in the place of the old one, unless less is allowed than is used.
func TestQuotaWithoutTheOldClaim(t *testing.T) {
	quota := func(hard string) *corev1.ResourceQuota {
		return &corev1.ResourceQuota{ObjectMeta: metav1.ObjectMeta{Namespace: Ns, Name: "team"}, Status: corev1.ResourceQuotaStatus{
			Hard: corev1.ResourceList{corev1.ResourceRequestsStorage: resource.MustParse(hard)}, Used: corev1.ResourceList{corev1.ResourceRequestsStorage: resource.MustParse("80Gi")}}}
	}
	for name, tc := range map[string]struct {
		quota *corev1.ResourceQuota
		says  error
		want  drain.Status
	}{
		"exact":                      {quota("80Gi"), exceeded(), drain.StatusDone},
		"less than is used":          {quota("50Gi"), exceeded(), drain.StatusIncomplete},
		"not to be read, and enough": {nil, exceeded(), drain.StatusDone},
		"not to be read, and less": {nil, apierrors.NewForbidden(schema.GroupResource{Resource: "persistentvolumeclaims"}, "data-queue-1",
			errors.New("exceeded quota: team, requested: persistentvolumeclaims=1, used: persistentvolumeclaims=4, limited: persistentvolumeclaims=3")), drain.StatusIncomplete},
	} {
		t.Run(name, func(t *testing.T) {
			w := NewWorld(t, All(Crew(), Db(), Queue())...)
			w.Client.PrependReactor("list", "resourcequotas", func(clienttesting.Action) (bool, runtime.Object, error) {
				if tc.quota == nil {
					return true, nil, apierrors.NewForbidden(schema.GroupResource{Resource: "resourcequotas"}, "", errors.New("no"))
				}
				return true, &corev1.ResourceQuotaList{Items: []corev1.ResourceQuota{*tc.quota}}, nil
			})
			w.Admission = func(a clienttesting.Action) error {
				if about(a, "create", "data-queue-1") && onlyTried(a) {
					return tc.says
				}
				return nil
			}
			if result := command(t.Context(), t, w, toDrain(t, ToMove())); result.Status != tc.want {
				t.Errorf("%s: %s, %+v", result.Status, said(result.Reason), result.LeftOut)
			}
		})
	}
}

// TestWhatCannotBeTriedIsUnknown: a webhook that takes no dry runs, and a user who may not create claims, stop nothing, and it is said.
func TestWhatCannotBeTriedIsUnknown(t *testing.T) {
	forbidden := apierrors.NewForbidden(schema.GroupResource{Resource: "persistentvolumeclaims"}, "", errors.New(`User "jane" cannot create resource "persistentvolumeclaims"`))
	for name, err := range map[string]error{
		"a webhook":       apierrors.NewBadRequest(`admission webhook "old.example" does not support dry run`),
		"no such request": forbidden,
	} {
		t.Run(name, func(t *testing.T) {
			w := NewWorld(t, All(Crew(), Db())...)
			w.Admission = func(a clienttesting.Action) error {
				if a.GetResource() == Pvcs() && a.GetVerb() == "create" {
					return err
				}
				return nil
			}
			var noted []string
			plan := planned(t, toDrain(t, ToMove()), w.Everything())
			e := &Executor{Client: w.Client, Clock: NewInstantClock(), Sink: func(ev drain.Event) {
				if ev.Type == drain.EventNoted {
					noted = append(noted, said(ev.Reason))
				}
			}}
			result, err := e.Run(t.Context(), plan)
			if err != nil || result.Status != drain.StatusDone || len(result.Warnings) != 1 {
				t.Fatalf("%v %+v", err, result)
			}
			want := "whether the server lets StatefulSet/db recreate claim shop/data-db-1 is unknown: "
			if len(noted) != 1 || !strings.HasPrefix(noted[0], want) {
				t.Errorf("noted %v, want %q", noted, want)
			}
		})
	}
}

// TestRefusalsAreToldAsSuch: what the server refuses is no change by somebody else, and its own words say what it is.
func TestRefusalsAreToldAsSuch(t *testing.T) {
	invalid := apierrors.NewInvalid(schema.GroupKind{Kind: drain.KindClaim}, "c", nil)
	invalid.ErrStatus.Details.Causes = []metav1.StatusCause{{Message: "spec is immutable"}}
	for name, err := range map[string]error{
		"a webhook":                denial(http.StatusForbidden, "frozen"),
		"a webhook, as a conflict": denial(http.StatusConflict, "frozen"),
		"a policy": &apierrors.StatusError{ErrStatus: metav1.Status{Code: http.StatusUnprocessableEntity, Reason: metav1.StatusReasonInvalid,
			Message: `persistentvolumeclaims "c" is forbidden: ValidatingAdmissionPolicy 'keep' with binding 'keep' denied request: frozen`}},
		"a rule":       invalid,
		"a quota":      exceeded(),
		"no namespace": apierrors.NewNotFound(schema.GroupResource{Resource: "namespaces"}, "shop"),
	} {
		t.Run(name, func(t *testing.T) {
			for _, s := range []scene{scenes()[0], scenes()[3]} {
				w := NewWorld(t, s.objects...)
				w.Admission = func(a clienttesting.Action) error {
					if a.GetResource() == Pvcs() && !onlyTried(a) {
						return err
					}
					return nil
				}
				result := command(t.Context(), t, w, s.request)
				got := said(result.Reason)
				if result.Status != drain.StatusFailed || strings.Contains(got, "changed since") || !strings.Contains(got, "the server refuses that") {
					t.Errorf("%s: %s: %s", s.name, result.Status, got)
				}
				if !strings.Contains(got, err.Error()) {
					t.Errorf("%s: %q lacks the server's words %q", s.name, got, err.Error())
				}
			}
		})
	}
}

// TestControllersSayWhyNot: what a StatefulSet says in an Event of why it creates no Pod, or no claim, is told while that is waited for.
// Events about others, and those of days ago, explain nothing.
func TestControllersSayWhyNot(t *testing.T) {
	const (
		why = `create Claim data-db-1 Pod db-1 in StatefulSet db failed error: persistentvolumeclaims "data-db-1" is forbidden: exceeded quota: team`
		old = `create Pod db-1 in StatefulSet db failed error: of yesterday`
	)
	event := func(message string, ago time.Duration) corev1.Event {
		return corev1.Event{InvolvedObject: corev1.ObjectReference{Kind: "StatefulSet", Name: "db"}, Reason: "FailedCreate", Message: message, LastTimestamp: Ago(ago)}
	}
	for name, tc := range map[string]struct {
		events []corev1.Event
		want   string
	}{
		"about the claim": {[]corev1.Event{event(why, time.Second), event("create Pod db-2 in StatefulSet db failed error: another", 0)}, "; its controller says: " + why},
		"long ago":        {[]corev1.Event{event(old, time.Hour)}, ""},
		"none":            {nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := NewWorld(t, All(Crew(), Without(All(Db()), "StatefulSet shop/db"))...) // nobody creates the Pod
			w.Client.PrependReactor("list", "events", func(clienttesting.Action) (bool, runtime.Object, error) {
				return true, &corev1.EventList{Items: tc.events}, nil
			})
			plan := planned(t, toDrain(t, ToMove()), NewWorld(t, All(Crew(), Db())...).Everything())
			result := carryOut(t.Context(), t, w, plan)
			want := "gave up after 1m0s (--timeout); last seen: no replacement Pod names claim shop/data-db-1 yet" + tc.want
			if got := said(result.Reason); result.Status != drain.StatusFailed || !strings.HasSuffix(got, want) {
				t.Errorf("%s: %s, want %s", result.Status, got, want)
			}
		})
	}
}

// TestAskingEnds with --timeout, and nothing was done.
func TestAskingEnds(t *testing.T) {
	w := NewWorld(t, All(Crew(), Db())...)
	clock := NewInstantClock()
	w.Admission = func(clienttesting.Action) error {
		clock.Step(2 * time.Minute)
		return context.DeadlineExceeded
	}
	plan := planned(t, toDrain(t, ToMove()), w.Everything())
	result, err := (&Executor{Client: w.Client, Clock: clock, Timeout: time.Minute}).Run(t.Context(), plan)
	if err != nil || result.Status != drain.StatusBlocked || result.Reason.Code != "GaveUpAsking" || w.Writes > 0 {
		t.Errorf("%v %+v", err, result)
	}
}
