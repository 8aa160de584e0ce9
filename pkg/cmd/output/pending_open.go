package output

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
)

// VolumeView is one volume opened up: what it is, and every check for every claim of the Pods in question.
type VolumeView struct {
	Name string
	// Facts are what the volume is, in the order to show them.
	Facts []Fact
	// Claims are the claims that the volume was held against.
	Claims []ClaimChecks
}

// Fact is one thing that is known, with its name.
type Fact struct{ Name, Value string }

// ClaimChecks is one volume held against one claim.
type ClaimChecks struct {
	Claim string
	// Note says what is special, or why there are no checks.
	Note   string
	Checks []Check
}

// Check is one check in the scheduler's order.
type Check struct {
	Code   inspect.VolumeCode
	Result CheckResult
	// Want and Have are the two values compared; empty if there is nothing to compare.
	Want, Have string
}

// CheckResult is how a check ended.
type CheckResult string

// The results of a check.
const (
	CheckOK    CheckResult = "ok"
	CheckFails CheckResult = "fails"
	// CheckSkipped: the scheduler does not make this check here.
	CheckSkipped CheckResult = "not checked"
)

// openNode writes all that is said of one Node.
func (p *pageWriter) openNode(reports []pending.PodReport, name string) {
	said := false
	for _, r := range reports {
		n, asked := r.Node(name)
		if !asked {
			continue
		}
		said = true
		p.blank()
		p.line(Heading, 0, fmt.Sprintf("NODE %s %s %s", name, nodeVerdict(n), subject(r)))
		p.nodeReasons(n)
		p.nodeVolumes(r, n, name)
		p.nodeRooms(n)
	}
	if !said {
		p.blank()
		p.line(Heading, 0, "NODE "+name)
		p.prose(None, 2, 0, "it was not asked, since nothing here waits for a node")
	}
}

func nodeVerdict(n pending.NodeReport) string {
	switch {
	case n.Feasible:
		return "takes"
	case len(n.Reasons) == 0:
		return "is not reached by"
	}
	return "refuses"
}

func subject(r pending.PodReport) string {
	if r.Pod.Name == "" {
		return fmt.Sprintf("claim %s/%s", r.Pod.Namespace, strings.TrimPrefix(argumentOf(r), "pvc/"))
	}
	return fmt.Sprintf("Pod %s/%s", r.Pod.Namespace, r.Pod.Name)
}

func (p *pageWriter) nodeReasons(n pending.NodeReport) {
	switch {
	case n.Feasible:
		return
	case len(n.Reasons) == 0:
		p.prose(None, 2, 0, "nothing on the node itself: what is wrong stops the scheduler before it looks at any node")
		return
	}
	var rows []row
	for _, r := range n.Reasons {
		rows = append(rows, row{cells: []Cell{{Text: r.Plugin}, {Text: p.phrase.Text(r.Reason)}, {Text: r.Code}}})
	}
	p.table(2, []string{"PLUGIN", "REFUSES BECAUSE", "STATUS"}, rows)
}

func (p *pageWriter) nodeVolumes(r pending.PodReport, n pending.NodeReport, node string) {
	p.blank()
	if len(n.Volumes) == 0 {
		p.line(None, 2, "no volume of the claims' classes")
		return
	}
	headings := []string{"VOLUME", "CODE", "WANT", "HAVE"}
	if len(r.Claims) > 1 {
		headings = []string{"CLAIM", "VOLUME", "CODE", "WANT", "HAVE"}
	}
	var rows []row
	for _, v := range n.Volumes {
		want, have := Compared(p.phrase, v.Code, v.Want, v.Have, v.Fact())
		if v.Code == inspect.NodeAffinityMismatch && v.Have != "" {
			want = node
		}
		cells := []Cell{{Text: v.Name}, {string(v.Code), verdictStyle(v.Code == inspect.Match)}, {Text: want}, {Text: have}}
		if len(r.Claims) > 1 {
			cells = append([]Cell{{Text: v.Claim}}, cells...)
		}
		rows = append(rows, row{cells: cells})
	}
	p.table(2, headings, rows)
}

func (p *pageWriter) nodeRooms(n pending.NodeReport) {
	if len(n.Room) == 0 {
		return
	}
	p.blank()
	var rows []row
	for _, room := range n.Room {
		have := cmp.Or(room.Have, "nothing reported")
		rows = append(rows, row{cells: []Cell{{Text: room.Claim}, {Text: room.StorageClass}, {Text: room.Driver}, {Text: room.Want}, {have, verdictStyle(room.Enough)}}})
	}
	p.table(2, []string{"CLAIM", "CLASS", "DRIVER", "ASKS", "ROOM"}, rows)
}

// Compared writes the two values that a check compares, for a table. Where they say less than the Fact about the volume, that
// is written instead.
func Compared(p *phrase.Phraser, code inspect.VolumeCode, want, have string, f fact.Fact) (asks, has string) {
	switch code {
	case inspect.TakenBySibling, inspect.ClaimedByOther:
		return "free", p.Text(f)
	case inspect.Terminating:
		return "not being deleted", p.Text(f)
	case inspect.SelectorMismatch:
		return phrase.Labels(texts(f.Values["want"])), phrase.Labels(texts(f.Values["have"]))
	case inspect.NodeAffinityMismatch:
		if have != "" {
			return "", strings.ReplaceAll(have, ",", ", ")
		}
		return "", p.Text(f)
	case inspect.NotChosen:
		return want, p.Text(f)
	case inspect.Match:
		if want == "" { // a bound one
			return "", p.Text(f)
		}
		return want, have
	default:
		return phrase.Value(string(code), want), phrase.Value(string(code), have)
	}
}

// openVolume writes what a volume is, and how each check ends.
func (p *pageWriter) openVolume(v VolumeView) {
	p.blank()
	p.line(Heading, 0, "VOLUME "+v.Name)
	pad := 0
	for _, f := range v.Facts {
		pad = max(pad, width(f.Name))
	}
	for _, f := range v.Facts {
		p.prose(None, 2, pad+2, fmt.Sprintf("%-*s  %s", pad, f.Name, f.Value))
	}
	for _, c := range v.Claims {
		p.blank()
		p.prose(None, 2, 0, strings.TrimSuffix("for claim "+c.Claim+": "+c.Note, ": "))
		var rows []row
		for _, check := range c.Checks {
			style := Good
			if check.Result == CheckFails {
				style = Bad
			}
			rows = append(rows, row{cells: []Cell{{Text: checkWords(check.Code)}, {string(check.Result), style}, {Text: check.Want}, {Text: check.Have}}})
		}
		p.table(2, []string{"CHECK", "RESULT", "CLAIM ASKS", "VOLUME HAS"}, rows)
	}
}

// checkWords are what a check looks at.
func checkWords(code inspect.VolumeCode) string {
	switch code {
	case inspect.TakenBySibling:
		return "not taken for another claim of the Pod"
	case inspect.ClaimedByOther:
		return "not claimed by another"
	case inspect.CapacityTooSmall:
		return "large enough"
	case inspect.VolumeModeMismatch:
		return "volume mode"
	case inspect.AttributesClassMismatch:
		return "attributes class"
	case inspect.Terminating:
		return "not being deleted"
	case inspect.NotAvailable:
		return "phase"
	case inspect.SelectorMismatch:
		return "labels"
	case inspect.ClassMismatch:
		return "storage class"
	case inspect.NodeAffinityMismatch:
		return "can be used on a node"
	case inspect.AccessModesMismatch:
		return "access modes"
	default:
		return string(code)
	}
}
