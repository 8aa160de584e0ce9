package execute

import (
	"errors"
	"net/http"
	"regexp"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// What the server says no to, and how that is told: a guard that did not hold is one thing, and that somebody does not want it another.

// tell is what an error says. The words of client-go and of the server are passed on, but for those that tell nobody what to do.
func tell(err error) fact.Fact {
	switch {
	case throttled(err):
		return fact.New("ServerAsksToWait")
	case apierrors.IsUnauthorized(err):
		return fact.New("CredentialsRefused")
	}
	return fact.Of(err)
}

// throttled reports whether a request was not made since the server asked for a longer pause than one request may take (client-go/rest:
// Request.tryThrottleWithInfo).
func throttled(err error) bool {
	return says(err.Error(), `client\srate\slimiter\sWait\sreturned\san\serror`)
}

// statusOf is the status code and the message of what a server answered, 0 if none did.
func statusOf(err error) (code int32, message string) {
	var status apierrors.APIStatus
	if !errors.As(err, &status) {
		return 0, ""
	}
	return status.Status().Code, status.Status().Message
}

// says reports whether a message has words that tell what no code does.
func says(message, words string) bool { return regexp.MustCompile(words).MatchString(message) }

// denied reports whether admission denied a request, with whatever code it likes (apiserver/pkg/admission/plugin: webhook/errors,
// policy/validating).
func denied(err error) bool {
	_, message := statusOf(err)
	return says(message, `denied\s(the\s)?request`)
}

// forbiddenByRole reports whether it is permissions that are missing (apiserver/pkg/endpoints/handlers/responsewriters: ForbiddenMessage).
func forbiddenByRole(err error) bool {
	_, message := statusOf(err)
	return apierrors.IsForbidden(err) && says(message, `User\s".*"\scannot\s`)
}

// withoutNamespace reports whether it is the namespace that does not exist.
func withoutNamespace(err error) bool {
	var status apierrors.APIStatus
	return apierrors.IsNotFound(err) && errors.As(err, &status) && status.Status().Details != nil && status.Status().Details.Kind == "namespaces"
}

// refusal reports whether the server refused a request, and will again: for want of permission, by admission, a quota or its own rules, or
// since there is no such namespace.
func refusal(err error) bool {
	if denied(err) || withoutNamespace(err) {
		return true
	}
	switch code, _ := statusOf(err); code {
	case http.StatusBadRequest, http.StatusForbidden, http.StatusMethodNotAllowed, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity:
		return true
	}
	return false
}
