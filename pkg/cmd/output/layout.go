package output

import "slices"

// layout says where the columns of a table go.
type layout struct {
	widths []int
	// lines are those that each row takes.
	lines []line
	// stacked puts groups on lines of their own.
	stacked bool
}

// line is a run of columns, up to but without end.
type line struct{ first, end, indent int }

const (
	smallestShrink = 8
	foldIndent     = 4
)

// layOut measures all cells, then tries the layouts in the order that Table describes.
func (p *tablePrinter) layOut(terminal int) {
	p.measure()
	p.lines = []line{{end: len(p.Columns)}}
	if !p.people {
		p.Group = 0
		return
	}
	if terminal <= 0 || p.longest() <= terminal {
		return
	}
	if p.Group > 0 {
		p.stacked = true
		p.lines = []line{{first: p.Group, end: len(p.Columns), indent: len(p.gap)}}
	}
	for _, column := range p.Folds {
		if p.longest() > terminal {
			p.fold(column)
		}
	}
	full := slices.Clone(p.widths)
	if !p.shrink(terminal) {
		p.widths = full
	}
}

// fold lets rows go on in a new line from a column on.
func (p *tablePrinter) fold(column int) {
	for i, l := range p.lines {
		if l.first < column && column < l.end {
			p.lines = slices.Replace(p.lines, i, i+1,
				line{l.first, column, l.indent}, line{column, l.end, p.lines[0].indent + foldIndent})
			return
		}
	}
}

func (p *tablePrinter) measure() {
	p.widths = make([]int, len(p.Columns))
	for i, c := range p.Columns {
		p.widths[i] = c.MinWidth
		if !p.NoHeaders {
			p.widths[i] = max(p.widths[i], Width(c.Name))
		}
	}
	for row := range p.Rows {
		for i, c := range row {
			p.widths[i] = max(p.widths[i], Width(p.text(c)))
		}
	}
}

// longest is the width of the longest possible line of cells.
func (p *tablePrinter) longest() int {
	longest := 0
	for _, l := range p.lines {
		longest = max(longest, p.lineWidth(l))
	}
	return longest
}

func (p *tablePrinter) lineWidth(l line) int {
	total := l.indent + len(p.gap)*(l.end-l.first-1)
	for _, w := range p.widths[l.first:l.end] {
		total += w
	}
	return total
}

// shrink takes columns from the widest on, one by one, until every line fits, and reports whether they do.
func (p *tablePrinter) shrink(terminal int) bool {
	for _, l := range p.lines {
		for p.lineWidth(l) > terminal {
			widest := p.widestShrinkable(l)
			if widest < 0 {
				return false
			}
			p.widths[widest]--
		}
	}
	return true
}

func (p *tablePrinter) widestShrinkable(l line) int {
	widest := -1
	for i := l.first; i < l.end; i++ {
		c := p.Columns[i]
		if !c.Shrink || p.widths[i] <= max(smallestShrink, Width(c.Name)) {
			continue
		}
		if widest < 0 || p.widths[i] > p.widths[widest] {
			widest = i
		}
	}
	return widest
}
