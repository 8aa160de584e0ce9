//go:build linux

package machine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// plugAll gives power to all disks that are in the machine.
func (m *machine) plugAll() error {
	for _, block := range []bool{false, true} {
		images, err := filepath.Glob(m.run.diskImage(m.number, "*", block))
		if err != nil {
			return err
		}
		for _, image := range images {
			if err := m.plug(strings.TrimSuffix(filepath.Base(image), suffix(block)), block); err != nil {
				return err
			}
		}
	}
	return nil
}

// plug gives power to a disk, and leaves a link to its device for the node.
func (m *machine) plug(name string, block bool) error {
	d, err := startDrive(m.run.diskImage(m.number, name, block), m.run.mark(m.number)+name)
	if err != nil {
		return err
	}
	if m.drives == nil {
		m.drives = map[string]*drive{}
	}
	m.drives[name+suffix(block)] = d
	if err := os.Symlink(d.device.Name(), m.run.deviceLink(m.number, name, block)); err != nil {
		return fmt.Errorf("tell where disk %s is: %w", name, err)
	}
	return nil
}

// unplugAll returns when no disk of the machine is in use any more. The node must be gone.
func (m *machine) unplugAll(ctx context.Context) error {
	var all []error
	for _, d := range m.drives {
		all = append(all, d.free())
	}
	all = append(all, detach(ctx, m.run.mark(m.number)))
	for _, d := range m.drives {
		d.end()
	}
	m.drives = nil
	links := filepath.Join(m.run.NodeDir(m.number), devicesDir)
	return errors.Join(append(all, os.RemoveAll(links), os.MkdirAll(links, 0o755))...)
}
