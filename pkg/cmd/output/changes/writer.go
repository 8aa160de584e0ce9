package changes

import (
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
)

// writer is a Plan or a Result on its way out.
type writer struct {
	*output.Page
	phrase *phrase.Phraser
}
