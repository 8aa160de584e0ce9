package main

import (
	"regexp"
	"strings"
)

// style is how a terminal shows text.
type style struct {
	color int // 1 to 8: black to white, 9 to 16: the bright ones; 0: the default
	bold  bool
	faint bool
}

// span is a piece of a line in one style.
type span struct {
	text  string
	style style
}

// escape matches what programs tell a terminal: styles end with m; whatever else there is, is dropped.
var escape = regexp.MustCompile("\x1b\\[([0-9;]*)([A-Za-z])")

// plain is text without escape sequences.
func plain(text string) string { return escape.ReplaceAllString(text, "") }

// lines divides a terminal's text into lines of spans.
func lines(text string) [][]span {
	var all [][]span
	var now style
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		var spans []span
		add := func(text string) {
			if text != "" {
				spans = append(spans, span{text, now})
			}
		}
		begin := 0
		for _, at := range escape.FindAllStringSubmatchIndex(line, -1) {
			add(line[begin:at[0]])
			begin = at[1]
			if line[at[4]:at[5]] == "m" {
				now = now.apply(line[at[2]:at[3]])
			}
		}
		add(line[begin:])
		all = append(all, spans)
	}
	return all
}

// apply changes the style by the parameters of one escape sequence (ECMA-48, SGR), as far as the plugin uses them.
func (s style) apply(parameters string) style {
	for p := range strings.SplitSeq(parameters, ";") {
		switch {
		case p == "" || p == "0":
			s = style{}
		case p == "1":
			s.bold = true
		case p == "2":
			s.faint = true
		case p == "22":
			s.bold, s.faint = false, false
		case p == "39":
			s.color = 0
		case len(p) == 2 && p[0] == '3' && p[1] < '8':
			s.color = 1 + int(p[1]-'0')
		case len(p) == 2 && p[0] == '9' && p[1] < '8':
			s.color = 9 + int(p[1]-'0')
		}
	}
	return s
}
