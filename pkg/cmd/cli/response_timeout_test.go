package cli

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// server is a round tripper that answers after some time, with a body that takes its own time, unless the request
// is given up first. Time is that of a synctest bubble.
type server struct{ answers, body time.Duration }

func (s server) RoundTrip(req *http.Request) (*http.Response, error) {
	select {
	case <-req.Context().Done():
		return nil, req.Context().Err()
	case <-time.After(s.answers):
		return &http.Response{StatusCode: http.StatusOK, Body: &slowBody{req: req, takes: s.body}}, nil
	}
}

type slowBody struct {
	req   *http.Request
	takes time.Duration
	read  bool
}

func (b *slowBody) Read(p []byte) (int, error) {
	if b.read {
		return 0, io.EOF
	}
	select {
	case <-b.req.Context().Done():
		return 0, b.req.Context().Err()
	case <-time.After(b.takes):
		b.read = true
		return strings.NewReader("answer").Read(p)
	}
}

func (b *slowBody) Close() error { return nil }

func request(t *testing.T, s server) (string, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://cluster.test", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := responseHeaderTimeout(30 * time.Second)(s).RoundTrip(req)
	if err != nil {
		return "", err
	}
	body, err := io.ReadAll(resp.Body)
	return string(body), errors.Join(err, resp.Body.Close())
}

func TestSilenceIsLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		_, err := request(t, server{answers: time.Hour})
		var silence *responseTimeoutError
		if !errors.As(err, &silence) || !silence.Timeout() || silence.Error() != "no answer within 30s" {
			t.Errorf("got %v", err)
		}
		if waited := time.Since(began); waited != 30*time.Second {
			t.Errorf("waited %s", waited)
		}
	})
}

// An answer that has begun may take as long as it likes.
func TestAnswersMayBeLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		body, err := request(t, server{answers: 29 * time.Second, body: time.Hour})
		if err != nil || body != "answer" {
			t.Errorf("%q, %v", body, err)
		}
	})
}
