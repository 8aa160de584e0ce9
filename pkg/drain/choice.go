package drain

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Choice names members by their namespace, or by their owner. What is empty does not matter.
type Choice struct{ Namespace, Kind, Name string }

// ParseChoice reads NAMESPACE, NAMESPACE/KIND/NAME or KIND/NAME, and reports whether it is one of these.
func ParseChoice(text string) (Choice, bool) {
	parts := strings.Split(text, "/")
	if slices.Contains(parts, "") {
		return Choice{}, false
	}
	var c Choice
	switch len(parts) {
	case 1:
		c.Namespace = parts[0]
	case 2:
		c.Kind, c.Name = parts[0], parts[1]
	case 3:
		c.Namespace, c.Kind, c.Name = parts[0], parts[1], parts[2]
	default:
		return Choice{}, false
	}
	if c.Namespace != "" && len(validation.IsDNS1123Label(c.Namespace)) > 0 || c.Name != "" && len(validation.IsDNS1123Subdomain(c.Name)) > 0 {
		return Choice{}, false
	}
	return c, true
}

// String is a Choice as it is typed.
func (c Choice) String() string {
	return strings.Join(slices.DeleteFunc([]string{c.Namespace, c.Kind, c.Name}, func(s string) bool { return s == "" }), "/")
}

// Matches reports whether something in a namespace, with these owners, is meant.
func (c Choice) Matches(namespace string, owners ...inspect.Owner) bool {
	if c.Namespace != "" && c.Namespace != namespace {
		return false
	}
	return c.Kind == "" || slices.ContainsFunc(owners, func(o inspect.Owner) bool { return o.Name == c.Name && sameKind(o.Kind, c.Kind) })
}

// sameKind compares a kind with what was typed: in any case, in the plural, or short as for kubectl.
func sameKind(kind, typed string) bool {
	short := map[string]string{"sts": "statefulset", "deploy": "deployment", "rs": "replicaset", "ds": "daemonset", "po": "pod"}
	kind, typed = strings.ToLower(kind), strings.ToLower(typed)
	return typed == kind || typed == kind+"s" || short[typed] == kind
}
