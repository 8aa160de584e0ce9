package controlplane

import (
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/tools/clientcmd"
)

// Cluster is what can be done to a control plane through its API, whoever started it.
type Cluster struct {
	config     *rest.Config
	kubeconfig string
	client     kubernetes.Interface
	dynamic    dynamic.Interface
	mapper     meta.ResettableRESTMapper
}

// Connect returns the Cluster behind a kubeconfig, for example that of `make cluster`.
func Connect(kubeconfig string) (*Cluster, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, fmt.Errorf("read the kubeconfig of the control plane: %w", err)
	}
	return newCluster(config, kubeconfig)
}

func newCluster(config *rest.Config, kubeconfig string) (*Cluster, error) {
	config = rest.CopyConfig(config)
	config.QPS, config.Burst = 500, 1000 // the default of 5 a second makes tests wait for the client
	typed := rest.CopyConfig(config)     // in the encoding that costs the server and the tests least
	typed.ContentType = runtime.ContentTypeProtobuf
	typed.AcceptContentTypes = runtime.ContentTypeProtobuf + "," + runtime.ContentTypeJSON
	client, err := kubernetes.NewForConfig(typed)
	if err != nil {
		return nil, fmt.Errorf("make a client of the control plane: %w", err)
	}
	dyn, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("make a dynamic client of the control plane: %w", err)
	}
	return &Cluster{
		config:     config,
		kubeconfig: kubeconfig,
		client:     client,
		dynamic:    dyn,
		mapper:     restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(client.Discovery())),
	}, nil
}

// Config returns the connection of the administrator. The caller may change it.
func (c *Cluster) Config() *rest.Config { return rest.CopyConfig(c.config) }

// Kubeconfig is the path of the administrator's kubeconfig.
func (c *Cluster) Kubeconfig() string { return c.kubeconfig }

// Client returns the administrator's client.
func (c *Cluster) Client() kubernetes.Interface { return c.client }
