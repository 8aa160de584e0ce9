package cli

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/collect"
)

// The exit codes, the same for every command.
const (
	// ExitOK: done, or nothing is wrong.
	ExitOK = 0
	// ExitFailed: the command could not do its work.
	ExitFailed = 1
	// ExitUsage: the command line or an input file is invalid, and nothing was done.
	ExitUsage = 2
	// ExitFindings: the command did its work and found what it looks for, or a Plan is blocked or was declined.
	ExitFindings = 3
	// ExitInterrupted: a signal ended the command.
	ExitInterrupted = 130
)

// UsageError says that the command line is invalid. Its message says what, and what to do instead.
type UsageError struct{ Message string }

// Error implements error.
func (e *UsageError) Error() string { return e.Message }

// Usagef returns a UsageError.
func Usagef(format string, args ...any) error {
	return &UsageError{Message: fmt.Sprintf(format, args...)}
}

// FindingsError ends a command that did its work and found something: all that there is to say has been printed,
// unless Message is set.
type FindingsError struct{ Message string }

// Error implements error.
func (e *FindingsError) Error() string { return e.Message }

// exitCode is the exit code of a command that returned err under ctx.
func exitCode(ctx context.Context, err error) int {
	var usage *UsageError
	var file *collect.FileError
	var findings *FindingsError
	switch {
	case err == nil, brokenPipe(err):
		return ExitOK
	case errors.As(err, &usage), errors.As(err, &file):
		return ExitUsage
	case errors.As(err, &findings):
		return ExitFindings
	case ctx.Err() != nil:
		return ExitInterrupted
	}
	return ExitFailed
}

// brokenPipe reports whether the reader of the output has gone, as head does when it has seen enough.
func brokenPipe(err error) bool { return isAny(err, errnosOf(runtime.GOOS).brokenPipe) }

// silent reports whether nothing is left to say about an error.
func silent(ctx context.Context, err error) bool {
	var findings *FindingsError
	if errors.As(err, &findings) && findings.Message == "" {
		return true
	}
	var told *ToldError
	return err == nil || errors.As(err, &told) || brokenPipe(err) || exitCode(ctx, err) == ExitInterrupted
}

// ToldError ends a command that failed and has reported that in full.
type ToldError struct{ Err error }

// Error implements error.
func (e *ToldError) Error() string { return e.Err.Error() }

// Unwrap returns the failure.
func (e *ToldError) Unwrap() error { return e.Err }
