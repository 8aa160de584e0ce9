package complete

import (
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
)

// Names completes names of objects.
type Names struct{ app *cli.App }

// New returns the Names in the cluster of an App.
func New(a *cli.App) *Names { return &Names{app: a} }

// of completes the names of a listing.
func (n *Names) of(l Listing) Func {
	return func(c *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		return Beginning(n.Read(c, l), typed), cobra.ShellCompDirectiveNoFileComp
	}
}

// typed completes names that may have their type before them, as in pv/NAME.
func (n *Names) typed(types []string, l Listing) Func {
	return func(c *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		word, _, slashed := strings.Cut(typed, "/")
		switch {
		case !slashed:
			word = ""
		case slices.Contains(types, word):
			word += "/"
		default:
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return Beginning(Prefixed(word, n.Read(c, l)), typed), cobra.ShellCompDirectiveNoFileComp
	}
}

// Namespaces completes the namespaces.
func (n *Names) Namespaces() Func { return n.of(namespaces()) }

// StorageClasses completes the storage classes.
func (n *Names) StorageClasses() Func {
	return n.of(Listing{path: "/apis/storage.k8s.io/v1/storageclasses"})
}

// Nodes completes the nodes that are to be offered, by the status that kubectl get prints of them.
func (n *Names) Nodes(offered func(status string) bool) Func {
	return n.typed([]string{"node", "nodes"}, Listing{path: "/api/v1/nodes", keep: offered, describe: []string{"Status"}})
}

// AnyStatus offers nodes whatever their status.
func AnyStatus(string) bool { return true }

// Volumes completes the volumes that are in one of the phases, or in any.
func (n *Names) Volumes(phases ...string) Func {
	return n.typed([]string{"pv", "persistentvolume", "persistentvolumes"}, Volumes(phases...))
}

// Claims completes NAMESPACE/NAME: first the namespaces, and when one has been typed the claims in it.
func (n *Names) Claims(phases ...string) Func {
	return func(c *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		namespace, _, slashed := strings.Cut(typed, "/")
		if slashed {
			return Beginning(Prefixed(namespace+"/", n.Read(c, Claims(namespace, phases...))), typed), cobra.ShellCompDirectiveNoFileComp
		}
		var open []string
		for _, name := range Beginning(n.Read(c, namespaces()), typed) {
			open = append(open, name+"/")
		}
		return Unfinished(open)
	}
}

// Contexts completes those of the kubeconfig.
func (n *Names) Contexts(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	return n.inKubeconfig(typed, func(k clientcmdapi.Config) []string { return slices.Sorted(maps.Keys(k.Contexts)) })
}

// Clusters completes those of the kubeconfig.
func (n *Names) Clusters(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	return n.inKubeconfig(typed, func(k clientcmdapi.Config) []string { return slices.Sorted(maps.Keys(k.Clusters)) })
}

// Users completes those of the kubeconfig.
func (n *Names) Users(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	return n.inKubeconfig(typed, func(k clientcmdapi.Config) []string { return slices.Sorted(maps.Keys(k.AuthInfos)) })
}

func (n *Names) inKubeconfig(typed string, names func(clientcmdapi.Config) []string) ([]string, cobra.ShellCompDirective) {
	raw, err := n.app.Cluster.ToRawKubeConfigLoader().RawConfig()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return Beginning(names(raw), typed), cobra.ShellCompDirectiveNoFileComp
}

// Namespace is the one that the command would look in, empty if that cannot be told.
func (n *Names) Namespace() string {
	namespace, err := n.app.Namespace()
	if err != nil {
		return ""
	}
	return namespace
}
