package live

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/yaml"
)

// Permission is one verb on one resource.
type Permission struct{ Verb, Group, Resource string }

// String is the permission in words: "list pods".
func (r Permission) String() string { return r.Verb + " " + r.Resource }

// ShippedPermissions are the permissions in a role of deploy/rbac, which lies two directories above the test.
func (s *Scene) ShippedPermissions(command string) []Permission {
	s.t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "deploy", "rbac", command+".yaml"))
	s.must(err)
	var role rbacv1.ClusterRole
	s.must(yaml.UnmarshalStrict(data, &role))
	var out []Permission
	for _, rule := range role.Rules {
		for _, group := range rule.APIGroups {
			for _, resource := range rule.Resources {
				for _, verb := range rule.Verbs {
					out = append(out, Permission{verb, group, resource})
				}
			}
		}
	}
	return out
}

// Token is that of an account with these permissions, which lives in a scene of its own: one scene can have several.
func (s *Scene) Token(t testing.TB, permissions []Permission) string {
	t.Helper()
	return s.Cluster.Scene(t, "permissions").Account(permissions)
}

// Account makes a ServiceAccount that has these permissions in the whole cluster and no others, and returns a token of it once
// the API server knows.
func (s *Scene) Account(permissions []Permission) string {
	s.t.Helper()
	ctx, c := s.Context(), s.client()
	name, meta := "account", metav1.ObjectMeta{Name: s.Name, Labels: map[string]string{sceneLabel: s.Name}}
	_, err := c.CoreV1().ServiceAccounts(s.Name).Create(ctx, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
	s.must(err)
	role := &rbacv1.ClusterRole{ObjectMeta: meta}
	for _, r := range permissions {
		role.Rules = append(role.Rules, rbacv1.PolicyRule{APIGroups: []string{r.Group}, Resources: []string{r.Resource}, Verbs: []string{r.Verb}})
	}
	_, err = c.RbacV1().ClusterRoles().Create(ctx, role, metav1.CreateOptions{})
	s.must(err)
	_, err = c.RbacV1().ClusterRoleBindings().Create(ctx, &rbacv1.ClusterRoleBinding{
		ObjectMeta: meta, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: s.Name},
		Subjects: []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Namespace: s.Name, Name: name}},
	}, metav1.CreateOptions{})
	s.must(err)
	s.must(s.granted(ctx, "system:serviceaccount:"+s.Name+":"+name, permissions))
	token, err := c.CoreV1().ServiceAccounts(s.Name).CreateToken(ctx, name, &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
	s.must(err)
	return token.Status.Token
}

// granted waits until the API server grants all permissions: it learns of roles by watching them.
func (s *Scene) granted(ctx context.Context, user string, permissions []Permission) error {
	left := slices.Clone(permissions)
	err := wait.PollUntilContextCancel(ctx, 20*time.Millisecond, true, func(ctx context.Context) (bool, error) {
		for len(left) > 0 {
			review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{User: user, ResourceAttributes: &authorizationv1.ResourceAttributes{
				Verb: left[0].Verb, Group: left[0].Group, Resource: left[0].Resource, Namespace: s.Name, Version: "v1",
			}}}
			answer, err := s.client().AuthorizationV1().SubjectAccessReviews().Create(ctx, review, metav1.CreateOptions{})
			if err != nil || !answer.Status.Allowed {
				return false, err
			}
			left = left[1:]
		}
		return true, nil
	})
	if err != nil {
		return fmt.Errorf("wait until %s may %v: %w", user, left, err)
	}
	return nil
}
