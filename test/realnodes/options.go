//go:build linux

package realnodes

import (
	"io"
	"time"
)

// Options say how a cluster differs from the default one. The zero value is fine.
type Options struct {
	// Nodes is how many there are: n1, n2 and so on. Default: 1.
	Nodes int

	// Name lets the cluster outlive the process that starts it, until [Close] ends it by that name. Default: it has none, and ends
	// with [Cluster.Close] or with the process.
	Name string

	// GracePeriod is how long a node may be silent before it counts as Unknown. Default: 16s.
	GracePeriod time.Duration

	// UnreachableToleration is how long a Pod stays on a node that is Unknown or not ready before it is evicted, unless it says
	// otherwise itself. Whole seconds. Default: 20s.
	UnreachableToleration time.Duration

	// Log receives progress and what it took. Default: nothing is printed.
	Log io.Writer
}

func (o Options) withDefaults() Options {
	if o.Nodes == 0 {
		o.Nodes = 1
	}
	if o.GracePeriod == 0 {
		o.GracePeriod = 16 * time.Second
	}
	if o.UnreachableToleration == 0 {
		o.UnreachableToleration = 20 * time.Second
	}
	if o.Log == nil {
		o.Log = io.Discard
	}
	return o
}
