//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/kubectl-localpv/kubectl-localpv/hack/byhand"
	planebuild "github.com/kubectl-localpv/kubectl-localpv/test/controlplane/build"
	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes"
	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes/build"
	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes/needs"
)

// startTimeout is for the start alone: the first build takes as long as it takes.
const startTimeout = 10 * time.Minute

func buildCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "build",
		Short: "Build what control plane and nodes run if the cache has none",
		Args:  byhand.Usage(cobra.NoArgs),
		RunE:  func(cmd *cobra.Command, _ []string) error { return buildAll(cmd.Context()) },
	}
}

func buildAll(ctx context.Context) error {
	if _, err := planebuild.Binaries(ctx, os.Stderr); err != nil {
		return err
	}
	_, err := build.Binaries(ctx, os.Stderr)
	return err
}

func upCommand(name *string) *cobra.Command {
	var nodes int
	cmd := &cobra.Command{
		Use:   "up",
		Short: "Start a cluster that stays, and print how to reach it (eval \"$(... up)\" works)",
		Args:  byhand.Usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if nodes < 1 {
				return fmt.Errorf("--nodes %d: there has to be one; %w", nodes, byhand.ErrUsage)
			}
			return up(cmd.Context(), *name, nodes)
		},
	}
	cmd.Flags().IntVar(&nodes, "nodes", 2, "how many nodes: n1, n2...")
	return cmd
}

func up(ctx context.Context, name string, nodes int) error {
	if missing := needs.Missing(); missing != "" {
		return errors.New(missing)
	}
	if err := buildAll(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	cluster, err := realnodes.Start(ctx, realnodes.Options{Name: name, Nodes: nodes, Log: os.Stderr})
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "stop them with `make nodes-down` or `go run ./hack/nodes down --name %s`\n", name)
	fmt.Printf("export KUBECONFIG='%s'\n", cluster.Kubeconfig())
	fmt.Printf("export PATH='%s':\"$PATH\"\n", cluster.BinDir())
	return nil
}

func downCommand(name *string) *cobra.Command {
	return &cobra.Command{
		Use:   "down",
		Short: "Stop a cluster and leave nothing behind",
		Args:  byhand.Usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			begin := time.Now()
			was, err := realnodes.Close(cmd.Context(), *name)
			if err != nil {
				return err
			}
			outcome := "not running"
			if was {
				outcome = fmt.Sprintf("stopped in %.1fs", time.Since(begin).Seconds())
			}
			fmt.Fprintf(os.Stderr, "real nodes %s are %s\n", *name, outcome)
			return nil
		},
	}
}
