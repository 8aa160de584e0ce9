//go:build linux

package realnodes

import (
	"context"

	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes/machine"
)

// Disk gives a node a new disk with an ext4, mounts it now and at every boot, and returns where.
func (c *Cluster) Disk(ctx context.Context, n int, name string) (string, error) {
	return machine.MountPoint(name), c.askLab(ctx, "NewDisk", machine.DiskRequest{Node: n, Name: name})
}

// BlockDisk gives a node a new disk without a file system, for a volume of mode Block, and returns by which path the node has it now and
// after every boot.
func (c *Cluster) BlockDisk(ctx context.Context, n int, name string) (string, error) {
	return machine.DevicePath(name), c.askLab(ctx, "NewDisk", machine.DiskRequest{Node: n, Name: name, Block: true})
}

// UnmountDisk unmounts a disk on a node. A Pod that has it goes on with it; the next one finds an empty directory.
func (c *Cluster) UnmountDisk(ctx context.Context, n int, name string) error {
	return c.askDisk(ctx, "Unmount", machine.DiskRequest{Node: n, Name: name})
}

// MountDisk mounts a disk again.
func (c *Cluster) MountDisk(ctx context.Context, n int, name string) error {
	return c.askDisk(ctx, "Mount", machine.DiskRequest{Node: n, Name: name})
}

// SetDisk makes the drive of a disk refuse writes, whereupon its file system turns read-only; fail; hang; or be healthy. A file system
// that has seen a drive fail stays as it is until the disk is mounted again.
func (c *Cluster) SetDisk(ctx context.Context, n int, name string, mode machine.Mode) error {
	return c.askLab(ctx, "Behave", machine.DiskRequest{Node: n, Name: name, Mode: mode})
}

// FillDisk uses up the space of a disk.
func (c *Cluster) FillDisk(ctx context.Context, n int, name string) error {
	return c.askDisk(ctx, "Fill", machine.DiskRequest{Node: n, Name: name})
}

// FreeDisk gives back what FillDisk has used up.
func (c *Cluster) FreeDisk(ctx context.Context, n int, name string) error {
	return c.askDisk(ctx, "Free", machine.DiskRequest{Node: n, Name: name})
}

// SwapDisk puts a new disk in the place of one with a file system. The node must be without power.
func (c *Cluster) SwapDisk(ctx context.Context, n int, name string) error {
	return c.askLab(ctx, "SwapDisk", machine.DiskRequest{Node: n, Name: name})
}

// PullDisk takes a disk with a file system out, so that the next boot does not mount it. The node must be without power.
func (c *Cluster) PullDisk(ctx context.Context, n int, name string) error {
	return c.askLab(ctx, "PullDisk", machine.DiskRequest{Node: n, Name: name})
}

// PutBackDisk puts a disk back that was taken out or swapped. The node must be without power.
func (c *Cluster) PutBackDisk(ctx context.Context, n int, name string) error {
	return c.askLab(ctx, "PutBackDisk", machine.DiskRequest{Node: n, Name: name})
}

func (c *Cluster) askDisk(ctx context.Context, method string, r machine.DiskRequest) error {
	return c.askNode(ctx, r.Node, method, r, &machine.Nothing{})
}
