package execute

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	clienttesting "k8s.io/client-go/testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// openAll is a Plan that opens Released volumes and waits for each of them, one target for each, in stages.
func openAll(stages []drain.Stage, names ...string) *drain.Plan {
	p := drain.New("reclaim")
	p.Verdict, p.Stages = drain.Ready, stages
	for i, name := range names {
		pair := drain.Pair{Volume: drain.Object{Kind: drain.KindVolume, Name: name, UID: Volume(name).UID}, Claim: drain.ClaimObject(Claim(name + "-claim"))}
		p.Targets = append(p.Targets, pair.Volume)
		p.Steps = append(p.Steps,
			drain.Step{ID: "open/" + name, Action: drain.OpenVolume, Object: pair.Volume, Target: i,
				Parameters: &drain.FreeParameters{Pair: pair, Phases: []corev1.PersistentVolumePhase{corev1.VolumeReleased}}},
			drain.Step{ID: "await/" + name, Action: drain.AwaitAvailable, Object: pair.Volume, Target: i, Parameters: &pair})
	}
	return p
}

func released(names ...string) []any {
	var out []any
	for _, name := range names {
		out = append(out, Volume(name, Has(name+"-claim", name+"-claim-uid"), Phase(Released)))
	}
	return out
}

func statuses(r *drain.Result) string {
	var out []string
	for _, s := range r.Steps {
		out = append(out, s.ID+" "+string(s.Status))
	}
	return strings.Join(out, ", ")
}

// TestStages lets targets fail, and holds what is still done of the others.
func TestStages(t *testing.T) {
	stage := func(parallel int, onFailure drain.OnFailure, targets ...int) drain.Stage {
		return drain.Stage{Targets: targets, Parallel: parallel, OnFailure: onFailure}
	}
	for _, tc := range []struct {
		name   string
		stages []drain.Stage
		gone   []string // volumes that are deleted before the run
		done   []string // volumes that are opened
		status drain.Status
		reason string
	}{
		{"all goes well", []drain.Stage{stage(1, drain.StopStage, 0), stage(2, drain.FinishTargets, 1, 2)}, nil, []string{"a", "b", "c"}, drain.StatusDone, ""},
		{"in another order", []drain.Stage{stage(1, drain.StopStage, 2, 0), stage(1, drain.StopStage, 1)}, nil, []string{"c", "a", "b"}, drain.StatusDone, ""},
		{"a failure stops the stage", []drain.Stage{stage(1, drain.StopStage, 0, 1, 2)}, []string{"b"}, []string{"a"}, drain.StatusFailed, "volume b has been deleted"},
		{"a failure stops only its target", []drain.Stage{stage(1, drain.FinishTargets, 0, 1, 2)}, []string{"a"}, []string{"b", "c"}, drain.StatusFailed, "volume a has been deleted"},
		{"the first failure is told", []drain.Stage{stage(1, drain.FinishTargets, 0, 1, 2)}, []string{"b", "c"}, []string{"a"}, drain.StatusFailed, "volume b has been deleted"},
		{"a failure stops later stages", []drain.Stage{stage(1, drain.FinishTargets, 0, 1), stage(1, drain.StopStage, 2)}, []string{"a"}, []string{"b"}, drain.StatusFailed, "volume a has been deleted"},
		{"nothing was changed", []drain.Stage{stage(1, drain.StopStage, 0, 1, 2)}, []string{"a"}, nil, drain.StatusBlocked, "volume a has been deleted"},
		{"at the same time", []drain.Stage{stage(3, drain.FinishTargets, 0, 1, 2)}, []string{"b"}, []string{"a", "c"}, drain.StatusFailed, "volume b has been deleted"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := NewWorld(t, released("a", "b", "c")...)
			for _, name := range tc.gone {
				w.Must(w.Client.Tracker().Delete(Pvs(), "", name))
			}
			result := carryOut(t.Context(), t, w, openAll(tc.stages, "a", "b", "c"))
			if result.Status != tc.status || !strings.Contains(said(result.Reason), tc.reason) {
				t.Errorf("%s: %s; want %s: %s", result.Status, said(result.Reason), tc.status, tc.reason)
			}
			var done []string
			for _, call := range w.Calls {
				if name, ok := strings.CutPrefix(call, "patch persistentvolumes "); ok {
					done = append(done, name)
				}
			}
			if tc.stages[len(tc.stages)-1].Parallel > 1 {
				slices.Sort(done)
			}
			if diff := cmp.Diff(tc.done, done); diff != "" {
				t.Errorf("opened (-want +got):\n%s", diff)
			}
			for i, s := range result.Steps {
				volume := result.Steps[i].ID[strings.Index(s.ID, "/")+1:]
				if (s.Status == drain.StepDone) != slices.Contains(tc.done, volume) {
					t.Errorf("%s is %s", s.ID, s.Status)
				}
			}
		})
	}
}

// TestTargetsAtTheSameTime holds that as many targets are begun as the stage allows, and no more: each waits for the volume
// controller, which does nothing until all of them wait.
func TestTargetsAtTheSameTime(t *testing.T) {
	names := []string{"a", "b", "c", "d"}
	var objects []any
	for _, name := range names {
		objects = append(objects, Volume(name, Has(name+"-claim", name+"-claim-uid")), Claim(name+"-claim", BoundTo(name), Deleting, func(c *corev1.PersistentVolumeClaim) {
			c.Finalizers = append(c.Finalizers, "x/hold")
		}))
	}
	w := NewWorld(t, objects...)
	p := drain.New("release")
	p.Verdict, p.Stages = drain.Ready, []drain.Stage{{Targets: []int{0, 1, 2, 3}, Parallel: 3, OnFailure: drain.FinishTargets}}
	for i, name := range names {
		pair := drain.Pair{Volume: drain.VolumeObject(Volume(name)), Claim: drain.ClaimObject(Claim(name + "-claim"))}
		p.Targets = append(p.Targets, pair.Claim)
		p.Steps = append(p.Steps, drain.Step{ID: name, Action: drain.AwaitReleased, Object: pair.Volume, Target: i, Parameters: &pair})
	}
	begun, running, most := 0, 0, 0
	gate := make(chan struct{})
	e := &Executor{Client: w.Client, Clock: gatedClock{NewInstantClock(), gate}, Sink: func(ev drain.Event) {
		switch ev.Type { //nolint:exhaustive // others do not count
		case drain.EventStarted:
			begun, running = begun+1, running+1
			most = max(most, running)
			if begun == 3 {
				close(gate)
			}
		case drain.EventFailed:
			running--
		}
	}}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // should fewer than three be begun
	defer cancel()
	result, err := e.Run(ctx, p)
	if err != nil || result.Status != drain.StatusFailed || !strings.Contains(said(result.Reason), ": gave up after 10m0s (--timeout)") {
		t.Errorf("%v, %+v", err, result)
	}
	if most != 3 || begun != 4 {
		t.Errorf("%d targets at the same time, %d in all", most, begun)
	}
}

// gatedClock is an InstantClock on which nobody's time passes before a gate is open.
type gatedClock struct {
	InstantClock
	gate chan struct{}
}

// After implements clock.Clock.
func (c gatedClock) After(d time.Duration) <-chan time.Time {
	ch := make(chan time.Time, 1)
	go func() {
		<-c.gate
		ch <- <-c.InstantClock.After(d)
	}()
	return ch
}

// TestUserStopsStages lets the user stop in the middle of a target: neither it nor another goes on.
func TestUserStopsStages(t *testing.T) {
	for _, onFailure := range []drain.OnFailure{drain.StopStage, drain.FinishTargets} {
		ctx, cancel := context.WithCancel(t.Context())
		w := NewWorld(t, released("a", "b", "c")...)
		w.Before = func(_ int, a clienttesting.Action) {
			if IsWrite(a) {
				cancel()
			}
		}
		result := carryOut(ctx, t, w, openAll([]drain.Stage{{Targets: []int{0, 1}, Parallel: 1, OnFailure: onFailure}, {Targets: []int{2}, Parallel: 1, OnFailure: onFailure}}, "a", "b", "c"))
		cancel()
		want := "open/a done, await/a not-started, open/b not-started, await/b not-started, open/c not-started, await/c not-started"
		if got := statuses(result); result.Status != drain.StatusInterrupted || got != want || w.Writes != 1 {
			t.Errorf("%s: %s, %d writes: %s", onFailure, result.Status, w.Writes, got)
		}
		if said(result.Reason) != "stopped at a safe point" || said(result.Next[0].Fact) != "To finish, run the same command again" {
			t.Errorf("%s; %v", said(result.Reason), result.Next)
		}
	}
}

// TestFailureOutweighsStop: that something failed is told, although the user stopped the command as well.
func TestFailureOutweighsStop(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	w := NewWorld(t, released("b")...)
	e := &Executor{Client: w.Client, Clock: NewInstantClock(), Sink: func(ev drain.Event) {
		if ev.Type == drain.EventFailed {
			cancel()
		}
	}}
	result, err := e.Run(ctx, openAll([]drain.Stage{{Targets: []int{0, 1}, Parallel: 1, OnFailure: drain.FinishTargets}}, "a", "b"))
	if err != nil || !strings.HasPrefix(said(result.Reason), "volume a has been deleted") || w.Writes > 0 {
		t.Errorf("%v, %s, %d writes", err, said(result.Reason), w.Writes)
	}
}

// TestPlansThatCannotBeRun are told before anything is asked of the server.
func TestPlansThatCannotBeRun(t *testing.T) {
	good := func() *drain.Plan {
		return openAll([]drain.Stage{{Targets: []int{0, 1}, Parallel: 1, OnFailure: drain.StopStage}}, "a", "b")
	}
	for want, spoil := range map[string]func(*drain.Plan){
		"a Plan that is blocked cannot be run":     func(p *drain.Plan) { p.Verdict = drain.Blocked },
		"step open/b: target 1 is in no stage":     func(p *drain.Plan) { p.Stages[0].Targets = []int{0} },
		"step open/a: target 0 is in no stage":     func(p *drain.Plan) { p.Stages = nil },
		"stage 0: target 1 is in a stage already":  func(p *drain.Plan) { p.Stages[0].Targets = []int{0, 1, 1} },
		"stage 1: target 0 is in a stage already":  func(p *drain.Plan) { p.Stages = append(p.Stages, p.Stages[0]) },
		"stage 0: there is no target 2":            func(p *drain.Plan) { p.Stages[0].Targets = []int{0, 1, 2} },
		"stage 0: there is no target -1":           func(p *drain.Plan) { p.Stages[0].Targets = []int{-1} },
		"stage 0: 0 targets at the same time":      func(p *drain.Plan) { p.Stages[0].Parallel = 0 },
		`stage 0: what a failure stops is ""`:      func(p *drain.Plan) { p.Stages[0].OnFailure = "" },
		"step await/b: there is no target 7":       func(p *drain.Plan) { p.Steps[3].Target = 7 },
		`step open/a: there is no action "burn"`:   func(p *drain.Plan) { p.Steps[0].Action = "burn" },
		"step open/a: the parameters of open-volu": func(p *drain.Plan) { p.Steps[0].Parameters = &drain.EvictParameters{} },
		"step await/a: the parameters of await-av": func(p *drain.Plan) { p.Steps[1].Parameters = (*drain.Pair)(nil) },
		"step open/b: the parameters of open-volu": func(p *drain.Plan) { p.Steps[2].Parameters = nil },
	} {
		w := NewWorld(t, released("a", "b")...)
		p := good()
		spoil(p)
		result, err := (&Executor{Client: w.Client, Clock: NewInstantClock()}).Run(t.Context(), p)
		if err == nil || !strings.HasPrefix(err.Error(), want) || result != nil || len(w.Client.Actions()) > 0 {
			t.Errorf("error %v, want %s; requests %v", err, want, w.Client.Actions())
		}
	}
}
