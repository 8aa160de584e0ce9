package live

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Fault is what the plugin is told instead of the server's answer. The zero Fault lets the answer through.
type Fault struct {
	Name string
	// Applied lets the server see the request before the plugin is told otherwise.
	Applied bool
	// Code is the HTTP status of an answer, of this Reason. Without one the connection is reset, or hangs.
	Code       int
	Reason     metav1.StatusReason
	RetryAfter int
	// Hang answers nothing until the plugin gives up.
	Hang bool
}

// Faults are all that a server, or what is in front of it, may answer instead of the truth. What comes before the request
// is applied leaves it undone.
func Faults() []Fault {
	return []Fault{
		{Name: "409", Code: http.StatusConflict, Reason: metav1.StatusReasonConflict},
		{Name: "422", Code: http.StatusUnprocessableEntity, Reason: metav1.StatusReasonInvalid},
		{Name: "429", Code: http.StatusTooManyRequests, Reason: metav1.StatusReasonTooManyRequests, RetryAfter: 1},
		{Name: "500", Code: http.StatusInternalServerError, Reason: metav1.StatusReasonInternalError},
		{Name: "503", Code: http.StatusServiceUnavailable, Reason: metav1.StatusReasonServiceUnavailable},
		{Name: "reset", Code: 0},
		{Name: "hang after", Applied: true, Hang: true},
		{Name: "reset after", Applied: true},
		{Name: "500 after", Applied: true, Code: http.StatusInternalServerError, Reason: metav1.StatusReasonInternalError},
	}
}

// answer plays the fault.
func (f Fault) answer(w http.ResponseWriter, r *http.Request) error {
	switch {
	case f.Code != 0:
		return f.status(w)
	case f.Hang:
		<-r.Context().Done()
		return nil
	}
	return reset(w)
}

func (f Fault) status(w http.ResponseWriter) error {
	body, err := json.Marshal(&metav1.Status{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}, Status: metav1.StatusFailure,
		Code: int32(f.Code), Reason: f.Reason, Message: fmt.Sprintf("the test answers %d", f.Code),
		Details: &metav1.StatusDetails{RetryAfterSeconds: int32(f.RetryAfter)},
	})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if f.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(f.RetryAfter))
	}
	w.WriteHeader(f.Code)
	_, err = w.Write(body)
	return err
}

// reset closes the connection in the way that a process does that has died: the other side reads "connection reset".
func reset(w http.ResponseWriter) error {
	hijacker, ok := w.(http.Hijacker)
	if !ok {
		return errors.New("the connection cannot be taken over")
	}
	conn, _, err := hijacker.Hijack()
	if err != nil {
		return err
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		if err := tcp.SetLinger(0); err != nil {
			return err
		}
	}
	return conn.Close()
}
