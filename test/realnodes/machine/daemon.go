//go:build linux

package machine

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
)

// daemon is a program that a node runs.
type daemon struct {
	cmd  *exec.Cmd
	done chan struct{} // closed once err is set
	err  error
}

// start runs a program with what it says in the log of its name.
func (n *node) start(name string, args ...string) (*daemon, error) {
	log, err := os.OpenFile(n.run.NodeLog(n.number, name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	d := &daemon{cmd: exec.Command(name, args...), done: make(chan struct{})} //nolint:noctx // it ends with the node
	d.cmd.Stdout, d.cmd.Stderr = log, log
	if err := d.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	go func() {
		d.err = d.cmd.Wait()
		close(d.done)
	}()
	return d, nil
}

func (d *daemon) running() bool {
	select {
	case <-d.done:
		return false
	default:
		return true
	}
}

// kill returns when the program is gone. What it has started goes on.
func (d *daemon) kill() error {
	if err := d.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	<-d.done
	return nil
}
