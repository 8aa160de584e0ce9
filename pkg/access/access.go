// Package access asks an API server what one is allowed to do, and who one is. By default everybody may ask that (the ClusterRole
// system:basic-user).
package access

import (
	"context"
	"slices"
	"strings"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// Permission is a verb on a resource, a subresource with its slash, in a namespace, or in all of them if there is none.
type Permission struct{ Verb, Group, Resource, Namespace string }

// Allowed reports whether the server allows something. Errors are those of the request.
func Allowed(ctx context.Context, client kubernetes.Interface, p Permission) (bool, error) {
	resource, sub, _ := strings.Cut(p.Resource, "/")
	review, err := client.AuthorizationV1().SelfSubjectAccessReviews().Create(ctx, &authorizationv1.SelfSubjectAccessReview{
		Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: &authorizationv1.ResourceAttributes{
			Verb: p.Verb, Group: p.Group, Version: "v1", Resource: resource, Subresource: sub, Namespace: p.Namespace,
		}},
	}, metav1.CreateOptions{})
	if err != nil {
		return false, err
	}
	return review.Status.Allowed, nil
}

// ClusterScoped reports whether a resource has no namespace, of those that the plugin reads or changes.
func ClusterScoped(resource string) bool {
	return slices.Contains([]string{"persistentvolumes", "nodes", "namespaces", "storageclasses", "csinodes", "csidrivers", "resourceslices", "deviceclasses"}, resource)
}

// User is who the server takes us for, empty if it does not say (before Kubernetes 1.28, or by its configuration).
func User(ctx context.Context, client kubernetes.Interface) string {
	review, err := client.AuthenticationV1().SelfSubjectReviews().Create(ctx, &authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{})
	if err != nil {
		return ""
	}
	return review.Status.UserInfo.Username
}
