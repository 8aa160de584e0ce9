package trial

import (
	"strings"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

func TestTable(t *testing.T) {
	in := Injection{Path: "a", Fault: live.Fault{Name: "409"}}
	b := newTable([]Injection{in, {Path: "b"}})
	b.add(in, Outcome{Ending: Converged})
	b.add(in, Outcome{Ending: Reported})
	b.add(Injection{Path: "b", Fault: live.Fault{Name: "reset"}}, Outcome{Ending: Wrong})
	b.add(in, Outcome{Ending: Missed})
	if got, want := b.summary(), "4 were tried: 1 converged, 1 said what is left, 1 wrong; 1 did not come to the request"; got != want {
		t.Errorf("summary %q, want %q", got, want)
	}
	if got, want := strings.SplitN(b.markdown(), "\n", 4)[2], "| a | 1 / 1 / 0 | 0 / 0 / 0 |"; !strings.HasPrefix(got, want) {
		t.Errorf("row %q, want %q...", got, want)
	}
}

// TestTableInPage replaces what is between the marks of its name, and nothing else.
func TestTableInPage(t *testing.T) {
	b := newTable(nil)
	page := "before\n<!-- table: x -->\nold\n<!-- end of table: x -->\nafter\n"
	got, err := b.into(page, "x", "Tried.\n")
	if want := "before\n<!-- table: x -->\n" + b.markdown() + "\nTried.\n<!-- end of table: x -->\nafter\n"; err != nil || got != want {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := b.into(page, "y", ""); err == nil {
		t.Error("a table without a place is not noticed")
	}
}
