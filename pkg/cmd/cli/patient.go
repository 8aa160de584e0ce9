package cli

import (
	"time"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
)

// unreadLimit is how long the end of a command waits for whoever reads standard error and takes nothing.
const unreadLimit = 5 * time.Second

// Patiently lets nothing wait for whoever reads standard error from now on: a full pipe, a pager. What is written is kept until it is read,
// and Run waits for that in the end.
func (a *App) Patiently() {
	if _, already := a.Streams.ErrOut.(*output.Patient); !already {
		a.Streams.ErrOut = output.NewPatient(a.Streams.ErrOut)
	}
}

// Flush waits until what was written to standard error is read, as long as anything is.
func (a *App) Flush() {
	if p, ok := a.Streams.ErrOut.(*output.Patient); ok {
		p.Flush(unreadLimit)
	}
}

// settle gives standard error back, unless nobody reads it.
func (a *App) settle() {
	p, ok := a.Streams.ErrOut.(*output.Patient)
	if ok && p.Close(unreadLimit) {
		a.Streams.ErrOut = p.Behind()
	}
}
