//go:build linux

package realnodes

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes/machine"
)

// Cluster is a running cluster with real nodes, which are numbered from 1. Its methods that talk to the API are those of
// [controlplane.Cluster].
type Cluster struct {
	*controlplane.Cluster

	run   machine.Run
	leash *machine.Leash
}

// NodeName is the name of a node's Node.
func NodeName(n int) string { return machine.NodeName(n) }

// Close ends the cluster and returns when nothing of it is left.
func (c *Cluster) Close() error {
	if c.leash == nil {
		return fmt.Errorf("close real nodes %s: they have a name, by which they are ended", c.run.ID)
	}
	return c.leash.Drop()
}

// CPU is the time that control plane, nodes and containers have used so far.
func (c *Cluster) CPU() time.Duration { return c.run.CPU() }

// BinDir is the directory of kubectl and the other binaries of the control plane.
func (c *Cluster) BinDir() string { return c.run.PlaneBin }

// WaitReady returns when a node is Ready.
func (c *Cluster) WaitReady(ctx context.Context, n int) error {
	_, err := controlplane.WaitFor(ctx, c.Client().CoreV1().Nodes(), NodeName(n), controlplane.NodeReady)
	return err
}

// PowerOff cuts the power of a node: all of its processes end at once, and its mounts are gone. Its disks stay.
func (c *Cluster) PowerOff(ctx context.Context, n int) error {
	return c.askLab(ctx, "PowerOff", n)
}

// PowerOn boots a node, with a new boot id and all of its disks mounted, and returns when the kubelet has been started.
func (c *Cluster) PowerOn(ctx context.Context, n int) error {
	return c.askLab(ctx, "PowerOn", n)
}

// LinkDown cuts a node off from the control plane and the other nodes. Its Pods go on running.
func (c *Cluster) LinkDown(ctx context.Context, n int) error {
	return c.askLab(ctx, "Link", machine.LinkRequest{Node: n})
}

// LinkUp connects a node again.
func (c *Cluster) LinkUp(ctx context.Context, n int) error {
	return c.askLab(ctx, "Link", machine.LinkRequest{Node: n, Up: true})
}

// KillKubelet kills the kubelet of a node. Its containers go on running.
func (c *Cluster) KillKubelet(ctx context.Context, n int) error {
	return c.askNode(ctx, n, "KillKubelet", machine.Nothing{}, &machine.Nothing{})
}

// StartKubelet starts the kubelet of a node again.
func (c *Cluster) StartKubelet(ctx context.Context, n int) error {
	return c.askNode(ctx, n, "StartKubelet", machine.Nothing{}, &machine.Nothing{})
}

// On runs a command on a node, in its mounts, its network and its processes, and returns what it prints on both streams. A command that
// fails is an error.
func (c *Cluster) On(ctx context.Context, n int, args ...string) (string, error) {
	var out machine.Output
	if err := c.askNode(ctx, n, "Run", machine.Command{Args: args}, &out); err != nil {
		return out.Text, err
	}
	if out.Code != 0 {
		return out.Text, fmt.Errorf("%s on %s: exit code %d: %s", strings.Join(args, " "), NodeName(n), out.Code, strings.TrimSpace(out.Text))
	}
	return out.Text, nil
}

// Log is the file with what kubelet, containerd or the boot of a node ("node") say.
func (c *Cluster) Log(n int, program string) string {
	return c.run.NodeLog(n, program)
}

func (c *Cluster) askLab(ctx context.Context, method string, argument any) error {
	return machine.Ask(ctx, c.run.LabSocket(), method, argument, &machine.Nothing{})
}

func (c *Cluster) askNode(ctx context.Context, n int, method string, argument, answer any) error {
	if n < 1 || n > c.run.Nodes {
		return fmt.Errorf("%s: there is no node %d, only %d of them", method, n, c.run.Nodes)
	}
	if err := machine.Ask(ctx, c.run.NodeSocket(n), method, argument, answer); err != nil {
		return fmt.Errorf("%s: %w", NodeName(n), err)
	}
	return nil
}
