package changes

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// table counts how disturbed runs ended, by path and fault.
type table struct {
	mu    sync.Mutex
	cells map[string]map[string][4]int
}

func newTable() *table { return &table{cells: map[string]map[string][4]int{}} }

func (b *table) add(d disturbance, o outcome) {
	b.mu.Lock()
	defer b.mu.Unlock()
	row := b.cells[d.path.name]
	if row == nil {
		row = map[string][4]int{}
		b.cells[d.path.name] = row
	}
	cell := row[d.fault.Name]
	cell[o.fate]++
	row[d.fault.Name] = cell
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
	b.mu.Lock()
	defer b.mu.Unlock()
	all := b.sum("", "")
	return fmt.Sprintf("%d disturbed: %d converged, %d said what is left, %d wrong; %d did not come to the request",
		all[converged]+all[said]+all[wrong], all[converged], all[said], all[wrong], all[missed])
}

// markdown is the table for people.
func (b *table) markdown() string {
	b.mu.Lock()
	defer b.mu.Unlock()
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
			fmt.Fprintf(&out, " | %d / %d / %d", c[converged], c[said], c[wrong])
		}
		out.WriteString(" |\n")
	}
	for _, p := range paths() {
		row(p.name, p.name)
	}
	row("all", "")
	return out.String()
}

const (
	tableBegins = "<!-- table -->\n"
	tableEnds   = "<!-- end of table -->"
)

// write puts the table into a page, between its marks, with a word on how much was tried.
func (b *table) write(file, tried string) error {
	page, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	head, rest, ok := strings.Cut(string(page), tableBegins)
	_, tail, ok2 := strings.Cut(rest, tableEnds)
	if !ok || !ok2 {
		return fmt.Errorf("%s has no place for the table: %q and %q", file, tableBegins, tableEnds)
	}
	return os.WriteFile(file, []byte(head+tableBegins+b.markdown()+"\n"+tried+b.summary()+".\n"+tableEnds+tail), 0o644)
}
