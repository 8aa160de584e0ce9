// Package rbac holds the ClusterRoles of this directory: what each command needs to be allowed, and what for.
package rbac

import (
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/yaml"
)

//go:embed *.yaml
var files embed.FS

// prefix is that of the names of all roles.
const prefix = "localpv-"

// Role is the ClusterRole of one command.
type Role struct {
	// Name is that of the ClusterRole, and Command what needs it.
	Name, Command string
	// Rules are in the order of the file.
	Rules []Rule
}

// Rule is something that a role allows.
type Rule struct {
	rbacv1.PolicyRule
	// Why says what the command does with it: the comment above the rule.
	Why string
	// Condition is empty for what the command cannot do without. Otherwise it says when it matters, as in "not needed" or
	// "only for --replace": the comment begins with these words and a colon.
	Condition string
}

// Roles returns the roles of all commands, sorted by command. Those that only sum up others are not among them.
func Roles() ([]Role, error) {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, fmt.Errorf("read the roles: %w", err)
	}
	var roles []Role
	for _, entry := range entries {
		text, err := files.ReadFile(entry.Name())
		if err != nil {
			return nil, fmt.Errorf("read the roles: %w", err)
		}
		var role rbacv1.ClusterRole
		if err := yaml.UnmarshalStrict(text, &role); err != nil {
			return nil, fmt.Errorf("read the role %s: %w", entry.Name(), err)
		}
		if role.AggregationRule != nil {
			continue
		}
		r := Role{Name: role.Name, Command: strings.TrimSuffix(entry.Name(), path.Ext(entry.Name()))}
		if r.Rules, err = explained(role.Rules, string(text)); err != nil {
			return nil, fmt.Errorf("read the role %s: %w", entry.Name(), err)
		}
		roles = append(roles, r)
	}
	slices.SortFunc(roles, func(a, b Role) int { return strings.Compare(a.Command, b.Command) })
	return roles, nil
}

// explained puts the comments of a file to the rules below them. A rule without one goes with the rule above.
func explained(rules []rbacv1.PolicyRule, text string) ([]Rule, error) {
	var whys []string
	_, body, _ := strings.Cut(text, "\nrules:\n")
	why, fresh := "", false
	for line := range strings.Lines(body) {
		switch comment, isComment := strings.CutPrefix(line, "# "); {
		case isComment && fresh:
			why += " " + strings.TrimSpace(comment)
		case isComment:
			why, fresh = strings.TrimSpace(comment), true
		case strings.HasPrefix(line, "- "):
			whys, fresh = append(whys, why), false
		}
	}
	if len(whys) != len(rules) {
		return nil, fmt.Errorf("it has %d rules, and %d lines that look like the beginning of one", len(rules), len(whys))
	}
	out := make([]Rule, 0, len(rules))
	for i, rule := range rules {
		r := Rule{PolicyRule: rule, Why: whys[i]}
		if condition, why, ok := strings.Cut(r.Why, ": "); ok {
			r.Condition, r.Why = strings.ToLower(condition), strings.ToUpper(why[:1])+why[1:]
		}
		out = append(out, r)
	}
	return out, nil
}
