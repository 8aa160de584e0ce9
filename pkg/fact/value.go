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

// Value is one of: a text, a list of texts, a number, a Fact. In JSON it is a string, an array, a number or an object.
type Value struct {
	text   string
	list   []string
	number *int
	fact   *Fact
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
	}
	return Value{text: fmt.Sprint(v)}
}

// Any is the value as templates want it: a string, a []string, an int or a Fact.
func (v Value) Any() any {
	switch {
	case v.list != nil:
		return v.list
	case v.number != nil:
		return *v.number
	case v.fact != nil:
		return *v.fact
	}
	return v.text
}

// Fact is the value if it is a Fact, else nil. What it points to may be changed.
func (v Value) Fact() *Fact { return v.fact }

// String is the value for developers. Of a text it is the text.
func (v Value) String() string {
	switch {
	case v.list != nil:
		return strings.Join(v.list, ",")
	case v.number != nil:
		return strconv.Itoa(*v.number)
	case v.fact != nil:
		return v.fact.String()
	}
	return v.text
}

// Equal reports whether both are the same value.
func (v Value) Equal(other Value) bool {
	if v.fact != nil && other.fact != nil {
		return v.fact.Equal(*other.fact)
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
	case bytes.HasPrefix(data, []byte("[")):
		return json.Unmarshal(data, &v.list)
	case bytes.HasPrefix(data, []byte("{")):
		return json.Unmarshal(data, &v.fact)
	}
	return json.Unmarshal(data, &v.number)
}
