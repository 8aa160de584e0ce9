package output

import (
	"io"
	"slices"
	"strings"
)

// maxProse is how wide sentences get on a wide terminal: longer lines are hard to read.
const maxProse = 100

// Page is an answer in prose and tables on its way out: on a terminal wrapped between words, elsewhere not at all.
type Page struct {
	b       strings.Builder
	palette Palette
	color   bool
	// width is that of the terminal; 0 if nothing is to be wrapped.
	width int
}

// NewPage returns an empty Page for streams.
func NewPage(s Streams) *Page {
	p := &Page{palette: s.Palette(), color: s.Color}
	if s.IsTerminal {
		p.width = s.Width
	}
	return p
}

// Write implements io.Writer for what is laid out already, such as a Table. It does not fail.
func (p *Page) Write(text []byte) (int, error) { return p.b.Write(text) }

// Flush writes the Page to where it belongs. The error is that of the writer.
func (p *Page) Flush(w io.Writer) error {
	_, err := io.WriteString(w, p.b.String())
	return err
}

// Fits reports whether a line of that many columns is not wrapped by the terminal.
func (p *Page) Fits(columns int) bool { return p.width == 0 || columns <= p.width }

// Rule parts two answers.
func (p *Page) Rule() {
	p.b.WriteString("\n" + p.palette.Paint(Dim, strings.Repeat("-", 40)) + "\n\n")
}

// Blank ends a section. There are never two blank lines in a row, and none at the top.
func (p *Page) Blank() {
	if text := p.b.String(); text != "" && !strings.HasSuffix(text, "\n\n") {
		p.b.WriteByte('\n')
	}
}

// Line writes one line that is never wrapped: a command has to be copied in one piece.
func (p *Page) Line(style Style, indent int, text string) {
	p.spaces(indent)
	p.b.WriteString(p.palette.Paint(style, Clean(text)))
	p.b.WriteByte('\n')
}

// Prose writes a text, wrapped between words; its lines after the first are indented by hang more columns.
func (p *Page) Prose(style Style, indent, hang int, text string) {
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

func (p *Page) spaces(n int) {
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
		case Width(line)+1+Width(word) <= limit:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}
	return append(lines, line)
}

// Row is one row of a table on a Page.
type Row struct {
	Cells []Cell
	// Under spans the columns after the first, below the row.
	Under []string
}

// Table writes rows under headings, cells wrapped between words where the page is too narrow. If long words keep
// them from fitting, the first cell of each row gets a line of its own above the others.
func (p *Page) Table(indent int, headings []string, rows []Row) {
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
		p.Line(Heading, indent, headings[0])
	}
	lines, ends := p.lay(headings[first:], rows, first, widths)
	p.indented(in, lines[:1])
	start := 0
	for i, r := range rows {
		if first == 1 {
			p.Prose(r.Cells[0].Style, indent, len(gapForPeople), r.Cells[0].Text)
		}
		p.indented(in, lines[start+1:ends[i]+1])
		for _, u := range r.Under {
			p.Prose(None, under, len(gapForPeople), u)
		}
		start = ends[i]
	}
}

// lay lays the cells of rows out from a column on: the lines of the table, and up to which of them below the
// heading each row goes.
func (p *Page) lay(headings []string, rows []Row, first int, widths []int) (lines []string, ends []int) {
	var folded [][]Cell
	for _, r := range rows {
		folded = append(folded, foldCells(r.Cells[first:], widths)...)
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

func (p *Page) indented(indent int, lines []string) {
	for _, l := range lines {
		p.spaces(indent)
		p.b.WriteString(l + "\n")
	}
}

// fitted are the widths of the columns from first on that make lines of at most limit columns (0: any), and whether
// words are short enough for that.
func fitted(headings []string, rows []Row, first, limit int) (widths []int, fits bool) {
	widths, floors := make([]int, len(headings)-first), make([]int, len(headings)-first)
	for i := range widths {
		widths[i] = Width(headings[first+i])
		floors[i] = widths[i]
		for _, r := range rows {
			text := Clean(r.Cells[first+i].Text)
			widths[i] = max(widths[i], Width(text))
			for word := range strings.SplitSeq(text, " ") {
				floors[i] = max(floors[i], Width(word))
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
