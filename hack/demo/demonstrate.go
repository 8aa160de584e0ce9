package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/term"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
)

// patience bounds the story, not the first build of the control plane.
const patience = 5 * time.Minute

// defaultWidth is that of the picture, and of a story that is not shown on a terminal.
const defaultWidth = 100

// options is what the demo was asked for.
type options struct {
	out io.Writer // the story
	log io.Writer // what else happens
	// width is the number of columns, 0 for the default; color is for terminals and pictures.
	width int
	color bool

	plugin   string
	examples string
	picture  string
	// readmes are the pages to fill: README.md and its translations.
	readmes []string
}

// look takes width and colour from a terminal, if that is what the story is shown on. A picture has its own.
func (o *options) look(fd int) {
	if o.picture != "" {
		o.color = true
	} else if columns, _, err := term.GetSize(fd); err == nil {
		o.width, o.color = columns, os.Getenv("NO_COLOR") == ""
	}
}

// demonstrate tells the story on out. When it returns nothing is left of the control plane.
func (o *options) demonstrate(ctx context.Context) (err error) {
	cp, err := controlplane.Start(ctx, controlplane.Options{
		Name:  "localpv-demo",
		Nodes: controlplane.NewNodes("node", 4),
		// Long enough for a busy machine, on which living nodes would be taken for dead; in production it is longer still.
		GracePeriod: 20 * time.Second,
		Log:         o.log,
	})
	if err != nil {
		return err
	}
	defer func() {
		fmt.Fprintln(o.log, "\ntaking the control plane down")
		err = errors.Join(err, cp.Stop())
	}()
	shell, err := o.shell(cp)
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
func (o *options) shell(cp *controlplane.ControlPlane) (*shell, error) {
	plugin, err := filepath.Abs(o.plugin)
	if err != nil {
		return nil, fmt.Errorf("find the plugin: %w", err)
	}
	if _, err := os.Stat(filepath.Join(plugin, "kubectl-localpv")); err != nil {
		return nil, fmt.Errorf("find the plugin: %w; run `make build` first", err)
	}
	list := string(os.PathListSeparator)
	s := &shell{out: o.out, kubectl: filepath.Join(cp.BinDir(), "kubectl"), width: cmp.Or(o.width, defaultWidth), env: []string{
		"PATH=" + plugin + list + cp.BinDir() + list + os.Getenv("PATH"),
		"KUBECONFIG=" + cp.Kubeconfig(),
		"KUBECACHEDIR=" + filepath.Join(cp.Dir(), "cache"),
		"KUBERC=off",
		"TERM=xterm-256color",
	}}
	if !o.color {
		s.env = append(s.env, "NO_COLOR=1")
	}
	return s, nil
}

// keep writes what was shown to where it was asked for.
func (o *options) keep(shown []exchange) error {
	if o.picture != "" {
		if err := os.WriteFile(o.picture, []byte(draw(pictured(shown))), 0o644); err != nil {
			return fmt.Errorf("draw the picture: %w", err)
		}
	}
	for _, path := range o.readmes {
		if err := fillReadme(path, shown); err != nil {
			return err
		}
	}
	return nil
}

// pictured are the exchanges that the picture shows: those that say it all.
func pictured(shown []exchange) []exchange {
	return slices.DeleteFunc(slices.Clone(shown), func(e exchange) bool { return e.name != lsDead && e.name != whyPending && e.name != recovery })
}
