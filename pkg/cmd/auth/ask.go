package auth

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/kubectl-localpv/kubectl-localpv/deploy/rbac"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/complete"
)

// askAtOnce is how many permissions are asked about at the same time.
const askAtOnce = 8

// right is one verb on one resource, a subresource with its slash.
type right struct{ verb, group, resource string }

// permissionAsker asks the server about permissions, which everybody may by default (the ClusterRole system:basic-user).
type permissionAsker struct {
	client kubernetes.Interface
	// namespace is where permissions to namespaced objects are asked for, empty for everywhere.
	namespace string
}

// askAll asks about every permission of the roles, once.
func (r *permissionAsker) askAll(ctx context.Context, roles []rbac.Role) (map[right]bool, error) {
	answers := map[right]bool{}
	for _, role := range roles {
		for _, rule := range role.Rules {
			for _, resource := range rule.Resources {
				for _, verb := range rule.Verbs {
					answers[right{verb, rule.APIGroups[0], resource}] = false
				}
			}
		}
	}
	var mu sync.Mutex
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(askAtOnce)
	for _, question := range permissionsIn(answers) {
		group.Go(func() error {
			allowed, err := r.ask(groupCtx, question)
			mu.Lock()
			defer mu.Unlock()
			answers[question] = allowed
			return err
		})
	}
	return answers, group.Wait()
}

func permissionsIn(m map[right]bool) []right {
	var out []right
	for question := range m {
		out = append(out, question)
	}
	return out
}

func (r *permissionAsker) ask(ctx context.Context, q right) (bool, error) {
	resource, sub, _ := strings.Cut(q.resource, "/")
	attributes := &authorizationv1.ResourceAttributes{Verb: q.verb, Group: q.group, Resource: resource, Subresource: sub, Namespace: r.namespace}
	if slices.Contains(clusterScoped(), resource) {
		attributes.Namespace = ""
	}
	review, err := r.client.AuthorizationV1().SelfSubjectAccessReviews().Create(ctx,
		&authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: attributes}}, metav1.CreateOptions{})
	if err != nil {
		return false, fmt.Errorf("cannot ask whether you may %s %s: %w", q.verb, q.resource, err)
	}
	return review.Status.Allowed, nil
}

// clusterScoped are the resources of the roles that have no namespace.
func clusterScoped() []string {
	return []string{"persistentvolumes", "nodes", "namespaces", "storageclasses", "csinodes", "csidrivers", "resourceslices", "deviceclasses"}
}

// user is who the server takes us for, empty if it does not say (before Kubernetes 1.28, or by its configuration).
func (r *permissionAsker) user(ctx context.Context) string {
	review, err := r.client.AuthenticationV1().SelfSubjectReviews().Create(ctx, &authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{})
	if err != nil {
		return ""
	}
	return review.Status.UserInfo.Username
}

// commandNames completes the commands that need permissions.
func commandNames(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	roles, err := rbac.Roles()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var names []string
	for _, role := range roles {
		names = append(names, role.Command)
	}
	return complete.Beginning(names, typed), cobra.ShellCompDirectiveNoFileComp
}
