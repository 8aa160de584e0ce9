package execute

import (
	"context"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// What is created after something was taken away, and is asked for as it will be: claims as their StatefulSet's template is now, or as they
// are recorded, and Pods of StatefulSets. They are asked for under their own names: the server asks everybody else before it finds that there
// is one (apiserver/pkg/registry/generic/registry: Store.Create), and rules about names are met as they are.

// recordedClaim asks for a claim as it is recorded on a volume, which a step creates.
func (i *inquiry) recordedClaim(ctx context.Context, claim, volume drain.Object) []question {
	c, err := i.recorded(ctx, claim, volume)
	if err != nil || c == nil || c.Namespace != claim.Namespace || c.Name != claim.Name {
		return nil // the step finds out
	}
	return i.creation(inspect.StripClaim(c), "")
}

// recorded is what a claim is created from: the one that there is, unless the volume is another one's, which has its manifest on it.
func (r *run) recorded(ctx context.Context, claim, volume drain.Object) (*corev1.PersistentVolumeClaim, error) {
	c, err := r.live.claim(ctx, claim)
	if err != nil || volume.Name == "" {
		return c, err
	}
	v, err := r.live.volume(ctx, volume)
	if err != nil || v == nil || c != nil && v.Spec.ClaimRef != nil && v.Spec.ClaimRef.UID == c.UID {
		return c, err
	}
	saved, err := retain.RecordedClaim(v)
	if err != nil || saved == nil {
		return c, err
	}
	return saved, nil
}

// nextClaim asks for the claim that a controller creates once the one of a step is deleted: a StatefulSet by its template, as that is now;
// others as the claim is.
func (i *inquiry) nextClaim(ctx context.Context, s drain.Step) []question {
	c, err := i.live.claim(ctx, s.Object)
	if err != nil || c == nil {
		return nil // the step finds out
	}
	by := ""
	if p, ok := s.Parameters.(*drain.DeleteClaimParameters); ok && p.Safeguards != nil {
		by = p.Safeguards.Owner
	}
	read := i.setsIn(ctx, c.Namespace)
	if read.err != nil {
		return []question{{what: recreating(c), by: by, unknown: tell(read.err)}}
	}
	ix := inspect.NewIndex(&inspect.Snapshot{StatefulSets: read.sets})
	if set, _, made := ix.SetOfClaim(types.NamespacedName{Namespace: c.Namespace, Name: c.Name}); made {
		by = nameOf(set)
	}
	return i.creation(workload.NextOf(ix, c).Claim, by)
}

// creation asks for a claim.
func (i *inquiry) creation(c *corev1.PersistentVolumeClaim, by string) []question {
	key := drain.Object{Kind: drain.KindClaim, Namespace: c.Namespace, Name: c.Name}
	if i.asked[key] {
		return nil
	}
	i.asked[key] = true
	c.OwnerReferences = nil
	return []question{{what: recreating(c), by: by, claim: c, ask: func(ctx context.Context) error {
		_, err := i.Client.CoreV1().PersistentVolumeClaims(c.Namespace).Create(ctx, c, metav1.CreateOptions{DryRun: dryRun(), FieldManager: fieldManager})
		return err
	}}}
}

func recreating(c *corev1.PersistentVolumeClaim) fact.Fact {
	return fact.New("RecreatingClaim", "claim", c.Namespace+"/"+c.Name)
}

// replacement asks for the Pod that a StatefulSet creates in the place of a member's that goes. Those of other controllers have names that
// nobody knows before.
func (i *inquiry) replacement(ctx context.Context, s drain.Step) []question {
	key := drain.Object{Kind: drain.KindPod, Namespace: s.Object.Namespace, Name: s.Object.Name}
	if !takesMember(s) || i.asked[key] {
		return nil
	}
	i.asked[key] = true
	what := fact.New("RecreatingPod", "pod", key)
	read := i.setsIn(ctx, key.Namespace)
	if read.err != nil {
		return []question{{what: what, unknown: tell(read.err)}}
	}
	for _, set := range read.sets {
		ordinal, ok := workload.OrdinalOf(set, key.Name)
		if !ok || set.DeletionTimestamp != nil {
			continue
		}
		pod := workload.CreatedBySet(set, ordinal)
		if pod == nil {
			return []question{{what: what, by: nameOf(set), unknown: fact.New("PodOfEarlierRevision", "owner", nameOf(set))}}
		}
		return []question{{what: what, by: nameOf(set), pod: pod, ask: func(ctx context.Context) error { return i.tryPod(ctx, pod) }}}
	}
	return nil
}

// tryPod asks for a Pod. What the server warns of besides is meant for whoever creates it in the end, so it is not passed on; client-go's
// Create does. A client without a connection, which is that of a test, has nothing else.
func (r *run) tryPod(ctx context.Context, pod *corev1.Pod) error {
	options := metav1.CreateOptions{DryRun: dryRun(), FieldManager: fieldManager}
	c, ok := r.Client.CoreV1().RESTClient().(*rest.RESTClient)
	if !ok || c == nil {
		_, err := r.Client.CoreV1().Pods(pod.Namespace).Create(ctx, pod, options)
		return err
	}
	return c.Post().Namespace(pod.Namespace).Resource("pods").VersionedParams(&options, scheme.ParameterCodec).WarningHandler(rest.NoWarnings{}).
		Body(pod).Do(ctx).Error()
}

// takesMember reports whether a step takes the Pod of a member away that is to come back.
func takesMember(s drain.Step) bool {
	p, evicts := s.Parameters.(*drain.EvictParameters)
	return !evicts && s.Member != "" || evicts && p.Safeguards != nil
}

func nameOf(set *appsv1.StatefulSet) string { return "StatefulSet/" + set.Name }

// setsIn are the StatefulSets of a namespace, which are read once.
func (i *inquiry) setsIn(ctx context.Context, namespace string) setsRead {
	read, known := i.sets[namespace]
	if !known {
		read.sets, read.err = i.live.sets(ctx, namespace)
		i.sets[namespace] = read
	}
	return read
}
