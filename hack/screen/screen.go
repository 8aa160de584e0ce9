// Package screen tells what is left to see on a terminal when a program has ended.
package screen

import (
	"regexp"
	"strings"
)

var (
	token  = regexp.MustCompile("\x1b\\[[0-9;?]*[A-Za-z]|\r|\n|\x1b|[^\x1b\r\n]+")
	colour = regexp.MustCompile("\x1b\\[[0-9;]*m")
)

// Settled returns the text that stands on a terminal in the end: a line that was written over is as it was written last.
// Of what moves the cursor it knows what the plugin uses: to the beginning of a line, to one before, and to clear the line or
// all that follows. Colours are kept.
func Settled(text string) string {
	lines, row := []string{""}, 0
	over := false // the cursor is at the beginning of a line with text
	for _, t := range token.FindAllString(text, -1) {
		switch {
		case t == "\n":
			row, over = row+1, false
			if row == len(lines) {
				lines = append(lines, "")
			}
		case t == "\r":
			over = true
		case t == "\x1b[J":
			lines, over = lines[:row+1], false
			lines[row] = ""
		case t == "\x1b[K":
			lines[row], over = "", false
		case t == "\x1b[1A":
			row = max(row-1, 0)
		case strings.HasPrefix(t, "\x1b") && !colour.MatchString(t):
		case over:
			lines[row], over = t, false
		default:
			lines[row] += t
		}
	}
	return strings.Join(lines, "\n")
}

// Plain is a text without its colours.
func Plain(text string) string { return colour.ReplaceAllString(text, "") }
