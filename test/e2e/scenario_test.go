package e2e

import (
	"cmp"
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
)

// scenario is an example, what is done to it, and the answer that the plugin owes.
type scenario struct {
	// file is the example's path below examples/, without .yaml.
	file string
	// without is a component that is stopped while this scenario, alone, is looked at: the scheduler before the manifest
	// is applied, the controller manager after it.
	without string
	// steps come last.
	steps []step
	// pod is the Pod that is asked about, if it is not db.
	pod string
	// until says when the Pod is as the scenario wants it. Nil for a scenario without a Pod.
	until controlplane.Condition[*corev1.Pod]
	want  answer
	// fixes are the IDs of what would help, least risky first.
	fixes []string
}

// answer is what matters of a report; names are short, as in "a" for the volume small-disks-a.
type answer struct {
	cause       pending.CauseCode
	schedulable bool
	claims      []claim
	near        []near
	// nodes are the volumes as they are seen from each Node of the example; nil: not compared.
	nodes []seen
}

type seen struct {
	node, claim, volume string
	code                inspect.VolumeCode
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
	stageAll(ctx, t, together, copies)
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
func stageAll(ctx context.Context, t *testing.T, all []scenario, copies map[string]example) {
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
			return take(ctx, copies[s.file], s.steps)
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
}

// take does the steps one after the other.
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
	what := "pvc/data"
	if s.until != nil {
		what = s.podName()
		waitPod(t, e, what, s.until)
	}
	report, run := whyPending(t, e.namespace, what)
	if diff := gocmp.Diff(s.want, s.answered(e, report), gocmp.AllowUnexported(answer{}, claim{}, near{}, seen{})); diff != "" {
		t.Errorf("the answer differs (- want, + got):\n%s\n%s", diff, report.Cause.Reason.Text)
	}
	var fixes []string
	for _, f := range report.Fixes {
		fixes = append(fixes, strings.ReplaceAll(f.ID, e.name+"-", ""))
	}
	if diff := gocmp.Diff(s.fixes, fixes); diff != "" {
		t.Errorf("the fixes differ (- want, + got):\n%s", diff)
	}
	if exit := s.want.exit(); run.exit != exit || run.err != "" {
		t.Errorf("exit %d, want %d; stderr %q", run.exit, exit, run.err)
	}
	if report.Cause.Reason.Text == "" || !report.Pending || report.Pod.Namespace != e.namespace {
		t.Errorf("pending %t, Pod %v, cause %q", report.Pending, report.Pod, report.Cause.Reason.Text)
	}
	if word := report.Scheduler; word != nil && (!word.Agrees || !word.SameWords) {
		t.Errorf("the scheduler says %q; agrees %t, same words %t", word.Message, word.Agrees, word.SameWords)
	}
}

func (s scenario) podName() string { return cmp.Or(s.pod, "db") }

func waitPod(t *testing.T, e example, name string, until controlplane.Condition[*corev1.Pod]) {
	t.Helper()
	if _, err := controlplane.WaitFor(within(t), cluster.Client().CoreV1().Pods(e.namespace), name, until); err != nil {
		t.Fatalf("%s: %v", e.name, err)
	}
}

// exit is the code for an answer: 3 if the Pod is blocked.
func (a answer) exit() int {
	if a.schedulable {
		return 0
	}
	return 3
}

var timestamp = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`)

// answered picks from a report what an answer holds.
func (s scenario) answered(e example, report pending.PodReport) answer {
	got := answer{cause: report.Cause.Code, schedulable: report.Schedulable}
	short := func(name string) string { return strings.TrimPrefix(name, e.name+"-") }
	for _, c := range report.Claims {
		if c.StorageClass == "" {
			c.Volumes = nil // volumes without a class are everybody's
		}
		got.claims = append(got.claims, claim{name: c.Name, code: c.Code, volumes: c.Volumes})
	}
	for _, n := range report.NearMisses {
		n.Have = timestamp.ReplaceAllString(n.Have, "TIME")
		got.near = append(got.near, near{volume: short(n.Volume), node: short(n.Node), code: n.Code, want: n.Want, have: n.Have})
	}
	if s.want.nodes == nil {
		return got
	}
	asked := map[string]pending.NodeReport{}
	for _, n := range report.Nodes {
		for _, name := range n.Names {
			asked[name] = n
		}
	}
	for _, name := range slices.Sorted(maps.Keys(asked)) {
		if !strings.HasPrefix(name, e.name) {
			continue
		}
		for _, v := range asked[name].Volumes {
			got.nodes = append(got.nodes, seen{node: short(name), claim: v.Claim, volume: short(v.Name), code: v.Code})
		}
	}
	return got
}
