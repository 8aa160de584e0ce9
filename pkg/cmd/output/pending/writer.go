package pending

import (
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
)

// writer is an answer on its way out.
type writer struct {
	*output.Page
	// phrase is never nil.
	phrase *phrase.Phraser
}

func newWriter(s output.Streams, p *phrase.Phraser) *writer {
	if p == nil {
		p = phrase.New(phrase.Connection{})
	}
	return &writer{Page: output.NewPage(s), phrase: p}
}
