package execute

import (
	"context"
	"errors"
	"slices"

	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// Admission, quotas and the server's own rules are asked before the first step, by dry runs: what they refuse half way would leave a member
// without its Pod, or without its claim.

// askFirst asks the server for all that the Plan takes away, and for the claims and Pods that are created after that. An owner for which
// something is refused is left out, if others are left; else nothing is done.
func (r *run) askFirst(ctx context.Context) error {
	asking := &inquiry{run: r, asked: map[drain.Object]bool{}, sets: map[string]setsRead{}, barred: map[string]bool{}}
	var first error
	for _, s := range r.plan.Steps {
		for _, q := range asking.questions(ctx, s) {
			if r.isOut(s.Target) {
				break
			}
			why := asking.answer(ctx, q)
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

// questions are what the server is asked about a step. Each claim, and each Pod, is asked for once.
func (i *inquiry) questions(ctx context.Context, s drain.Step) []question {
	about := s.Object
	uid := &metav1.Preconditions{UID: ptr.To(about.UID)}
	only := func(ask func(context.Context) error) []question { return []question{{what: s.Title, ask: ask}} }
	switch s.Action {
	case drain.ForceDeletePod:
		options := metav1.DeleteOptions{DryRun: dryRun(), Preconditions: uid, GracePeriodSeconds: ptr.To(int64(0))}
		return append(only(func(ctx context.Context) error {
			return i.Client.CoreV1().Pods(about.Namespace).Delete(ctx, about.Name, options)
		}), i.replacement(ctx, s)...)
	case drain.EvictPod:
		return append(only(func(ctx context.Context) error {
			return heldBack(i.tryEviction(ctx, &policyv1.Eviction{
				ObjectMeta:    metav1.ObjectMeta{Namespace: about.Namespace, Name: about.Name},
				DeleteOptions: &metav1.DeleteOptions{DryRun: dryRun(), Preconditions: uid},
			}))
		}), i.replacement(ctx, s)...)
	case drain.DeleteClaim:
		qs := only(func(ctx context.Context) error {
			return i.Client.CoreV1().PersistentVolumeClaims(about.Namespace).Delete(ctx, about.Name, metav1.DeleteOptions{DryRun: dryRun(), Preconditions: uid})
		})
		if i.plan.Command == "release" || i.creates(about) {
			return qs // whether there is to be another is not known, or a step says which
		}
		return append(qs, i.nextClaim(ctx, s)...)
	case drain.CreateClaim:
		return i.recordedClaim(ctx, about, s.Parameters.About().Volume)
	default: // takes nothing away
		return nil
	}
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

// answer asks, and returns why the server refuses; nothing, if it does not. What it does not say is noted: a server that fails, or does not
// answer in time, has not said that it allows anything.
func (i *inquiry) answer(ctx context.Context, q question) fact.Fact {
	if !q.unknown.IsZero() {
		i.unsure(ctx, q.what, q.by, q.unknown)
		return fact.Fact{}
	}
	if q.pod != nil && i.barred[q.pod.Namespace] {
		return fact.Fact{} // which has been said of all Pods there
	}
	asking, cancel := i.bounded(ctx)
	defer cancel()
	err := q.ask(asking)
	_, message := statusOf(err)
	switch {
	case err == nil, ctx.Err() != nil, q.passed(err):
	case q.pod != nil && forbiddenByRole(err):
		i.barred[q.pod.Namespace] = true
		i.unsure(ctx, fact.New("RecreatingPods", "namespace", q.pod.Namespace), q.by, tell(err))
	case q.ofUs(err), says(message, `does\snot\ssupport\sdry\srun`):
		i.unsure(ctx, q.what, q.by, tell(err))
	case says(message, `exceeded\squota`) && i.quotaAllowsInstead(ctx, q, message):
	case refusal(err), apierrors.IsInternalError(err) && says(message, `failed\scalling\swebhook`):
		return fact.New("ServerWouldRefuse", "what", q.what, "user", i.user(ctx), "why", tell(err))
	default:
		i.unsure(ctx, q.what, q.by, tell(err))
	}
	return fact.Fact{}
}

// passed reports whether the server has asked everybody, and says no since the object is there already, or not the one that is meant, or
// held for a while: the step itself finds out.
func (q question) passed(err error) bool {
	var held *heldError
	switch {
	case errors.As(err, &held):
		return true
	case denied(err), withoutNamespace(err):
		return false
	case q.claim != nil || q.pod != nil:
		return apierrors.IsAlreadyExists(err)
	}
	return apierrors.IsNotFound(err) || apierrors.IsConflict(err)
}

// ofUs reports whether what the server says may be so for us alone, while a controller creates the object in the end: we lack a permission,
// or a webhook says no, which may go by who asks. Of quotas, LimitRanges, PodSecurity and the server's own rules that is not so, and policies
// of admission are taken to be about objects.
func (q question) ofUs(err error) bool {
	_, message := statusOf(err)
	return q.claim != nil && forbiddenByRole(err) || q.by != "" && (forbiddenByRole(err) || says(message, `admission\swebhook\s".*"\sdenied`))
}

// unsure notes that the server cannot be asked, or does not say.
func (r *run) unsure(ctx context.Context, what fact.Fact, by string, why fact.Fact) {
	f := fact.New("AdmissionUnknown", "what", what, "by", by, "user", r.user(ctx), "why", why)
	if !slices.ContainsFunc(r.result.Warnings, f.Equal) {
		r.result.Warnings = append(r.result.Warnings, f)
		r.note(f)
	}
}
