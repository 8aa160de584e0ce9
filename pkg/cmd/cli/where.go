package cli

import (
	"cmp"
	"strings"
)

// ClusterName is the cluster that the flags and the kubeconfig name, as people know it: its context and its server. It is empty if there
// is none, which the first request reports.
func (a *App) ClusterName() string {
	config, err := a.RestConfig()
	if err != nil {
		return ""
	}
	raw, err := a.Cluster.ToRawKubeConfigLoader().RawConfig()
	if err != nil {
		return ""
	}
	name := cmp.Or(*a.Cluster.Context, raw.CurrentContext)
	server := strings.TrimSuffix(withoutPassword(config.Host), "/")
	if name == "" || *a.Cluster.APIServer != "" {
		return server // a server that is named overrides that of the context
	}
	return name + " (" + server + ")"
}
