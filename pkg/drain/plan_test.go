package drain

import (
	"flag"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	goldenfile "github.com/kubectl-localpv/kubectl-localpv/internal/golden"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

var update = flag.Bool("update", false, "write the golden files anew")

// request is one of the three, in a form that tables can hold.
type request func(*inspect.Index) (*Plan, error)

func releasing(r ReleaseRequest) request {
	return func(ix *inspect.Index) (*Plan, error) { return PlanRelease(ix, r) }
}

func reclaiming(r ReclaimRequest) request {
	return func(ix *inspect.Index) (*Plan, error) { return PlanReclaim(ix, r) }
}

func reattaching(r ReattachRequest) request {
	return func(ix *inspect.Index) (*Plan, error) { return PlanReattach(ix, r) }
}

// planCase is a Plan to review in testdata/golden.
type planCase struct {
	name    string
	world   []any
	request request
	verdict Verdict
	// codes are those of the blockers.
	codes []BlockerCode
	// actions are those of the steps.
	actions []Action
}

func allPlanCases() []planCase {
	return append(append(releaseCases(), reclaimCases()...), reattachCases()...)
}

func TestPlans(t *testing.T) {
	for _, tc := range allPlanCases() {
		t.Run(tc.name, func(t *testing.T) {
			plan := planOf(t, tc.request, snapshot(t, tc.world...))
			if plan.Verdict != tc.verdict {
				t.Errorf("verdict %s, want %s", plan.Verdict, tc.verdict)
			}
			if diff := cmp.Diff(tc.codes, codesOf(plan)); diff != "" {
				t.Errorf("blockers (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.actions, actionsOf(plan)); diff != "" {
				t.Errorf("steps (-want +got):\n%s", diff)
			}
			golden(t, strings.ReplaceAll(tc.name, " ", "-")+".yaml", textOf(t, plan))
		})
	}
}

// TestPlansDoNotDependOnOrder shuffles what was read.
func TestPlansDoNotDependOnOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, tc := range allPlanCases() {
		t.Run(tc.name, func(t *testing.T) {
			want := textOf(t, planOf(t, tc.request, snapshot(t, tc.world...)))
			for range 5 {
				world := append([]any(nil), tc.world...)
				random.Shuffle(len(world), func(i, j int) { world[i], world[j] = world[j], world[i] })
				if diff := cmp.Diff(want, textOf(t, planOf(t, tc.request, snapshot(t, world...)))); diff != "" {
					t.Fatalf("another order gives another Plan:\n%s", diff)
				}
			}
		})
	}
}

func planOf(t *testing.T, r request, s *inspect.Snapshot) *Plan {
	t.Helper()
	plan, err := r(inspect.NewIndex(s))
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func codesOf(p *Plan) []BlockerCode {
	var codes []BlockerCode
	for _, b := range p.Blockers {
		codes = append(codes, b.Code)
	}
	return codes
}

func actionsOf(p *Plan) []Action {
	var actions []Action
	for _, s := range p.Steps {
		actions = append(actions, s.Action)
	}
	return actions
}

func textOf(t *testing.T, p *Plan) string {
	t.Helper()
	data, err := yaml.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	goldenfile.Check(t, filepath.Join("testdata", "golden", name), got, *update)
}

// TestMisuse holds what is refused as making no sense, word by word.
func TestMisuse(t *testing.T) {
	network := volume("nfs", func(v *corev1.PersistentVolume) {
		v.Spec.PersistentVolumeSource = corev1.PersistentVolumeSource{NFS: &corev1.NFSVolumeSource{Server: "s", Path: "/"}}
	})
	elsewhere := claim("other", func(c *corev1.PersistentVolumeClaim) { c.Namespace = "bank" })
	ix := inspect.NewIndex(snapshot(t, node("node-0"), volume("v"), network, claim("c"), elsewhere, claim("n", boundTo("nfs"))))
	for name, tc := range map[string]struct {
		request request
		want    string
	}{
		"nothing to release":     {releasing(ReleaseRequest{}), "release needs to be told what: pvc/NAME or pv/NAME"},
		"reserve and clean":      {releasing(ReleaseRequest{Targets: pv("v"), Reserve: true, Clean: true}), "--reserve keeps a volume with its data and --clean has it erased: give one of them"},
		"unknown volume":         {releasing(ReleaseRequest{Targets: pv("w")}), `no volume "w" in the cluster`},
		"unknown claim":          {releasing(ReleaseRequest{Targets: pvc("d")}), `no claim "d" in namespace shop`},
		"wrong namespace":        {releasing(ReleaseRequest{Targets: pvc("other")}), `no claim "other" in namespace shop; there is one in bank: give it with -n`},
		"not local":              {releasing(ReleaseRequest{Targets: pv("nfs")}), "volume nfs is not local: its data is not on particular nodes, and this command is only for volumes whose data is; kubectl get pv nfs -o yaml shows it"},
		"claim of one not local": {releasing(ReleaseRequest{Targets: pvc("n")}), "volume nfs is not local: its data is not on particular nodes, and this command is only for volumes whose data is; kubectl get pv nfs -o yaml shows it"},
		"nothing to reclaim":     {reclaiming(ReclaimRequest{}), "reclaim needs to be told which volumes: their names, or --released with --class, --node or -l"},
		"names and selection":    {reclaiming(ReclaimRequest{Volumes: []string{"v"}, Selection: &inspect.VolumeFilter{}}), "reclaim takes names of volumes or a selection, not both"},
		"wait and keep":          {reclaiming(ReclaimRequest{Volumes: []string{"v"}, Wait: true, KeepData: true}), "--wait waits until a provisioner has erased the data, and --keep-data keeps it: give one of them"},
		"wait and for":           {reclaiming(ReclaimRequest{Volumes: []string{"v"}, Wait: true, For: key("c")}), "--wait leaves the volume to its provisioner, which keeps it for nobody: leave out --for or --wait"},
		"two for one":            {reclaiming(ReclaimRequest{Volumes: []string{"v", "w"}, For: key("c")}), "--for keeps one volume for one claim: name one volume"},
		"reclaim unknown":        {reclaiming(ReclaimRequest{Volumes: []string{"w"}}), `no volume "w" in the cluster`},
		"reattach unknown":       {reattaching(ReattachRequest{Volume: "w"}), `no volume "w" in the cluster`},
		"reattach to nobody":     {reattaching(ReattachRequest{Volume: "v"}), "no claim is recorded on volume v: say which one is to have it with --claim NAMESPACE/NAME"},
	} {
		t.Run(name, func(t *testing.T) {
			plan, err := tc.request(ix)
			if err == nil || err.Error() != tc.want || plan != nil {
				t.Errorf("got %v and error %v, want %s", plan, err, tc.want)
			}
		})
	}
}

func large(c *corev1.PersistentVolumeClaim) {
	random := rand.New(rand.NewPCG(3, 4))
	noise := make([]byte, 250<<10)
	for i := range noise {
		noise[i] = byte(' ' + random.IntN(90))
	}
	c.Annotations["note"] = string(noise)
}

func whenDeleted(s *appsv1.StatefulSet) *appsv1.StatefulSet {
	s.Spec.PersistentVolumeClaimRetentionPolicy = &appsv1.StatefulSetPersistentVolumeClaimRetentionPolicy{WhenDeleted: appsv1.DeletePersistentVolumeClaimRetentionPolicyType}
	return s
}

func young(p *corev1.Pod) { p.CreationTimestamp = ago(time.Hour) }
