//go:build linux

package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/kubectl-localpv/kubectl-localpv/hack/byhand"
	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes"
	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes/machine"
)

// faultCommands do something to a node.
func faultCommands(name *string) []*cobra.Command {
	do := func(use, short string, act func(*realnodes.Cluster, context.Context, int) error) *cobra.Command {
		return &cobra.Command{
			Use:   use + " NODE",
			Short: short,
			Args:  byhand.Usage(cobra.ExactArgs(1)),
			RunE: func(cmd *cobra.Command, args []string) error {
				return onNode(cmd.Context(), *name, args[0], func(ctx context.Context, cluster *realnodes.Cluster, n int) error {
					return act(cluster, ctx, n)
				})
			},
		}
	}
	return []*cobra.Command{
		do("power-off", "Cut the power of a node", (*realnodes.Cluster).PowerOff),
		do("power-on", "Boot a node", (*realnodes.Cluster).PowerOn),
		do("kubelet-kill", "Kill the kubelet of a node; its containers go on", (*realnodes.Cluster).KillKubelet),
		do("kubelet-start", "Start the kubelet of a node again", (*realnodes.Cluster).StartKubelet),
		do("link-down", "Cut a node off from the others; its containers go on", (*realnodes.Cluster).LinkDown),
		do("link-up", "Connect a node again", (*realnodes.Cluster).LinkUp),
	}
}

// diskCommands do something to a disk of a node.
func diskCommands(name *string) []*cobra.Command {
	type act func(*realnodes.Cluster, context.Context, int, string) error
	do := func(use, short string, act act) *cobra.Command {
		return &cobra.Command{
			Use:   use + " NODE NAME",
			Short: short,
			Args:  byhand.Usage(cobra.ExactArgs(2)),
			RunE: func(cmd *cobra.Command, args []string) error {
				return onNode(cmd.Context(), *name, args[0], func(ctx context.Context, cluster *realnodes.Cluster, n int) error {
					return act(cluster, ctx, n, args[1])
				})
			},
		}
	}
	drive := func(mode machine.Mode) act {
		return func(cluster *realnodes.Cluster, ctx context.Context, n int, disk string) error {
			return cluster.SetDisk(ctx, n, disk, mode)
		}
	}
	return []*cobra.Command{
		do("disk-unmount", "Unmount a disk; a Pod that has it goes on with it", (*realnodes.Cluster).UnmountDisk),
		do("disk-mount", "Mount it again", (*realnodes.Cluster).MountDisk),
		do("disk-fill", "Use up the space of a disk", (*realnodes.Cluster).FillDisk),
		do("disk-free", "Give it back", (*realnodes.Cluster).FreeDisk),
		do("disk-readonly", "Let a disk refuse writes, so that its file system turns read-only until the next boot", drive(machine.RefusesWrites)),
		do("disk-fail", "Let a disk fail whatever it is asked", drive(machine.Fails)),
		do("disk-hang", "Let a disk answer nothing", drive(machine.Hangs)),
		do("disk-heal", "Let a disk work again", drive(machine.Healthy)),
		do("disk-swap", "Put an empty disk in the place of one; the node must be without power", (*realnodes.Cluster).SwapDisk),
		do("disk-pull", "Take a disk out; the node must be without power", (*realnodes.Cluster).PullDisk),
		do("disk-put-back", "Put it back; the node must be without power", (*realnodes.Cluster).PutBackDisk),
	}
}

func diskCommand(name *string) *cobra.Command {
	return &cobra.Command{
		Use:   "disk NODE NAME",
		Short: "Give a node a new disk, and print where it has it mounted",
		Args:  byhand.Usage(cobra.ExactArgs(2)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return onNode(cmd.Context(), *name, args[0], func(ctx context.Context, cluster *realnodes.Cluster, n int) error {
				path, err := cluster.Disk(ctx, n, args[1])
				if err != nil {
					return err
				}
				fmt.Println(path)
				return nil
			})
		},
	}
}

func onCommand(name *string) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "on NODE COMMAND...",
		Short: "Run a command on a node",
		Args:  byhand.Usage(cobra.MinimumNArgs(2)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return onNode(cmd.Context(), *name, args[0], func(ctx context.Context, cluster *realnodes.Cluster, n int) error {
				text, err := cluster.On(ctx, n, args[1:]...)
				if err != nil {
					return err
				}
				fmt.Print(text)
				return nil
			})
		},
	}
	cmd.Flags().SetInterspersed(false) // the flags of the command are its own
	return cmd
}

// onNode does something with the node that is called n1, or 1.
func onNode(ctx context.Context, name, node string, act func(context.Context, *realnodes.Cluster, int) error) error {
	number := node
	if len(node) > 1 && node[0] == 'n' {
		number = node[1:]
	}
	n, err := strconv.Atoi(number)
	if err != nil {
		return fmt.Errorf("%q is no node: they are called n1, n2 and so on; %w", node, byhand.ErrUsage)
	}
	cluster, err := realnodes.Connect(name)
	if err != nil {
		return err
	}
	return act(ctx, cluster, n)
}
