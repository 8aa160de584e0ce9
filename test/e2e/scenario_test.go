package e2e

import (
	"context"
	"slices"
	"testing"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/hack/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// scenario is an example, what is done to it, and the answer that the plugin owes.
type scenario struct {
	// file is the example's path below examples/, without .yaml.
	file string
	// before are steps that follow once the manifest is applied.
	before []step
	// without is a component that is stopped then (the scheduler: before the manifest is applied) while this scenario,
	// alone, is looked at.
	without string
	// steps come last.
	steps []step
	// until says when Pod db is as the scenario wants it. Nil for a scenario without a Pod.
	until controlplane.Condition[*corev1.Pod]
	want  answer
}

// answer is what matters of a report; names are short, as in "a" for the volume small-disks-a.
type answer struct {
	cause       inspect.CauseCode
	schedulable bool
	claims      []claim
	near        []near
}

type claim struct {
	name    string
	code    inspect.ClaimCode
	volumes map[inspect.VolumeCode]int
}

type near struct {
	volume, node string
	code         inspect.VolumeCode
	want, have   string
}

func scenarios() []scenario {
	return slices.Concat(volumeScenarios(), claimScenarios(), pinnedScenarios(), csiScenarios(), podScenarios())
}

// TestScenarios applies all examples side by side and asks about one after the other.
func TestScenarios(t *testing.T) {
	var together []scenario
	copies := map[string]example{}
	for _, s := range scenarios() {
		if s.without == "" {
			together = append(together, s)
			copies[s.file] = readExample(t, s.file, "")
		}
	}
	ctx := within(t)
	stageAll(t, ctx, together, copies)
	for _, s := range together {
		t.Run(s.file, func(t *testing.T) { s.check(t, copies[s.file]) })
	}
}

// TestScenariosWithoutComponent looks at the examples that need a part of the control plane stopped.
func TestScenariosWithoutComponent(t *testing.T) {
	for _, s := range scenarios() {
		if s.without == "" {
			continue
		}
		t.Run(s.file, func(t *testing.T) {
			ctx := within(t)
			e := readExample(t, s.file, "")
			if err := applyNodes(ctx, e); err != nil {
				t.Fatal(err)
			}
			if s.without == controlplane.Scheduler {
				stopComponent(t, s.without)
			}
			if err := applyRest(ctx, e); err != nil {
				t.Fatal(err)
			}
			if err := take(ctx, e, s.before); err != nil {
				t.Fatal(err)
			}
			if s.without != controlplane.Scheduler {
				stopComponent(t, s.without)
			}
			if err := take(ctx, e, s.steps); err != nil {
				t.Fatal(err)
			}
			s.check(t, e)
		})
	}
}

// stageAll applies the examples of the scenarios and takes their steps: the Nodes first, so that the scheduler finds all of
// them Ready and its words do not change later.
func stageAll(t *testing.T, ctx context.Context, all []scenario, copies map[string]example) {
	t.Helper()
	var nodes []example
	for _, s := range all {
		nodes = append(nodes, copies[s.file])
	}
	if err := applyNodes(ctx, nodes...); err != nil {
		t.Fatal(err)
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(20)
	for _, s := range all {
		group.Go(func() error {
			if err := applyRest(ctx, copies[s.file]); err != nil {
				return err
			}
			return take(ctx, copies[s.file], slices.Concat(s.before, s.steps))
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
}

func take(ctx context.Context, e example, steps []step) error {
	for _, step := range steps {
		if err := step(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

// check waits until the Pod is as it should be and compares the plugin's answer.
func (s scenario) check(t *testing.T, e example) {
	t.Helper()
	if s.until != nil {
		pod, err := controlplane.WaitFor(within(t), cluster.Client().CoreV1().Pods(e.namespace), "db", s.until)
		if err != nil {
			t.Fatal(err)
		}
		m, _ := schedulerMessage(pod)
		t.Log(m)
	}
}
