// Package fact holds what is found and what is offered, without words: packages that decide tell Facts and Commands, and
// pkg/cmd/output/phrase puts them into English and into command lines. A Fact can be read back from JSON.
package fact

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
)

// Code names a kind of Fact: "VolumeTerminating". pkg/cmd/output/phrase has a sentence for every code, which a test compares
// with the codes that are told.
type Code string

// Fact is one thing that is so, or that is done, about objects that it names.
type Fact struct {
	Code Code `json:"code"`
	// Values are the names and amounts that the Fact is about, by what they are: "volume", "node", "want", "have".
	Values Values `json:"values,omitempty"`
	// Commands are what can be typed about it, in order.
	Commands []Command `json:"commands,omitempty"`
	// Text is the Fact in English. It is empty until the Fact is printed, and no part of what is decided.
	Text string `json:"text,omitempty"`
}

// New returns a Fact with values in pairs of name and value, as in log/slog. A value is a string or has one (fmt.Stringer, or
// a type whose kind is string), a []string, an int, a Fact, or a []Fact.
func New(code Code, pairs ...any) Fact {
	f := Fact{Code: code}
	if len(pairs) > 0 {
		f.Values = make(Values, len(pairs)/2)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Values[fmt.Sprint(pairs[i])] = valueOf(pairs[i+1])
	}
	return f
}

// Offering returns the Fact with commands that can be typed about it.
func (f Fact) Offering(commands ...Command) Fact {
	f.Commands = append(slices.Clone(f.Commands), commands...)
	return f
}

// IsZero reports whether there is nothing to tell.
func (f Fact) IsZero() bool { return f.Code == "" }

// Get is a value as a string, empty if the Fact has none of that name.
func (f Fact) Get(name string) string { return f.Values[name].String() }

// With returns the Fact with one value replaced or added.
func (f Fact) With(name string, value any) Fact {
	values := make(Values, len(f.Values)+1)
	maps.Copy(values, f.Values)
	values[name] = valueOf(value)
	f.Values = values
	return f
}

// Map returns the Fact with each text among its values replaced, also in the Facts that it holds.
func (f Fact) Map(replace func(string) string) Fact {
	values := make(Values, len(f.Values))
	for name, value := range f.Values {
		values[name] = value.mapped(replace)
	}
	f.Values = values
	return f
}

// All are the Fact itself and the Facts that it holds, those that they hold, and so on.
func (f Fact) All() iter.Seq[Fact] {
	return func(yield func(Fact) bool) { f.visit(yield) }
}

// visit reports whether to go on.
func (f Fact) visit(yield func(Fact) bool) bool {
	if !yield(f) {
		return false
	}
	for _, name := range f.Values.names() {
		for _, inner := range f.Values[name].Inner() {
			if !inner.visit(yield) {
				return false
			}
		}
	}
	return true
}

// Tells reports whether the Fact, or one that it holds, has a code.
func (f Fact) Tells(code Code) bool {
	for one := range f.All() {
		if one.Code == code {
			return true
		}
	}
	return false
}

// Holds reports whether the Fact is another, or holds it.
func (f Fact) Holds(other Fact) bool {
	for one := range f.All() {
		if one.Equal(other) {
			return true
		}
	}
	return false
}

// String is the Fact for developers: VolumeTerminating(volume=local-pv-0).
func (f Fact) String() string {
	if len(f.Values) == 0 {
		return string(f.Code)
	}
	var parts []string
	for _, name := range f.Values.names() {
		parts = append(parts, name+"="+f.Values[name].String())
	}
	return string(f.Code) + "(" + strings.Join(parts, ", ") + ")"
}

// Equal reports whether both tell the same. What they are called in English does not count.
func (f Fact) Equal(other Fact) bool {
	return f.Code == other.Code && f.Values.equal(other.Values) && slices.EqualFunc(f.Commands, other.Commands, Command.Equal)
}

// Error is an error that tells a Fact.
type Error struct{ Reason Fact }

// Error implements error, for developers: pkg/cmd/output/phrase has the words.
func (e *Error) Error() string { return e.Reason.String() }

// Fact is what the error says.
func (e *Error) Fact() Fact { return e.Reason }

// Of is what an error says: its own Fact if it has one, else its text, which is that of a server or of a library.
func Of(err error) Fact {
	var told interface{ Fact() Fact }
	if errors.As(err, &told) {
		return told.Fact()
	}
	return New("Error", "text", err.Error())
}
