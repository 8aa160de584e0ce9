package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// plugin is the package that is built.
const plugin = "./cmd/kubectl-localpv"

// versionVariable is what `kubectl localpv version` prints.
const versionVariable = "github.com/kubectl-localpv/kubectl-localpv/pkg/cmd.version"

// compile builds the plugin. Neither the directory nor the checkout's commit gets into the binary: the commit of a release
// holds the checksums of that release, so it cannot be part of what they are of.
func compile(ctx context.Context, p platform, version, to string, log io.Writer) error {
	cmd := goCommand(ctx, p, "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -X "+versionVariable+"="+version, "-o", to, plugin)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("compile %s: %w", plugin, err)
	}
	return nil
}

// goCommand runs Go for a platform, and the same way whatever the caller's environment asks for.
func goCommand(ctx context.Context, p platform, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+p.os, "GOARCH="+p.arch,
		"GOFLAGS=", "GOWORK=off", "GOEXPERIMENT=", "GOFIPS140=off", "GOAMD64=v1", "GOARM64=v8.0")
	return cmd
}

// goOutput runs Go for a platform and returns what it printed.
func goOutput(ctx context.Context, p platform, args ...string) ([]byte, error) {
	var stderr strings.Builder
	cmd := goCommand(ctx, p, args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(stderr.String()))
	}
	return out, nil
}
