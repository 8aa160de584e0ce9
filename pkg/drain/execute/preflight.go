package execute

import (
	"cmp"
	"context"
	"slices"

	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/access"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// DeniedError says that permissions are missing. Nothing was changed.
type DeniedError struct{ Missing []Permission }

// Permission is a Need in a namespace, or in the whole cluster if there is none.
type Permission struct {
	Need
	Namespace string
}

// Error implements error, for developers.
func (e *DeniedError) Error() string { return e.Fact().String() }

// Fact names the permissions.
func (e *DeniedError) Fact() fact.Fact {
	missing := make([]fact.Fact, 0, len(e.Missing))
	for _, m := range e.Missing {
		missing = append(missing, fact.New("Permission", "verb", m.Verb, "resource", m.Resource, "namespace", m.Namespace))
	}
	return fact.New("PermissionsMissing", "permissions", missing)
}

// preflight asks the server whether the user may do all that the Plan needs, and then whether anything else refuses it, so that it does not
// stop half way. If the server does not say, the work begins: every write is safe by itself.
func (r *run) preflight(ctx context.Context) error {
	var missing []Permission
	for _, need := range r.needs() {
		ok, err := r.allowed(ctx, need)
		if ctx.Err() != nil {
			return errStopped
		}
		if err == nil && !ok {
			missing = append(missing, need)
		}
	}
	if len(missing) > 0 {
		return &DeniedError{Missing: missing}
	}
	return r.askFirst(ctx)
}

func (r *run) needs() []Permission {
	var out []Permission
	for _, s := range r.plan.Steps {
		for _, need := range Needs(s.Action) {
			n := Permission{Need: need}
			switch {
			case access.ClusterScoped(need.Resource):
			case need.Resource == "leases":
				n.Namespace = corev1.NamespaceNodeLease
			default:
				if n.Namespace = cmp.Or(s.Parameters.About().Claim.Namespace, s.Object.Namespace); n.Namespace == "" {
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

func (r *run) allowed(ctx context.Context, n Permission) (bool, error) {
	ctx, cancel := r.bounded(ctx)
	defer cancel()
	p := access.Permission{Verb: n.Verb, Resource: n.Resource, Namespace: n.Namespace}
	if n.Resource == "leases" {
		p.Group = coordinationv1.GroupName
	}
	return access.Allowed(ctx, r.Client, p)
}
