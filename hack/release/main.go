// Command release builds what a release consists of: for every platform that the krew manifest names an archive and an SBOM,
// the checksums of all of them, and a copy of the manifest with the version and the archives' checksums filled in.
//
//	go run ./hack/release -version v0.1.0
//
// The same sources, the same version and the same Go give the same bytes, on every machine and in every directory.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// errUsage marks what the person at the keyboard has to correct.
var errUsage = errors.New("see go run ./hack/release -help")

// run returns the exit code: 0 done, 1 failed, 2 misuse.
func run(ctx context.Context, args []string) int {
	r, err := parse(args)
	if err == nil {
		err = r.build(ctx)
	}
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errUsage):
		fmt.Fprintln(os.Stderr, "error:", err)
		return 2
	default:
		fmt.Fprintln(os.Stderr, "error:", err)
		return 1
	}
}

// semantic is a version as krew and Go's modules want it, with its v.
var semantic = regexp.MustCompile(`^v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z][0-9A-Za-z.-]*)?$`)

func parse(args []string) (*release, error) {
	r := &release{log: os.Stderr}
	flags := flag.NewFlagSet("release", flag.ContinueOnError)
	flags.StringVar(&r.version, "version", "", "the version to build, such as v0.1.0")
	flags.StringVar(&r.manifest, "manifest", "plugins.yaml", "the krew manifest of the release before: it names the platforms, and is stamped in a copy")
	flags.StringVar(&r.out, "out", "dist", "the directory to write to; it must be empty or absent")
	flags.SetOutput(io.Discard) // an error is told once, by run
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			flags.SetOutput(os.Stdout)
			flags.PrintDefaults()
			return nil, err
		}
		return nil, fmt.Errorf("%w; %w", err, errUsage)
	}
	switch {
	case flags.NArg() > 0:
		return nil, fmt.Errorf("%q is an argument too many; %w", flags.Arg(0), errUsage)
	case r.version == "":
		return nil, fmt.Errorf("there is no version: make release VERSION=v0.1.0; %w", errUsage)
	case !semantic.MatchString(r.version):
		return nil, fmt.Errorf("%q is no semantic version: it looks like v0.1.0 or v0.1.0-rc.1; %w", r.version, errUsage)
	case strings.HasSuffix(r.version, "-dirty"):
		return nil, fmt.Errorf("%q comes from a checkout with changes: say VERSION=v0.1.0; %w", r.version, errUsage)
	default:
		return r, nil
	}
}
