package output

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
)

// reportGroup are answers that differ only in the names of the Pod, its claims and its volumes.
type reportGroup struct{ reports []pending.PodReport }

func (g reportGroup) first() pending.PodReport { return g.reports[0] }

// alikeReports groups answers, in the order of the first of each group.
func alikeReports(reports []pending.PodReport) []reportGroup {
	var groups []reportGroup
	place := map[string]int{}
	for _, r := range reports {
		key := likeness(r)
		i, ok := place[key]
		if !ok {
			i = len(groups)
			place[key] = i
			groups = append(groups, reportGroup{})
		}
		groups[i].reports = append(groups[i].reports, r)
	}
	return groups
}

// Trimmer keeps a long list of answers small. Of answers that are alike only the first is shown in full, and none once
// there are more kinds than sections; each has every node and every volume there, which sums up in a large cluster.
type Trimmer struct{ seen map[string]bool }

// NewTrimmer returns a Trimmer for one list of answers.
func NewTrimmer() *Trimmer { return &Trimmer{seen: map[string]bool{}} }

// Trim takes from the next answer of the list what Pending would not write of it.
func (t *Trimmer) Trim(r *pending.PodReport) {
	key := likeness(*r)
	if t.seen[key] || len(t.seen) >= maxSections {
		r.Nodes, r.NearMisses, r.Fixes = nil, nil, nil
	}
	t.seen[key] = true
}

// likeness is what a report's root cause has in common with those that differ from it only in the names that are their own.
func likeness(r pending.PodReport) string {
	own := map[string]string{r.Pod.Name: "(Pod)"}
	for i, c := range r.Claims {
		own[c.Name] = fmt.Sprintf("(claim %d)", i)
		own[c.BoundVolume] = fmt.Sprintf("(volume %d)", i)
		own[c.Reserved] = fmt.Sprintf("(reserved %d)", i)
	}
	delete(own, "")
	reason := r.Cause.Reason.Map(func(text string) string {
		if stand, ok := own[text]; ok {
			return stand
		}
		return text
	})
	return strings.Join([]string{reason.String(), r.Pod.Namespace, string(r.Cause.Code), fmt.Sprint(len(r.Claims))}, " ")
}

// alsoAlike names the other Pods of a group, for which the first stands.
func (p *pageWriter) alsoAlike(g reportGroup) {
	if len(g.reports) < 2 {
		return
	}
	var others []string
	for _, r := range g.reports[1:] {
		others = append(others, r.Pod.Name)
	}
	p.prose(None, 0, 2, fmt.Sprintf("The same holds for %s in namespace %s; what follows is about %s.",
		shortNames(others), g.first().Pod.Namespace, argumentOf(g.first())))
}

// overview says in one row per group what is wrong with whom.
func (p *pageWriter) overview(groups []reportGroup) {
	namespaces := map[string]bool{}
	var rows []row
	for _, g := range groups {
		namespaces[g.first().Pod.Namespace] = true
	}
	headings := []string{"POD", "WHY"}
	if len(namespaces) > 1 {
		headings = []string{"NAMESPACE", "POD", "WHY"}
	}
	for _, g := range groups {
		r := g.first()
		var names []string
		for _, one := range g.reports {
			names = append(names, argumentOf(one))
		}
		cells := []Cell{{Text: shortNames(names)}, {Text: p.briefCause(r)}}
		if len(namespaces) > 1 {
			cells = append([]Cell{{Text: r.Pod.Namespace}}, cells...)
		}
		rows = append(rows, row{cells: cells})
	}
	p.table(0, headings, rows)
	p.blank()
	r := groups[0].first()
	if i := slices.IndexFunc(groups, func(g reportGroup) bool { return g.first().Pending && !g.first().Schedulable }); i > 0 {
		r = groups[i].first()
	}
	p.line(None, 0, "For nodes, volumes and fixes, ask for one of them:")
	p.line(Good, 2, p.phrase.Line(fact.Plugin("why-pending", argumentOf(r)).In(r.Pod.Namespace)))
}

// briefCause is the cause without the Pod or claim, which has a column of its own.
func (p *pageWriter) briefCause(r pending.PodReport) string {
	if about := r.Cause.Reason.Values["about"].Fact(); about != nil && about.Code == pending.CodeAboutClaim {
		return p.phrase.Text(r.Cause.Reason.With("about", about.With("claim", "")))
	}
	return strings.TrimLeft(p.without("about", r.Cause.Reason), " ")
}
