package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"

	"github.com/creack/pty"

	"github.com/kubectl-localpv/kubectl-localpv/hack/screen"
)

// shell runs kubectl on a terminal of its own and shows what it says.
type shell struct {
	out     io.Writer
	kubectl string
	width   int
	env     []string
	shown   []exchange
}

// exchange is a command and what it answered, with its colours.
type exchange struct {
	name    string
	command string
	answer  string
}

// say tells what happens between the commands.
func (s *shell) say(format string, args ...any) {
	fmt.Fprintf(s.out, "\n# "+format+"\n", args...)
}

// run shows `kubectl ARGS`, runs it, and wants it to end with the exit code. The name is what the README knows it by.
func (s *shell) run(ctx context.Context, name string, exit int, args ...string) error {
	e := exchange{name: name, command: "kubectl " + quote(args)}
	fmt.Fprintf(s.out, "\n$ %s\n", e.command)
	cmd := exec.CommandContext(ctx, s.kubectl, args...)
	cmd.Env = append(os.Environ(), s.env...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 50, Cols: uint16(s.width)})
	if err != nil {
		return fmt.Errorf("%s: %w", e.command, err)
	}
	var answer strings.Builder
	_, err = io.Copy(io.MultiWriter(s.out, &answer), tty)
	if err != nil && !errors.Is(err, syscall.EIO) { // how Linux says that the other end was closed
		err = fmt.Errorf("%s: read its answer: %w", e.command, err)
	} else {
		err = nil
	}
	err = errors.Join(err, expect(e.command, exit, cmd.Wait()), tty.Close())
	e.answer = screen.Settled(answer.String())
	s.shown = append(s.shown, e)
	return err
}

// expect wants the exit code that the story needs.
func expect(command string, exit int, err error) error {
	var ended *exec.ExitError
	switch {
	case err == nil && exit == 0:
		return nil
	case errors.As(err, &ended) && ended.ExitCode() == exit:
		return nil
	case err == nil:
		return fmt.Errorf("%s: ended with 0 where %d was expected", command, exit)
	default:
		return fmt.Errorf("%s: %w where exit code %d was expected", command, err, exit)
	}
}

// quote writes arguments as they have to be typed.
func quote(args []string) string {
	typed := make([]string, 0, len(args))
	for _, arg := range args {
		if strings.ContainsAny(arg, " *?[]{}()|&;<>$\"\\") {
			arg = "'" + arg + "'"
		}
		typed = append(typed, arg)
	}
	return strings.Join(typed, " ")
}
