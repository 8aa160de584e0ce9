package drain

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// Step is one change, or one wait.
type Step struct {
	ID     string `json:"id"`
	Action Action `json:"action"`
	// Object is what is changed or waited for.
	Object Object `json:"object"`
	// Title says what is done, Why what for.
	Title       fact.Fact `json:"title"`
	Why         fact.Fact `json:"why"`
	Destructive bool      `json:"destructive"`
	// Target is the place in Plan.Targets of what the step belongs to.
	Target int `json:"target"`
	// Member is the member whose move the step is part of, as in Moves; empty if it is of none.
	Member string `json:"member,omitempty"`
	// Parameters are those of the action, a pointer to the struct that Action.Parameters returns. They are checked
	// right before the step, and guard its write.
	Parameters Parameters `json:"parameters"`
}

// UnmarshalJSON implements json.Unmarshaler: the action says of which type the parameters are. Errors are those of
// encoding/json, that there is no such action, that it has no parameters, and that there is a field that is not known, which may be a
// guard of a newer version.
func (s *Step) UnmarshalJSON(data []byte) error {
	type plain Step // without this method
	raw := struct {
		*plain
		Parameters json.RawMessage `json:"parameters"`
	}{plain: (*plain)(s)}
	if err := strictly(data, &raw); err != nil {
		return err
	}
	if s.Parameters = s.Action.Parameters(); s.Parameters == nil {
		return fmt.Errorf("there is no action %q", s.Action)
	}
	if len(raw.Parameters) == 0 || bytes.Equal(raw.Parameters, []byte("null")) {
		return fmt.Errorf("step %s has no parameters", s.ID)
	}
	return strictly(raw.Parameters, s.Parameters)
}

// strictly decodes JSON and refuses fields that are not known: they may be guards.
func strictly(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	return d.Decode(into)
}
