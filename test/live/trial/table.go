package trial

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// Ending is how a disturbed run ended.
type Ending int

// The ends: all is as after an undisturbed run; the command said what is left, and finished it when run again; anything else; the run
// did not come to the request.
const (
	Converged Ending = iota
	Reported
	Wrong
	Missed
)

// Outcome is the end of a disturbed run, and why it is wrong.
type Outcome struct {
	Ending Ending
	Why    string
}

// cell counts runs by their Ending.
type cell [Missed + 1]int

// table counts how disturbed runs ended, by path and fault. Those that did not come to their request are counted apart: a page does not
// have them.
type table struct {
	mu    sync.Mutex
	cells map[string]map[string]cell
}

func newTable() *table { return &table{cells: map[string]map[string]cell{}} }

func (b *table) add(in Injection, o Outcome) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.cells[in.Path] == nil {
		b.cells[in.Path] = map[string]cell{}
	}
	c := b.cells[in.Path][in.Fault.Name]
	c[o.Ending]++
	b.cells[in.Path][in.Fault.Name] = c
}

// sum adds up the cells that are chosen by path or fault; empty chooses all.
func (b *table) sum(path, fault string) cell {
	var out cell
	for p, row := range b.cells {
		for f, c := range row {
			if (path == "" || p == path) && (fault == "" || f == fault) {
				for i := range out {
					out[i] += c[i]
				}
			}
		}
	}
	return out
}

// summary is a line on all rows.
func (b *table) summary() string {
	all := b.sum("", "")
	return fmt.Sprintf("%d came to their requests: %d converged, %d said what is left, %d wrong",
		all[Converged]+all[Reported]+all[Wrong], all[Converged], all[Reported], all[Wrong])
}

// allRow is the row, and the column, that sums up the others.
const allRow = "all"

// columns are the columns of a table in a page.
func columns() []string {
	var names []string
	for _, f := range live.Faults() {
		names = append(names, f.Name)
	}
	return append(names, allRow)
}

// markdown is the table for people, with rows in the order of these names, as far as it has them.
func (b *table) markdown(order []string) string {
	var out strings.Builder
	out.WriteString("| | " + strings.Join(columns(), " | ") + " |\n|---" + strings.Repeat("|---", len(columns())) + "|\n")
	row := func(title, path string) {
		out.WriteString("| " + title)
		for _, f := range columns() {
			if f == allRow {
				f = ""
			}
			c := b.sum(path, f)
			fmt.Fprintf(&out, " | %d / %d / %d", c[Converged], c[Reported], c[Wrong])
		}
		out.WriteString(" |\n")
	}
	for _, name := range order {
		if b.cells[name] != nil {
			row(name, name)
		}
	}
	row(allRow, "")
	return out.String()
}

// into puts the rows of the table into a page, between the marks of its name: they take the place of the rows of these paths there, the
// other rows stay, and the sums are those of all. A row of a path that is none of the trials goes.
func (b *table) into(page, mark string, trials []string) (string, error) {
	begins, ends := "<!-- table: "+mark+" -->\n", "<!-- end of table: "+mark+" -->"
	head, rest, ok := strings.Cut(page, begins)
	old, tail, ok2 := strings.Cut(rest, ends)
	if !ok || !ok2 {
		return "", fmt.Errorf("there is no place for the table: %q and %q", begins, ends)
	}
	all, err := parse(old)
	if err != nil {
		return "", err
	}
	for name := range all.cells {
		if !slices.Contains(trials, name) {
			delete(all.cells, name)
		}
	}
	maps.Copy(all.cells, b.cells)
	return head + begins + all.markdown(trials) + "\n" + all.summary() + ".\n" + ends + tail, nil
}

// parse reads the rows of a table as markdown writes them. Sums are left out, and so is text that is no table.
func parse(text string) (*table, error) {
	b := newTable()
	var faults []string
	for line := range strings.Lines(text) {
		row, ok := strings.CutPrefix(strings.TrimSpace(line), "| ")
		if !ok {
			continue
		}
		names := strings.Split(strings.TrimSuffix(row, " |"), " | ")
		if faults == nil {
			names[0] = strings.TrimPrefix(names[0], "| ")
			faults = names
			continue
		}
		if names[0] == allRow {
			continue
		}
		cells, err := parseRow(faults, names[1:])
		if err != nil {
			return nil, fmt.Errorf("row %s: %w", names[0], err)
		}
		b.cells[names[0]] = cells
	}
	return b, nil
}

// parseRow reads the cells of a row, by fault.
func parseRow(faults, cells []string) (map[string]cell, error) {
	if len(cells) != len(faults) {
		return nil, errors.New("it has more or fewer cells than the first")
	}
	out := map[string]cell{}
	for i, text := range cells {
		if faults[i] == allRow {
			continue
		}
		var c cell
		if _, err := fmt.Sscanf(text, "%d / %d / %d", &c[Converged], &c[Reported], &c[Wrong]); err != nil {
			return nil, fmt.Errorf("%q: %w", text, err)
		}
		out[faults[i]] = c
	}
	return out, nil
}
