package change

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
)

// whichOne refuses no argument, or several, for a command that takes one.
func whichOne(cmd *cobra.Command, noun string, args []string) error {
	usage := strings.TrimSuffix(cli.UsageLine(cmd), " [options]")
	if len(args) == 0 {
		return cli.Usagef("which %s? usage: %s", noun, usage)
	}
	return cli.Usagef("one %s at a time, not %s; usage: %s", noun, strings.Join(args, ", "), usage)
}

// claimWords and volumeWords are kubectl's words for the two types.
func claimWords() []string  { return []string{"pvc", "persistentvolumeclaim", "persistentvolumeclaims"} }
func volumeWords() []string { return []string{"pv", "persistentvolume", "persistentvolumes"} }

// volumeName is the name in NAME or pv/NAME.
func volumeName(arg string) (string, error) {
	word, name, ok := strings.Cut(arg, "/")
	if !ok {
		word, name = "pv", arg
	}
	if slices.Contains(volumeWords(), strings.ToLower(word)) && name != "" && !strings.Contains(name, "/") {
		return name, nil
	}
	return "", cli.Usagef("%q is no name of a volume: write NAME or pv/NAME", arg)
}

// volumeNames are the names in several of NAME and pv/NAME.
func volumeNames(args []string) ([]string, error) {
	var names []string
	for _, arg := range args {
		name, err := volumeName(arg)
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, nil
}

// claimName reads NAMESPACE/NAME, or NAME in the namespace that is given, if one is.
func claimName(flag, typed, namespace string) (*types.NamespacedName, error) {
	before, name, ok := strings.Cut(typed, "/")
	if !ok {
		before, name = namespace, typed
	}
	if before == "" || name == "" || strings.Contains(name, "/") {
		return nil, cli.Usagef("%s=%s is no claim: write NAMESPACE/NAME", flag, typed)
	}
	return &types.NamespacedName{Namespace: before, Name: name}, nil
}

// nodeNames reads NODE, node/NAME and nodes/NAME.
func nodeNames(args []string) ([]string, error) {
	var names []string
	for _, arg := range args {
		name := arg
		if kind, rest, ok := strings.Cut(arg, "/"); ok {
			if !slices.Contains([]string{"node", "nodes", "no"}, strings.ToLower(kind)) || rest == "" {
				return nil, cli.Usagef("%q is no name of a node: write NAME or node/NAME", arg)
			}
			name = rest
		}
		if name == "" {
			return nil, cli.Usagef("the name of a node is empty")
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names, nil
}

// claimNames reads NAMESPACE/NAME, several times, each perhaps a list with commas.
func claimNames(flag string, values []string) ([]types.NamespacedName, error) {
	var names []types.NamespacedName
	for _, value := range listed(values) {
		name, err := claimName(flag, value, "")
		if err != nil {
			return nil, err
		}
		names = append(names, *name)
	}
	return names, nil
}

// listed are values of a flag that may be repeated, each perhaps a list with commas.
func listed(values []string) []string {
	var out []string
	for _, value := range values {
		out = append(out, strings.Split(value, ",")...)
	}
	return out
}

// choices reads NAMESPACE, NAMESPACE/KIND/NAME and KIND/NAME.
func choices(flag string, values []string) ([]drain.Choice, error) {
	var out []drain.Choice
	for _, value := range listed(values) {
		c, ok := drain.ParseChoice(value)
		if !ok {
			return nil, cli.Usagef("%s=%s names no namespace and no owner: write NAMESPACE, NAMESPACE/KIND/NAME or KIND/NAME, e.g. shop/StatefulSet/db", flag, value)
		}
		out = append(out, c)
	}
	return out, nil
}
