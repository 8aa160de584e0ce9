package main

import (
	"fmt"
	"html"
	"strings"
	"unicode/utf8"
)

// The measures of the picture, in pixels. Every piece of text is given its length, so that columns stay aligned whatever
// monospaced font the reader has.
const (
	cell   = 8.4
	row    = 20
	margin = 18
	bar    = 30 // the title bar
)

// frame is the picture around the text: width, height, then the text.
const frame = `<svg xmlns="http://www.w3.org/2000/svg" width="%[1]d" height="%[2]d" viewBox="0 0 %[1]d %[2]d" role="img" aria-label="%[4]s">
<style>
  text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #d5d9e0 }
  .b { font-weight: bold } .f { opacity: .6 } .p { fill: #7f8896 } .c { font-weight: bold; fill: #ffffff }
  .k1 { fill: #6b7280 } .k2 { fill: #ff7b72 } .k3 { fill: #7ee787 } .k4 { fill: #f2cc60 }
  .k5 { fill: #79c0ff } .k6 { fill: #d2a8ff } .k7 { fill: #56d4dd } .k8 { fill: #ffffff }
</style>
<rect width="100%%" height="100%%" rx="8" fill="#0d1117"/>
<circle cx="20" cy="16" r="5" fill="#ff5f57"/><circle cx="38" cy="16" r="5" fill="#febc2e"/><circle cx="56" cy="16" r="5" fill="#28c840"/>
%[3]s</svg>
`

// draw makes an SVG picture of a terminal in which the commands were run one after the other.
func draw(shown []exchange) string {
	var body strings.Builder
	number, widest := 0, 0
	for _, e := range shown {
		prompt := []span{{text: "$ ", style: style{color: prompted}}, {text: e.command, style: style{color: typed}}}
		for _, spans := range append([][]span{prompt}, lines(e.answer)...) {
			widest = max(widest, drawLine(&body, number, spans))
			number++
		}
		number++ // a blank line before the next prompt
	}
	width := int(cell*float64(widest)) + 2*margin
	height := bar + (number-1)*row + margin
	return fmt.Sprintf(frame, width, height, body.String(), "kubectl localpv at work")
}

// Two colours that are not a program's: the prompt, and what was typed after it.
const (
	prompted = 100
	typed    = 101
)

// drawLine adds a line and returns how many columns it has. Not every reader of SVG keeps several blanks, unless they
// must not be broken.
func drawLine(body *strings.Builder, number int, spans []span) int {
	column := 0
	for _, s := range spans {
		length := utf8.RuneCountInString(s.text)
		blank := len(s.text) - len(strings.TrimLeft(s.text, " "))
		if text := strings.TrimSpace(s.text); text != "" {
			fmt.Fprintf(body, `<text x="%.1f" y="%d" textLength="%.1f"%s>%s</text>`+"\n",
				margin+cell*float64(column+blank), bar+row*number+row-5, cell*float64(utf8.RuneCountInString(text)),
				s.style.class(), strings.ReplaceAll(html.EscapeString(text), " ", "&#160;"))
		}
		column += length
	}
	return column
}

// class is the style as the picture's style sheet knows it.
func (s style) class() string {
	var classes []string
	switch {
	case s.color == prompted:
		classes = append(classes, "p")
	case s.color == typed:
		classes = append(classes, "c")
	case s.color > 0:
		classes = append(classes, fmt.Sprintf("k%d", (s.color-1)%8+1))
	}
	if s.bold {
		classes = append(classes, "b")
	}
	if s.faint {
		classes = append(classes, "f")
	}
	if len(classes) == 0 {
		return ""
	}
	return fmt.Sprintf(" class=%q", strings.Join(classes, " "))
}
