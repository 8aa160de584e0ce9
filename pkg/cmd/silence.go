package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"k8s.io/client-go/transport"
)

// silenceError says that a server did not begin to answer in time.
type silenceError struct{ limit time.Duration }

// Error implements error.
func (e *silenceError) Error() string { return fmt.Sprintf("no answer within %s", e.limit) }

// Timeout marks it as one, as net.Error does.
func (e *silenceError) Timeout() bool { return true }

// limitSilence ends requests whose answer does not begin within the limit. Answers may take as long as they like
// once they have begun: a large list does, and a watch is meant to.
func limitSilence(limit time.Duration) transport.WrapperFunc {
	return func(next http.RoundTripper) http.RoundTripper { return &silenceLimiter{next: next, limit: limit} }
}

type silenceLimiter struct {
	next  http.RoundTripper
	limit time.Duration
}

// RoundTrip implements http.RoundTripper.
func (s *silenceLimiter) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(req.Context())
	timer := time.AfterFunc(s.limit, func() { cancel(&silenceError{limit: s.limit}) })
	resp, err := s.next.RoundTrip(req.WithContext(ctx))
	timer.Stop()
	if err != nil {
		defer cancel(nil)
		if silence, ok := errors.AsType[*silenceError](context.Cause(ctx)); ok {
			return nil, silence
		}
		return nil, err
	}
	resp.Body = &bodyWithCancel{ReadCloser: resp.Body, cancel: cancel}
	return resp, nil
}

// WrappedRoundTripper lets client-go look through to the transport below.
func (s *silenceLimiter) WrappedRoundTripper() http.RoundTripper { return s.next }

// bodyWithCancel frees the context of a request when its answer has been read.
type bodyWithCancel struct {
	io.ReadCloser
	cancel context.CancelCauseFunc
}

// Close implements io.Closer.
func (b *bodyWithCancel) Close() error {
	defer b.cancel(nil)
	return b.ReadCloser.Close()
}
