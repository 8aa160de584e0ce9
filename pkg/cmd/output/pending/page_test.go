package pending

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
)

func quantity(text string) resource.Quantity { return resource.MustParse(text) }

func written(t *testing.T, v Page, s output.Streams) string {
	t.Helper()
	var b strings.Builder
	s.Out = &b
	if err := v.Write(s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// views are the ways in which people see an answer.
func views(t *testing.T, v Page) (narrow, wide, pipe, color string) {
	t.Helper()
	return written(t, v, output.Streams{IsTerminal: true, Width: 80}), written(t, v, output.Streams{IsTerminal: true, Width: 120}),
		written(t, v, output.Streams{}), written(t, v, output.Streams{IsTerminal: true, Width: 80, Color: true})
}

func TestGoldens(t *testing.T) {
	all := pendingCases()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(name, func(t *testing.T) { checkGolden(t, name, all[name]) })
	}
	t.Run("two", func(t *testing.T) {
		checkGolden(t, "two", Page{Reports: []pending.PodReport{cordonedHome(), notPending("web-0")}, Now: readAt()})
	})
	t.Run("alike", func(t *testing.T) {
		var reports []pending.PodReport
		for i := range 12 {
			reports = append(reports, tooSmall(fmt.Sprintf("big-%d", i)))
		}
		checkGolden(t, "alike", Page{Reports: reports, Now: readAt()})
	})
	t.Run("many", func(t *testing.T) {
		reports := []pending.PodReport{cpuOnly(), deadNode(), gated(), tooSmall("big-0"), tooSmall("big-1"), claimAlone()}
		checkGolden(t, "many", Page{Reports: reports, Now: readAt()})
	})
	t.Run("open", func(t *testing.T) {
		checkGolden(t, "open", opened())
	})
}

// checkGolden compares one answer at 80 columns, and wherever else it differs.
func checkGolden(t *testing.T, name string, v Page) {
	t.Helper()
	narrow, wide, pipe, color := views(t, v)
	golden(t, name+".80", narrow)
	if wide != narrow {
		golden(t, name+".120", wide)
	}
	if pipe != wide {
		golden(t, name+".pipe", pipe)
	}
	if slices.Contains([]string{"dead-node", "too-small", "open"}, name) {
		golden(t, name+".color", color)
	}
}

// opened is an answer with a node and a volume opened up.
func opened() Page {
	return Page{
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

// TestSaysTheSameEverywhere holds all widths, and color, against each other: no word may be lost or cut.
func TestSaysTheSameEverywhere(t *testing.T) {
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

// uncolored takes the colors out of a text.
func uncolored(text string) string {
	palette := output.Streams{Color: true}.Palette()
	for _, style := range []output.Style{output.Good, output.Warn, output.Bad, output.Dim, output.Heading} {
		before, after, _ := strings.Cut(palette.Paint(style, "x"), "x")
		text = strings.NewReplacer(before, "", after, "").Replace(text)
	}
	return text
}

// TestFitsTheTerminal allows long lines only to commands, which must be copied in one piece.
func TestFitsTheTerminal(t *testing.T) {
	all := pendingCases()
	all["open"] = opened()
	for name, v := range all {
		for _, columns := range []int{80, 120} {
			text := written(t, v, output.Streams{IsTerminal: true, Width: columns})
			for line := range strings.Lines(text) {
				line = strings.TrimSuffix(line, "\n")
				if output.Width(line) > columns && !strings.HasPrefix(strings.TrimSpace(line), "kubectl ") {
					t.Errorf("%s: a line of %d columns on a terminal of %d: %q", name, output.Width(line), columns, line)
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

// TestFactsHaveSentences: with the values that a case gives them, all Facts can be put into words.
func TestFactsHaveSentences(t *testing.T) {
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

func TestIsSafeToShow(t *testing.T) {
	narrow, wide, pipe, color := views(t, pendingCases()["hostile"])
	for _, text := range []string{narrow, wide, pipe, uncolored(color)} {
		for _, r := range text {
			if r != '\n' && output.Clean(string(r)) != string(r) {
				t.Errorf("the text holds %U:\n%q", r, text)
			}
		}
	}
	if !strings.Contains(narrow, `\n rm -rf`) {
		t.Errorf("a line break in a command is not written out:\n%s", narrow)
	}
}
