package output

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// sample has two groups, an empty cell, wide characters, and columns of every kind.
func sample() Table {
	return Table{
		Columns: []Column{{Name: "NODE"}, {Name: "STATUS"}, {Name: "VOLUME"}, {Name: "CLASS", Shrink: true}, {Name: "CLAIM"}, {Name: "PATH", Shrink: true}},
		Group:   2,
		Folds:   []int{5},
		Rows: slices.Values([][]Cell{
			{{Text: "node-0"}, {"Ready", Good}, {Text: "pv-0"}, {Text: "long-named-storage-class"}, {Text: "ns/a"}, {Text: "/mnt/disks/by-id/0123456789"}},
			{{Text: "node-0"}, {"Ready", Good}, {Text: "pv-1"}, {Text: "fast"}, {}, {Text: "/mnt/日本"}},
			{{Text: "node-1"}, {"Unknown", Bad}, {Text: "pv-2"}, {Text: "fast"}, {Text: "ns/b"}, {}},
		}),
	}
}

func write(t *testing.T, table Table, s Streams) string {
	t.Helper()
	var b strings.Builder
	s.Out = &b
	if err := table.Write(s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTableLayouts(t *testing.T) {
	for _, tc := range []struct {
		name, want string
		streams    Streams
		change     func(*Table)
	}{
		{name: "a pipe gets every cell in full", streams: Streams{Width: 20}, want: `
NODE     STATUS    VOLUME   CLASS                      CLAIM    PATH
node-0   Ready     pv-0     long-named-storage-class   ns/a     /mnt/disks/by-id/0123456789
node-0   Ready     pv-1     fast                       <none>   /mnt/日本
node-1   Unknown   pv-2     fast                       ns/b     <none>
`},
		{name: "a wide terminal", streams: Streams{IsTerminal: true, Width: 120}, want: `
NODE    STATUS   VOLUME  CLASS                     CLAIM  PATH
node-0  Ready    pv-0    long-named-storage-class  ns/a   /mnt/disks/by-id/0123456789
                 pv-1    fast                             /mnt/日本
node-1  Unknown  pv-2    fast                      ns/b
`},
		{name: "groups move up", streams: Streams{IsTerminal: true, Width: 72}, want: `
NODE  STATUS
  VOLUME  CLASS                     CLAIM  PATH
node-0  Ready
  pv-0    long-named-storage-class  ns/a   /mnt/disks/by-id/0123456789
  pv-1    fast                             /mnt/日本
node-1  Unknown
  pv-2    fast                      ns/b
`},
		{name: "columns fold", streams: Streams{IsTerminal: true, Width: 50}, want: `
NODE  STATUS
  VOLUME  CLASS                     CLAIM
      PATH
node-0  Ready
  pv-0    long-named-storage-class  ns/a
      /mnt/disks/by-id/0123456789
  pv-1    fast
      /mnt/日本
node-1  Unknown
  pv-2    fast                      ns/b
`},
		{name: "columns shrink", streams: Streams{IsTerminal: true, Width: 30}, want: `
NODE  STATUS
  VOLUME  CLASS          CLAIM
      PATH
node-0  Ready
  pv-0    long-n…-class  ns/a
      /mnt/disks/b…/0123456789
  pv-1    fast
      /mnt/日本
node-1  Unknown
  pv-2    fast           ns/b
`},
		{name: "nothing is cut for nothing", streams: Streams{IsTerminal: true, Width: 12}, want: `
NODE  STATUS
  VOLUME  CLASS                     CLAIM
      PATH
node-0  Ready
  pv-0    long-named-storage-class  ns/a
      /mnt/disks/by-id/0123456789
  pv-1    fast
      /mnt/日本
node-1  Unknown
  pv-2    fast                      ns/b
`},
		{name: "no groups, no header", streams: Streams{IsTerminal: true}, change: func(t *Table) { t.Group, t.NoHeaders = 0, true }, want: `
node-0  Ready    pv-0  long-named-storage-class  ns/a  /mnt/disks/by-id/0123456789
node-0  Ready    pv-1  fast                            /mnt/日本
node-1  Unknown  pv-2  fast                      ns/b
`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			table := sample()
			if tc.change != nil {
				tc.change(&table)
			}
			if diff := cmp.Diff(strings.TrimPrefix(tc.want, "\n"), write(t, table, tc.streams)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestTableColour(t *testing.T) {
	colored := write(t, sample(), Streams{IsTerminal: true, Color: true})
	if !strings.Contains(colored, "\x1b[32mReady\x1b[0m") || !strings.Contains(colored, "\x1b[31mUnknown\x1b[0m") {
		t.Errorf("statuses are not colored:\n%q", colored)
	}
	plain := write(t, sample(), Streams{IsTerminal: true})
	if strings.Contains(plain, "\x1b") {
		t.Errorf("escape sequences without color:\n%q", plain)
	}
	if stripped := stripColour(colored); stripped != plain {
		t.Errorf("color changes the layout:\n%s", cmp.Diff(plain, stripped))
	}
}

func stripColour(s string) string {
	for _, m := range []string{"\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[33m"} {
		s = strings.ReplaceAll(s, m, "")
	}
	return s
}

func TestTableRowsMayShareASlice(t *testing.T) {
	table := sample()
	rows := slices.Collect(table.Rows)
	table.Rows = func(yield func([]Cell) bool) {
		shared := make([]Cell, 6)
		for _, row := range rows {
			copy(shared, row)
			if !yield(shared) {
				return
			}
		}
	}
	s := Streams{IsTerminal: true, Width: 120}
	if diff := cmp.Diff(write(t, sample(), s), write(t, table, s)); diff != "" {
		t.Errorf("-own slices +one slice:\n%s", diff)
	}
}

func TestLineFitsUnderItsHeader(t *testing.T) {
	var b strings.Builder
	s := Streams{Out: &b, IsTerminal: true, Width: 10}
	columns := []Column{{Name: "VOLUME", MinWidth: 8}, {Name: "CLAIM", MinWidth: 6}, {Name: "AGE"}}
	for _, write := range []func() error{
		func() error { return Header(s, columns) },
		func() error { return Line(s, columns, []Cell{{Text: "pv-0"}, {}, {Text: "1d"}}) },
	} {
		if err := write(); err != nil {
			t.Fatal(err)
		}
	}
	want := "VOLUME     CLAIM    AGE\npv-0       <none>   1d\n"
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}

func TestShorten(t *testing.T) {
	for _, tc := range []struct {
		in    string
		limit int
		want  string
	}{
		{"short", 5, "short"},
		{"local-storage-fast", 9, "loca…fast"},
		{"local-storage-fast", 8, "loca…ast"},
		{"日本語日本語", 7, "日…本語"[:len("日…")] + "語"},
		{"abc", 1, "…"},
		{"abc", 0, ""},
	} {
		got := Shorten(tc.in, tc.limit)
		if got != tc.want || Width(got) > max(tc.limit, 0) {
			t.Errorf("Shorten(%q, %d) = %q (%d columns), want %q", tc.in, tc.limit, got, Width(got), tc.want)
		}
	}
}
