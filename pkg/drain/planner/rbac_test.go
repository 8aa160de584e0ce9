package planner

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-localpv/kubectl-localpv/deploy/rbac"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/execute"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestRolesGrantWhatIsNeeded compares the roles that are shipped with what the steps of all tried Plans need, besides
// listing what Plans are made from, watching, and recording.
func TestRolesGrantWhatIsNeeded(t *testing.T) {
	want := map[string][]string{}
	for _, tc := range allPlanCases() {
		plan := planOf(t, tc.request, Snapshot(t, tc.world...))
		for _, s := range plan.Steps {
			for _, need := range execute.Needs(plan, s) {
				want[plan.Command] = append(want[plan.Command], need.Verb+" "+need.Resource)
			}
		}
	}
	for command, needs := range want {
		isDemanded(t, command, needs)
		needs = append(needs, "list persistentvolumes", "watch persistentvolumes", "list persistentvolumeclaims", "watch persistentvolumeclaims",
			"list nodes", "list csinodes", "list statefulsets", "list replicasets", "list jobs", "list storageclasses", "create events")
		if command == "reattach" {
			needs = append(needs, "watch pods", "list csidrivers", "list csistoragecapacities", "list poddisruptionbudgets", "list events", "list resourcequotas")
		}
		if command != "release" {
			needs = append(needs, "list namespaces") // of the claim that is named
		}
		if diff := cmp.Diff(sorted(needs), sorted(granted(t, command))); diff != "" {
			t.Errorf("deploy/rbac/%s.yaml (-needed +granted):\n%s", command, diff)
		}
	}
}

// isDemanded holds that the role of a command calls nothing "not needed" that a step needs: who believes that is refused, or stopped half
// way. Jobs are left out, which are asked for only where one has a Pod that goes, as the role says.
func isDemanded(t *testing.T, command string, needs []string) {
	t.Helper()
	roles, err := rbac.Roles()
	if err != nil {
		t.Fatal(err)
	}
	demanded := []string{"list jobs"}
	for _, role := range roles {
		for _, rule := range role.Rules {
			if role.Command != command || strings.HasPrefix(rule.Condition, "not needed") {
				continue
			}
			for _, resource := range rule.Resources {
				for _, verb := range rule.Verbs {
					demanded = append(demanded, verb+" "+resource)
				}
			}
		}
	}
	for _, need := range sorted(needs) {
		if !slices.Contains(demanded, need) {
			t.Errorf("deploy/rbac/%s.yaml says that %q is not needed, and a step needs it", command, need)
		}
	}
}

func granted(t *testing.T, command string) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "deploy", "rbac", command+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var role rbacv1.ClusterRole
	if err := yaml.UnmarshalStrict(data, &role); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, rule := range role.Rules {
		for _, resource := range rule.Resources {
			for _, verb := range rule.Verbs {
				out = append(out, verb+" "+resource)
			}
		}
	}
	return out
}

func sorted(texts []string) []string {
	texts = slices.Clone(texts)
	slices.Sort(texts)
	return slices.Compact(texts)
}
