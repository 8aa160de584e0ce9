package drain

import "github.com/kubectl-localpv/kubectl-localpv/pkg/fact"

// MisuseError says that a request is invalid, by itself or for this cluster. Nothing was changed.
type MisuseError struct{ Reason fact.Fact }

// Error implements error, for developers: pkg/cmd/output/phrase has the words.
func (e *MisuseError) Error() string { return e.Reason.String() }

// Fact is what the error says.
func (e *MisuseError) Fact() fact.Fact { return e.Reason }

// Misuse returns a *MisuseError.
func Misuse(reason fact.Fact) error { return &MisuseError{Reason: reason} }

// NotFoundError says that there is no object of that name.
type NotFoundError struct {
	// Kind is "volume", "claim" or "node".
	Kind      string
	Namespace string
	Name      string
	// Known are the names that there are instead, sorted.
	Known []string
	// Elsewhere are other namespaces with a claim of that name, sorted.
	Elsewhere []string
}

// Error implements error, for developers: pkg/cmd/output/phrase has the words.
func (e *NotFoundError) Error() string { return e.Fact().String() }

// Fact says what does not exist and where it was looked for.
func (e *NotFoundError) Fact() fact.Fact {
	switch {
	case e.Namespace == "":
		return fact.New("NotFound", "kind", e.Kind, "name", e.Name)
	case len(e.Elsewhere) > 0:
		return fact.New("NotFoundButElsewhere", "kind", e.Kind, "name", e.Name, "namespace", e.Namespace, "elsewhere", e.Elsewhere[0])
	}
	return fact.New("NotFoundInNamespace", "kind", e.Kind, "name", e.Name, "namespace", e.Namespace)
}
