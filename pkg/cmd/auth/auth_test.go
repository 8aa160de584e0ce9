package auth

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"

	"github.com/kubectl-localpv/kubectl-localpv/deploy/rbac"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cmdtest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// judge answers questions about permissions: all are granted but those that are denied, each as in
// "delete persistentvolumeclaims".
type judge struct {
	mu     sync.Mutex
	denied []string
	asked  []string
}

func (j *judge) client() *fake.Clientset {
	client := fake.NewClientset()
	client.PrependReactor("create", "selfsubjectaccessreviews", func(action clienttesting.Action) (bool, runtime.Object, error) {
		review, ok := action.(clienttesting.CreateAction).GetObject().(*authorizationv1.SelfSubjectAccessReview)
		if !ok {
			return true, nil, errors.New("no review")
		}
		a := review.Spec.ResourceAttributes
		resource := strings.TrimSuffix(a.Resource+"/"+a.Subresource, "/")
		j.mu.Lock()
		defer j.mu.Unlock()
		j.asked = append(j.asked, strings.TrimSpace(a.Verb+" "+resource+" "+a.Namespace))
		review.Status.Allowed = !slices.Contains(j.denied, a.Verb+" "+resource)
		return true, review, nil
	})
	client.PrependReactor("create", "selfsubjectreviews", func(clienttesting.Action) (bool, runtime.Object, error) {
		return true, &authenticationv1.SelfSubjectReview{Status: authenticationv1.SelfSubjectReviewStatus{UserInfo: authenticationv1.UserInfo{Username: "alice"}}}, nil
	})
	return client
}

func TestAuth(t *testing.T) {
	tests := []struct {
		name   string
		args   []string
		denied []string
		code   int
		golden string
	}{
		{name: "all", args: []string{"auth", "ls", "release"}, golden: "auth-all"},
		{name: "needed", args: []string{"auth", "ls", "release"}, denied: []string{"delete persistentvolumeclaims", "watch persistentvolumes", "list nodes"}, code: 3, golden: "auth-needed"},
		{name: "not needed", args: []string{"auth", "ls"}, denied: []string{"list nodes", "watch nodes", "list jobs"}, golden: "auth-optional"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			for form, streams := range map[string]output.Streams{"pipe": {}, "80": {IsTerminal: true, Width: 80}} {
				j := &judge{denied: tc.denied}
				got := runner(cmdtest.Runner{Streams: streams, Client: j.client()}).Run(t, tc.args...)
				if got.Code != tc.code || got.Stderr != "permissions of alice in all namespaces:\n" {
					t.Errorf("exit code %d, want %d; stderr %q", got.Code, tc.code, got.Stderr)
				}
				golden(t, tc.golden+"."+form, got.Stdout)
			}
		})
	}
}

func TestAuthForPrograms(t *testing.T) {
	j := &judge{denied: []string{"patch persistentvolumes"}}
	got := runner(cmdtest.Runner{Client: j.client()}).Run(t, "auth", "-o", "json")
	var report inspect.PermissionReport
	if err := json.Unmarshal([]byte(got.Stdout), &report); err != nil || got.Code != 3 {
		t.Fatalf("exit code %d, %v: %s%s", got.Code, err, got.Stdout, got.Stderr)
	}
	if report.Kind != "PermissionReport" || report.APIVersion != inspect.APIVersion || report.User != "alice" {
		t.Errorf("%s %s of %q", report.APIVersion, report.Kind, report.User)
	}
	roles, err := rbac.Roles()
	if err != nil || len(report.Items) != len(roles) {
		t.Fatalf("%d commands, want %d; %v", len(report.Items), len(roles), err)
	}
	for i, item := range report.Items {
		patches := slices.DeleteFunc(slices.Clone(roles[i].Rules), func(r rbac.Rule) bool {
			return !slices.Contains(r.Resources, "persistentvolumes") || !slices.Contains(r.Verbs, "patch")
		})
		needed := slices.ContainsFunc(patches, func(r rbac.Rule) bool { return r.Condition == "" })
		if item.Command != roles[i].Command || item.Allowed == needed || len(item.Missing) != len(patches) {
			t.Errorf("%s: allowed %t, missing %v, without the permission to patch volumes", item.Command, item.Allowed, item.Missing)
		}
	}
}

// With -n the permissions for what has a namespace are asked for there, each once.
func TestAuthInNamespace(t *testing.T) {
	j := &judge{}
	got := runner(cmdtest.Runner{Client: j.client()}).Run(t, "auth", "release", "reattach", "-n", "shop")
	if got.Code != 0 || !strings.Contains(got.Stderr, "alice in namespace shop") {
		t.Errorf("exit code %d, stderr %q", got.Code, got.Stderr)
	}
	for _, want := range []string{"delete persistentvolumeclaims shop", "patch persistentvolumes", "list nodes", "list pods shop"} {
		if n := len(slices.DeleteFunc(slices.Clone(j.asked), func(q string) bool { return q != want })); n != 1 {
			t.Errorf("%q was asked %d times: %q", want, n, j.asked)
		}
	}
}

func TestAuthFails(t *testing.T) {
	runner(cmdtest.Runner{}).Run(t, "auth", "reclame").Fails(t, 2, `auth knows no command "reclame" (did you mean reclaim?) that needs permissions`)
	runner(cmdtest.Runner{}).Run(t, "auth", "-o", "name").Fails(t, 2, `unknown output format "name": auth knows json and yaml`)
	client := fake.NewClientset()
	client.PrependReactor("create", "selfsubjectaccessreviews", func(clienttesting.Action) (bool, runtime.Object, error) {
		return true, nil, errors.New("no")
	})
	got := runner(cmdtest.Runner{Client: client}).Run(t, "auth", "ls")
	if got.Code != 1 || !strings.HasPrefix(got.Stderr, "error: cannot ask whether you may ") {
		t.Errorf("exit code %d, stderr %q", got.Code, got.Stderr)
	}
}
