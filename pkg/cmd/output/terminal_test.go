//go:build !windows

package output

import (
	"io"
	"os"
	"testing"

	"github.com/creack/pty"
)

// TestBeside: what is on the other end of Out says nothing of ErrOut.
func TestBeside(t *testing.T) {
	screen, terminal, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer screen.Close()
	defer terminal.Close()
	if err := pty.Setsize(terminal, &pty.Winsize{Cols: 93, Rows: 20}); err != nil {
		t.Fatal(err)
	}
	file, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for name, tc := range map[string]struct {
		term    string
		out     Streams
		errOut  io.Writer
		columns int
		escapes bool
		color   bool
	}{
		"result to a file":     {"xterm", Streams{}, terminal, 93, true, false},
		"all on a terminal":    {"xterm", Streams{IsTerminal: true, Width: 70, Escapes: true, Color: true}, terminal, 93, true, true},
		"color as asked for":   {"dumb", Streams{Color: true}, terminal, 93, false, true},
		"no escape sequences":  {"dumb", Streams{IsTerminal: true, Width: 70}, terminal, 93, false, false},
		"progress to a file":   {"xterm", Streams{IsTerminal: true, Width: 70, Escapes: true, Color: true}, file, 0, false, false},
		"progress to a buffer": {"xterm", Streams{IsTerminal: true, Width: 70, Escapes: true, Color: true}, io.Discard, 0, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("TERM", tc.term)
			s := tc.out
			s.ErrOut = tc.errOut
			want := Streams{Out: tc.errOut, ErrOut: tc.errOut, IsTerminal: tc.columns > 0, Escapes: tc.escapes, Width: tc.columns, Color: tc.color}
			if got := s.Beside(); got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}
