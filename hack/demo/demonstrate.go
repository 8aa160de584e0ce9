package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/term"

	"github.com/kubectl-localpv/kubectl-localpv/hack/controlplane"
)

// patience bounds the story, not the first build of the control plane.
const patience = 5 * time.Minute

// width is the terminal's if there is one to show the story on.
const width = 100

// options is what the demo was asked for.
type options struct {
	plugin   string
	examples string
	picture  string
	readme   string
}

// demonstrate tells the story on out. When it returns nothing is left of the control plane.
func (o options) demonstrate(ctx context.Context, out *os.File) (err error) {
	cp, err := controlplane.Start(ctx, controlplane.Options{
		Name:  "localpv-demo",
		Nodes: controlplane.NewNodes("node", 4),
		Log:   os.Stderr,
	})
	if err != nil {
		return err
	}
	defer func() {
		fmt.Fprintln(os.Stderr, "\ntaking the control plane down")
		err = errors.Join(err, cp.Stop())
	}()
	shell, err := o.shell(cp, out)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, patience, fmt.Errorf("the demo took longer than %s", patience))
	defer cancel()
	s := &story{cluster: cp.Cluster, shell: shell, examples: o.examples}
	if err := s.tell(ctx); err != nil {
		return err
	}
	return o.keep(shell.shown)
}

// shell is a terminal in which kubectl finds the plugin and the control plane, and writes nothing into the home directory.
func (o options) shell(cp *controlplane.ControlPlane, out *os.File) (*shell, error) {
	plugin, err := filepath.Abs(o.plugin)
	if err != nil {
		return nil, fmt.Errorf("find the plugin: %w", err)
	}
	if _, err := os.Stat(filepath.Join(plugin, "kubectl-localpv")); err != nil {
		return nil, fmt.Errorf("find the plugin: %w; run `make build` first", err)
	}
	list := string(os.PathListSeparator)
	s := &shell{out: out, kubectl: filepath.Join(cp.BinDir(), "kubectl"), width: width, env: []string{
		"PATH=" + plugin + list + cp.BinDir() + list + os.Getenv("PATH"),
		"KUBECONFIG=" + cp.Kubeconfig(),
		"KUBECACHEDIR=" + filepath.Join(cp.Dir(), "cache"),
		"KUBERC=off",
		"TERM=xterm-256color",
	}}
	switch columns, _, err := term.GetSize(int(out.Fd())); {
	case err != nil && o.picture == "":
		s.env = append(s.env, "NO_COLOR=1")
	case err == nil && o.picture == "":
		s.width = columns
	}
	return s, nil
}

// keep writes what was shown to where it was asked for.
func (o options) keep(shown []exchange) error {
	if o.picture != "" {
		if err := os.WriteFile(o.picture, []byte(draw(shown)), 0o644); err != nil {
			return fmt.Errorf("draw the picture: %w", err)
		}
	}
	if o.readme != "" {
		return fillReadme(o.readme, shown)
	}
	return nil
}
