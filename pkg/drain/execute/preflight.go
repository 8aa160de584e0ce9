package execute

import (
	"context"
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/access"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// DeniedError says that permissions are missing. Nothing was changed.
type DeniedError struct{ Missing []Permission }

// Error implements error, for developers.
func (e *DeniedError) Error() string { return e.Fact().String() }

// Fact names the permissions.
func (e *DeniedError) Fact() fact.Fact {
	missing := make([]fact.Fact, 0, len(e.Missing))
	for _, m := range e.Missing {
		f := fact.New("Permission", "verb", m.Verb, "resource", m.Resource, "namespace", m.Namespace)
		if m.Namespace == "" && !access.ClusterScoped(m.Resource) {
			f = fact.New("PermissionEverywhere", "verb", m.Verb, "resource", m.Resource)
		}
		missing = append(missing, f)
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

// needs are the permissions that the steps of the Plan need, each once.
func (r *run) needs() []Permission {
	var out []Permission
	for _, s := range r.plan.Steps {
		for _, need := range Needs(r.plan, s) {
			if !slices.Contains(out, need) {
				out = append(out, need)
			}
		}
	}
	return out
}

func (r *run) allowed(ctx context.Context, n Permission) (bool, error) {
	ctx, cancel := r.bounded(ctx)
	defer cancel()
	return access.Allowed(ctx, r.Client, access.Permission{Verb: n.Verb, Group: groupOf(n.Resource), Resource: n.Resource, Namespace: n.Namespace})
}
