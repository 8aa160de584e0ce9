package controlplane

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// workdir is the directory of one control plane and the reaper that clears it away.
//
//	bin/   one launcher per component
//	pids/  one file per running component, written by its launcher
//	log/   one file per component
//	pki/, etcd/, *.kubeconfig
type workdir struct {
	path   string
	reaper *exec.Cmd
	leash  *os.File
}

// launcher writes down its process id and becomes the component. The id is on disk before the component
// runs, so that the reaper knows every process, the ones that envtest starts included. Components are small and short-lived
// here, so they collect garbage seldom: it is a fifth of what they do.
const launcher = "#!/bin/sh\necho $$ > '%s' && GOGC=400 exec '%s' \"$@\"\n"

// reaperScript waits until its standard input ends. With the word "stopped" there is nothing to do; without, the owner
// was killed, and everything it left is killed and removed. A shell does this because it has to outlive the owner.
const reaperScript = `trap '' INT TERM HUP
read -r word
[ "$word" = stopped ] && exit 0
for file in "$0"/pids/*; do kill -9 "$(cat "$file")"; done 2>/dev/null
sleep 1
rm -rf "$0"`

// newWorkdir prepares path, or a temporary directory, with a launcher for every component.
func newWorkdir(path, binDir string, components []string) (*workdir, error) {
	path, err := emptyDir(path)
	if err != nil {
		return nil, err
	}
	d := &workdir{path: path}
	if err := d.fill(binDir, components); err != nil {
		return nil, errors.Join(err, os.RemoveAll(path))
	}
	if err := d.startReaper(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(path))
	}
	return d, nil
}

func emptyDir(path string) (string, error) {
	if path == "" {
		return os.MkdirTemp("", "localpv-controlplane-")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	switch entries, err := os.ReadDir(path); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return "", fmt.Errorf("look at the control plane's directory: %w", err)
	case len(entries) > 0:
		return "", fmt.Errorf("the control plane's directory %s is not empty: give one that is, it will be removed at the end", path)
	}
	return path, os.MkdirAll(path, 0o700)
}

func (d *workdir) fill(binDir string, components []string) error {
	if strings.ContainsRune(d.path+binDir, '\'') {
		return fmt.Errorf("the paths %s and %s must not contain a quote", d.path, binDir)
	}
	for _, sub := range []string{"bin", "pids", "log", "pki", "etcd"} {
		if err := os.Mkdir(d.file(sub), 0o700); err != nil {
			return fmt.Errorf("lay out the control plane's directory: %w", err)
		}
	}
	for _, name := range components {
		script := fmt.Sprintf(launcher, d.file("pids", name), filepath.Join(binDir, name))
		if err := os.WriteFile(d.launcher(name), []byte(script), 0o700); err != nil {
			return fmt.Errorf("write the launcher of %s: %w", name, err)
		}
	}
	return nil
}

// startReaper holds one end of a pipe; the kernel closes it whatever becomes of this process.
func (d *workdir) startReaper() error {
	read, write, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("make a pipe to the reaper: %w", err)
	}
	defer read.Close()
	d.reaper = exec.Command("/bin/sh", "-c", reaperScript, d.path) //nolint:noctx // it outlives the call; the closed pipe ends it
	d.reaper.Stdin = read
	d.reaper.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C is not for the reaper
	if err := d.reaper.Start(); err != nil {
		return errors.Join(fmt.Errorf("start the reaper: %w", err), write.Close())
	}
	d.leash = write
	return nil
}

// remove deletes the directory and ends the reaper.
func (d *workdir) remove() error {
	err := os.RemoveAll(d.path)
	if err == nil {
		_, err = d.leash.WriteString("stopped\n")
	}
	return errors.Join(err, d.leash.Close(), d.reaper.Wait())
}

// abandon leaves everything to the reaper, which kills what still runs. It is for a start that failed halfway, after
// which nobody has the processes in hand.
func (d *workdir) abandon() error {
	return errors.Join(d.leash.Close(), d.reaper.Wait())
}

func (d *workdir) file(elem ...string) string {
	return filepath.Join(append([]string{d.path}, elem...)...)
}

func (d *workdir) launcher(component string) string { return d.file("bin", component) }

func (d *workdir) openLog(component string) (*os.File, error) {
	return os.OpenFile(d.file("log", component+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
}

// lastWords returns the end of a component's log, which usually says why it stopped.
func (d *workdir) lastWords(component string) string {
	data, err := os.ReadFile(d.file("log", component+".log"))
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	return strings.Join(lines[max(0, len(lines)-10):], "\n")
}
