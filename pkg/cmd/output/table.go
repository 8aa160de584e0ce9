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
//  3. if it still is, columns that allow it shrink, the widest first, by leaving out the middle of long cells;
//  4. if it still is, the terminal wraps: a name is never cut.
type Table struct {
	Columns []Column
	// Rows yields the cells of each row, one per column. It is walked more than once, must give the same each time,
	// and may use one slice for all rows.
	Rows iter.Seq[[]Cell]
	// Group is the number of leading columns that make a group when consecutive rows agree on them; 0 for none.
	Group int
	// NoHeaders leaves the header out.
	NoHeaders bool
}

const (
	gapForPeople   = "  "
	gapForPrograms = "   "
	nothing        = "<none>"
	smallestShrink = 8
)

// Write writes the table. Of what was written before an error nothing is taken back.
func (t Table) Write(s Streams) error {
	w := bufio.NewWriterSize(s.Out, 64<<10)
	p := &tablePrinter{Table: t, w: w, palette: s.Palette(), people: s.IsTerminal, gap: gapForPrograms}
	if s.IsTerminal {
		p.gap = gapForPeople
	}
	p.layOut(s.Width)
	p.print()
	return w.Flush()
}

// tablePrinter is one table on its way out. Errors stay in the buffered writer until the end.
type tablePrinter struct {
	Table
	w       *bufio.Writer
	palette Palette
	people  bool
	gap     string
	widths  []int
	// stacked puts groups on lines of their own.
	stacked bool
}

func (p *tablePrinter) layOut(terminal int) {
	p.measure()
	if !p.people {
		p.Group = 0
		return
	}
	if terminal <= 0 || p.lineWidth() <= terminal {
		return
	}
	p.stacked = p.Group > 0
	p.shrink(terminal)
}

func (p *tablePrinter) measure() {
	p.widths = make([]int, len(p.Columns))
	for i, c := range p.Columns {
		p.widths[i] = c.MinWidth
		if !p.NoHeaders {
			p.widths[i] = max(p.widths[i], width(c.Name))
		}
	}
	for row := range p.Rows {
		for i, c := range row {
			p.widths[i] = max(p.widths[i], width(p.text(c)))
		}
	}
}

// lineWidth is the width of the longest possible line of cells, those of a stacked group left out.
func (p *tablePrinter) lineWidth() int {
	first, total := 0, 0
	if p.stacked {
		first, total = p.Group, len(gapForPeople)
	}
	for i := first; i < len(p.widths); i++ {
		total += p.widths[i]
	}
	return total + len(p.gap)*(len(p.widths)-first-1)
}

func (p *tablePrinter) shrink(terminal int) {
	for over := p.lineWidth() - terminal; over > 0; over = p.lineWidth() - terminal {
		widest := -1
		for i, c := range p.Columns {
			if !c.Shrink || p.stacked && i < p.Group || p.widths[i] <= p.floor(i) {
				continue
			}
			if widest < 0 || p.widths[i] > p.widths[widest] {
				widest = i
			}
		}
		if widest < 0 {
			return
		}
		p.widths[widest]--
	}
}

// floor is the width below which a column does not shrink.
func (p *tablePrinter) floor(column int) int {
	return max(smallestShrink, width(p.Columns[column].Name))
}

func (p *tablePrinter) print() {
	header := p.header()
	first := 0
	if p.stacked {
		first = p.Group
	}
	if !p.NoHeaders {
		if p.stacked {
			p.line("", header[:first], false)
		}
		p.line(p.indent(), header[first:], true)
	}
	var group []string
	var blank []Cell
	for row := range p.Rows {
		same := p.sameGroup(group, row)
		if !same {
			group = group[:0]
			for _, c := range row[:p.Group] {
				group = append(group, c.Text)
			}
		}
		if p.stacked && !same {
			p.line("", row[:first], false)
		}
		cells := row[first:]
		if !p.stacked && same {
			blank = append(blank[:0], row...)
			clear(blank[:p.Group])
			cells = blank
		}
		p.line(p.indent(), cells, true)
	}
}

func (p *tablePrinter) header() []Cell {
	cells := make([]Cell, len(p.Columns))
	for i, c := range p.Columns {
		cells[i] = Cell{c.Name, Heading}
	}
	return cells
}

func (p *tablePrinter) indent() string {
	if p.stacked {
		return gapForPeople
	}
	return ""
}

func (p *tablePrinter) sameGroup(group []string, row []Cell) bool {
	return p.Group > 0 && len(group) == p.Group &&
		slices.EqualFunc(group, row[:p.Group], func(text string, c Cell) bool { return text == c.Text })
}

// line writes the last len(cells) columns, aligned, or any cells without alignment. The end of a line is not
// padded.
func (p *tablePrinter) line(indent string, cells []Cell, aligned bool) {
	_, _ = p.w.WriteString(indent)
	last := len(cells) - 1
	for aligned && p.people && last >= 0 && cells[last].Text == "" {
		last--
	}
	for i := 0; i <= last; i++ {
		text := p.text(cells[i])
		column := len(p.Columns) - len(cells) + i
		if aligned {
			text = p.fit(column, text)
		}
		_, _ = p.w.WriteString(p.palette.Paint(cells[i].Style, text))
		if i == last {
			break
		}
		if aligned {
			p.pad(p.widths[column] - width(text))
		}
		_, _ = p.w.WriteString(p.gap)
	}
	_ = p.w.WriteByte('\n')
}

func (p *tablePrinter) fit(column int, text string) string {
	if !p.people || !p.Columns[column].Shrink {
		return text
	}
	return Shorten(text, p.widths[column])
}

func (p *tablePrinter) pad(n int) {
	for range n {
		_ = p.w.WriteByte(' ')
	}
}

func (p *tablePrinter) text(c Cell) string {
	if c.Text == "" && !p.people {
		return nothing
	}
	return Clean(c.Text)
}

// Line writes one more row under a table that was written before, every cell filled, as a watch does. Widths are
// at least those of the columns' MinWidth.
func Line(s Streams, columns []Column, row []Cell) error {
	var b strings.Builder
	t := Table{Columns: columns, NoHeaders: true, Rows: slices.Values([][]Cell{row})}
	p := &tablePrinter{Table: t, w: bufio.NewWriter(&b), palette: s.Palette(), gap: gapForPrograms}
	p.measure()
	p.print()
	_ = p.w.Flush() // a strings.Builder does not fail
	_, err := io.WriteString(s.Out, b.String())
	return err
}
