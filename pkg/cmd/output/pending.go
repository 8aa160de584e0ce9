package output

import (
	"io"
	"strings"
	"time"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
)

// maxSections is how many answers are written in full. Of more, a table says what is wrong with which, and each can
// be asked for by name.
const maxSections = 3

// PendingPage is the answer to why-pending for people. A pipe gets the same text without color, and nothing is wrapped
// there.
type PendingPage struct {
	Reports []pending.PodReport
	// Now is when the cluster was read: ages count back from it.
	Now time.Time
	// Nodes are the names of the Nodes to open up.
	Nodes []string
	// Volumes are the volumes to open up.
	Volumes []VolumeView
	// Phrase writes sentences and command lines; nil: without a connection.
	Phrase *phrase.Phraser
}

// Write writes the answer.
func (v PendingPage) Write(s Streams) error {
	p := newPageWriter(s)
	if v.Phrase != nil {
		p.phrase = v.Phrase
	}
	groups := alikeReports(v.Reports)
	if len(groups) > maxSections {
		p.overview(groups)
	} else {
		for i, g := range groups {
			if i > 0 {
				p.rule()
			}
			p.section(v, g)
		}
	}
	for _, name := range v.Nodes {
		p.openNode(v.Reports, name)
	}
	for _, volume := range v.Volumes {
		p.openVolume(volume)
	}
	_, err := io.WriteString(s.Out, p.b.String())
	return err
}

// rule parts two answers.
func (p *pageWriter) rule() {
	p.b.WriteString("\n" + p.palette.Paint(Dim, strings.Repeat("-", 40)) + "\n\n")
}

// section is one answer in full, in the order in which it is needed: what is wrong, with which claim, where, what
// nearly fits, what would help.
func (p *pageWriter) section(v PendingPage, g reportGroup) {
	r := g.first()
	style := Heading
	if r.Cause.Code == pending.CauseNone || r.Cause.Code == pending.CauseSchedulable {
		style = Good
	}
	p.prose(style, 0, 0, p.phrase.Text(r.Cause.Reason))
	p.alsoAlike(g)
	switch {
	case !r.Pending:
	case !r.Schedulable:
		p.blank()
		p.claims(r)
		p.blank()
		p.nodes(r)
		p.nearMisses(r)
		p.fixes(r)
	case r.Cause.Code != pending.CauseSchedulable:
		p.blank()
		p.claims(r)
	}
	p.scheduler(v, r)
	p.notes(r)
}
