// Package output renders: tables, color, JSON and YAML. It decides nothing about volumes.
package output

import (
	"io"
	"os"

	"golang.org/x/term"
)

// Streams is where a command reads and writes, and what is on the other end. All of it can be set by a test.
type Streams struct {
	In     io.Reader
	Out    io.Writer
	ErrOut io.Writer
	// IsTerminal reports whether Out is a terminal: people read it then, and programs otherwise.
	IsTerminal bool
	// Width is the number of columns of the terminal; 0 if it is not known, and lines are never cut then.
	Width int
	// Color reports whether Out gets colors.
	Color bool
}

// ColorMode is what --color says.
type ColorMode string

// The color modes.
const (
	ColorAuto   ColorMode = "auto"
	ColorAlways ColorMode = "always"
	ColorNever  ColorMode = "never"
)

// System returns the streams of this process. Color is on for a terminal, unless the environment says otherwise
// by NO_COLOR (https://no-color.org) or TERM=dumb.
func System() Streams {
	s := Streams{In: os.Stdin, Out: os.Stdout, ErrOut: os.Stderr}
	fd := int(os.Stdout.Fd())
	s.IsTerminal = term.IsTerminal(fd)
	if s.IsTerminal {
		if width, _, err := term.GetSize(fd); err == nil {
			s.Width = width
		}
		s.Color = os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	}
	return s
}

// WithColor returns the streams with the color that --color asks for. Whoever asks for it by name gets it,
// whatever the environment says.
func (s Streams) WithColor(mode ColorMode) Streams {
	switch mode {
	case ColorAlways:
		s.Color = true
	case ColorNever:
		s.Color = false
	case ColorAuto:
	}
	return s
}

// Palette returns the styles for Out.
func (s Streams) Palette() Palette {
	if !s.Color {
		return Palette{}
	}
	return newPalette()
}
