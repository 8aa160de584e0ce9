package execute

import (
	"context"
	"errors"
	"slices"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Admission, quotas and the server's own rules are asked before the first step, by dry runs: what they refuse half way would leave a member
// without its Pod, or without its claim.

// question is what the server is asked.
type question struct {
	// what is asked for: a step, or what follows from it.
	what fact.Fact
	ask  func(ctx context.Context) error
	// claim is the one to create, nil if none is.
	claim *corev1.PersistentVolumeClaim
}

// askFirst asks the server for all that the Plan takes away, and for the claims that are created after that. An owner for which something
// is refused is left out, if others are left; else nothing is done.
func (r *run) askFirst(ctx context.Context) error {
	asked := map[drain.Object]bool{}
	var first error
	for _, s := range r.plan.Steps {
		for _, q := range r.questions(ctx, s, asked) {
			if r.isOut(s.Target) {
				break
			}
			why := r.answer(ctx, q)
			switch {
			case ctx.Err() != nil:
				return errStopped
			case r.Clock.Now().After(r.deadline):
				return refused(fact.New("GaveUpAsking", "timeout", r.timeout, "what", q.what))
			case why.IsZero():
			default:
				if first == nil {
					first = refused(why)
				}
				r.out[s.Target] = why
			}
		}
	}
	if first == nil || r.leaveOut() {
		return nil
	}
	return first
}

// questions are what the server is asked about a step. Each claim is asked for once.
func (r *run) questions(ctx context.Context, s drain.Step, asked map[drain.Object]bool) []question {
	about := s.Object
	uid := &metav1.Preconditions{UID: ptr.To(about.UID)}
	only := func(ask func(context.Context) error) []question { return []question{{what: s.Title, ask: ask}} }
	switch s.Action {
	case drain.ForceDeletePod:
		options := metav1.DeleteOptions{DryRun: dryRun(), Preconditions: uid, GracePeriodSeconds: ptr.To(int64(0))}
		return only(func(ctx context.Context) error {
			return r.Client.CoreV1().Pods(about.Namespace).Delete(ctx, about.Name, options)
		})
	case drain.EvictPod:
		return only(func(ctx context.Context) error {
			return heldBack(r.tryEviction(ctx, &policyv1.Eviction{
				ObjectMeta:    metav1.ObjectMeta{Namespace: about.Namespace, Name: about.Name},
				DeleteOptions: &metav1.DeleteOptions{DryRun: dryRun(), Preconditions: uid},
			}))
		})
	case drain.DeleteClaim:
		qs := only(func(ctx context.Context) error {
			return r.Client.CoreV1().PersistentVolumeClaims(about.Namespace).Delete(ctx, about.Name, metav1.DeleteOptions{DryRun: dryRun(), Preconditions: uid})
		})
		if r.plan.Command == "release" || r.creates(about) {
			return qs // whether there is to be another is not known, or a step says which
		}
		return append(qs, r.creation(ctx, about, drain.Object{}, asked)...)
	case drain.CreateClaim:
		return r.creation(ctx, about, s.Parameters.About().Volume, asked)
	default: // takes nothing away
		return nil
	}
}

// creation asks for a claim as it is, or as it is recorded on a volume. It is asked for under its own name: the server asks everybody else
// before it finds that there is one (apiserver/pkg/registry/generic/registry: Store.create), and rules about names are met as they are.
func (r *run) creation(ctx context.Context, claim, volume drain.Object, asked map[drain.Object]bool) []question {
	key := drain.Object{Namespace: claim.Namespace, Name: claim.Name}
	if asked[key] {
		return nil
	}
	c, err := r.toCreate(ctx, claim, volume)
	if err != nil || c == nil || c.Namespace != claim.Namespace || c.Name != claim.Name {
		return nil // the step finds out
	}
	asked[key] = true
	fresh := inspect.StripClaim(c)
	fresh.OwnerReferences = nil
	return []question{{what: fact.New("RecreatingClaim", "claim", key), claim: fresh, ask: func(ctx context.Context) error {
		_, err := r.Client.CoreV1().PersistentVolumeClaims(fresh.Namespace).Create(ctx, fresh, metav1.CreateOptions{DryRun: dryRun(), FieldManager: fieldManager})
		return err
	}}}
}

// toCreate is what a claim is created from: the one that there is, unless the volume is another one's, which has its manifest on it.
func (r *run) toCreate(ctx context.Context, claim, volume drain.Object) (*corev1.PersistentVolumeClaim, error) {
	c, err := r.live.claim(ctx, claim)
	if err != nil || volume.Name == "" {
		return c, err
	}
	v, err := r.live.volume(ctx, volume)
	if err != nil || v == nil || c != nil && v.Spec.ClaimRef != nil && v.Spec.ClaimRef.UID == c.UID {
		return c, err
	}
	recorded, err := retain.RecordedClaim(v)
	if err != nil || recorded == nil {
		return c, err
	}
	return recorded, nil
}

// creates reports whether a step creates a claim of that name.
func (r *run) creates(claim drain.Object) bool {
	return slices.ContainsFunc(r.plan.Steps, func(s drain.Step) bool {
		return s.Action == drain.CreateClaim && s.Object.Namespace == claim.Namespace && s.Object.Name == claim.Name
	})
}

// tryEviction asks for an eviction. The request itself has to be a dry run, too, or admission takes it for a real one; client-go's Evict
// has no options for that. A client without a connection, which is that of a test, has only Evict.
func (r *run) tryEviction(ctx context.Context, e *policyv1.Eviction) error {
	c, ok := r.Client.PolicyV1().RESTClient().(*rest.RESTClient)
	if !ok || c == nil {
		return r.Client.PolicyV1().Evictions(e.Namespace).Evict(ctx, e)
	}
	return c.Post().AbsPath("/api/v1").Namespace(e.Namespace).Resource("pods").Name(e.Name).SubResource("eviction").
		VersionedParams(&metav1.CreateOptions{DryRun: dryRun()}, scheme.ParameterCodec).Body(e).Do(ctx).Error()
}

func dryRun() []string { return []string{metav1.DryRunAll} }

// answer asks, and returns why the server refuses; nothing, if it does not. What it does not say is noted.
func (r *run) answer(ctx context.Context, q question) fact.Fact {
	ctx, cancel := r.bounded(ctx)
	defer cancel()
	err := q.ask(ctx)
	var held *heldError
	_, message := statusOf(err)
	unsure := says(message, `does\snot\ssupport\sdry\srun`) || q.claim != nil && forbiddenByRole(err)
	switch {
	case err == nil, errors.As(err, &held):
		return fact.Fact{}
	case unsure:
		r.unsure(ctx, q, err)
		return fact.Fact{}
	case says(message, `exceeded\squota`) && q.claim != nil && r.quotaAllowsInstead(ctx, q.claim, message):
		return fact.Fact{}
	case refusal(err), apierrors.IsInternalError(err) && says(message, `failed\scalling\swebhook`):
		return fact.New("ServerWouldRefuse", "what", q.what, "user", r.user(ctx), "why", tell(err))
	}
	return fact.Fact{}
}

// unsure notes that the server cannot be asked.
func (r *run) unsure(ctx context.Context, q question, err error) {
	f := fact.New("AdmissionUnknown", "what", q.what, "user", r.user(ctx), "why", tell(err))
	if !slices.ContainsFunc(r.result.Warnings, f.Equal) {
		r.result.Warnings = append(r.result.Warnings, f)
		r.note(f)
	}
}
