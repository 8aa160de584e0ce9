package output

import (
	"bufio"
	"io"
	"iter"
	"slices"
	"strings"
)

// Cell is one cell of a table: a text, not yet made safe, and what it means.
type Cell struct {
	Text  string
	Style Style
}

// Column is one column of a table.
type Column struct {
	Name string
	// Shrink allows the middle of long cells to be left out on a terminal that is too narrow. Columns whose names
	// are needed for a command do not allow it.
	Shrink bool
	// MinWidth keeps the column at least this wide.
	MinWidth int
}

// Table writes rows under a header.
//
// A program gets every cell of every row in full, "<none>" where there is nothing, three spaces between columns
// like kubectl.
//
// People get rows grouped by their leading columns, and lines that fit their terminal where that loses nothing:
//
//  1. a group's columns stand in its first row only;
//  2. if a line would be too long, they move to a line of their own above the group;
//  3. if it still is, rows go on in further lines, one more for each of Folds that is needed;
//  4. if it still is, columns that allow it shrink, the widest first, by leaving out the middle of long cells;
//  5. if that does not help, nothing shrinks and the terminal wraps: a name is never cut for nothing.
type Table struct {
	Columns []Column
	// Rows yields the cells of each row, one per column. It is walked more than once, must give the same each time,
	// and may use one slice for all rows.
	Rows iter.Seq[[]Cell]
	// Group is the number of leading columns that make a group when consecutive rows agree on them; 0 for none.
	Group int
	// Folds are columns from which on a row may go on in a further line, in the order in which that is tried.
	Folds []int
	// NoHeaders leaves the header out.
	NoHeaders bool
}

const (
	gapForPeople   = "  "
	gapForPrograms = "   "
	nothing        = "<none>"
)

// Write writes the table. Of what was written before an error nothing is taken back.
func (t Table) Write(s Streams) error {
	w := bufio.NewWriterSize(s.Out, 64<<10)
	p := newTablePrinter(t, s, w)
	p.layOut(s.Width)
	p.print()
	return w.Flush()
}

// Header writes the header of a table of which Line writes the rows.
func Header(s Streams, columns []Column) error {
	row := make([]Cell, len(columns))
	for i, c := range columns {
		row[i] = Cell{c.Name, Heading}
	}
	return Line(s, columns, row)
}

// CellWidth is how wide a column must be for a cell of Line.
func CellWidth(c Cell) int { return Width(orNothing(c.Text)) }

// Line writes one more row under a table that was written before, every cell filled, as a watch does. Cells line
// up with those above if the columns' MinWidth says how wide they are.
func Line(s Streams, columns []Column, row []Cell) error {
	s.IsTerminal = false
	var b strings.Builder
	w := bufio.NewWriter(&b)
	p := newTablePrinter(Table{Columns: columns, NoHeaders: true, Rows: slices.Values([][]Cell{row})}, s, w)
	p.layOut(0)
	p.print()
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := io.WriteString(s.Out, b.String())
	return err
}

// tablePrinter is one table on its way out. Errors stay in the buffered writer until the end.
type tablePrinter struct {
	Table
	layout
	w       *bufio.Writer
	palette Palette
	people  bool
	gap     string
}

func newTablePrinter(t Table, s Streams, w *bufio.Writer) *tablePrinter {
	p := &tablePrinter{Table: t, w: w, palette: s.Palette(), people: s.IsTerminal, gap: gapForPrograms}
	if s.IsTerminal {
		p.gap = gapForPeople
	}
	return p
}

func (p *tablePrinter) print() {
	if !p.NoHeaders {
		header := make([]Cell, len(p.Columns))
		for i, c := range p.Columns {
			header[i] = Cell{c.Name, Heading}
		}
		p.heading(header)
		p.row(header)
	}
	var group []string
	var blanked []Cell
	for row := range p.Rows {
		switch same := p.sameGroup(group, row); {
		case !same:
			group = group[:0]
			for _, c := range row[:p.Group] {
				group = append(group, c.Text)
			}
			p.heading(row)
		case !p.stacked:
			blanked = append(blanked[:0], row...)
			clear(blanked[:p.Group])
			row = blanked
		}
		p.row(row)
	}
}

func (p *tablePrinter) sameGroup(group []string, row []Cell) bool {
	return p.Group > 0 && len(group) == p.Group &&
		slices.EqualFunc(group, row[:p.Group], func(text string, c Cell) bool { return text == c.Text })
}

// heading writes the line above a stacked group.
func (p *tablePrinter) heading(row []Cell) {
	if !p.stacked {
		return
	}
	for i, c := range row[:p.Group] {
		if i > 0 {
			_, _ = p.w.WriteString(p.gap)
		}
		_, _ = p.w.WriteString(p.palette.Paint(c.Style, p.text(c)))
	}
	_ = p.w.WriteByte('\n')
}

func (p *tablePrinter) row(row []Cell) {
	for _, l := range p.lines {
		p.line(l, row)
	}
}

// line writes some columns of a row, aligned. The end of a line is not padded, and a line of nothing is left out.
func (p *tablePrinter) line(l line, row []Cell) {
	last := l.end - 1
	for p.people && last >= l.first && row[last].Text == "" {
		last--
	}
	if last < l.first {
		return
	}
	p.spaces(l.indent)
	for i := l.first; i <= last; i++ {
		text := p.text(row[i])
		if p.Columns[i].Shrink && p.people {
			text = Shorten(text, p.widths[i])
		}
		_, _ = p.w.WriteString(p.palette.Paint(row[i].Style, text))
		if i < last {
			p.spaces(p.widths[i] - Width(text))
			_, _ = p.w.WriteString(p.gap)
		}
	}
	_ = p.w.WriteByte('\n')
}

func (p *tablePrinter) spaces(n int) {
	for range n {
		_ = p.w.WriteByte(' ')
	}
}

func (p *tablePrinter) text(c Cell) string {
	if p.people {
		return Clean(c.Text)
	}
	return orNothing(c.Text)
}

// orNothing is a text as programs get it.
func orNothing(text string) string {
	if text == "" {
		return nothing
	}
	return Clean(text)
}
