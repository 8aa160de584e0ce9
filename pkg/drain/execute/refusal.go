package execute

import (
	"context"
	"errors"
	"net/http"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
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
	return strings.Contains(err.Error(), "client rate limiter Wait returned an error")
}

// statusOf is the status code and the message of what a server answered, 0 if none did.
func statusOf(err error) (code int32, message string) {
	var status apierrors.APIStatus
	if !errors.As(err, &status) {
		return 0, ""
	}
	return status.Status().Code, status.Status().Message
}

// denied reports whether admission denied a request, with whatever code it likes (apiserver/pkg/admission/plugin: webhook/errors,
// policy/validating).
func denied(err error) bool {
	_, message := statusOf(err)
	return strings.Contains(message, "denied the request") || strings.Contains(message, "denied request:")
}

// forbiddenByRole reports whether it is permissions that are missing (apiserver/pkg/endpoints/handlers/responsewriters: ForbiddenMessage).
func forbiddenByRole(err error) bool {
	_, message := statusOf(err)
	return apierrors.IsForbidden(err) && strings.Contains(message, `User "`) && strings.Contains(message, " cannot ")
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

// changedSince reports whether the server refused a write because its guard did not hold: a precondition (409), or a test of a JSON patch,
// which is a 422 without causes (apiserver/pkg/endpoints/handlers: jsonPatcher). What has gone meanwhile, or is there already, counts as
// well.
func (s *stepRun) changedSince(err error) bool {
	switch {
	case denied(err), withoutNamespace(err):
		return false
	case apierrors.IsConflict(err), apierrors.IsNotFound(err), apierrors.IsAlreadyExists(err):
		return true
	}
	var status apierrors.APIStatus
	tested := s.step.Action == drain.ReserveVolume || s.step.Action == drain.OpenVolume
	return tested && apierrors.IsInvalid(err) && errors.As(err, &status) && (status.Status().Details == nil || len(status.Status().Details.Causes) == 0)
}

// refusedByServer ends a step that the server refuses. What its own rules refuse is read and tried once more: they may be about something
// that has just changed.
func (s *stepRun) refusedByServer(ctx context.Context, err error) error {
	if s.refusals++; apierrors.IsInvalid(err) && s.refusals == 1 {
		return nil
	}
	ctx, cancel := s.bounded(s.finishing(ctx, true))
	defer cancel()
	return &stuckError{step: s.step.Title, reason: fact.New("ServerRefuses", "user", s.user(ctx), "why", tell(err)), byServer: true}
}
