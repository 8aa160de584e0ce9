package trial

import (
	"os"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// at is a fault in a run of a path.
func at(path, fault string) Injection { return Injection{Path: path, Fault: live.Fault{Name: fault}} }

func TestTable(t *testing.T) {
	b := newTable()
	b.add(at("a", "409"), Outcome{Ending: Converged})
	b.add(at("a", "409"), Outcome{Ending: Reported})
	b.add(at("b", "reset"), Outcome{Ending: Wrong})
	b.add(at("a", "409"), Outcome{Ending: Missed})
	if got, want := b.summary(), "3 came to their requests: 1 converged, 1 said what is left, 1 wrong"; got != want {
		t.Errorf("summary %q, want %q", got, want)
	}
	rows := strings.Split(b.markdown([]string{"b", "c", "a"}), "\n")
	for i, want := range []string{"| | 409 | 422 |", "|---|---|", "| b | 0 / 0 / 0 |", "| a | 1 / 1 / 0 | 0 / 0 / 0 |", "| all | 1 / 1 / 0 |"} {
		if !strings.HasPrefix(rows[i], want) {
			t.Errorf("row %q, want %q...", rows[i], want)
		}
	}
}

// TestTableInPage replaces the rows of the paths that were tried, between the marks of its name, and keeps the others: a page is its own
// store.
func TestTableInPage(t *testing.T) {
	trials := []string{"a", "b", "c"}
	first := newTable()
	for _, name := range []string{"a", "gone", "c"} {
		first.add(at(name, "409"), Outcome{Ending: Converged})
		first.add(at(name, "reset after"), Outcome{Ending: Reported})
	}
	in := func(text string) string {
		return "before\n<!-- table: x -->\n" + text + "<!-- end of table: x -->\nafter\n"
	}
	page, err := first.into(in("| no table |\n"), "x", []string{"a", "gone", "c"})
	if want := in(first.markdown([]string{"a", "gone", "c"}) + "\n6 came to their requests: 3 converged, 3 said what is left, 0 wrong.\n"); err != nil || page != want {
		t.Fatalf("got %v:\n%s", err, gocmp.Diff(want, page))
	}
	second := newTable()
	second.add(at("b", "422"), Outcome{Ending: Converged})
	second.add(at("c", "409"), Outcome{Ending: Wrong})
	second.add(at("c", "422"), Outcome{Ending: Missed})
	got, err := second.into(page, "x", trials)
	if err != nil {
		t.Fatal(err)
	}
	both := newTable()
	for _, end := range []struct {
		path, fault string
		ending      Ending
	}{{"a", "409", Converged}, {"a", "reset after", Reported}, {"b", "422", Converged}, {"c", "409", Wrong}} {
		both.add(at(end.path, end.fault), Outcome{Ending: end.ending})
	}
	if want := in(both.markdown(trials) + "\n4 came to their requests: 2 converged, 1 said what is left, 1 wrong.\n"); got != want {
		t.Errorf("(-want +got):\n%s", gocmp.Diff(want, got))
	}
	if again, err := newTable().into(got, "x", trials); err != nil || again != got {
		t.Errorf("without new rows it changes: %v\n%s", err, gocmp.Diff(got, again))
	}
	if _, err := second.into(page, "y", trials); err == nil {
		t.Error("a table without a place is not noticed")
	}
	if _, err := second.into(in("| | 409 | all |\n|---|---|---|\n| a | 1 / x / 0 | 1 / 0 / 0 |\n"), "x", trials); err == nil {
		t.Error("a row that cannot be read is not noticed")
	}
	if _, err := second.into(in("| | 409 | all |\n|---|---|---|\n| a | 1 / 0 / 0 |\n"), "x", trials); err == nil {
		t.Error("a row that is too short is not noticed")
	}
}

// TestPage reads the tables of the page that there is, and sums them up as it does.
func TestPage(t *testing.T) {
	data, err := os.ReadFile("../../../docs/torture.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(data)
	for _, mark := range []string{"handback", "recover", "drain"} {
		_, rest, _ := strings.Cut(page, "<!-- table: "+mark+" -->\n")
		text, _, _ := strings.Cut(rest, "<!-- end of table")
		b, err := parse(text)
		if err != nil || len(b.cells) == 0 {
			t.Fatalf("%s: %d rows, %v", mark, len(b.cells), err)
		}
		var order []string
		for line := range strings.Lines(text) {
			if name, _, ok := strings.Cut(strings.TrimPrefix(line, "| "), " | "); ok {
				order = append(order, name)
			}
		}
		if got, err := newTable().into(page, mark, order); err != nil || got != page {
			t.Errorf("%s: its sums are not those of its rows: %v\n%s", mark, err, gocmp.Diff(page, got))
		}
	}
}

// TestChoose takes all trials, or those that are named, and none that is not there.
func TestChoose(t *testing.T) {
	names := []string{"a", "b", "c"}
	for name, tc := range map[string]struct {
		options *Options
		want    string
		wrong   bool
	}{
		"a sample of all":     {&Options{}, "a b c", false},
		"all":                 {&Options{all: true, page: "x"}, "a b c", false},
		"some":                {&Options{paths: "c,a", page: "x"}, "c a", false},
		"one that is not":     {&Options{paths: "a,d"}, "", true},
		"a table of a sample": {&Options{page: "x"}, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := tc.options.choose(names)
			if strings.Join(got, " ") != tc.want || (err != nil) != tc.wrong {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}
