package controlplane

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// process is one component that this package runs by itself (envtest runs the other two).
type process struct {
	name string
	cmd  *exec.Cmd
	done chan struct{} // closed once err is set
	err  error
}

// startProcess runs a component with its output in the log directory. It does not wait for it to be useful.
func startProcess(dir *workdir, name string, args []string) (*process, error) {
	log, err := dir.openLog(name)
	if err != nil {
		return nil, fmt.Errorf("open the log of %s: %w", name, err)
	}
	defer log.Close()
	p := &process{name: name, done: make(chan struct{})}
	err = whileBusy(func() error {
		p.cmd = exec.Command(dir.launcher(name), args...) //nolint:noctx // it outlives the call; Stop ends it
		p.cmd.Stdout, p.cmd.Stderr = log, log
		p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C is ours to handle
		return p.cmd.Start()
	})
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	go func() {
		p.err = p.cmd.Wait()
		_ = os.Remove(dir.file("pids", name)) // the id may be given to a stranger now
		close(p.done)
	}()
	return p, nil
}

// whileBusy repeats a start that met "text file busy": a child that another goroutine forks at the wrong moment
// holds a launcher open for writing until it execs (https://go.dev/issue/22315).
func whileBusy(start func() error) error {
	for delay := time.Millisecond; ; delay *= 2 {
		err := start()
		if !errors.Is(err, syscall.ETXTBSY) || delay > time.Second {
			return err
		}
		time.Sleep(delay) //nolint:forbidigo // there is nothing to watch: another fork has to get to its exec
	}
}

// stop asks the process to end and insists after a minute. It returns once the process is gone.
func (p *process) stop() error {
	select {
	case <-p.done:
		return nil
	default:
	}
	// An error here means that it ended in between; done tells.
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.done:
		return nil
	case <-time.After(time.Minute):
	}
	_ = p.cmd.Process.Kill()
	<-p.done
	return fmt.Errorf("%s did not stop within a minute and was killed", p.name)
}

func (p *process) running() bool {
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}
