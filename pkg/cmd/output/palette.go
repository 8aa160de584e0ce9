package output

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
type Palette struct{ colors bool }

// Paint returns the text in a style. Nothing is added to an empty text.
func (p Palette) Paint(style Style, text string) string {
	begin := style.begin()
	if !p.colors || text == "" || begin == "" {
		return text
	}
	return begin + text + "\x1b[0m"
}

// begin is what tells a terminal of a style, in the colors that the theme of its user defines, so that they fit any background.
// These five are all that is needed of a library for styles; lipgloss asks around as soon as it is imported: whoever is in tmux
// would wait for a program at each start.
func (s Style) begin() string {
	switch s {
	case Good:
		return "\x1b[32m"
	case Warn:
		return "\x1b[33m"
	case Bad:
		return "\x1b[31m"
	case Dim:
		return "\x1b[2m"
	case Heading:
		return "\x1b[1m"
	default:
		return ""
	}
}
