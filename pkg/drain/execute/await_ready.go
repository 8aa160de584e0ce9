package execute

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// awaitReady waits until a member runs with claims that are not the ones it had.
func (s *stepRun) awaitReady(ctx context.Context, p *drain.AwaitReadyParameters) (decision, error) {
	if p.Owner != nil {
		return s.awaitOwner(ctx, p)
	}
	pods, err := s.live.podsIn(ctx, s.step.Object.Namespace, namesOneOf(p.Claims))
	if err != nil {
		return decision{}, err
	}
	if name := s.step.Object.Name; name != "" {
		pods = slices.DeleteFunc(pods, func(pod *corev1.Pod) bool { return pod.Name != name })
	}
	running := slices.DeleteFunc(slices.Clone(pods), func(pod *corev1.Pod) bool {
		return pod.DeletionTimestamp != nil || !workload.Ready(pod) && pod.Status.Phase != corev1.PodSucceeded
	})
	late := slices.DeleteFunc(slices.Clone(pods), func(pod *corev1.Pod) bool { return slices.Contains(running, pod) })
	enough := len(running) >= max(p.Members, 1)
	if !enough && len(late) > 0 && !p.Bound && !s.nudgeDue() {
		return waitFor(podState(late[0])) // the claims need not be looked at yet
	}
	volumes, d, err := s.bound(ctx, p, pods)
	switch {
	case err != nil || volumes == nil:
		return d, err
	case enough:
		return s.placed(ctx, p, running[0], volumes)
	case p.Bound && len(workload.Placed(pods)) > 0:
		return s.placed(ctx, p, workload.Placed(pods)[0], volumes)
	case p.Bound && s.Clock.Now().Sub(s.since) > nudgeAfter:
		return s.placed(ctx, p, nil, volumes)
	case len(late) > 0:
		return waitFor(podState(late[0]))
	case len(pods) == 0:
		return waitFor(s.explained(ctx, fact.New("NoPodNamesClaimYet", "claim", p.Claim), p.Claims, p.Member))
	}
	return waitFor(fact.New("PodsReady", "have", len(running), "want", p.Members))
}

// bound are the volumes of the member's claims, nil if one of them is not bound yet, with what to do about that.
func (s *stepRun) bound(ctx context.Context, p *drain.AwaitReadyParameters, pods []*corev1.Pod) ([]string, decision, error) {
	var volumes []string
	for _, o := range p.Claims {
		c, err := s.live.claim(ctx, o)
		var d decision
		switch {
		case err != nil:
		case c == nil:
			d, err = s.nudge(pods, s.explained(ctx, fact.New("ClaimNotThereYet", "claim", o), []drain.Object{o}, p.Member))
		case c.UID == o.UID:
			d, err = refuse(fact.New("ClaimNotDeleted", "claim", o))
		case !inspect.FullyBound(c), c.Status.Phase == corev1.ClaimLost:
			d, err = s.awaitBinding(ctx, o, c, pods)
		default:
			volumes = append(volumes, c.Spec.VolumeName)
			continue
		}
		return nil, d, err
	}
	return volumes, decision{}, nil
}

// awaitBinding waits for a claim that is not bound, if it can be.
func (s *stepRun) awaitBinding(ctx context.Context, o drain.Object, c *corev1.PersistentVolumeClaim, pods []*corev1.Pod) (decision, error) {
	if err := s.mayBeBound(ctx, c); err != nil {
		return decision{}, err
	}
	return waitFor(claimState(o, workload.ClaimPhase(c), pods))
}

// claimState is what becomes of a claim that is not bound, as far as its Pods tell.
func claimState(claim drain.Object, phase corev1.PersistentVolumeClaimPhase, pods []*corev1.Pod) fact.Fact {
	if len(pods) == 0 {
		return fact.New("ClaimHasPhase", "claim", claim, "phase", phase)
	}
	return fact.New("ClaimAndPodWait", "claim", claim, "phase", phase, "why", podState(pods[0]))
}

// placed ends the wait for a member and notes where it is, unless it is not where its volumes are. The Pod is nil if it has ended
// and is gone.
func (s *stepRun) placed(ctx context.Context, p *drain.AwaitReadyParameters, pod *corev1.Pod, volumes []string) (decision, error) {
	l := drain.Placement{Member: s.step.Object.Namespace + "/" + p.Member, Volumes: append([]string{}, volumes...)}
	reason := fact.New("BoundWithoutPod", "volumes", volumes)
	if pod != nil {
		if err := s.together(ctx, pod, volumes); err != nil {
			return decision{}, err
		}
		l.Pod, l.Node = pod.Name, pod.Spec.NodeName
		if p.Node != "" && p.Node != pod.Spec.NodeName {
			l.Planned = p.Node
		}
		reason = fact.New("MemberRuns", "pod", pod.Name, "node", pod.Spec.NodeName, "volumes", volumes, "planned", l.Planned)
	}
	s.note(l)
	return doneWith(reason)
}

// note keeps where a member is for the Result.
func (s *stepRun) note(l drain.Placement) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.result.Placements = append(s.result.Placements, l)
}
