package output

import (
	"github.com/rivo/uniseg"
)

// Width is the number of terminal columns that a text takes.
func Width(s string) int {
	if plain(s) {
		return len(s)
	}
	return uniseg.StringWidth(s)
}

// Shorten leaves out the middle of a text that takes more than limit columns: both ends of a name tell it apart
// from others, the middle hardly ever does.
func Shorten(s string, limit int) string {
	if Width(s) <= limit {
		return s
	}
	if limit < 1 {
		return ""
	}
	head := limit / 2
	tail := limit - head - 1
	return firstColumns(s, head) + "…" + lastColumns(s, tail)
}

// Beginning leaves out the end of a text that takes more than limit columns.
func Beginning(s string, limit int) string {
	if Width(s) <= limit {
		return s
	}
	return firstColumns(s, limit-1) + "…"
}

func firstColumns(s string, columns int) string {
	end, used := 0, 0
	g := uniseg.NewGraphemes(s)
	for g.Next() {
		if used += g.Width(); used > columns {
			break
		}
		_, end = g.Positions()
	}
	return s[:end]
}

func lastColumns(s string, columns int) string {
	start, left := len(s), Width(s)
	g := uniseg.NewGraphemes(s)
	for g.Next() {
		from, _ := g.Positions()
		if left <= columns {
			start = from
			break
		}
		left -= g.Width()
	}
	return s[start:]
}
