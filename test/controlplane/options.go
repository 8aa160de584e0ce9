package controlplane

import (
	"io"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// Options say how a control plane differs from the default one. The zero value is fine.
type Options struct {
	// Name is the name of the cluster and the context in the kubeconfig. Default: "localpv".
	Name string

	// Dir receives keys, data, kubeconfigs and logs. It must be empty or absent, and Stop removes it.
	// Default: a new temporary directory.
	Dir string

	// Nodes exist and are Ready when Start returns; see [NewNode]. Default: none.
	Nodes []*corev1.Node

	// Log receives progress, how long it took, and the last words of a component that stops by itself.
	// Default: nothing is printed.
	Log io.Writer

	// GracePeriod is how long a lease may stand still before its node counts as Unknown
	// (--node-monitor-grace-period of kube-controller-manager, 50s in a production cluster). Default: 10s.
	GracePeriod time.Duration

	// ByHand lets nodes die and come back by the word of [ControlPlane.Kill] and [ControlPlane.Revive] alone, however busy the machine
	// is: nobody sends heartbeats, nobody misses them, and a lease moves when a test moves it. GracePeriod means nothing then.
	ByHand bool

	// UnreachableToleration is how long a Pod stays on a node that is Unknown or not ready before it is evicted, unless
	// it says otherwise itself (--default-unreachable-toleration-seconds and --default-not-ready-toleration-seconds of
	// kube-apiserver, 300s in a production cluster). Whole seconds. Default: 20s.
	UnreachableToleration time.Duration

	// ExtraArgs are added to the command line of etcd, kube-apiserver, kube-controller-manager, kube-scheduler or
	// kwok, each as "--flag=value". A flag that is set here wins over the package's own.
	ExtraArgs map[string][]string

	// BinDir holds the binaries. Default: what [build.Binaries] returns, which builds them when the cache has none.
	BinDir string
}

func (o Options) withDefaults() Options {
	if o.Name == "" {
		o.Name = "localpv"
	}
	if o.Log == nil {
		o.Log = io.Discard
	}
	if o.ByHand {
		o.GracePeriod = never
	}
	if o.GracePeriod == 0 {
		o.GracePeriod = 10 * time.Second
	}
	if o.UnreachableToleration == 0 {
		o.UnreachableToleration = 20 * time.Second
	}
	return o
}
