package output

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean makes text from elsewhere safe to show on one line: whatever could move the cursor, change colors, start
// a new line or reorder letters is written out, as k8s.io/cli-runtime/pkg/printers.EscapeTerminal does for the
// first few of them. Names from the API server hardly ever need it; paths, messages and files can.
func Clean(s string) string {
	if plain(s) {
		return s
	}
	return clean(s, "")
}

// CleanText is Clean for text of several lines: line breaks and tabs stay.
func CleanText(s string) string { return clean(s, "\n\t") }

// CleanJSON escapes, in JSON, what encoding/json leaves as it is and a terminal would act on. Outside of strings
// there is nothing of that kind.
func CleanJSON(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		if r >= 0x7f && r <= 0x9f || r <= 0xffff && invisible(r) {
			fmt.Fprintf(&b, `\u%04x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func plain(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

func clean(s, keep string) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case strings.ContainsRune(keep, r):
			b.WriteRune(r)
		default:
			writeRune(&b, r)
		}
		i += size
	}
	return b.String()
}

func writeRune(b *strings.Builder, r rune) {
	switch {
	case r == 0x1b:
		b.WriteString("^[")
	case r == '\n':
		b.WriteString(`\n`)
	case r == '\r':
		b.WriteString(`\r`)
	case r == '\t':
		b.WriteString(`\t`)
	case r < 0x20 || r >= 0x7f && r <= 0x9f:
		fmt.Fprintf(b, `\x%02x`, r)
	case invisible(r):
		fmt.Fprintf(b, `\u%04x`, r)
	default:
		b.WriteRune(r)
	}
}

// invisible reports whether a character has no shape of its own and changes how others are seen: bidirectional
// overrides and isolates, zero-width and other format characters, line and paragraph separators.
func invisible(r rune) bool {
	return unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co) || unicode.Is(unicode.Variation_Selector, r)
}
