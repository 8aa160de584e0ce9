package trial

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// Ending is how a disturbed run ended.
type Ending int

// The ends: the run did not come to the request; all is as after an undisturbed run; the command said what is left, and
// finished it when run again; anything else.
const (
	Missed Ending = iota
	Converged
	Reported
	Wrong
)

// Outcome is the end of a disturbed run, and why it is wrong.
type Outcome struct {
	Ending Ending
	Why    string
}

// table counts how disturbed runs ended, by path and fault.
type table struct {
	mu    sync.Mutex
	rows  []string
	cells map[string]map[string][4]int
}

func newTable(all []Injection) *table {
	b := &table{cells: map[string]map[string][4]int{}}
	for _, in := range all {
		if b.cells[in.Path] == nil {
			b.rows = append(b.rows, in.Path)
			b.cells[in.Path] = map[string][4]int{}
		}
	}
	return b
}

func (b *table) add(in Injection, o Outcome) {
	b.mu.Lock()
	defer b.mu.Unlock()
	cell := b.cells[in.Path][in.Fault.Name]
	cell[o.Ending]++
	b.cells[in.Path][in.Fault.Name] = cell
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
		all[Converged]+all[Reported]+all[Wrong]+all[Missed], all[Converged], all[Reported], all[Wrong], all[Missed])
}

// markdown is the table for people.
func (b *table) markdown() string {
	var names []string
	for _, f := range live.Faults() {
		names = append(names, f.Name)
	}
	var out strings.Builder
	out.WriteString("| | " + strings.Join(names, " | ") + " | all |\n|---" + strings.Repeat("|---", len(names)+1) + "|\n")
	row := func(title, path string) {
		out.WriteString("| " + title)
		for _, f := range append(slices.Clone(names), "") {
			c := b.sum(path, f)
			fmt.Fprintf(&out, " | %d / %d / %d", c[Converged], c[Reported], c[Wrong])
		}
		out.WriteString(" |\n")
	}
	for _, name := range b.rows {
		row(name, name)
	}
	row("all", "")
	return out.String()
}

// into puts the table into a page, between its marks, with a word on how much was tried.
func (b *table) into(page, mark, tried string) (string, error) {
	begins, ends := "<!-- table: "+mark+" -->\n", "<!-- end of table: "+mark+" -->"
	head, rest, ok := strings.Cut(page, begins)
	_, tail, ok2 := strings.Cut(rest, ends)
	if !ok || !ok2 {
		return "", fmt.Errorf("there is no place for the table: %q and %q", begins, ends)
	}
	return head + begins + b.markdown() + "\n" + tried + ends + tail, nil
}
