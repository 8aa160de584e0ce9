//go:build linux

package machine

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// Mode is how a drive behaves.
type Mode string

// The modes. A file system on a drive that refuses writes turns read-only at the next one, as it does on hardware.
const (
	Healthy       Mode = "healthy"
	RefusesWrites Mode = "refuses writes"
	Fails         Mode = "fails"
	Hangs         Mode = "hangs"
)

// drive is the hardware of a disk: a process that gives the kernel a file with the content of an image, and does not if it is told to
// misbehave, and a loop device with that file. It is in none of the namespaces of a node: whoever is stuck in a file system cannot end before
// the drive answers.
type drive struct {
	cmd    *exec.Cmd
	modes  io.Writer
	done   *bufio.Reader
	device *os.File
}

// startDrive returns when the device is there.
func startDrive(image, mark string) (d *drive, err error) {
	target := image + ".drive"
	cmd := again(partDrive, "-", image, target)
	cmd.Stderr = os.Stderr
	modes, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the drive of %s: %w", image, err)
	}
	d = &drive{cmd: cmd, modes: modes, done: bufio.NewReader(out)}
	if err := d.connect(target, mark); err != nil {
		d.end()
		return nil, fmt.Errorf("start the drive of %s: %w", image, err)
	}
	return d, nil
}

// connect gives the file to a device. The device holds it then, and nobody else has to find it.
func (d *drive) connect(target, mark string) error {
	if err := d.waitDone(); err != nil {
		return err
	}
	device, err := attach(target, mark)
	if err != nil {
		return errors.Join(err, unix.Unmount(target, unix.MNT_DETACH))
	}
	d.device = device
	return errors.Join(unix.Unmount(target, unix.MNT_DETACH), os.Remove(target))
}

// free lets the device go, as soon as nobody has it mounted or open.
func (d *drive) free() error { return d.device.Close() }

// end ends the drive.
func (d *drive) end() {
	_ = d.cmd.Process.Kill() // it may have ended by itself, which is as well
	_ = d.cmd.Wait()
}

// set returns when the drive behaves so. What it was asked before that and has not answered is answered so too.
func (d *drive) set(mode Mode) error {
	if _, err := fmt.Fprintln(d.modes, mode); err != nil {
		return fmt.Errorf("tell the drive: %w", err)
	}
	return d.waitDone()
}

func (d *drive) waitDone() error {
	line, err := d.done.ReadString('\n')
	if err == nil && line != ready+"\n" {
		err = errors.New(strings.TrimSpace(line))
	}
	return err
}

// runDrive is the drive itself.
func runDrive(image, target string) error {
	file, err := os.OpenFile(image, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("open a drive: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return fmt.Errorf("open a drive: %w", err)
	}
	if err := os.WriteFile(target, nil, 0o600); err != nil {
		return fmt.Errorf("open a drive: %w", err)
	}
	kernel, err := mountFile(target)
	if err != nil {
		return err
	}
	p := &platter{file: file, size: info.Size(), mode: Healthy}
	p.turned.L = &p.mu
	fmt.Println(ready)
	failed := make(chan error, 2)
	go func() { failed <- p.obey(os.Stdin) }()
	go func() { failed <- p.serve(kernel) }()
	return <-failed
}

// platter is what a drive has, and how it behaves.
type platter struct {
	file *os.File
	size int64

	mu     sync.Mutex
	turned sync.Cond
	mode   Mode
}

// obey takes on the mode of each line.
func (p *platter) obey(from io.Reader) error {
	for lines := bufio.NewScanner(from); ; {
		if !lines.Scan() {
			return errors.Join(errors.New("the node is gone"), lines.Err())
		}
		p.mu.Lock()
		p.mode = Mode(lines.Text())
		p.mu.Unlock()
		p.turned.Broadcast()
		fmt.Println(ready)
	}
}

// current waits for as long as the drive hangs.
func (p *platter) current() Mode {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.mode == Hangs {
		p.turned.Wait()
	}
	return p.mode
}

func (p *platter) serve(kernel *connection) error {
	for {
		asked, err := kernel.next()
		if err != nil {
			return err
		}
		switch asked.opcode {
		case fuseForget, fuseBatchForget, fuseInterrupt: // nobody waits for an answer
			continue
		}
		body, failure := p.do(asked)
		if err := kernel.answer(asked.id, failure, body); err != nil {
			return err
		}
	}
}

// do answers a request. What touches the content is up to the mode.
func (p *platter) do(asked request) ([]byte, unix.Errno) {
	switch asked.opcode {
	case fuseInit:
		return initOut(), 0
	case fuseOpen:
		return openOut(), 0
	case fuseGetattr:
		return attributesOut(p.size), 0
	case fuseFlush, fuseRelease:
		return nil, 0
	case fuseRead, fuseWrite, fuseFsync:
		mode := p.current()
		if mode == Fails || mode == RefusesWrites && asked.opcode != fuseRead {
			return nil, unix.EIO
		}
		return p.move(asked)
	}
	return nil, unix.ENOSYS
}

// move reads or writes. A flush has nothing to do: what has been written is in the image already.
func (p *platter) move(asked request) ([]byte, unix.Errno) {
	if asked.opcode == fuseFsync {
		return nil, 0
	}
	offset, size, ok := extent(asked.body)
	if !ok {
		return nil, unix.EINVAL
	}
	if asked.opcode == fuseRead {
		data := make([]byte, size)
		n, err := p.file.ReadAt(data, offset)
		return data[:n], errno(err)
	}
	data := asked.body[writeInSize:]
	if len(data) != size {
		return nil, unix.EINVAL
	}
	n, err := p.file.WriteAt(data, offset)
	return writeOut(n), errno(err)
}

// errno is what the kernel is told of an error of the image.
func errno(err error) unix.Errno {
	if err == nil || errors.Is(err, io.EOF) {
		return 0
	}
	if number, ok := errors.AsType[unix.Errno](err); ok {
		return number
	}
	return unix.EIO
}
