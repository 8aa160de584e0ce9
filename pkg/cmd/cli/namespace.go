package cli

import "github.com/spf13/cobra"

// NamespaceFlag is the namespace that was given by name. That of the kubeconfig's context does not count where it would leave things
// out: volumes have no namespace, and only who asks for one means to leave others out.
func NamespaceFlag(cmd *cobra.Command) string {
	if f := cmd.Flags().Lookup("namespace"); f != nil && f.Changed {
		return f.Value.String()
	}
	return ""
}

// Namespace is the one given, or that of the kubeconfig's context.
func (a *App) Namespace() (string, error) {
	namespace, _, err := a.Cluster.ToRawKubeConfigLoader().Namespace()
	return namespace, err
}
