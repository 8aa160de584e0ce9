package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"k8s.io/client-go/transport"
)

// responseTimeoutError says that a server did not begin to answer in time.
type responseTimeoutError struct{ limit time.Duration }

// Error implements error.
func (e *responseTimeoutError) Error() string { return fmt.Sprintf("no answer within %s", e.limit) }

// Timeout marks it as one, as net.Error does.
func (e *responseTimeoutError) Timeout() bool { return true }

// responseHeaderTimeout ends requests whose answer does not begin within the limit. Answers may take as long as they like
// once they have begun: a large list does, and a watch is meant to.
func responseHeaderTimeout(limit time.Duration) transport.WrapperFunc {
	return func(next http.RoundTripper) http.RoundTripper {
		return &responseHeaderLimiter{next: next, limit: limit}
	}
}

type responseHeaderLimiter struct {
	next  http.RoundTripper
	limit time.Duration
}

// RoundTrip implements http.RoundTripper.
func (s *responseHeaderLimiter) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(req.Context())
	timer := time.AfterFunc(s.limit, func() { cancel(&responseTimeoutError{limit: s.limit}) })
	resp, err := s.next.RoundTrip(req.WithContext(ctx))
	timer.Stop()
	if err != nil {
		defer cancel(nil)
		if silence, ok := errors.AsType[*responseTimeoutError](context.Cause(ctx)); ok {
			return nil, silence
		}
		return nil, err
	}
	resp.Body = &bodyWithCancel{ReadCloser: resp.Body, cancel: cancel}
	return resp, nil
}

// WrappedRoundTripper lets client-go look through to the transport below.
func (s *responseHeaderLimiter) WrappedRoundTripper() http.RoundTripper { return s.next }

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
