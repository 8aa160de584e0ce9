// Package auth is the command that checks which commands one is allowed to run.
package auth

import (
	"context"
	"slices"

	"github.com/spf13/cobra"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/deploy/rbac"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/access"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/complete"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// NewCommand returns the command auth.
func NewCommand(a *cli.App) *cobra.Command {
	format := ""
	cmd := &cobra.Command{
		Use:   "auth [COMMAND...]",
		Short: "Check which commands you are allowed to run, and what is missing",
		Long: `Ask the server, permission by permission, whether you may do what each command
needs, and print what is missing and what it would be for.

Use it before an incident, or to show an administrator what to grant: the roles
in deploy/rbac hold exactly what is asked for. Not for permissions that this
plugin does not use: kubectl auth can-i answers for all. A permission that is
"not needed" makes an answer more complete; one that is only for an option
matters with it.

Permissions for Pods, claims and other objects of namespaces are checked in all
namespaces, and with -n in that one: release and reattach work in one, the other
commands read all. Nothing is changed.`,
		Example: `# What may I do, and what is missing
kubectl localpv auth

# Could this ServiceAccount drain a node
kubectl localpv auth drain --as system:serviceaccount:ops:night-shift

# In a script: the permissions that are missing, as JSON
kubectl localpv auth recover -o json`,
		Annotations: cli.WithPermissions(cli.ExitCodes("3    a permission that a command cannot do without is missing"),
			"to ask which permissions you have, and who you are: by default everybody may"),
		ValidArgsFunction: complete.Many(commandNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			machine, err := parseFormat(format)
			if err != nil {
				return err
			}
			roles, err := rolesOf(args)
			if err != nil {
				return err
			}
			return run(cmd.Context(), a, roles, cli.NamespaceFlag(cmd), machine)
		},
	}
	cmd.Flags().StringVarP(&format, "output", "o", "", "Output `format`: json or yaml.")
	complete.Flags(cmd, map[string]complete.Func{"output": complete.Formats("json", "yaml")})
	return cmd
}

func parseFormat(format string) (*output.Machine, error) {
	if format == "" {
		return nil, nil //nolint:nilnil // no format is what people get
	}
	machine, err := output.NewMachine(format, false)
	if err != nil || format != "json" && format != "yaml" {
		return nil, cli.Usagef("unknown output format %q: auth knows json and yaml", format)
	}
	return machine, nil
}

// rolesOf are the roles of the named commands, or all of them.
func rolesOf(commands []string) ([]rbac.Role, error) {
	all, err := rbac.Roles()
	if err != nil || len(commands) == 0 {
		return all, err
	}
	var known []string
	for _, role := range all {
		known = append(known, role.Command)
	}
	for _, name := range commands {
		if !slices.Contains(known, name) {
			return nil, cli.Usagef("auth knows no command %q%s that needs permissions", name, cli.DidYouMean(name, known))
		}
	}
	return slices.DeleteFunc(all, func(r rbac.Role) bool { return !slices.Contains(commands, r.Command) }), nil
}

func run(ctx context.Context, a *cli.App, roles []rbac.Role, namespace string, machine *output.Machine) error {
	client, err := a.Client()
	if err != nil {
		return err
	}
	answers, err := askAll(ctx, func(ctx context.Context, p access.Permission) (bool, error) { return access.Allowed(ctx, client, p) }, roles, namespace)
	if err != nil {
		return err
	}
	report := &inspect.PermissionReport{
		TypeMeta: metav1.TypeMeta{APIVersion: inspect.APIVersion, Kind: "PermissionReport"},
		User:     access.User(ctx, client), Namespace: namespace, Items: []inspect.CommandPermissions{},
	}
	for _, role := range roles {
		report.Items = append(report.Items, commandPermissions(role, namespace, answers))
	}
	if machine != nil {
		err = machine.Print(a.Streams, output.Document{Value: report, Phrase: a.Phrase})
	} else {
		noteUser(a, report)
		err = output.Permissions(a.Streams, report)
	}
	if err == nil && slices.ContainsFunc(report.Items, func(c inspect.CommandPermissions) bool { return !c.Allowed }) {
		err = &cli.FindingsError{}
	}
	return err
}

func noteUser(a *cli.App, r *inspect.PermissionReport) {
	where := "in all namespaces"
	if r.Namespace != "" {
		where = "in namespace " + r.Namespace
	}
	if r.User != "" {
		a.Note("permissions of %s %s:", r.User, where)
	}
}

// commandPermissions sums up the answers for one role.
func commandPermissions(role rbac.Role, namespace string, allowed map[access.Permission]bool) inspect.CommandPermissions {
	out := inspect.CommandPermissions{Command: role.Command, Role: role.Name, Allowed: true, Missing: []inspect.MissingPermission{}}
	for _, rule := range role.Rules {
		for _, resource := range rule.Resources {
			m := inspect.MissingPermission{Group: rule.APIGroups[0], Resource: resource, Condition: rule.Condition, Why: rule.Why}
			for _, verb := range rule.Verbs {
				if !allowed[permission(verb, m.Group, resource, namespace)] {
					m.Verbs = append(m.Verbs, verb)
				}
			}
			if len(m.Verbs) > 0 {
				out.Missing = append(out.Missing, m)
				out.Allowed = out.Allowed && rule.Condition != ""
			}
		}
	}
	return out
}
