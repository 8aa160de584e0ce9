//go:build linux

package machine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"sync"
	"syscall"
)

// machine is a node as the lab sees it.
type machine struct {
	number int
	run    Run

	mu     sync.Mutex
	power  *exec.Cmd         // its init while it has power
	drives map[string]*drive // while it has power, by the name of the image
}

// on boots the node and returns when its kubelet has been started.
func (m *machine) on(ctx context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	name := NodeName(m.number)
	if m.power != nil {
		return fmt.Errorf("switch on %s: it is on", name)
	}
	for _, c := range m.run.Cgroups {
		if err := c.below(name).empty(ctx); err != nil { // what containers were in before the power was cut
			return err
		}
	}
	if err := os.RemoveAll(m.run.NodeSocket(m.number)); err != nil {
		return err
	}
	if err := m.plugAll(); err != nil {
		return errors.Join(err, m.unplugAll(ctx))
	}
	if err := m.start(ctx); err != nil {
		return fmt.Errorf("switch on %s: %w", name, err)
	}
	return nil
}

// start starts the node and waits until it has booted.
func (m *machine) start(ctx context.Context) error {
	log, err := os.OpenFile(m.run.NodeLog(m.number, "node"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	said, say, err := os.Pipe()
	if err != nil {
		return err
	}
	defer said.Close()
	cmd := again(partEnter, m.run.Dir, partNode, strconv.Itoa(m.number))
	cmd.Stdout, cmd.Stderr = say, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: namespaces}
	wired, err := cmd.StdinPipe()
	if err != nil {
		return errors.Join(err, say.Close())
	}
	err = cmd.Start()
	say.Close()
	if err != nil {
		return errors.Join(err, m.unplugAll(ctx))
	}
	m.power = cmd
	if err := m.boot(ctx, wired, said); err != nil {
		return errors.Join(fmt.Errorf("%w\n%s", err, logged(log.Name())), m.cut(ctx))
	}
	return nil
}

// boot connects the node, lets it go on, and waits until it says that it is ready.
func (m *machine) boot(ctx context.Context, wired io.Closer, said io.Reader) error {
	if err := wire(ctx, m.number, m.power.Process.Pid); err != nil {
		return errors.Join(err, wired.Close())
	}
	if err := wired.Close(); err != nil {
		return err
	}
	word := make([]byte, len(ready))
	if _, err := io.ReadFull(said, word); err != nil {
		return fmt.Errorf("it did not boot: %w", err)
	}
	return nil
}

// off cuts the power, and returns when every process of the node is gone and its disks are at rest.
func (m *machine) off(ctx context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.power == nil {
		return fmt.Errorf("cut the power of %s: it is off", NodeName(m.number))
	}
	return m.cut(ctx)
}

// cut fails the drives first: what is not on a disk yet does not get there while the processes end, and nobody waits for a disk that
// hangs.
func (m *machine) cut(ctx context.Context) error {
	var all []error
	for _, name := range slices.Sorted(maps.Keys(m.drives)) {
		all = append(all, m.drives[name].set(Fails))
	}
	if err := m.power.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return errors.Join(append(all, fmt.Errorf("cut the power of %s: %w", NodeName(m.number), err))...)
	}
	_ = m.power.Wait() // it was killed
	m.power = nil
	return errors.Join(append(all, unwire(ctx, m.number), m.unplugAll(ctx))...)
}

func (m *machine) link(ctx context.Context, up bool) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.power == nil {
		return fmt.Errorf("the link of %s: it has no power", NodeName(m.number))
	}
	return setLink(ctx, m.number, up)
}
