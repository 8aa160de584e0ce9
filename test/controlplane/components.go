package controlplane

import (
	"context"
	_ "embed" // the stages
	"fmt"
	"path/filepath"
)

// The names of the programs, for [ControlPlane.StopComponent] and [Options.ExtraArgs].
const (
	ControllerManager = "kube-controller-manager"
	Scheduler         = "kube-scheduler"
	Kwok              = "kwok"

	etcd      = "etcd"
	apiServer = "kube-apiserver"
)

// leaseSeconds is the duration of a node's lease. KWOK renews at a quarter of it, so three renewals fit into the
// default grace period: at 40 s, the kubelet's value, healthy nodes would flicker to Unknown.
const leaseSeconds = "12"

// stages tell KWOK what a kubelet does to Nodes and Pods.
//
//go:embed stages/stages.yaml
var stages []byte

// component is one program that is started after the API server, with an identity of its own.
type component struct {
	name   string
	user   string
	groups []string
	args   func(cp *ControlPlane, kubeconfig string) []string
}

func components() []component {
	return []component{
		{name: ControllerManager, user: "system:kube-controller-manager", args: controllerManagerArgs},
		{name: Scheduler, user: "system:kube-scheduler", args: schedulerArgs},
		{name: Kwok, user: "kwok", groups: []string{"system:masters"}, args: kwokArgs},
	}
}

// controllerManagerArgs make death quick and leave everything else as it is in a production cluster.
func controllerManagerArgs(cp *ControlPlane, kubeconfig string) []string {
	return []string{
		"--kubeconfig=" + kubeconfig,
		"--leader-elect=false",
		"--secure-port=0",
		"--use-service-account-credentials=true",
		"--service-account-private-key-file=" + cp.dir.file("pki", "sa-signer.key"),
		"--root-ca-file=" + cp.dir.file("pki", "root-ca.crt"),
		"--flex-volume-plugin-dir=" + cp.dir.file("flexvolume"),
		"--node-monitor-period=1s",
		"--node-monitor-grace-period=" + cp.options.GracePeriod.String(),
		"--node-startup-grace-period=" + never.String(), // a node that is slow to begin is not dead
		"--node-eviction-rate=10",
		"--kube-api-qps=500", "--kube-api-burst=1000",
	}
}

func schedulerArgs(_ *ControlPlane, kubeconfig string) []string {
	return []string{
		"--kubeconfig=" + kubeconfig,
		"--leader-elect=false",
		"--secure-port=0",
		"--kube-api-qps=500", "--kube-api-burst=1000",
	}
}

func kwokArgs(cp *ControlPlane, kubeconfig string) []string {
	duration := leaseSeconds
	if cp.options.ByHand {
		duration = "0" // no leases
	}
	return []string{
		"--kubeconfig=" + kubeconfig,
		"--config=" + cp.dir.file("stages.yaml"),
		"--manage-nodes-with-label-selector=" + KubeletLabel + "=" + kubeletAlive,
		"--node-lease-duration-seconds=" + duration,
		"--node-ip=127.0.0.1",
	}
}

// StartComponent starts a program that StopComponent stopped: [ControllerManager], [Scheduler] or [Kwok].
// It returns as soon as the program runs. Of a KWOK that starts again while its nodes have leases, Pods can stay as they were: it looks at
// those of a node as soon as it holds the lease, and leaves them alone if its own cache of leases does not know that yet. To have all nodes
// die and come back, call [Cluster.Kill] and [Cluster.Revive].
func (cp *ControlPlane) StartComponent(ctx context.Context, name string) error {
	cp.mu.Lock()
	defer cp.mu.Unlock()
	c, err := componentNamed(name)
	if err != nil {
		return err
	}
	if p := cp.processes[name]; p != nil && p.running() {
		return fmt.Errorf("start %s: it is running already", name)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	kubeconfig := cp.dir.file(name + ".kubeconfig")
	args := append(c.args(cp, kubeconfig), cp.options.ExtraArgs[name]...)
	p, err := startProcess(cp.dir, name, args)
	if err != nil {
		return err
	}
	cp.processes[name] = p
	go cp.mourn(p)
	return nil
}

// StopComponent stops [ControllerManager], [Scheduler] or [Kwok] and returns when it is gone. Without Kwok all
// nodes die at once.
func (cp *ControlPlane) StopComponent(name string) error {
	cp.mu.Lock()
	defer cp.mu.Unlock()
	if _, err := componentNamed(name); err != nil {
		return err
	}
	p := cp.processes[name]
	if p == nil || !p.running() {
		return fmt.Errorf("stop %s: it is not running", name)
	}
	delete(cp.processes, name) // on purpose, so nobody mourns
	return p.stop()
}

// mourn reports a component that ends without having been told to.
func (cp *ControlPlane) mourn(p *process) {
	<-p.done
	cp.mu.Lock()
	defer cp.mu.Unlock()
	if cp.processes[p.name] == p {
		fmt.Fprintf(cp.options.Log, "%s stopped by itself: %v\n%s\n", p.name, p.err, cp.dir.lastWords(p.name))
	}
}

func componentNamed(name string) (component, error) {
	for _, c := range components() {
		if c.name == name {
			return c, nil
		}
	}
	return component{}, fmt.Errorf("no component %q: there are %s, %s and %s", filepath.Base(name), ControllerManager, Scheduler, Kwok)
}
