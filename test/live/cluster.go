package live

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"k8s.io/client-go/rest"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/plugin"
)

const (
	// patience bounds every wait. It is never reached unless something is broken.
	patience = 5 * time.Minute
	// preparation bounds the start of a Cluster. The first one builds the control plane, which takes minutes.
	preparation = 20 * time.Minute
	// nodes is how many Nodes a Cluster has: node-0 and so on. They stay alive.
	nodes = 4
)

// Cluster is a control plane, its Nodes, and the plugin to try on it.
type Cluster struct {
	*controlplane.ControlPlane

	dir    string
	plugin string
	// admin and anybody carry the proxy's requests to the API server: as an administrator, or with a token.
	admin, anybody http.RoundTripper
	scenes         atomic.Int64
}

// Start builds the plugin and starts a control plane with four Nodes, node-0 to node-3. The caller has to call Stop.
func Start(options controlplane.Options) (*Cluster, error) {
	ctx, cancel := context.WithTimeout(context.Background(), preparation)
	defer cancel()
	dir, err := os.MkdirTemp("", "localpv-live-")
	if err != nil {
		return nil, fmt.Errorf("make a directory for the plugin: %w", err)
	}
	l := &Cluster{dir: dir, plugin: filepath.Join(dir, "kubectl-localpv")}
	if err := l.start(ctx, options); err != nil {
		return nil, errors.Join(err, l.Stop())
	}
	return l, nil
}

func (l *Cluster) start(ctx context.Context, options controlplane.Options) error {
	if err := plugin.Build(ctx, l.plugin); err != nil {
		return err
	}
	options.Nodes = append(controlplane.NewNodes("node", nodes), options.Nodes...)
	cp, err := controlplane.Start(ctx, options)
	if err != nil {
		return err
	}
	l.ControlPlane = cp
	if l.admin, err = rest.TransportFor(cp.Config()); err != nil {
		return fmt.Errorf("reach the API server as the administrator: %w", err)
	}
	if l.anybody, err = rest.TransportFor(rest.AnonymousClientConfig(cp.Config())); err != nil {
		return fmt.Errorf("reach the API server without credentials: %w", err)
	}
	return nil
}

// Stop ends the control plane and removes what it has written.
func (l *Cluster) Stop() error {
	var err error
	if l.ControlPlane != nil {
		err = l.ControlPlane.Stop()
	}
	return errors.Join(err, os.RemoveAll(l.dir))
}

// Options are those of all Clusters: nodes die and come back by hand, so that no verdict about their lives depends on how busy the
// machine is.
func Options() controlplane.Options {
	return controlplane.Options{Log: os.Stderr, ByHand: true, ExtraArgs: map[string][]string{
		// A claim that waits for a volume is looked at every 15 seconds by default. Nothing else depends on it.
		controlplane.ControllerManager: {"--pvclaimbinder-sync-period=2s"},
	}}
}

// Main is the body of a TestMain: it starts a Cluster, hands it to use, and returns the exit code of the tests.
func Main(options controlplane.Options, use func(*Cluster), tests interface{ Run() int }) (code int) {
	if err := SideBySide(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	l, err := Start(options)
	if err != nil {
		fmt.Fprintln(os.Stderr, "no control plane:", err)
		return 1
	}
	defer func() {
		if err := l.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, "stop the control plane:", err)
			code = 1
		}
	}()
	use(l)
	return tests.Run()
}

// SideBySide lets 16 tests run at a time, unless -parallel says otherwise, however few cores there are: nearly all of a
// scene is waiting for controllers.
func SideBySide() error {
	flag.Parse()
	f := flag.Lookup("test.parallel")
	if f.Value.String() != f.DefValue {
		return nil
	}
	return f.Value.Set("16")
}
