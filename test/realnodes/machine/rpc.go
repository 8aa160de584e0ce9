//go:build linux

package machine

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/rpc"
	"os"
	"path/filepath"
)

// Nothing is the argument, or the answer, of a request that has none.
type Nothing struct{}

// LinkRequest is the argument of Link.
type LinkRequest struct {
	Node int
	Up   bool
}

// DiskRequest is the argument of all that is done to a disk.
type DiskRequest struct {
	Node int
	Name string
	// Block gives it no file system.
	Block bool
	// Mode is how its drive is to behave.
	Mode Mode
}

// Command is the argument of Run.
type Command struct{ Args []string }

// Output is what a command printed, on both streams, and its exit code.
type Output struct {
	Text string
	Code int
}

// labService is the Lab for others.
type labService struct {
	ctx context.Context //nolint:containedctx // net/rpc hands none to a method: it is that of the lab's life
	lab *Lab
}

// PowerOn boots a node.
func (s labService) PowerOn(n int, _ *Nothing) error { return s.lab.PowerOn(s.ctx, n) }

// PowerOff cuts the power of a node.
func (s labService) PowerOff(n int, _ *Nothing) error { return s.lab.PowerOff(s.ctx, n) }

// Link connects a node with the others, or cuts it off.
func (s labService) Link(r LinkRequest, _ *Nothing) error { return s.lab.Link(s.ctx, r.Node, r.Up) }

// NewDisk puts a disk with nothing on it into a node, whether it has power or not.
func (s labService) NewDisk(r DiskRequest, _ *Nothing) error { return s.lab.newDisk(s.ctx, r) }

// SwapDisk puts a disk with nothing on it in the place of another, and keeps that. The node must be without power.
func (s labService) SwapDisk(r DiskRequest, _ *Nothing) error { return s.lab.swapDisk(s.ctx, r) }

// PullDisk takes a disk out. The node must be without power.
func (s labService) PullDisk(r DiskRequest, _ *Nothing) error { return s.lab.pullDisk(r) }

// PutBackDisk puts a disk in again that was taken out, or swapped. The node must be without power.
func (s labService) PutBackDisk(r DiskRequest, _ *Nothing) error { return s.lab.putBackDisk(r) }

// Behave makes the drive of a disk misbehave, or heals it.
func (s labService) Behave(r DiskRequest, _ *Nothing) error { return s.lab.setDrive(r) }

// nodeService is the node for others.
type nodeService struct {
	ctx  context.Context //nolint:containedctx // net/rpc hands none to a method: it is that of the node's life
	node *node
}

// StartKubelet starts the kubelet again.
func (s nodeService) StartKubelet(Nothing, *Nothing) error { return s.node.startKubelet() }

// KillKubelet kills the kubelet alone.
func (s nodeService) KillKubelet(Nothing, *Nothing) error { return s.node.killKubelet() }

// Insert begins to use a disk that is new.
func (s nodeService) Insert(r DiskRequest, _ *Nothing) error {
	return s.node.insertDisk(r.Name, r.Block)
}

// Unmount unmounts a disk. A Pod that has it goes on with it.
func (s nodeService) Unmount(r DiskRequest, _ *Nothing) error { return s.node.unmountDisk(r.Name) }

// Mount mounts a disk again that was unmounted.
func (s nodeService) Mount(r DiskRequest, _ *Nothing) error { return s.node.mountDisk(r.Name) }

// Fill uses up all of a disk's space.
func (s nodeService) Fill(r DiskRequest, _ *Nothing) error { return s.node.fillDisk(r.Name) }

// Free gives back what Fill has used up.
func (s nodeService) Free(r DiskRequest, _ *Nothing) error { return s.node.freeDisk(r.Name) }

// Run runs a command.
func (s nodeService) Run(c Command, out *Output) error {
	var err error
	*out, err = s.node.execute(s.ctx, c.Args)
	return err
}

// service is the name of whatever is behind a socket: there is one.
const service = "Machine"

// serve answers requests at a socket. It returns when it cannot any more.
func serve(socket string, receiver any) error {
	listener, err := listen(socket)
	if err != nil {
		return err
	}
	server := rpc.NewServer()
	if err := server.RegisterName(service, receiver); err != nil {
		return errors.Join(err, listener.Close())
	}
	for {
		conn, err := listener.Accept()
		if err != nil {
			return fmt.Errorf("serve at %s: %w", socket, err)
		}
		go server.ServeConn(conn)
	}
}

// listen makes the socket under another name first, so that whoever finds it can use it.
func listen(socket string) (net.Listener, error) {
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: socket + "~"})
	if err != nil {
		return nil, fmt.Errorf("listen in %s: %w", filepath.Dir(socket), err)
	}
	listener.SetUnlinkOnClose(false)
	if err := os.Rename(socket+"~", socket); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	return listener, nil
}

// Ask sends a request to a socket and waits for the answer. What a lab and a node can be asked are the methods of labService and
// nodeService.
func Ask(ctx context.Context, socket, method string, argument, answer any) error {
	conn, err := new(net.Dialer).DialContext(ctx, "unix", socket)
	if err != nil {
		return fmt.Errorf("%s: nobody answers: %w", method, err)
	}
	client := rpc.NewClient(conn)
	defer func() { _ = client.Close() }()
	call := client.Go(service+"."+method, argument, answer, make(chan *rpc.Call, 1))
	select {
	case <-call.Done:
		return call.Error
	case <-ctx.Done():
		return fmt.Errorf("%s: %w", method, context.Cause(ctx))
	}
}
