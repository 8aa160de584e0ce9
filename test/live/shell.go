package live

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/kubectl-localpv/kubectl-localpv/test/plugin"
)

// Shell is a command line for bash as a person has it who uses the plugin: kubectl, the plugin and its completion are on
// the PATH, and the kubeconfig is the administrator's. The home directory, and where the command runs, is dir.
func (l *Cluster) Shell(ctx context.Context, dir, line string) (*exec.Cmd, error) {
	if err := l.installCompletion(ctx); err != nil {
		return nil, err
	}
	list := string(os.PathListSeparator)
	cmd := exec.CommandContext(ctx, "bash", "-c", line)
	cmd.Dir = dir
	cmd.Env = []string{
		"HOME=" + dir,
		"KUBECONFIG=" + l.Kubeconfig(),
		"PATH=" + l.dir + list + l.BinDir() + list + os.Getenv("PATH"),
		"TERM=xterm-256color",
	}
	return cmd, nil
}

// installCompletion puts the script that completes for kubectl beside the plugin, once.
func (l *Cluster) installCompletion(ctx context.Context) error {
	const script = "kubectl_complete-localpv"
	root, err := plugin.Root(ctx)
	if err != nil {
		return err
	}
	err = os.Symlink(filepath.Join(root, script), filepath.Join(l.dir, script))
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("install the completion: %w", err)
	}
	return nil
}
