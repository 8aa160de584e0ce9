package rbac

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/yaml"
)

func TestRoles(t *testing.T) {
	roles, err := Roles()
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range roles {
		if role.Name != prefix+role.Command {
			t.Errorf("%s.yaml holds the role %s", role.Command, role.Name)
		}
		for i, rule := range role.Rules {
			if rule.Why == "" || len(rule.APIGroups) != 1 || len(rule.Resources) == 0 || len(rule.Verbs) == 0 {
				t.Errorf("%s.yaml, rule %d: it has to say why, one group, resources and verbs: %+v", role.Command, i, rule)
			}
			if c := rule.Condition; c != "" && !strings.HasPrefix(c, "not needed") && !strings.HasPrefix(c, "only for --") {
				t.Errorf("%s.yaml, rule %d: %q is no condition", role.Command, i, c)
			}
			if strings.Contains(strings.Join(append(rule.Resources, rule.Verbs...), ""), "*") {
				t.Errorf("%s.yaml, rule %d allows more than it names: %v", role.Command, i, rule.PolicyRule)
			}
		}
	}
}

// TestAggregates compares the labels of the roles with what the two that sum up others select: the viewer has the roles of all
// commands that only read, and the operator those of all commands.
func TestAggregates(t *testing.T) {
	paths, err := filepath.Glob("*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	got, want := map[string][]string{}, map[string][]string{}
	for _, path := range paths {
		role, command := readRole(t, path), strings.TrimSuffix(path, ".yaml")
		if role.AggregationRule != nil {
			selector := role.AggregationRule.ClusterRoleSelectors[0].MatchLabels
			if diff := cmp.Diff(map[string]string{"localpv.dev/aggregate-to-" + command: "true"}, selector); diff != "" {
				t.Errorf("%s selects (-want +got):\n%s", path, diff)
			}
			continue
		}
		want["operator"] = append(want["operator"], command)
		if reads(role) {
			want["viewer"] = append(want["viewer"], command)
		}
		for label := range role.Labels {
			to := strings.TrimPrefix(label, "localpv.dev/aggregate-to-")
			got[to] = append(got[to], command)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the roles that sum up others hold (-want +got):\n%s", diff)
	}
}

// reads reports whether a role allows no change.
func reads(role rbacv1.ClusterRole) bool {
	return !slices.ContainsFunc(role.Rules, func(rule rbacv1.PolicyRule) bool {
		return slices.ContainsFunc(rule.Verbs, func(verb string) bool { return !slices.Contains([]string{"get", "list", "watch"}, verb) })
	})
}

func readRole(t *testing.T, path string) rbacv1.ClusterRole {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var role rbacv1.ClusterRole
	if err := yaml.UnmarshalStrict(data, &role); err != nil {
		t.Fatal(err)
	}
	return role
}

func TestExplained(t *testing.T) {
	const text = `# A role.
rules:
# Look at
# things.
- apiGroups: [a]
- apiGroups: [b]
# Not needed: more.
- apiGroups: [c]
`
	rules, err := explained(make([]rbacv1.PolicyRule, 3), text)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range rules {
		got = append(got, strings.TrimPrefix(r.Condition+": "+r.Why, ": "))
	}
	if diff := cmp.Diff([]string{"Look at things.", "Look at things.", "not needed: More."}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if _, err := explained(make([]rbacv1.PolicyRule, 2), text); err == nil {
		t.Error("two rules of three are explained without an error")
	}
}

// TestOptional: what is near to root on every node is in a role of its own, which no command has, and no role that sums up others selects.
func TestOptional(t *testing.T) {
	role := readRole(t, filepath.Join("optional", "kubelets.yaml"))
	want := []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"nodes/proxy"}, Verbs: []string{"get"}}}
	if diff := cmp.Diff(want, role.Rules); diff != "" || len(role.Labels) > 0 {
		t.Errorf("it has the labels %v, and the rules (-want +got):\n%s", role.Labels, diff)
	}
	roles, err := Roles()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range roles {
		for _, rule := range r.Rules {
			if slices.Contains(rule.Resources, "nodes/proxy") {
				t.Errorf("%s allows %v", r.Name, rule.PolicyRule)
			}
		}
	}
}
