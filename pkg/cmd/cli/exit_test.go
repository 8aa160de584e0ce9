package cli

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/collect"
)

func TestExitCode(t *testing.T) {
	interrupted, cancel := context.WithCancel(context.Background())
	cancel()
	failed := errors.New("failed")
	for _, tc := range []struct {
		name   string
		ctx    context.Context
		err    error
		want   int
		silent bool
	}{
		{"done", t.Context(), nil, 0, true},
		{"done just before the interrupt", interrupted, nil, 0, true},
		{"failed", t.Context(), failed, 1, false},
		{"misuse", t.Context(), fmt.Errorf("x: %w", Usagef("bad")), 2, false},
		{"bad file", t.Context(), &collect.FileError{Path: "f", Err: failed}, 2, false},
		{"findings", t.Context(), fmt.Errorf("x: %w", &FindingsError{}), 3, true},
		{"findings with a word", t.Context(), &FindingsError{Message: "declined"}, 3, false},
		{"interrupted", interrupted, failed, 130, true},
		{"reader gone", t.Context(), fmt.Errorf("write: %w", errnosOf(runtime.GOOS).brokenPipe[0]), 0, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := exitCode(tc.ctx, tc.err); got != tc.want {
				t.Errorf("exit code %d, want %d", got, tc.want)
			}
			if got := silent(tc.ctx, tc.err); got != tc.silent {
				t.Errorf("silent: %t, want %t", got, tc.silent)
			}
		})
	}
}
