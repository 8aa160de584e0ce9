package execute

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	authorizationv1 "k8s.io/api/authorization/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
)

// Need is a right that a step cannot do without.
type Need struct{ Verb, Resource string }

// Needs are the rights for each action, for the documentation and for asking before anything is changed. Watching
// is not among them: who may not watch is told by reading again.
func Needs(a drain.Action) []Need {
	getVolume, getClaim := Need{"get", "persistentvolumes"}, Need{"get", "persistentvolumeclaims"}
	listPods, patchVolume := Need{"list", "pods"}, Need{"patch", "persistentvolumes"}
	switch a {
	case drain.RetainVolume, drain.RecordClaim, drain.ReserveVolume, drain.OpenVolume:
		return []Need{getVolume, getClaim, listPods, patchVolume}
	case drain.DeleteClaim:
		return []Need{getVolume, getClaim, listPods, patchVolume, {"delete", "persistentvolumeclaims"}}
	case drain.DeletePod:
		return []Need{{"get", "pods"}, {"delete", "pods"}}
	case drain.CreateClaim:
		return []Need{getVolume, getClaim, {"create", "persistentvolumeclaims"}}
	case drain.AwaitAvailable:
		return []Need{getVolume}
	case drain.AwaitReleased, drain.AwaitCleaned, drain.AwaitBound:
		return []Need{getVolume, getClaim, listPods}
	case drain.CordonNode:
		return []Need{{"get", "nodes"}, {"patch", "nodes"}}
	case drain.ForceDeletePod:
		return []Need{{"get", "pods"}, {"delete", "pods"}, {"get", "nodes"}, {"get", "leases"}}
	case drain.EvictPod:
		return []Need{{"get", "pods"}, {"create", "pods/eviction"}}
	case drain.AwaitUnused, drain.CheckEmpty:
		return []Need{listPods}
	case drain.AwaitReady:
		return []Need{getClaim, listPods, {"delete", "pods"}}
	case drain.ForgetVolume:
		return []Need{getVolume, {"delete", "persistentvolumes"}}
	}
	return nil
}

// DeniedError says that rights are missing. Nothing was changed.
type DeniedError struct{ Missing []string }

// Error names the rights.
func (e *DeniedError) Error() string {
	return fmt.Sprintf("not allowed to %s; nothing was changed; ask an administrator for that right", strings.Join(e.Missing, ", nor to "))
}

// scoped is a need in a namespace, or in the whole cluster.
type scoped struct {
	Need
	namespace string
}

// preflight asks the server whether the user may do all that the Plan needs, so that it does not stop half way. If the
// server does not say, the work begins: every write is safe by itself.
func (r *run) preflight(ctx context.Context) error {
	var missing []string
	for _, need := range r.needs() {
		ok, err := r.allowed(ctx, need)
		if ctx.Err() != nil {
			return errStopped
		}
		if err == nil && !ok {
			missing = append(missing, need.String())
		}
	}
	if len(missing) > 0 {
		return &DeniedError{Missing: missing}
	}
	return nil
}

// String is the right in words: "delete persistentvolumeclaims in namespace shop".
func (n scoped) String() string {
	if n.namespace == "" {
		return n.Verb + " " + n.Resource
	}
	return fmt.Sprintf("%s %s in namespace %s", n.Verb, n.Resource, n.namespace)
}

func (r *run) needs() []scoped {
	var out []scoped
	for _, s := range r.plan.Steps {
		for _, need := range Needs(s.Action) {
			n := scoped{Need: need}
			switch need.Resource {
			case "persistentvolumes", "nodes":
			case "leases":
				n.namespace = corev1.NamespaceNodeLease
			default:
				if n.namespace = cmp.Or(s.Precondition.Claim.Namespace, s.Object.Namespace); n.namespace == "" {
					continue // a volume that no claim had
				}
			}
			if !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	return out
}

func (r *run) allowed(ctx context.Context, n scoped) (bool, error) {
	ctx, cancel := r.bounded(ctx)
	defer cancel()
	group := ""
	resource, sub, _ := strings.Cut(n.Resource, "/")
	if n.Resource == "leases" {
		group = coordinationv1.GroupName
	}
	review := &authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{
		ResourceAttributes: &authorizationv1.ResourceAttributes{Verb: n.Verb, Group: group, Resource: resource, Subresource: sub, Namespace: n.namespace, Version: "v1"},
	}}
	answer, err := r.Client.AuthorizationV1().SelfSubjectAccessReviews().Create(ctx, review, metav1.CreateOptions{})
	if err != nil {
		return false, err
	}
	return answer.Status.Allowed, nil
}
