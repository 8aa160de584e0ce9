package output

import (
	"io"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
)

// Style names what a piece of text means. Color is an extra: the text says it as well.
type Style uint8

// The styles.
const (
	None Style = iota
	Good
	Warn
	Bad
	Dim
	Heading
	styles
)

// Palette paints text by its meaning. The zero Palette leaves it plain.
type Palette struct {
	marks [styles]mark
}

// mark is what goes around a text. Large tables have many cells, and rendering each by lipgloss takes longer than
// everything else about them.
type mark struct{ before, after string }

// newPalette uses the 16 colors that the user's terminal theme defines, so that they fit any background.
func newPalette() Palette {
	r := lipgloss.NewRenderer(io.Discard, termenv.WithProfile(termenv.ANSI))
	r.SetColorProfile(termenv.ANSI)
	r.SetHasDarkBackground(true) // keeps lipgloss from asking the terminal, and none of these styles depends on it
	fg := func(color string) lipgloss.Style { return r.NewStyle().Foreground(lipgloss.Color(color)) }
	var p Palette
	for style, s := range map[Style]lipgloss.Style{
		Good:    fg("2"),
		Warn:    fg("3"),
		Bad:     fg("1"),
		Dim:     r.NewStyle().Faint(true),
		Heading: r.NewStyle().Bold(true),
	} {
		before, after, _ := strings.Cut(s.Render("x"), "x")
		p.marks[style] = mark{before, after}
	}
	return p
}

// Paint returns the text in a style. Nothing is added to an empty text.
func (p Palette) Paint(style Style, text string) string {
	if text == "" || style >= styles {
		return text
	}
	m := p.marks[style]
	return m.before + text + m.after
}
