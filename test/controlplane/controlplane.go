package controlplane

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane/build"
)

// ControlPlane is a running control plane; its methods that talk to the API are those of [Cluster].
// The methods may be called from several goroutines.
type ControlPlane struct {
	*Cluster

	options Options
	dir     *workdir
	plane   *envtest.ControlPlane
	// identities are those with tokens.
	identities []identity

	mu        sync.Mutex
	processes map[string]*process

	fencing   sync.Mutex
	questions int // that KWOK has been asked, see fence
}

// Start builds what is missing, starts a control plane and returns when its nodes are Ready and Pods can be
// created in the namespace default. The caller must call Stop. Ending ctx ends Start, not the control plane.
func Start(ctx context.Context, o Options) (*ControlPlane, error) {
	o = o.withDefaults()
	if o.BinDir == "" {
		dir, err := build.Binaries(ctx, o.Log)
		if err != nil {
			return nil, err
		}
		o.BinDir = dir
	}
	begin := time.Now()
	dir, err := newWorkdir(o.Dir, o.BinDir, []string{etcd, apiServer, ControllerManager, Scheduler, Kwok})
	if err != nil {
		return nil, err
	}
	cp := &ControlPlane{options: o, dir: dir, processes: map[string]*process{}}
	if err := cp.start(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("start the control plane: %w", err), cp.Stop())
	}
	fmt.Fprintf(o.Log, "control plane ready with %d nodes in %.1fs\n", len(o.Nodes), time.Since(begin).Seconds())
	return cp, nil
}

// start brings up the parts in the order in which they need each other.
func (cp *ControlPlane) start(ctx context.Context) error {
	cp.identities = identities()
	if err := writeTokens(cp.dir.file("pki", tokensFile), cp.identities); err != nil {
		return err
	}
	plane, err := startAPIServer(cp.dir, cp.options)
	if err != nil {
		return err
	}
	cp.plane = plane
	if err := cp.connect(); err != nil {
		return err
	}
	if err := os.WriteFile(cp.dir.file("pki", "root-ca.crt"), cp.Config().CAData, 0o600); err != nil {
		return fmt.Errorf("write the certificate authority: %w", err)
	}
	if err := os.WriteFile(cp.dir.file("stages.yaml"), stages, 0o600); err != nil {
		return fmt.Errorf("write KWOK's stages: %w", err)
	}
	for _, c := range components() {
		config, err := cp.configOf(c.user)
		if err != nil {
			return err
		}
		if err := WriteKubeconfig(cp.dir.file(c.name+".kubeconfig"), cp.options.Name, config); err != nil {
			return err
		}
		if err := cp.StartComponent(ctx, c.name); err != nil {
			return err
		}
	}
	if err := cp.AddNodes(ctx, cp.options.Nodes...); err != nil {
		return err
	}
	return cp.waitNamespace(ctx, metav1.NamespaceDefault)
}

// connect makes the administrator's client and kubeconfig.
func (cp *ControlPlane) connect() error {
	config, err := cp.configOf(administrator)
	if err != nil {
		return err
	}
	kubeconfig := cp.dir.file("admin.kubeconfig")
	if err := WriteKubeconfig(kubeconfig, cp.options.Name, config); err != nil {
		return err
	}
	cp.Cluster, err = newCluster(config, kubeconfig)
	return err
}

// Dir is the directory of the control plane, with the log of every component below log/.
func (cp *ControlPlane) Dir() string { return cp.dir.path }

// BinDir is the directory of the binaries, kubectl among them.
func (cp *ControlPlane) BinDir() string { return cp.options.BinDir }

// Stop ends every process and removes the directory. It takes a few seconds and may be called once.
func (cp *ControlPlane) Stop() error {
	cp.mu.Lock()
	processes := cp.processes
	cp.processes = nil // from here on nobody mourns
	cp.mu.Unlock()

	var stopping sync.WaitGroup
	errs := make(chan error, len(processes))
	for _, p := range processes {
		stopping.Go(func() { errs <- p.stop() })
	}
	stopping.Wait()
	close(errs)
	var all []error
	for err := range errs {
		all = append(all, err)
	}
	if cp.plane == nil { // envtest started them and failed
		return errors.Join(append(all, cp.dir.abandon())...)
	}
	all = append(all, cp.plane.Stop())
	return errors.Join(append(all, cp.dir.remove())...)
}
