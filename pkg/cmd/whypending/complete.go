package whypending

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/complete"
)

// targetNames completes Pending Pods, TYPE/NAME, and NAME behind a TYPE.
func targetNames(names *complete.Names) complete.Func {
	return complete.Many(func(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		namespace := names.Namespace()
		if word, _, slashed := strings.Cut(typed, "/"); slashed {
			kind, _ := findKind(word)
			return complete.Beginning(complete.Prefixed(word+"/", names.Read(c, ofKind(kind, namespace))), typed), cobra.ShellCompDirectiveNoFileComp
		}
		if len(args) > 0 {
			if kind, ok := findKind(args[0]); ok {
				return complete.Beginning(names.Read(c, ofKind(kind, namespace)), typed), cobra.ShellCompDirectiveNoFileComp
			}
		}
		candidates := complete.Beginning(names.Read(c, complete.PendingPods(namespace)), typed)
		for _, kind := range targetKinds() {
			candidates = append(candidates, complete.Beginning([]string{kind.words[0] + "/"}, typed)...)
		}
		return complete.Unfinished(complete.Without(candidates, args))
	})
}

// ofKind lists what can be asked about: of Pods those that are Pending, of the others all.
func ofKind(kind targetKind, namespace string) complete.Listing {
	switch {
	case kind.kind == "":
		return complete.Listing{}
	case kind.kind == kindPod:
		return complete.PendingPods(namespace)
	case kind.group == "":
		return complete.Objects("", namespace, kind.words[len(kind.words)-1])
	}
	return complete.Objects(kind.group, namespace, kind.words[1])
}
