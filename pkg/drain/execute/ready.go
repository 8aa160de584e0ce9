package execute

import (
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// awaitReady waits until a member runs with claims that are not the ones it had.
func (s *stepRun) awaitReady(ctx context.Context) (decision, error) {
	if owner := s.step.Precondition.Owner; owner != nil {
		return s.awaitOwner(ctx, *owner)
	}
	pods, err := s.live.podsIn(ctx, s.step.Object.Namespace, func(p *corev1.Pod) bool {
		return slices.ContainsFunc(s.step.Precondition.Claims, func(c drain.Object) bool { return slices.Contains(inspect.ClaimNames(p), c.Name) })
	})
	if err != nil {
		return decision{}, err
	}
	if name := s.step.Object.Name; name != "" {
		pods = slices.DeleteFunc(pods, func(p *corev1.Pod) bool { return p.Name != name })
	}
	run := slices.DeleteFunc(slices.Clone(pods), func(p *corev1.Pod) bool {
		return p.DeletionTimestamp != nil || !workload.Ready(p) && p.Status.Phase != corev1.PodSucceeded
	})
	late := slices.DeleteFunc(slices.Clone(pods), func(p *corev1.Pod) bool { return slices.Contains(run, p) })
	enough := len(run) >= max(s.step.Precondition.Members, 1)
	if !enough && len(late) > 0 && !s.step.Precondition.Bound && !s.nudgeDue() {
		return waitFor("Pod %s%s", late[0].Name, firstWords(late)) // the claims need not be looked at yet
	}
	volumes, d, err := s.bound(ctx, pods)
	switch {
	case err != nil || volumes == nil:
		return d, err
	case enough:
		return s.placed(run[0], volumes)
	case s.step.Precondition.Bound && len(workload.Placed(pods)) > 0:
		return s.placed(workload.Placed(pods)[0], volumes)
	case s.step.Precondition.Bound && s.Clock.Now().Sub(s.since) > nudgeAfter:
		return s.placed(nil, volumes)
	case len(late) > 0:
		return waitFor("Pod %s%s", late[0].Name, firstWords(late))
	case len(pods) == 0:
		return waitFor("no Pod names claim %s yet", s.step.Precondition.Claim)
	}
	return waitFor("%d of %d Pods are Ready", len(run), s.step.Precondition.Members)
}

// bound are the volumes of the member's claims, nil if one of them is not bound yet, with what to do about that.
func (s *stepRun) bound(ctx context.Context, pods []*corev1.Pod) ([]string, decision, error) {
	var volumes []string
	for _, o := range s.step.Precondition.Claims {
		c, err := s.live.claim(ctx, o)
		var d decision
		switch {
		case err != nil:
		case c == nil:
			d, err = s.nudge(pods, fmt.Sprintf("claim %s does not exist yet", o))
		case c.UID == o.UID:
			d, err = refuse("claim %s has not been deleted", o)
		case !inspect.FullyBound(c):
			d, err = waitFor("claim %s is %s%s", o, workload.ClaimPhase(c), firstWords(pods))
		default:
			volumes = append(volumes, c.Spec.VolumeName)
			continue
		}
		return nil, d, err
	}
	return volumes, decision{}, nil
}

// placed ends the wait for a member and notes where it is. The Pod is nil if it is gone by now.
func (s *stepRun) placed(p *corev1.Pod, volumes []string) (decision, error) {
	l := drain.Placement{Member: s.step.Object.Namespace + "/" + s.step.Precondition.Member, Volumes: append([]string{}, volumes...)}
	text := fmt.Sprintf("%s is bound, and no Pod has come for it yet", listed(volumes))
	if p != nil {
		l.Pod, l.Node = p.Name, p.Spec.NodeName
		text = fmt.Sprintf("%s runs on %s with %s", p.Name, p.Spec.NodeName, listed(volumes))
		if planned := s.step.Precondition.Node; planned != "" && planned != p.Spec.NodeName {
			l.Planned = planned
			text += fmt.Sprintf(" (planned was %s)", planned)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.result.Placements = append(s.result.Placements, l)
	return doneWith("%s", text)
}

// awaitOwner waits until an operator has as many Pods as before, all of them Ready, and none waits for a claim that is
// gone.
func (s *stepRun) awaitOwner(ctx context.Context, owner drain.Object) (decision, error) {
	all, err := s.live.ownedBy(ctx, owner)
	if err != nil {
		return decision{}, err
	}
	for _, p := range all {
		if workload.Ready(p) && p.DeletionTimestamp == nil {
			continue
		}
		if p.Spec.NodeName == "" {
			for _, o := range s.step.Precondition.Claims {
				c, err := s.live.claim(ctx, o)
				if err != nil {
					return decision{}, err
				}
				if c == nil && slices.Contains(inspect.ClaimNames(p), o.Name) {
					return s.nudge([]*corev1.Pod{p}, fmt.Sprintf("%s %s has not made claim %s anew; its manifest is on volume %s", owner.Kind, owner, o, s.step.Precondition.Volume))
				}
			}
		}
		return waitFor("Pod %s%s", p.Name, firstWords([]*corev1.Pod{p}))
	}
	if len(all) < max(s.step.Precondition.Members, 1) {
		return waitFor("%s %s has %s, and had %d", owner.Kind, owner, workload.Count(len(all), "Pod"), s.step.Precondition.Members)
	}
	return s.ownerIsBack(ctx, owner, all)
}

// ownerIsBack notes where the member of an operator landed whose Pods are all Ready: the Pod that has its claim, if there
// is one.
func (s *stepRun) ownerIsBack(ctx context.Context, owner drain.Object, all []*corev1.Pod) (decision, error) {
	for _, p := range all {
		if slices.Contains(inspect.ClaimNames(p), s.step.Precondition.Claim.Name) {
			volumes, err := s.volumesOf(ctx, p)
			if err != nil {
				return decision{}, err
			}
			return s.placed(p, volumes)
		}
	}
	s.mu.Lock() // it goes by another name by now
	defer s.mu.Unlock()
	s.result.Placements = append(s.result.Placements, drain.Placement{Member: s.step.Object.Namespace + "/" + s.step.Precondition.Member, Volumes: []string{}})
	return doneWith("all %s of %s %s are Ready, none of them with claim %s", workload.Count(len(all), "Pod"), owner.Kind, owner, s.step.Precondition.Claim)
}

// volumesOf are the volumes of a Pod's claims, as far as they are bound.
func (s *stepRun) volumesOf(ctx context.Context, p *corev1.Pod) ([]string, error) {
	var out []string
	for _, name := range inspect.ClaimNames(p) {
		c, err := s.live.claim(ctx, drain.Object{Namespace: p.Namespace, Name: name})
		if err != nil {
			return nil, err
		}
		if c != nil && inspect.FullyBound(c) {
			out = append(out, c.Spec.VolumeName)
		}
	}
	return out, nil
}
