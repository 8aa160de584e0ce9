// Command verify is what `make check` and `make test` run: every check of this repository, the fast ones first.
//
// Without arguments it runs all phases but those that leftOut names, and stops at the first that fails; with arguments, those that are named:
//
//	go run ./hack/verify
//	go run ./hack/verify files lint
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// run returns the exit code: 0 everything passed, 1 something failed, 2 misuse.
func run(ctx context.Context, names []string) int {
	chosen, err := choose(phases(), names)
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		return 2
	}
	s := &session{dir: ".", out: os.Stdout, cpu: used}
	if !s.run(ctx, chosen) {
		return 1
	}
	return 0
}

// leftOut are the phases that run only if they are named: race runs the tests of unit as well, few machines can run real nodes, and what is
// not in this list is part of every `make test`.
func leftOut() []string { return []string{"unit", "nodes", "story"} }

// choose returns the named phases in the order of all. If none is named, it returns all but those that are left out.
func choose(all []phase, names []string) ([]phase, error) {
	if len(names) == 0 {
		return slices.DeleteFunc(slices.Clone(all), func(p phase) bool { return slices.Contains(leftOut(), p.name) }), nil
	}
	wanted := map[string]bool{}
	for _, name := range names {
		wanted[name] = true
	}
	var chosen []phase
	var known []string
	for _, p := range all {
		known = append(known, p.name)
		if wanted[p.name] {
			chosen = append(chosen, p)
			delete(wanted, p.name)
		}
	}
	for _, name := range names {
		if wanted[name] {
			return nil, fmt.Errorf("there is no phase %q: choose from %s", name, strings.Join(known, ", "))
		}
	}
	return chosen, nil
}
