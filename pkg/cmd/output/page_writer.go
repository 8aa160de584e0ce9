package output

import (
	"slices"
	"strings"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
)

// maxProse is how wide sentences get on a wide terminal: longer lines are hard to read.
const maxProse = 100

// pageWriter is an answer in prose and tables on its way out.
type pageWriter struct {
	b       strings.Builder
	palette Palette
	color   bool
	// phrase is never nil.
	phrase *phrase.Phraser
	// width is that of the terminal; 0 if nothing is to be wrapped.
	width int
}

func newPageWriter(s Streams) *pageWriter {
	p := &pageWriter{palette: s.Palette(), color: s.Color, phrase: phrase.New(phrase.Connection{})}
	if s.IsTerminal {
		p.width = s.Width
	}
	return p
}

// blank ends a section. There are never two blank lines in a row, and none at the top.
func (p *pageWriter) blank() {
	if text := p.b.String(); text != "" && !strings.HasSuffix(text, "\n\n") {
		p.b.WriteByte('\n')
	}
}

// line writes one line that is never wrapped: a command has to be copied in one piece.
func (p *pageWriter) line(style Style, indent int, text string) {
	p.spaces(indent)
	p.b.WriteString(p.palette.Paint(style, Clean(text)))
	p.b.WriteByte('\n')
}

// prose writes a text, wrapped between words; its lines after the first are indented by hang more columns.
func (p *pageWriter) prose(style Style, indent, hang int, text string) {
	limit := 0
	if p.width > 0 {
		limit = min(p.width, maxProse)
	}
	first := true
	for _, l := range wrapHanging(Clean(text), limit, indent, hang) {
		in := indent + hang
		if first {
			in, first = indent, false
		}
		p.spaces(in)
		p.b.WriteString(p.palette.Paint(style, l))
		p.b.WriteByte('\n')
	}
}

func (p *pageWriter) spaces(n int) {
	for range n {
		p.b.WriteByte(' ')
	}
}

// wrapHanging is wrap for a text whose first line is indented less than the others.
func wrapHanging(text string, limit, indent, hang int) []string {
	if limit <= 0 {
		return []string{text}
	}
	first := wrap(text, limit-indent)
	if len(first) < 2 || hang == 0 {
		return first
	}
	rest := strings.TrimPrefix(text[len(first[0]):], " ")
	return append(first[:1:1], wrap(rest, limit-indent-hang)...)
}

// wrap breaks a text between words so that lines are at most limit columns wide. A word is never broken.
func wrap(text string, limit int) []string {
	var lines []string
	line := ""
	for word := range strings.SplitSeq(text, " ") {
		switch {
		case line == "":
			line = word
		case width(line)+1+width(word) <= limit:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}
	return append(lines, line)
}

// kindSpec is one row of a table on a page. What is in under spans the columns after the first, below the row.
type row struct {
	cells []Cell
	under []string
}

// table writes rows under headings, cells wrapped between words where the page is too narrow. If long words keep
// them from fitting, the first cell of each row gets a line of its own above the others.
func (p *pageWriter) table(indent int, headings []string, rows []row) {
	if len(rows) == 0 {
		return
	}
	limit := 0
	if p.width > 0 {
		limit = p.width - indent
	}
	first, in := 0, indent
	widths, fits := fitted(headings, rows, first, limit)
	under := indent + widths[0] + len(gapForPeople)
	if !fits && len(headings) > 1 {
		first, in = 1, indent+foldIndent
		under = in
		widths, _ = fitted(headings, rows, first, limit-foldIndent)
		p.line(Heading, indent, headings[0])
	}
	lines, ends := p.lay(headings[first:], rows, first, widths)
	p.indented(in, lines[:1])
	start := 0
	for i, r := range rows {
		if first == 1 {
			p.prose(r.cells[0].Style, indent, len(gapForPeople), r.cells[0].Text)
		}
		p.indented(in, lines[start+1:ends[i]+1])
		for _, u := range r.under {
			p.prose(None, under, len(gapForPeople), u)
		}
		start = ends[i]
	}
}

// lay lays the cells of rows out from a column on: the lines of the table, and up to which of them below the
// heading each row goes.
func (p *pageWriter) lay(headings []string, rows []row, first int, widths []int) (lines []string, ends []int) {
	var folded [][]Cell
	for _, r := range rows {
		folded = append(folded, foldCells(r.cells[first:], widths)...)
		ends = append(ends, len(folded))
	}
	columns := make([]Column, len(headings))
	for i, h := range headings {
		columns[i] = Column{Name: h}
	}
	var text strings.Builder
	t := Table{Columns: columns, Rows: slices.Values(folded)}
	_ = t.Write(Streams{Out: &text, IsTerminal: true, Color: p.color}) // a strings.Builder does not fail
	return strings.Split(strings.TrimSuffix(text.String(), "\n"), "\n"), ends
}

func (p *pageWriter) indented(indent int, lines []string) {
	for _, l := range lines {
		p.spaces(indent)
		p.b.WriteString(l + "\n")
	}
}

// fitted are the widths of the columns from first on that make lines of at most limit columns (0: any), and whether
// words are short enough for that.
func fitted(headings []string, rows []row, first, limit int) (widths []int, fits bool) {
	widths, floors := make([]int, len(headings)-first), make([]int, len(headings)-first)
	for i := range widths {
		widths[i] = width(headings[first+i])
		floors[i] = widths[i]
		for _, r := range rows {
			text := Clean(r.cells[first+i].Text)
			widths[i] = max(widths[i], width(text))
			for word := range strings.SplitSeq(text, " ") {
				floors[i] = max(floors[i], width(word))
			}
		}
	}
	if over := total(widths) - limit; limit > 0 && over > 0 {
		// A column that is too narrow by one is wrapped as much as one that is too narrow by ten: rather one than all.
		if i := roomiest(widths, floors); widths[i]-floors[i] >= over {
			widths[i] -= over
		}
	}
	for limit > 0 && total(widths) > limit {
		widest := -1
		for i := range widths {
			if widths[i] > floors[i] && (widest < 0 || widths[i] > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return widths, false
		}
		widths[widest]--
	}
	return widths, true
}

// roomiest is the column that can give up most.
func roomiest(widths, floors []int) int {
	best := 0
	for i := range widths {
		if widths[i]-floors[i] > widths[best]-floors[best] {
			best = i
		}
	}
	return best
}

func total(widths []int) int {
	sum := len(gapForPeople) * (len(widths) - 1)
	for _, w := range widths {
		sum += w
	}
	return sum
}

// foldCells makes one row of cells into as many as its longest cell takes.
func foldCells(cells []Cell, widths []int) [][]Cell {
	var rows [][]Cell
	for i, c := range cells {
		for j, text := range wrap(Clean(c.Text), widths[i]) {
			if j == len(rows) {
				rows = append(rows, make([]Cell, len(cells)))
			}
			rows[j][i] = Cell{text, c.Style}
		}
	}
	return rows
}
