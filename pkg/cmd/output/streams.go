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
	// Escapes reports whether Out is a terminal that acts on escape sequences, so that lines can be written over.
	Escapes bool
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
	s := Streams{In: os.Stdin, ErrOut: os.Stderr}.to(os.Stdout)
	s.Color = s.Escapes && os.Getenv("NO_COLOR") == ""
	return s
}

// Beside returns the streams with ErrOut in the place of Out: for what people are told beside the result.
func (s Streams) Beside() Streams {
	beside := s.to(s.ErrOut)
	beside.Color = s.Color && beside.IsTerminal
	return beside
}

// to returns the streams with another Out, and finds out what is on the other end of it.
func (s Streams) to(out io.Writer) Streams {
	s.Out, s.IsTerminal, s.Escapes, s.Width = out, false, false, 0
	if p, ok := out.(*Patient); ok {
		out = p.w
	}
	f, ok := out.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return s
	}
	s.IsTerminal = true
	s.Escapes = os.Getenv("TERM") != "dumb" && enableEscapes(f)
	if columns, _, err := term.GetSize(int(f.Fd())); err == nil {
		s.Width = usable(columns)
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
func (s Streams) Palette() Palette { return Palette{colors: s.Color} }
