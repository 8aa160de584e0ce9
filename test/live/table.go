package live

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
)

// Fate is how a disturbed run ended.
type Fate int

// The ends: the run did not come to the request; all is as after an undisturbed run; the command said what is left, and
// finished it when run again; anything else.
const (
	Missed Fate = iota
	Converged
	Said
	Wrong
)

// Outcome is the end of a disturbed run, and why it is wrong.
type Outcome struct {
	Fate Fate
	Why  string
}

// table counts how disturbed runs ended, by path and fault.
type table struct {
	mu    sync.Mutex
	rows  []string
	cells map[string]map[string][4]int
}

func newTable(all []Disturbance) *table {
	b := &table{cells: map[string]map[string][4]int{}}
	for _, d := range all {
		if b.cells[d.Path] == nil {
			b.rows = append(b.rows, d.Path)
			b.cells[d.Path] = map[string][4]int{}
		}
	}
	return b
}

func (b *table) add(d Disturbance, o Outcome) {
	b.mu.Lock()
	defer b.mu.Unlock()
	cell := b.cells[d.Path][d.Fault.Name]
	cell[o.Fate]++
	b.cells[d.Path][d.Fault.Name] = cell
}

// sum adds up the cells that are chosen by path or fault; empty chooses all.
func (b *table) sum(path, fault string) [4]int {
	var out [4]int
	for p, row := range b.cells {
		for f, cell := range row {
			if (path == "" || p == path) && (fault == "" || f == fault) {
				for i := range out {
					out[i] += cell[i]
				}
			}
		}
	}
	return out
}

func (b *table) summary() string {
	all := b.sum("", "")
	return fmt.Sprintf("%d were tried: %d converged, %d said what is left, %d wrong; %d did not come to the request",
		all[Converged]+all[Said]+all[Wrong]+all[Missed], all[Converged], all[Said], all[Wrong], all[Missed])
}

// markdown is the table for people.
func (b *table) markdown() string {
	var names []string
	for _, f := range Faults() {
		names = append(names, f.Name)
	}
	var out strings.Builder
	out.WriteString("| | " + strings.Join(names, " | ") + " | all |\n|---" + strings.Repeat("|---", len(names)+1) + "|\n")
	row := func(title, path string) {
		out.WriteString("| " + title)
		for _, f := range append(slices.Clone(names), "") {
			c := b.sum(path, f)
			fmt.Fprintf(&out, " | %d / %d / %d", c[Converged], c[Said], c[Wrong])
		}
		out.WriteString(" |\n")
	}
	for _, name := range b.rows {
		row(name, name)
	}
	row("all", "")
	return out.String()
}

// write puts the table into a page, between its marks, with a word on how much was tried.
func (b *table) write(file, mark, tried string) error {
	page, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	begins, ends := "<!-- table: "+mark+" -->\n", "<!-- end of table: "+mark+" -->"
	head, rest, ok := strings.Cut(string(page), begins)
	_, tail, ok2 := strings.Cut(rest, ends)
	if !ok || !ok2 {
		return fmt.Errorf("%s has no place for the table: %q and %q", file, begins, ends)
	}
	return os.WriteFile(file, []byte(head+begins+b.markdown()+"\n"+tried+ends+tail), 0o644)
}
