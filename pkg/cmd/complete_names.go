package cmd

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// nameLister completes names of objects.
type nameLister struct{ app *app }

// of completes the names of a listing.
func (n *nameLister) of(l listing) completer {
	return func(c *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		return beginning(n.read(c, l), typed), cobra.ShellCompDirectiveNoFileComp
	}
}

// typed completes names that may have their type before them, as in pv/NAME.
func (n *nameLister) typed(types []string, l listing) completer {
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
		return beginning(prefixed(word, n.read(c, l)), typed), cobra.ShellCompDirectiveNoFileComp
	}
}

func (n *nameLister) nodes(status func(string) bool) completer {
	return n.typed([]string{"node", "nodes"}, nodes(status))
}

// volumes completes the volumes that are in one of the phases, or in any.
func (n *nameLister) volumes(phases ...string) completer {
	return n.typed([]string{"pv", "persistentvolume", "persistentvolumes"}, volumes(phases...))
}

// claims completes NAMESPACE/NAME: first the namespaces, and when one has been typed the claims in it.
func (n *nameLister) claims(phases ...string) completer {
	return func(c *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		namespace, _, slashed := strings.Cut(typed, "/")
		if slashed {
			return beginning(prefixed(namespace+"/", n.read(c, claims(namespace, phases...))), typed), cobra.ShellCompDirectiveNoFileComp
		}
		var open []string
		for _, name := range beginning(n.read(c, namespaces()), typed) {
			open = append(open, name+"/")
		}
		return unfinished(open)
	}
}

// releasable completes pvc/NAME, pv/NAME, and NAME behind one of the types, with what is Bound.
func (n *nameLister) releasable(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	word, _, slashed := strings.Cut(typed, "/")
	prefix := word + "/"
	if !slashed {
		if len(args) == 0 || !isReleasable(args[0]) {
			return unfinished(beginning([]string{"pvc/", "pv/"}, typed))
		}
		word, prefix = strings.ToLower(args[0]), ""
	}
	var l listing
	switch {
	case slices.Contains(claimWords(), word):
		l = claims(n.namespace(), "Bound")
	case slices.Contains(volumeWords(), word):
		l = volumes("Bound")
	default:
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return beginning(prefixed(prefix, n.read(c, l)), typed), cobra.ShellCompDirectiveNoFileComp
}

// pendingTargets completes Pending Pods, TYPE/NAME, and NAME behind a TYPE.
func (n *nameLister) pendingTargets(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	namespace := n.namespace()
	if word, _, slashed := strings.Cut(typed, "/"); slashed {
		kind, _ := findKind(word)
		return without(beginning(prefixed(word+"/", n.read(c, ofKind(kind, namespace))), typed), args), cobra.ShellCompDirectiveNoFileComp
	}
	if len(args) > 0 {
		if kind, ok := findKind(args[0]); ok {
			return without(beginning(n.read(c, ofKind(kind, namespace)), typed), args), cobra.ShellCompDirectiveNoFileComp
		}
	}
	candidates := beginning(n.read(c, pendingPods(namespace)), typed)
	for _, kind := range targetKinds() {
		candidates = append(candidates, beginning([]string{kind.words[0] + "/"}, typed)...)
	}
	return unfinished(without(candidates, args))
}

// contexts completes those of the kubeconfig.
func (n *nameLister) contexts(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	return n.inKubeconfig(typed, func(k clientcmdapi.Config) []string { return keys(k.Contexts) })
}

// clusters completes those of the kubeconfig.
func (n *nameLister) clusters(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	return n.inKubeconfig(typed, func(k clientcmdapi.Config) []string { return keys(k.Clusters) })
}

// users completes those of the kubeconfig.
func (n *nameLister) users(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	return n.inKubeconfig(typed, func(k clientcmdapi.Config) []string { return keys(k.AuthInfos) })
}

func (n *nameLister) inKubeconfig(typed string, names func(clientcmdapi.Config) []string) ([]string, cobra.ShellCompDirective) {
	raw, err := n.app.cluster.ToRawKubeConfigLoader().RawConfig()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return beginning(names(raw), typed), cobra.ShellCompDirectiveNoFileComp
}

// namespace is the one that the command would look in.
func (n *nameLister) namespace() string {
	namespace, _, err := n.app.cluster.ToRawKubeConfigLoader().Namespace()
	if err != nil {
		return ""
	}
	return namespace
}

func keys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func prefixed(prefix string, candidates []string) []string {
	out := make([]string, 0, len(candidates))
	for _, c := range candidates {
		out = append(out, prefix+c)
	}
	return out
}
