package output

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
)

func quantity(text string) resource.Quantity { return resource.MustParse(text) }

func writePending(t *testing.T, v PendingPage, s Streams) string {
	t.Helper()
	var b strings.Builder
	s.Out = &b
	if err := v.Write(s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// views are the ways in which people see an answer.
func views(t *testing.T, v PendingPage) (narrow, wide, pipe, color string) {
	t.Helper()
	return writePending(t, v, Streams{IsTerminal: true, Width: 80}), writePending(t, v, Streams{IsTerminal: true, Width: 120}),
		writePending(t, v, Streams{}), writePending(t, v, Streams{IsTerminal: true, Width: 80, Color: true})
}

func TestPendingGoldens(t *testing.T) {
	all := pendingCases()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(name, func(t *testing.T) { pendingGolden(t, name, all[name]) })
	}
	t.Run("two", func(t *testing.T) {
		pendingGolden(t, "two", PendingPage{Reports: []pending.PodReport{cordonedHome(), notPending("web-0")}, Now: readAt()})
	})
	t.Run("alike", func(t *testing.T) {
		var reports []pending.PodReport
		for i := range 12 {
			reports = append(reports, tooSmall(fmt.Sprintf("big-%d", i)))
		}
		pendingGolden(t, "alike", PendingPage{Reports: reports, Now: readAt()})
	})
	t.Run("many", func(t *testing.T) {
		reports := []pending.PodReport{cpuOnly(), deadNode(), gated(), tooSmall("big-0"), tooSmall("big-1"), claimAlone()}
		pendingGolden(t, "many", PendingPage{Reports: reports, Now: readAt()})
	})
	t.Run("open", func(t *testing.T) {
		pendingGolden(t, "open", opened())
	})
}

// pendingGolden compares one answer at 80 columns, and wherever else it differs.
func pendingGolden(t *testing.T, name string, v PendingPage) {
	t.Helper()
	narrow, wide, pipe, color := views(t, v)
	golden(t, "pending/"+name+".80", narrow)
	if wide != narrow {
		golden(t, "pending/"+name+".120", wide)
	}
	if pipe != wide {
		golden(t, "pending/"+name+".pipe", pipe)
	}
	if slices.Contains([]string{"dead-node", "too-small", "open"}, name) {
		golden(t, "pending/"+name+".color", color)
	}
}

// opened is an answer with a node and a volume opened up.
func opened() PendingPage {
	return PendingPage{
		Reports: []pending.PodReport{severalClaims(), csiNoRoom()}, Now: readAt(), Nodes: []string{"node-0", "node-2"},
		Volumes: []VolumeView{{
			Name:  "hdd-0",
			Facts: []Fact{{"home", "node-0 (Ready)"}, {"phase", "Available"}, {"labels", "disk=hdd,rack=r1"}},
			Claims: []ClaimChecks{
				{Claim: "data-kafka-0", Note: "bound to pv-9, so no other volume is tried"},
				{Claim: "log-kafka-0", Note: "asks 2Ti, has 1Ti", Checks: []Check{
					{Code: inspect.ClaimedByOther, Result: CheckOK},
					{Code: inspect.CapacityTooSmall, Result: CheckFails, Want: "2Ti", Have: "1Ti"},
					{Code: inspect.NotAvailable, Result: CheckSkipped, Have: "reserved for this claim"},
				}},
			},
		}},
	}
}

// TestPendingSaysTheSameEverywhere holds all widths, and color, against each other: no word may be lost or cut.
func TestPendingSaysTheSameEverywhere(t *testing.T) {
	all := pendingCases()
	all["open"] = opened()
	for name, v := range all {
		narrow, wide, pipe, color := views(t, v)
		for view, text := range map[string]string{"120 columns": wide, "a pipe": pipe, "color": uncolored(color)} {
			if diff := cmp.Diff(sortedWords(narrow), sortedWords(text)); diff != "" {
				t.Errorf("%s: 80 columns and %s say different things:\n%s", name, view, diff)
			}
		}
		if got := uncolored(color); got != narrow {
			t.Errorf("%s: without its colors the text is laid out differently:\n%s", name, cmp.Diff(narrow, got))
		}
	}
}

func sortedWords(text string) []string {
	words := strings.Fields(text)
	slices.Sort(words)
	return words
}

// uncolored takes the styles of this package out of a text.
func uncolored(text string) string {
	for _, m := range newPalette().marks {
		for _, mark := range []string{m.before, m.after} {
			if mark != "" {
				text = strings.ReplaceAll(text, mark, "")
			}
		}
	}
	return text
}

// TestPendingFitsTheTerminal allows long lines only to commands, which must be copied in one piece.
func TestPendingFitsTheTerminal(t *testing.T) {
	all := pendingCases()
	all["open"] = opened()
	for name, v := range all {
		for _, columns := range []int{80, 120} {
			text := writePending(t, v, Streams{IsTerminal: true, Width: columns})
			for line := range strings.Lines(text) {
				line = strings.TrimSuffix(line, "\n")
				if width(line) > columns && !strings.HasPrefix(strings.TrimSpace(line), "kubectl ") {
					t.Errorf("%s: a line of %d columns on a terminal of %d: %q", name, width(line), columns, line)
				}
				if strings.HasSuffix(line, " ") {
					t.Errorf("%s: a line ends with a space: %q", name, line)
				}
			}
			if strings.Contains(text, "\n\n\n") || strings.HasPrefix(text, "\n") || strings.HasSuffix(text, "\n\n") {
				t.Errorf("%s: needless blank lines in:\n%s", name, text)
			}
		}
	}
}

// TestPendingFactsHaveSentences: with the values that a case gives them, all Facts can be put into words.
func TestPendingFactsHaveSentences(t *testing.T) {
	p := phrase.New(phrase.Connection{})
	for name, v := range pendingCases() {
		for _, r := range v.Reports {
			for _, told := range factsOf(r) {
				for f := range told.All() {
					if text := p.Text(f); text == f.String() || text == "" {
						t.Errorf("%s: %v has no sentence", name, f)
					}
				}
			}
		}
	}
}

// factsOf are all Facts of an answer.
func factsOf(r pending.PodReport) []fact.Fact {
	all := slices.Concat(facts(r.Cause.Reason), r.Notes)
	for _, c := range r.Claims {
		all = append(all, c.Reason)
	}
	for _, n := range r.Nodes {
		for _, reason := range n.Reasons {
			all = append(all, reason.Reason)
		}
		for _, v := range n.Volumes {
			all = append(all, v.Fact())
		}
	}
	for _, m := range r.NearMisses {
		all = append(all, m.Fact())
	}
	for _, f := range r.Fixes {
		all = slices.Concat(all, f.Titles, f.Notes)
	}
	return all
}

func TestPendingIsSafeToShow(t *testing.T) {
	narrow, wide, pipe, color := views(t, pendingCases()["hostile"])
	for _, text := range []string{narrow, wide, pipe, uncolored(color)} {
		for _, r := range text {
			if r != '\n' && (r < 0x20 || r == 0x7f || invisible(r)) {
				t.Errorf("the text holds %U:\n%q", r, text)
			}
		}
	}
	if !strings.Contains(narrow, `\n rm -rf`) {
		t.Errorf("a line break in a command is not written out:\n%s", narrow)
	}
}
