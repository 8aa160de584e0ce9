package planner

import (
	"context"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	goldenfile "github.com/kubectl-localpv/kubectl-localpv/internal/golden"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inventory"
)

// golden compares Plans and Results with testdata/golden/NAME, which -update writes.
var golden = goldenfile.Texts(flag.Bool("update", false, "rewrite the golden files"))

// request is one of the three, in a form that tables can hold.
type request func(*inspect.Index) (*drain.Plan, error)

func releasing(r drain.ReleaseRequest) request {
	return func(ix *inspect.Index) (*drain.Plan, error) { return PlanRelease(ix, r) }
}

func reclaiming(r drain.ReclaimRequest) request {
	return func(ix *inspect.Index) (*drain.Plan, error) { return PlanReclaim(ix, r) }
}

func reattaching(r drain.ReattachRequest) request {
	return func(ix *inspect.Index) (*drain.Plan, error) {
		return PlanReattach(context.Background(), ix, Scheduler, r)
	}
}

// planCase is a Plan to review in testdata/golden.
type planCase struct {
	name    string
	world   []any
	request request
	verdict drain.Verdict
	// codes are those of the blockers.
	codes []drain.BlockerCode
	// actions are those of the steps.
	actions []drain.Action
}

func allPlanCases() []planCase {
	return slices.Concat(releaseCases(), reclaimCases(), reattachCases(), diskCases(), ownCases(), unreserveCases(), inVainCases())
}

func TestPlans(t *testing.T) {
	for _, tc := range allPlanCases() {
		t.Run(tc.name, func(t *testing.T) {
			plan := planOf(t, tc.request, Snapshot(t, tc.world...))
			if plan.Verdict != tc.verdict {
				t.Errorf("verdict %s, want %s", plan.Verdict, tc.verdict)
			}
			if diff := cmp.Diff(tc.codes, codesOf(plan)); diff != "" {
				t.Errorf("blockers (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.actions, actionsOf(plan)); diff != "" {
				t.Errorf("steps (-want +got):\n%s", diff)
			}
			checkReadBack(t, plan)
			golden(t, strings.ReplaceAll(tc.name, " ", "-")+".yaml", textOf(t, plan))
		})
	}
}

// TestPlansDoNotDependOnOrder shuffles what was read.
func TestPlansDoNotDependOnOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, tc := range allPlanCases() {
		t.Run(tc.name, func(t *testing.T) {
			want := textOf(t, planOf(t, tc.request, Snapshot(t, tc.world...)))
			for range 5 {
				world := append([]any(nil), tc.world...)
				random.Shuffle(len(world), func(i, j int) { world[i], world[j] = world[j], world[i] })
				if diff := cmp.Diff(want, textOf(t, planOf(t, tc.request, Snapshot(t, world...)))); diff != "" {
					t.Fatalf("another order gives another Plan:\n%s", diff)
				}
			}
		})
	}
}

func planOf(t *testing.T, r request, s *inspect.Snapshot) *drain.Plan {
	t.Helper()
	plan, err := r(inspect.NewIndex(s))
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func codesOf(p *drain.Plan) []drain.BlockerCode {
	var codes []drain.BlockerCode
	for _, b := range p.Blockers {
		codes = append(codes, b.Code)
	}
	return codes
}

func actionsOf(p *drain.Plan) []drain.Action {
	var actions []drain.Action
	for _, s := range p.Steps {
		actions = append(actions, s.Action)
	}
	return actions
}

// checkReadBack wants a Plan to be the same after it was written and read.
func checkReadBack(t *testing.T, p *drain.Plan) {
	t.Helper()
	data, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var back drain.Plan
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(p, &back); diff != "" {
		t.Errorf("read back from JSON (-written +read):\n%s", diff)
	}
}

// english is a Fact as a user of the default cluster reads it.
func english(f fact.Fact) string { return phrase.New(phrase.Connection{}).Text(f) }

// textOf is a Plan as -o yaml prints it.
func textOf(t *testing.T, p *drain.Plan) string {
	t.Helper()
	phrase.New(phrase.Connection{}).Complete(p)
	data, err := yaml.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestMisuse holds what is refused as making no sense, word by word.
func TestMisuse(t *testing.T) {
	network := Volume("nfs", func(v *corev1.PersistentVolume) {
		v.Spec.PersistentVolumeSource = corev1.PersistentVolumeSource{NFS: &corev1.NFSVolumeSource{Server: "s", Path: "/"}}
	})
	elsewhere := Claim("other", func(c *corev1.PersistentVolumeClaim) { c.Namespace = "bank" })
	ix := inspect.NewIndex(Snapshot(t, Node("node-0"), Volume("v"), network, Claim("c"), elsewhere, Claim("n", BoundTo("nfs"))))
	for name, tc := range map[string]struct {
		request request
		want    string
	}{
		"nothing to release":     {releasing(drain.ReleaseRequest{}), "name what to release: pvc/NAME or pv/NAME"},
		"reserve and clean":      {releasing(drain.ReleaseRequest{Targets: Pv("v"), Reserve: true, Clean: true}), "--reserve keeps a volume with its data and --clean has it erased: give one of them"},
		"unknown volume":         {releasing(drain.ReleaseRequest{Targets: Pv("w")}), `no volume "w" in the cluster`},
		"unknown claim":          {releasing(drain.ReleaseRequest{Targets: Pvc("d")}), `no claim "d" in namespace shop`},
		"wrong namespace":        {releasing(drain.ReleaseRequest{Targets: Pvc("other")}), `no claim "other" in namespace shop; there is one in bank: add -n bank`},
		"not local":              {releasing(drain.ReleaseRequest{Targets: Pv("nfs")}), "volume nfs is not local: its data is not on particular nodes, and this command is only for volumes whose data is; to see it: kubectl get pv nfs -o yaml"},
		"claim of one not local": {releasing(drain.ReleaseRequest{Targets: Pvc("n")}), "volume nfs is not local: its data is not on particular nodes, and this command is only for volumes whose data is; to see it: kubectl get pv nfs -o yaml"},
		"nothing to reclaim":     {reclaiming(drain.ReclaimRequest{}), "name the volumes to reclaim, or select them: --released with --class, --node or -l"},
		"names and selection":    {reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, Selection: &inventory.VolumeFilter{}}), "reclaim takes names of volumes or a selection, not both"},
		"wait and keep":          {reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, Wait: true, KeepData: true}), "--wait waits until a provisioner has erased the data, and --keep-data keeps it: give one of them"},
		"wait and for":           {reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, Wait: true, For: Key("c")}), "--wait leaves the volume to its provisioner, which reserves it for no claim: leave out --for or --wait"},
		"two for one":            {reclaiming(drain.ReclaimRequest{Volumes: []string{"v", "w"}, For: Key("c")}), "--for reserves one volume for one claim: name one volume"},
		"unreserve and more":     {reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, Unreserve: true, For: Key("c")}), "--unreserve only takes reservations back: name the volumes, without --released, --for and --wait"},
		"reclaim unknown":        {reclaiming(drain.ReclaimRequest{Volumes: []string{"w"}}), `no volume "w" in the cluster`},
		"reattach unknown":       {reattaching(drain.ReattachRequest{Volume: "w"}), `no volume "w" in the cluster`},
		"reattach to nobody":     {reattaching(drain.ReattachRequest{Volume: "v"}), "no claim is recorded on volume v: name the one that is to have it with --claim NAMESPACE/NAME"},
	} {
		t.Run(name, func(t *testing.T) {
			plan, err := tc.request(ix)
			if err == nil || plan != nil {
				t.Fatalf("got %v and error %v, want %s", plan, err, tc.want)
			}
			if got := english(fact.Of(err)); got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
}
