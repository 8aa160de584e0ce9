package fact

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Values are values by name.
type Values map[string]Value

func (v Values) names() []string { return slices.Sorted(maps.Keys(v)) }

func (v Values) equal(other Values) bool {
	return maps.EqualFunc(v, other, Value.Equal)
}

// Value is one of: a text, a list of texts, a number, a Fact, a list of Facts. In JSON it is a string, an array, a number or
// an object.
type Value struct {
	text   string
	list   []string
	number *int
	fact   *Fact
	facts  []Fact // never empty: a list of nothing is a list of texts
}

func valueOf(v any) Value {
	switch v := v.(type) {
	case Value:
		return v
	case string:
		return Value{text: v}
	case []string:
		return Value{list: append([]string{}, v...)}
	case int:
		return Value{number: &v}
	case Fact:
		return Value{fact: &v}
	case []Fact:
		if len(v) == 0 {
			return Value{list: []string{}}
		}
		return Value{facts: slices.Clone(v)}
	}
	return Value{text: fmt.Sprint(v)}
}

// Any is the value as templates want it: a string, a []string, an int, a Fact or a []Fact.
func (v Value) Any() any {
	switch {
	case v.list != nil:
		return v.list
	case v.number != nil:
		return *v.number
	case v.fact != nil:
		return *v.fact
	case v.facts != nil:
		return v.facts
	}
	return v.text
}

// Fact is the value if it is a Fact, else nil. What it points to may be changed.
func (v Value) Fact() *Fact { return v.fact }

// Inner are the Facts that the value is or lists. What they point to may be changed.
func (v Value) Inner() []*Fact {
	if v.fact != nil {
		return []*Fact{v.fact}
	}
	inner := make([]*Fact, 0, len(v.facts))
	for i := range v.facts {
		inner = append(inner, &v.facts[i])
	}
	return inner
}

// String is the value for developers. Of a text it is the text.
func (v Value) String() string {
	switch {
	case v.list != nil:
		return strings.Join(v.list, ",")
	case v.number != nil:
		return strconv.Itoa(*v.number)
	case v.fact != nil:
		return v.fact.String()
	case v.facts != nil:
		var parts []string
		for _, f := range v.facts {
			parts = append(parts, f.String())
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return v.text
}

// mapped is the value with each of its texts replaced.
func (v Value) mapped(replace func(string) string) Value {
	switch {
	case v.list != nil:
		list := make([]string, 0, len(v.list))
		for _, text := range v.list {
			list = append(list, replace(text))
		}
		return Value{list: list}
	case v.fact != nil:
		return valueOf(v.fact.Map(replace))
	case v.facts != nil:
		facts := make([]Fact, 0, len(v.facts))
		for _, f := range v.facts {
			facts = append(facts, f.Map(replace))
		}
		return Value{facts: facts}
	case v.number != nil:
		return v
	}
	return Value{text: replace(v.text)}
}

// Equal reports whether both are the same value.
func (v Value) Equal(other Value) bool {
	if v.fact != nil && other.fact != nil {
		return v.fact.Equal(*other.fact)
	}
	if v.facts != nil || other.facts != nil {
		return slices.EqualFunc(v.facts, other.facts, Fact.Equal)
	}
	return v.String() == other.String() && (v.list == nil) == (other.list == nil) && (v.number == nil) == (other.number == nil) && (v.fact == nil) == (other.fact == nil)
}

// MarshalJSON implements json.Marshaler.
func (v Value) MarshalJSON() ([]byte, error) { return json.Marshal(v.Any()) }

// UnmarshalJSON implements json.Unmarshaler. Its errors are those of encoding/json.
func (v *Value) UnmarshalJSON(data []byte) error {
	*v = Value{}
	switch data = bytes.TrimSpace(data); {
	case bytes.HasPrefix(data, []byte(`"`)):
		return json.Unmarshal(data, &v.text)
	case bytes.HasPrefix(data, []byte("[")) && bytes.HasPrefix(bytes.TrimSpace(data[1:]), []byte("{")):
		return json.Unmarshal(data, &v.facts)
	case bytes.HasPrefix(data, []byte("[")):
		return json.Unmarshal(data, &v.list)
	case bytes.HasPrefix(data, []byte("{")):
		return json.Unmarshal(data, &v.fact)
	}
	return json.Unmarshal(data, &v.number)
}
