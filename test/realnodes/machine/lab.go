//go:build linux

package machine

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"syscall"

	"golang.org/x/sync/errgroup"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes/names"
)

// Lab is what a lab does when it is asked to.
type Lab struct {
	run      Run
	machines []*machine
}

// runLab starts everything and serves until the end.
func runLab(ctx context.Context, run Run) error {
	syscall.CloseOnExec(doorFile) // it is for the lab alone
	if err := makeBridge(ctx); err != nil {
		return err
	}
	cp, err := controlplane.Start(ctx, controlplane.Options{
		Name: "localpv-nodes", Dir: run.file("controlplane"), BinDir: run.PlaneBin, Log: os.Stderr,
		GracePeriod: run.GracePeriod, UnreachableToleration: run.Toleration,
		ExtraArgs: map[string][]string{"kube-apiserver": {
			"--bind-address=0.0.0.0",
			"--advertise-address=" + gateway,
			"--authorization-mode=Node,RBAC",
			"--enable-admission-plugins=NodeRestriction",
			"--kubelet-preferred-address-types=InternalIP",
		}},
	})
	if err != nil {
		return err
	}
	if err := cp.StopComponent(controlplane.Kwok); err != nil { // the kubelets are real
		return err
	}
	if err := serveNames(ctx, cp); err != nil {
		return err
	}
	lab := &Lab{run: run}
	for n := 1; n <= run.Nodes; n++ {
		if err := lab.addMachine(cp, n); err != nil {
			return err
		}
	}
	var group errgroup.Group
	for n := 1; n <= run.Nodes; n++ {
		group.Go(func() error { return lab.PowerOn(ctx, n) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	if err := openLab(cp, run); err != nil {
		return err
	}
	served := make(chan error, 1)
	go func() { served <- serve(run.LabSocket(), labService{ctx, lab}) }()
	if _, err := os.Stdout.WriteString(ready + "\n"); err != nil {
		return err
	}
	return <-served
}

// serveNames is the DNS of all Pods.
func serveNames(ctx context.Context, cp *controlplane.ControlPlane) error {
	conn, err := new(net.ListenConfig).ListenPacket(ctx, "udp4", gateway+":53")
	if err != nil {
		return fmt.Errorf("serve names: %w", err)
	}
	tell := func(err error) { fmt.Fprintln(os.Stderr, "names:", err) }
	go func() { tell(names.Server{Client: cp.Client()}.Serve(ctx, conn, tell)) }()
	return nil
}

// openLab lets the machine outside reach the API server.
func openLab(cp *controlplane.ControlPlane, run Run) error {
	config := cp.Config()
	server, err := url.Parse(config.Host)
	if err != nil {
		return err
	}
	port, err := forward(doorFile, server.Host)
	if err != nil {
		return err
	}
	config.Host = fmt.Sprintf("https://127.0.0.1:%d", port)
	return controlplane.WriteKubeconfig(run.Kubeconfig(), "localpv-nodes", config)
}

// addMachine lays out what a node keeps, and gives its kubelet an identity.
func (l *Lab) addMachine(cp *controlplane.ControlPlane, n int) error {
	dir := l.run.NodeDir(n)
	for _, sub := range keptDirs() {
		if err := os.MkdirAll(dir+"/"+sub, 0o755); err != nil {
			return fmt.Errorf("lay out node %d: %w", n, err)
		}
	}
	config, err := cp.RestConfigFor("system:node:"+NodeName(n), "system:nodes")
	if err != nil {
		return err
	}
	config.Host = strings.Replace(config.Host, "127.0.0.1", gateway, 1)
	config.ServerName = "localhost" // which is what the certificate is for
	if err := controlplane.WriteKubeconfig(dir+"/kubeconfig", "localpv-nodes", config); err != nil {
		return err
	}
	l.machines = append(l.machines, &machine{number: n, run: l.run})
	return nil
}

// machine returns a node by its number.
func (l *Lab) machine(n int) (*machine, error) {
	if n < 1 || n > len(l.machines) {
		return nil, fmt.Errorf("there is no node %d, only %d of them", n, len(l.machines))
	}
	return l.machines[n-1], nil
}

// PowerOn boots a node.
func (l *Lab) PowerOn(ctx context.Context, n int) error {
	m, err := l.machine(n)
	if err != nil {
		return err
	}
	return m.on(ctx)
}

// PowerOff cuts the power of a node.
func (l *Lab) PowerOff(ctx context.Context, n int) error {
	m, err := l.machine(n)
	if err != nil {
		return err
	}
	return m.off(ctx)
}

// Link connects a node with the bridge, or cuts it off. Its Pods go on running.
func (l *Lab) Link(ctx context.Context, n int, up bool) error {
	m, err := l.machine(n)
	if err != nil {
		return err
	}
	return m.link(ctx, up)
}
