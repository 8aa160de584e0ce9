package cli

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/client-go/kubernetes"
	_ "k8s.io/client-go/plugin/pkg/client/auth" // the ways to log in that kubeconfigs name
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// silenceLimit is how long a server may take to begin its answer when --request-timeout does not say. A list of a
// large cluster begins within seconds; a server that is not there never does.
const silenceLimit = 30 * time.Second

// NoClusterError says that no kubeconfig names a cluster.
type NoClusterError struct {
	// files are the kubeconfigs that were read, and exists says whether there is one of them at all.
	files  []string
	exists bool
}

// Error implements error.
func (e *NoClusterError) Error() string {
	why := "kubeconfig " + strings.Join(e.files, ", ") + " names none"
	switch {
	case !e.exists && len(e.files) == 1:
		why = "kubeconfig " + e.files[0] + " does not exist"
	case !e.exists:
		why = "no kubeconfig exists, neither " + strings.Join(e.files, " nor ")
	}
	return fmt.Sprintf("no cluster configured: %s; set KUBECONFIG, or give --kubeconfig or --server", why)
}

func newClusterFlags() *genericclioptions.ConfigFlags {
	flags := genericclioptions.NewConfigFlags(true)
	flags.CacheDir = nil // it would hold discovery results, which nothing here asks for
	return flags
}

// Client returns a client for the cluster that the flags and the kubeconfig name. No request is made yet.
func (a *App) Client() (kubernetes.Interface, error) {
	config, err := a.RestConfig()
	if err != nil {
		return nil, err
	}
	return a.NewClient(config)
}

// RestConfig is how the cluster that the flags and the kubeconfig name is reached.
func (a *App) RestConfig() (*rest.Config, error) {
	if timeout := *a.Cluster.Timeout; timeout != "" {
		if _, err := clientcmd.ParseTimeout(timeout); err != nil {
			return nil, Usagef("--request-timeout=%s is no length of time: use e.g. 10s, 2m, or 0 for no limit", timeout)
		}
	}
	loader := a.Cluster.ToRawKubeConfigLoader()
	raw, err := loader.RawConfig()
	if err != nil {
		return nil, &kubeconfigError{files: kubeconfigFiles(loader), err: err}
	}
	if err := a.checkChoice(raw, loader); err != nil {
		return nil, err
	}
	config, err := a.Cluster.ToRESTConfig()
	if err != nil {
		return nil, &kubeconfigError{files: kubeconfigFiles(loader), err: err, raw: raw, context: *a.Cluster.Context}
	}
	config = rest.CopyConfig(config)
	config.WarningHandler = rest.NewWarningWriter(a.Streams.ErrOut, rest.WarningWriterOptions{Deduplicate: true})
	if config.Timeout == 0 {
		config.Wrap(responseHeaderTimeout(silenceLimit))
	}
	return config, nil
}

// checkChoice makes sure that something chooses a cluster. Left alone, client-go takes localhost:8080, and people
// look for a server where there never was one.
func (a *App) checkChoice(raw clientcmdapi.Config, loader clientcmd.ClientConfig) error {
	switch {
	case *a.Cluster.APIServer != "", *a.Cluster.Context != "", *a.Cluster.ClusterName != "", raw.CurrentContext != "":
		return nil
	case os.Getenv("KUBERNETES_MASTER") != "", os.Getenv("KUBERNETES_SERVICE_HOST") != "":
		return nil
	case len(raw.Contexts) > 0:
		return fmt.Errorf("%s has no current context: choose one with --context or kubectl config use-context (there are %s)",
			kubeconfigFiles(loader), strings.Join(slices.Sorted(maps.Keys(raw.Contexts)), ", "))
	}
	files := loader.ConfigAccess().GetLoadingPrecedence()
	exists := func(file string) bool { _, err := os.Stat(file); return err == nil }
	return &NoClusterError{files: files, exists: slices.ContainsFunc(files, exists)}
}

// kubeconfigFiles names the files that were looked for, for messages.
func kubeconfigFiles(loader clientcmd.ClientConfig) string {
	access := loader.ConfigAccess()
	if access.IsExplicitFile() {
		return access.GetExplicitFile()
	}
	return strings.Join(access.GetLoadingPrecedence(), ", ")
}

// kubeconfigError says that a kubeconfig cannot be used.
type kubeconfigError struct {
	files   string
	err     error
	raw     clientcmdapi.Config
	context string
}

// Error names the file, and what to choose instead of a name that it does not have.
func (e *kubeconfigError) Error() string {
	context := cmp.Or(e.context, e.raw.CurrentContext)
	switch _, known := e.raw.Contexts[context]; {
	case errors.Is(e.err, os.ErrNotExist):
		return fmt.Sprintf("the kubeconfig %s does not exist: check --kubeconfig", e.files)
	case context != "" && !known && strings.Contains(e.err.Error(), "context"):
		names := slices.Sorted(maps.Keys(e.raw.Contexts))
		hint := DidYouMean(context, names)
		if hint == "" && len(names) > 0 {
			hint = ": it has " + strings.Join(names[:min(len(names), 10)], ", ")
		}
		return fmt.Sprintf("no context %q in the kubeconfig %s%s", context, e.files, hint)
	}
	reason := strings.TrimPrefix(e.err.Error(), "invalid configuration: ")
	return fmt.Sprintf("the kubeconfig %s cannot be used: %s", e.files, reason)
}

// Unwrap returns the cause.
func (e *kubeconfigError) Unwrap() error { return e.err }
