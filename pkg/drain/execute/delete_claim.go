package execute

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// deleteClaim deletes the claim in exactly the version whose manifest is on the volume. If it has changed since, it is
// saved again first.
func (s *stepRun) deleteClaim(ctx context.Context, p *drain.DeleteClaimParameters) (decision, error) {
	claim := p.Claim
	c, err := s.live.claim(ctx, claim)
	if err != nil {
		return decision{}, err
	}
	if gone(c, claim) || c.DeletionTimestamp != nil {
		return done()
	}
	v, err := s.live.sameVolume(ctx, p.Volume)
	switch {
	case err != nil:
		return decision{}, err
	case v.Spec.ClaimRef == nil || v.Spec.ClaimRef.UID != c.UID || c.Spec.VolumeName != v.Name:
		return refuse(fact.New("VolumeAndClaimParted", "volume", v.Name, "claim", claim))
	case v.DeletionTimestamp != nil:
		return refuse(fact.New("VolumeNowTerminating", "volume", v.Name))
	case v.Spec.PersistentVolumeReclaimPolicy != p.Policy && p.Policy != corev1.PersistentVolumeReclaimRetain:
		return refuse(fact.New("VolumePolicyChanged", "volume", v.Name, "have", v.Spec.PersistentVolumeReclaimPolicy, "want", p.Policy))
	}
	if waiting := heldSince(c, p); !waiting.IsZero() {
		return waitFor(s.downMeanwhile(waiting))
	}
	if waiting, err := s.mayGo(ctx, p, v); err != nil || !waiting.IsZero() {
		return decision{reason: s.downMeanwhile(waiting)}, err
	}
	if err := s.erasesNoOther(ctx, p, v); err != nil {
		return decision{}, err
	}
	if keep := p.Policy == corev1.PersistentVolumeReclaimRetain; !retain.Recorded(v, c) || keep && !retain.Retained(v) {
		return s.retainWrite(v, c, keep, nil)
	}
	return decision{write: func(ctx context.Context) error {
		return s.Client.CoreV1().PersistentVolumeClaims(c.Namespace).Delete(ctx, c.Name, metav1.DeleteOptions{
			Preconditions: &metav1.Preconditions{UID: ptr.To(c.UID), ResourceVersion: ptr.To(c.ResourceVersion)},
		})
	}}, nil
}

// downMeanwhile says with what a claim's end waits for, if its Pod was evicted before, that the member is down for as long, and how it comes
// back where it was: its claim and data are there still.
func (s *stepRun) downMeanwhile(waiting fact.Fact) fact.Fact {
	if waiting.IsZero() || s.goneBefore() {
		return waiting
	}
	for _, before := range s.plan.Steps[:s.index] {
		p, evicted := before.Parameters.(*drain.EvictParameters)
		if !evicted || before.Target != s.step.Target || before.Member != s.step.Member || len(p.Home) != 1 || len(p.Nodes) > 0 {
			continue // on a machine that took the name, there is no data to go back to
		}
		return fact.New("DownMeanwhile", "what", waiting, "member", s.step.Member, "node", p.Home[0]).Offering(fact.Kubectl("uncordon", p.Home[0]))
	}
	return waiting
}

// goneBefore reports whether another claim of the member was deleted before this one: then there is no way back to all of its data.
func (s *stepRun) goneBefore() bool {
	return slices.ContainsFunc(s.plan.Steps[:s.index], func(before drain.Step) bool {
		return before.Action == drain.DeleteClaim && before.Target == s.step.Target && before.Member == s.step.Member
	})
}

// mayGo looks at the Pods around a claim that is to be deleted, all of them at once: none may hold it, and the safeguards around
// the member have to hold. It returns what is waited for, if anything is.
func (s *stepRun) mayGo(ctx context.Context, p *drain.DeleteClaimParameters, v *corev1.PersistentVolume) (waiting fact.Fact, err error) {
	claim, standing := p.Claim, p.Safeguards
	if !p.Unused && standing == nil {
		return fact.Fact{}, nil
	}
	holds := func(pod *corev1.Pod) bool { return slices.Contains(inspect.ClaimNames(pod), claim.Name) }
	pods, err := s.live.podsIn(ctx, claim.Namespace, func(pod *corev1.Pod) bool { return holds(pod) || counts(standing, pod, p.Member) })
	if err != nil {
		return fact.Fact{}, err
	}
	others := slices.DeleteFunc(slices.Clone(pods), func(pod *corev1.Pod) bool { return !holds(pod) })
	if held := workload.Placed(others); p.Unused && len(held) > 0 {
		return fact.Fact{}, refused(workload.InUse(claim.Namespace, claim.Name, held, workload.DirectOwner))
	}
	if standing != nil {
		still := func(nodes map[string]*corev1.Node) error { return s.homeStillDead(nodes, p, v) }
		if waiting, err := s.stands(ctx, standing, p.Member, pods, still); err != nil || !waiting.IsZero() {
			return waiting, err
		}
	}
	if p.Place != nil {
		place := drain.Reservation{Pair: drain.Pair{Volume: *p.Place, Claim: p.Claim}, Disk: p.Disk, Data: p.Data}
		if err := s.areReserved(ctx, []drain.Reservation{place}); err != nil {
			return fact.Fact{}, err
		}
	}
	if err := asJudged(p.Judged, others); err != nil {
		return fact.Fact{}, err
	}
	return fact.Fact{}, s.sameDefaultClass(ctx, p)
}
