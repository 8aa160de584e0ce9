package pending

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/fix"
)

const (
	// maxNear is how many near misses are shown.
	maxNear = 5
	// fitsColumn is where the nodes of a fix begin, if its title leaves room.
	fitsColumn = 42
	// fitsGap is how far they are from a title that leaves none.
	fitsGap = 2
)

// nearMisses writes the volumes that fail one check, nearest first, with some of every kind.
func (p *writer) nearMisses(r pending.PodReport) {
	if len(r.NearMisses) == 0 {
		return
	}
	shown := variety(r.NearMisses, maxNear)
	headings := []string{"NEAR MISS", "NODE", "ONE CHECK FAILS"}
	manyClaims := len(r.Claims) > 1
	if manyClaims {
		headings = []string{"NEAR MISS", "NODE", "FOR CLAIM", "ONE CHECK FAILS"}
	}
	rows := make([]output.Row, 0, len(shown))
	for _, m := range shown {
		cells := []output.Cell{{Text: m.Volume}, {Text: strings.ReplaceAll(m.Node, ",", ", ")}}
		if manyClaims {
			cells = append(cells, output.Cell{Text: m.Claim})
		}
		rows = append(rows, output.Row{Cells: append(cells, output.Cell{Text: p.phrase.Text(m.Fact())})})
	}
	p.Blank()
	p.Table(0, headings, rows)
	if more := len(r.NearMisses) - len(shown); more > 0 {
		p.Line(output.Dim, 0, fmt.Sprintf("and %d more: -o json", more))
	}
}

// variety picks n of the near misses: the first of each code, then the second of each, and so on. Their order stays.
func variety(all []match.NearMiss, n int) []match.NearMiss {
	if len(all) <= n {
		return all
	}
	place := make([]int, len(all)) // how many of the same code and claim come before
	seen := map[string]int{}
	for i, m := range all {
		kind := string(m.Code) + " " + m.Claim
		place[i] = seen[kind]
		seen[kind]++
	}
	picked := make([]bool, len(all))
	for round, left := 0, n; left > 0; round++ {
		for i := range all {
			if place[i] == round && left > 0 {
				picked[i] = true
				left--
			}
		}
	}
	var out []match.NearMiss
	for i, m := range all {
		if picked[i] {
			out = append(out, m)
		}
	}
	return out
}

// fixes writes what would help, with the commands in one piece.
func (p *writer) fixes(r pending.PodReport) {
	if len(r.Fixes) == 0 {
		if tried(r.Cause.Code) {
			p.Blank()
			p.Prose(output.None, 0, 0, "No change that was tested would help, alone or in pairs."+nearest(r))
		}
		return
	}
	p.Blank()
	p.Line(output.Heading, 0, "FIXES (each tested in a simulation)")
	for i, f := range r.Fixes {
		p.fix(r, i+1, f)
	}
}

// nearest says where to begin if nothing helps.
func nearest(r pending.PodReport) string {
	if len(r.NearMisses) == 0 {
		return ""
	}
	return " The nearest miss is " + r.NearMisses[0].Volume + ": start there."
}

// tried reports whether changes are tried at all for a cause.
func tried(code pending.CauseCode) bool {
	switch code {
	case pending.CauseNotVolumes, pending.CauseVolumesAndNodes,
		pending.CauseCode(inspect.NoMatchingVolume), pending.CauseCode(inspect.GreedyMiss),
		pending.CauseCode(inspect.BoundNodeMissing), pending.CauseCode(inspect.BoundNodeUnfit),
		pending.CauseCode(inspect.ImmediateUnbound), pending.CauseCode(inspect.NoStorageClass):
		return true
	default:
		return false
	}
}

func (p *writer) fix(r pending.PodReport, number int, f fix.Fix) {
	indent := len(fmt.Sprintf("%d. ", number))
	title := output.Clean(fmt.Sprintf("%d. %s", number, strings.Join(p.phrase.Texts(f.Titles), ", and also ")))
	fits := output.Clean("fits " + shortNames(f.Nodes))
	switch room := max(fitsColumn, output.Width(title)+fitsGap); {
	case len(f.Nodes) == 0:
		p.Prose(output.None, 0, indent, title)
	case p.Fits(room + output.Width(fits)):
		p.Line(output.None, 0, title+strings.Repeat(" ", room-output.Width(title))+fits)
	default:
		p.Prose(output.None, 0, indent, title)
		p.Prose(output.None, indent, 0, fits)
	}
	p.fixNote(indent, f)
	for _, command := range f.Commands {
		p.Line(output.Good, indent, p.phrase.Line(command))
	}
	if f.Manifest != "" && !printsManifest(f.Commands) {
		p.Line(output.Good, indent, p.phrase.Line(printCommand(r, f.ID)))
	}
}

// fixNote writes the notes of a fix, apart from the others those on data at risk.
func (p *writer) fixNote(indent int, f fix.Fix) {
	data, others := f.NotesByRisk()
	switch {
	case f.Risk == fix.RiskData && len(data) > 0:
		p.Prose(output.Bad, indent, 0, "data at risk: "+strings.Join(p.phrase.Texts(data), "; "))
	case f.Risk == fix.RiskData:
		p.Prose(output.Bad, indent, 0, "data at risk")
	default:
		others = f.Notes
	}
	if len(others) > 0 {
		p.Prose(output.None, indent, 0, strings.Join(p.phrase.Texts(others), "; "))
	}
}

// printsManifest reports whether one of the commands prints the manifest of a fix, or of a volume.
func printsManifest(commands []fact.Command) bool {
	return slices.ContainsFunc(commands, func(c fact.Command) bool {
		return slices.Contains(c.Flags, "--print-fix") || slices.Contains(c.Flags, "--print-volume")
	})
}

func printCommand(r pending.PodReport, id string) fact.Command {
	return fact.Plugin("why-pending", argumentOf(r)).In(r.Pod.Namespace).With("--print-fix", id)
}

// argumentOf is how what a report is about is named on the command line.
func argumentOf(r pending.PodReport) string {
	if r.Pod.Name == "" && len(r.Claims) > 0 {
		return "pvc/" + r.Claims[0].Name
	}
	return r.Pod.Name
}
