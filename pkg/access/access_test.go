package access

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"
)

// asked is a server that answers a question about a permission, and what it was asked.
func asked(t *testing.T, allowed bool, err error) (client *fake.Clientset, question *authorizationv1.ResourceAttributes) {
	t.Helper()
	client, question = fake.NewClientset(), &authorizationv1.ResourceAttributes{}
	client.PrependReactor("create", "selfsubjectaccessreviews", func(action clienttesting.Action) (bool, runtime.Object, error) {
		create, _ := action.(clienttesting.CreateAction)
		review, ok := create.GetObject().(*authorizationv1.SelfSubjectAccessReview)
		if !ok {
			return true, nil, errors.New("no review")
		}
		*question = *review.Spec.ResourceAttributes
		review.Status.Allowed = allowed
		return true, review, err
	})
	return client, question
}

func TestAllowed(t *testing.T) {
	for _, want := range []bool{true, false} {
		client, question := asked(t, want, nil)
		got, err := Allowed(t.Context(), client, Permission{Verb: "create", Resource: "pods/eviction", Namespace: "shop"})
		if err != nil || got != want {
			t.Errorf("allowed: %t, error %v; want %t", got, err, want)
		}
		all := &authorizationv1.ResourceAttributes{Verb: "create", Version: "v1", Resource: "pods", Subresource: "eviction", Namespace: "shop"}
		if diff := cmp.Diff(all, question); diff != "" {
			t.Errorf("the question (-want +got):\n%s", diff)
		}
	}
	client, _ := asked(t, true, errors.New("no"))
	if got, err := Allowed(t.Context(), client, Permission{Verb: "get", Resource: "nodes"}); err == nil || got {
		t.Errorf("allowed: %t, error %v, where the server gives no answer", got, err)
	}
}

func TestUser(t *testing.T) {
	client := fake.NewClientset()
	var refusal error
	client.PrependReactor("create", "selfsubjectreviews", func(clienttesting.Action) (bool, runtime.Object, error) {
		return true, &authenticationv1.SelfSubjectReview{Status: authenticationv1.SelfSubjectReviewStatus{UserInfo: authenticationv1.UserInfo{Username: "jane"}}}, refusal
	})
	if got := User(t.Context(), client); got != "jane" {
		t.Errorf("it is %q", got)
	}
	if refusal = errors.New("forbidden"); User(t.Context(), client) != "" {
		t.Error("a server that does not say has somebody named")
	}
}
