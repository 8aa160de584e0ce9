package drain

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// TestBudgetHolds waits for a disruption budget, names it, and leaves everything of the member that it holds as it is;
// the others do not wait for it.
func TestBudgetHolds(t *testing.T) {
	t.Parallel()
	s := open(t, "budget")
	database(s, []string{old, "a", "b"})
	budget(s, "careful", "db", 0)
	runner(s, "web", 1)
	claim := s.WaitClaim("data-db-0", controlplane.ClaimPhase(corev1.ClaimBound))

	preview := s.Run(live.Run{Args: []string{"drain", s.VolumeName(old), "--keep-claims", "--dry-run"}})
	if preview.Exit != 0 || !strings.Contains(preview.Out, "disruption budget careful wants all of its Pods to be available, so it never allows one") {
		t.Errorf("the preview does not name the budget: %s", preview)
	}
	p := s.Start(live.Run{Args: []string{"drain", s.VolumeName(old), "--keep-claims", "--yes"}, Rules: rules(s, false, false)})
	p.Says("held by its disruption budget: The disruption budget careful needs")
	runs(s, "web", 1)
	if pod := s.WaitPod("db-0", controlplane.PodReady); pod.Spec.NodeName != s.VolumeName(old) {
		t.Errorf("db-0 is on %s", pod.Spec.NodeName)
	}
	lift(s, "careful")
	if r := p.Wait(); r.Exit != 0 {
		t.Error(r)
	}
	if after := s.WaitClaim("data-db-0", controlplane.ClaimPhase(corev1.ClaimBound)); after.UID != claim.UID {
		t.Error("the claim was to stay")
	}
}

// TestBudgetForEver gives up after --timeout and says what is left; run again once the budget allows it, it goes on.
func TestBudgetForEver(t *testing.T) {
	t.Parallel()
	s := open(t, "budget-for-ever")
	database(s, []string{old, "a", "b"})
	free(s, "c")
	budget(s, "careful", "db", 0)
	claim := s.WaitClaim("data-db-0", controlplane.ClaimPhase(corev1.ClaimBound))
	args := []string{"drain", s.VolumeName(old), "--move-claims", "--yes"}
	r := s.Run(live.Run{Args: append(args, "--timeout", "15s"), Rules: rules(s, false, false)})
	for _, want := range []string{"evict Pod " + s.Name + "/db-0: gave up after 15s (--timeout)", "The disruption budget careful needs", "not started", "To finish, run the same command again"} {
		if !strings.Contains(r.Err, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	if r.Exit != 1 {
		t.Error(r)
	}
	if c := s.WaitClaim("data-db-0", controlplane.ClaimPhase(corev1.ClaimBound)); c.UID != claim.UID || c.DeletionTimestamp != nil {
		t.Error("the claim of a Pod that was never evicted was deleted")
	}
	lift(s, "careful")
	again := s.Run(live.Run{Args: append(args, "-o", "json"), Rules: rules(s, false, false)})
	var result drain.Result
	if err := json.Unmarshal([]byte(again.Out), &result); err != nil || again.Exit != 0 || result.Status != drain.StatusDone {
		t.Fatalf("%v: %s", err, again)
	}
	s.WaitStatefulSet("db")
	if len(result.Placements) != 1 || result.Placements[0].Node != s.VolumeName("c") {
		t.Errorf("the placements of the Result are %v", result.Placements)
	}
}

// TestInterrupted stops with Ctrl-C while a budget holds; run again, it finishes.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	s := open(t, "interrupted")
	database(s, []string{old, "a", "b"})
	free(s, "c")
	budget(s, "careful", "db", 0)
	run := live.Run{Args: []string{"drain", s.VolumeName(old), "--move-claims", "--yes"}, Rules: rules(s, false, false)}
	p := s.Start(run)
	p.Says("held by its disruption budget")
	p.Signal(os.Interrupt)
	if r := p.Wait(); r.Exit != 130 || !strings.Contains(r.Err, "stopped at a safe point") {
		t.Error(r)
	}
	lift(s, "careful")
	if r := s.Run(run); r.Exit != 0 {
		t.Error(r)
	}
	s.WaitStatefulSet("db")
	if p := s.WaitPod("db-0", controlplane.PodReady); p.Spec.NodeName != s.VolumeName("c") {
		t.Errorf("db-0 was to go where a volume had been reserved for it, and is on %s", p.Spec.NodeName)
	}
}

// TestTwoBudgets: the server evicts no Pod with two, so nothing is begun.
func TestTwoBudgets(t *testing.T) {
	t.Parallel()
	s := open(t, "two-budgets")
	runner(s, "web", 1)
	budget(s, "one", "web", 1)
	budget(s, "two", "web", 1)
	r := s.Run(live.Run{Args: []string{"drain", s.VolumeName(old), "--keep-claims", "--yes"}})
	if r.Exit != 3 || len(r.Writes()) > 0 || !strings.Contains(r.Err, "has 2 disruption budgets (one, two)") {
		t.Error(r)
	}
}

// TestSlowEnd waits for a Pod that takes its time, with the grace period that was given or its own. Its kubelet says
// nothing meanwhile.
func TestSlowEnd(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		args  []string
		grace int64
		words string
	}{
		"its own": {nil, -1, "/db-0 is terminating, and has 3600s to stop"},
		"given":   {[]string{"--grace-period", "7"}, 7, "/db-0 is terminating, and has 7s to stop"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, "slow-end")
			database(s, []string{old, "a", "b"}, func(set *appsv1.StatefulSet) {
				set.Spec.Template.Spec.TerminationGracePeriodSeconds = ptr.To(int64(3600))
			})
			free(s, "c")
			var evictions []policyv1.Eviction
			p := s.Start(live.Run{
				Args: append([]string{"drain", s.VolumeName(old), "--move-claims", "--yes"}, tc.args...), Rules: rules(s, false, false),
				On: func(r *live.Request) live.Action {
					e, ok := r.Object.(*policyv1.Eviction)
					if !ok || r.DryRun {
						return live.Action{}
					}
					evictions = append(evictions, *e)
					return live.Action{Before: func() {
						if err := cluster.Kill(t.Context(), s.VolumeName(old)); err != nil {
							t.Error(err)
						}
					}}
				},
			})
			p.Says(tc.words)
			if c := s.WaitClaim("data-db-0", controlplane.ClaimPhase(corev1.ClaimBound)); c.DeletionTimestamp != nil {
				t.Error("the claim is deleted while its Pod ends")
			}
			if err := cluster.Revive(s.Context(), s.VolumeName(old)); err != nil {
				t.Fatal(err)
			}
			if r := p.Wait(); r.Exit != 0 {
				t.Error(r)
			}
			if len(evictions) != 1 || ptr.Deref(evictions[0].DeleteOptions.GracePeriodSeconds, -1) != tc.grace {
				t.Errorf("it evicted with %+v", evictions)
			}
		})
	}
}
