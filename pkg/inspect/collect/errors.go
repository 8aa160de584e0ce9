package collect

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// ForbiddenError says that the user may not list a kind that the command cannot do without. It wraps the server's
// answer.
type ForbiddenError struct {
	Kind inspect.Kind
	// Namespace is where, empty for the whole cluster.
	Namespace string
	Err       error
}

// Error names verb, resource, scope and, in the server's words, the user.
func (e *ForbiddenError) Error() string {
	where := "in the whole cluster"
	if e.Namespace != "" {
		where = "in namespace " + e.Namespace
	}
	return fmt.Sprintf("not allowed to list %s %s: %s; it takes a role with the verb list on %s",
		e.Kind, where, serverSays(e.Err), e.Kind)
}

// Unwrap returns the server's answer.
func (e *ForbiddenError) Unwrap() error { return e.Err }

// serverSays is the server's message without the part that repeats which resource is forbidden.
func serverSays(err error) string {
	msg := err.Error()
	var status apierrors.APIStatus
	if errors.As(err, &status) && status.Status().Message != "" {
		msg = status.Status().Message
	}
	if _, user, ok := strings.Cut(msg, " is forbidden: "); ok {
		return user
	}
	return msg
}

// FileError says what is wrong with a file that was given as input.
type FileError struct {
	// Path is the file or directory as it was found, "standard input" for -.
	Path string
	// Line and Column count from 1; 0 if they cannot be told.
	Line, Column int
	// Object names the object at fault, e.g. `PersistentVolume "x"`, if it is one.
	Object string
	Err    error
}

// Error reads path:line:column: object: what is wrong.
func (e *FileError) Error() string {
	where := e.Path
	if e.Line > 0 {
		where += ":" + strconv.Itoa(e.Line)
		if e.Column > 0 {
			where += ":" + strconv.Itoa(e.Column)
		}
	}
	if e.Object != "" {
		where += ": " + e.Object
	}
	return where + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *FileError) Unwrap() error { return e.Err }

// MissingKindError says that files were read and a required kind is not in them. It comes in a FileError.
type MissingKindError struct{ Kind inspect.Kind }

// Error names the kind and what to add.
func (e *MissingKindError) Error() string {
	return fmt.Sprintf("no %[1]s in it: add what kubectl get %[1]s -o json prints (a List without items does not say what there is none of)", e.Kind)
}
