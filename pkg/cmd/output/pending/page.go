// Package pending is the page of why-pending, and what it prints for programs. It decides nothing about Pods.
package pending

import (
	"time"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
)

// maxSections is how many answers are written in full. Of more, a table says what is wrong with which, and each can
// be asked for by name.
const maxSections = 3

// Page is the answer to why-pending for people. A pipe gets the same text without color, and nothing is wrapped
// there.
type Page struct {
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
func (v Page) Write(s output.Streams) error {
	p := newWriter(s, v.Phrase)
	groups := alikeReports(v.Reports)
	if len(groups) > maxSections {
		p.overview(groups)
	} else {
		for i, g := range groups {
			if i > 0 {
				p.Rule()
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
	return p.Flush(s.Out)
}

// section is one answer in full, in the order in which it is needed: what is wrong, with which claim, where, what
// nearly fits, what would help.
func (p *writer) section(v Page, g reportGroup) {
	r := g.first()
	style := output.Heading
	if r.Cause.Code == pending.CauseNone || r.Cause.Code == pending.CauseSchedulable {
		style = output.Good
	}
	p.Prose(style, 0, 0, p.phrase.Text(r.Cause.Reason))
	p.alsoAlike(g)
	switch {
	case !r.Pending:
	case !r.Schedulable:
		p.Blank()
		p.claims(r)
		p.Blank()
		p.nodes(r)
		p.nearMisses(r)
		p.fixes(r)
	case r.Cause.Code != pending.CauseSchedulable:
		p.Blank()
		p.claims(r)
	}
	p.scheduler(v, r)
	p.notes(r)
}
