//go:build linux

package machine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

// Leash holds a run. When it is dropped, or the process that holds it ends in whatever way, the keeper clears the run away.
type Leash struct {
	keeper *exec.Cmd
	end    *os.File
	said   *os.File
}

// Begin starts the keeper of a run whose directory is laid out, and returns when the nodes have power. The kubelets may not have
// reported yet.
func Begin(ctx context.Context, run Run) (*Leash, error) {
	if err := run.Save(); err != nil {
		return nil, err
	}
	cmd := again(partKeeper, run.Dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // Ctrl-C is for whoever holds the leash
	held, end, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer held.Close()
	said, say, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, end.Close())
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = held, say, say
	if run.Stay {
		cmd.Stdin = nil
	}
	err = cmd.Start()
	say.Close()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start the keeper: %w", err), end.Close(), said.Close())
	}
	l := &Leash{keeper: cmd, end: end, said: said}
	stop := context.AfterFunc(ctx, func() { _ = cmd.Process.Signal(syscall.SIGTERM) })
	defer stop()
	if err := l.wait(); err != nil {
		return nil, errors.Join(fmt.Errorf("start real nodes: %w", err), context.Cause(ctx), l.Drop())
	}
	return l, nil
}

// wait reads until the lab says that it is ready, or nobody is left who could.
func (l *Leash) wait() error {
	var text strings.Builder
	for buffer := make([]byte, 4096); ; {
		n, err := l.said.Read(buffer)
		text.Write(buffer[:n])
		if strings.HasPrefix(text.String(), ready+"\n") {
			return nil
		}
		if errors.Is(err, io.EOF) {
			return errors.New(strings.TrimSpace(text.String()))
		}
		if err != nil {
			return err
		}
	}
}

// Drop ends the run and returns when nothing of it is left.
func (l *Leash) Drop() error {
	err := l.end.Close()
	said, _ := io.ReadAll(l.said) // until the keeper is gone
	err = errors.Join(err, l.said.Close(), l.keeper.Wait())
	if err != nil {
		return fmt.Errorf("end real nodes: %w\n%s", err, said)
	}
	return nil
}

// Leave lets a run go on that stays.
func (l *Leash) Leave() error {
	return errors.Join(l.end.Close(), l.said.Close(), l.keeper.Process.Release())
}
