package auth

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/kubectl-localpv/kubectl-localpv/deploy/rbac"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/access"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/complete"
)

// askAtOnce is how many permissions are asked about at the same time.
const askAtOnce = 8

// asker asks whether something is allowed.
type asker func(context.Context, access.Permission) (bool, error)

// askAll asks about every permission of the roles, once. A permission for what has a namespace is asked for in the one that is given,
// or in all of them if there is none.
func askAll(ctx context.Context, ask asker, roles []rbac.Role, namespace string) (map[access.Permission]bool, error) {
	answers := map[access.Permission]bool{}
	for _, role := range roles {
		for _, rule := range role.Rules {
			for _, resource := range rule.Resources {
				for _, verb := range rule.Verbs {
					answers[permission(verb, rule.APIGroups[0], resource, namespace)] = false
				}
			}
		}
	}
	var mu sync.Mutex
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(askAtOnce)
	for _, question := range slices.Collect(maps.Keys(answers)) {
		group.Go(func() error {
			allowed, err := ask(groupCtx, question)
			if err != nil {
				return fmt.Errorf("cannot ask whether you may %s %s: %w", question.Verb, question.Resource, err)
			}
			mu.Lock()
			defer mu.Unlock()
			answers[question] = allowed
			return nil
		})
	}
	return answers, group.Wait()
}

func permission(verb, group, resource, namespace string) access.Permission {
	if base, _, _ := strings.Cut(resource, "/"); access.ClusterScoped(base) {
		namespace = ""
	}
	return access.Permission{Verb: verb, Group: group, Resource: resource, Namespace: namespace}
}

// commandNames completes the commands that need permissions.
func commandNames(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	roles, err := rbac.Roles()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var names []string
	for _, role := range roles {
		names = append(names, role.Command)
	}
	return complete.Beginning(names, typed), cobra.ShellCompDirectiveNoFileComp
}
