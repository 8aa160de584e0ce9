package drain

import (
	"time"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// EventType says what an Event tells.
type EventType string

// The types of Events.
const (
	// EventStarted: a step begins.
	EventStarted EventType = "started"
	// EventWaiting: a step waits; Reason says for what. It comes again and again, about once a second.
	EventWaiting EventType = "waiting"
	// EventRetrying: a request failed and will be tried again.
	EventRetrying EventType = "retrying"
	// EventDone, EventFailed and EventStopped end a step.
	EventDone    EventType = "done"
	EventFailed  EventType = "failed"
	EventStopped EventType = "stopped"
	// EventNoted: something became known before the first step, that Reason says. It belongs to no step, and Index is -1.
	EventNoted EventType = "noted"
)

// Event tells what the Executor does. Index is that of the step in the Plan.
type Event struct {
	Type  EventType
	Index int
	Step  Step
	// Reason is what is waited for, or how the step ended.
	Reason fact.Fact
	// At is now, Since when the step began.
	At, Since time.Time
}
